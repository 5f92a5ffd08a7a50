"""What a studio is started with."""

from __future__ import annotations

import ipaddress
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from rosetail.errors import SettingsError
from rosetail.weights import default_model

LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
SHORTEST_TOKEN = 16


@dataclass(frozen=True)
class Limits:
    """Bounds on what people send and keep. Bytes, seconds and counts; pixels are
    bounded where pictures and clips are read."""

    photo_bytes: int = 40_000_000
    clip_bytes: int = 4_000_000_000
    character_bytes: int = 1_000_000
    body_bytes: int = 1_000_000  # of every other request
    library_bytes: int = 50_000_000_000
    waiting_previews: int = 64
    waiting_previews_each: int = 8
    waiting_jobs: int = 64
    waiting_jobs_each: int = 16
    silence: float = 30.0  # an upload may pause this long
    preview_seconds: float = 120.0  # a drawing that takes longer is given up
    drafts: int = 400  # characters on the wall that nobody has kept


@dataclass(frozen=True)
class Settings:
    """``home`` holds files and, unless ``database`` names another by URL, the SQLite database.

    ``model`` is the model of characters, by name or as the folder of an exported run. ``token`` is
    what requests must carry; empty means none, which only a loopback ``host`` may have.

    Raises SettingsError for a host that is reachable from outside without a token.
    """

    home: Path
    host: str = "127.0.0.1"
    port: int = 8033
    token: str = ""
    database: str = ""
    model: str = field(default_factory=default_model)
    backend: str = "auto"
    limits: Limits = field(default_factory=Limits)

    def __post_init__(self) -> None:
        if self.token and len(self.token) < SHORTEST_TOKEN:
            raise SettingsError(
                f"the token has {len(self.token)} characters; give at least {SHORTEST_TOKEN}"
            )
        if not self.token and not is_loopback(self.host):
            raise SettingsError(
                f"{self.host} can be reached by others; give a token, or leave out --host"
            )

    @property
    def database_url(self) -> str:
        return self.database or f"sqlite:///{self.home / 'studio.db'}"


def is_loopback(host: str) -> bool:
    """Whether ``host`` is this machine alone."""
    if host in LOOPBACK_NAMES:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def new_token() -> str:
    """A token that nobody guesses."""
    return secrets.token_urlsafe(24)
