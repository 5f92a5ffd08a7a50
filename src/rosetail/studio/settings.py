"""Settings of the studio's server."""

from __future__ import annotations

import ipaddress
import secrets
import socket
from dataclasses import dataclass, field
from pathlib import Path

from rosetail.errors import SettingsError
from rosetail.weights import default_model

LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
SHORTEST_TOKEN = 16


@dataclass(frozen=True)
class Limits:
    """Limits on uploads, queues and the library; the readers of images and clips limit pixels."""

    photo_bytes: int = 40_000_000
    clip_bytes: int = 4_000_000_000
    character_bytes: int = 1_000_000
    body_bytes: int = 1_000_000  # body size of all other requests
    library_bytes: int = 50_000_000_000
    waiting_previews: int = 64
    waiting_previews_each: int = 8
    waiting_jobs: int = 64
    waiting_jobs_each: int = 16
    silence: float = 30.0  # seconds without data after which an upload is aborted
    preview_seconds: float = 120.0  # a drawing that takes longer is aborted
    drafts: int = 2000  # unsaved characters; the oldest are deleted


@dataclass(frozen=True)
class StudioSettings:
    """``home`` contains the files and, unless ``database`` is the URL of another, the database.

    ``model`` is the character model: a name or the folder of an exported run. Requests must carry
    ``token``; it may be empty only if ``host`` is a loopback address.

    Raises SettingsError for a host that others can reach without a token.
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
                f"the token has {len(self.token)} characters; use at least {SHORTEST_TOKEN}"
            )
        if not self.token and not is_loopback(self.host):
            raise SettingsError(
                f"{self.host} can be reached by others; set a token, or leave out --host"
            )

    @property
    def database_url(self) -> str:
        return self.database or f"sqlite:///{self.home / 'studio.db'}"


def public_address(settings: StudioSettings, port: int) -> str:
    """The address for other machines, such as http://my-machine:8033; empty on loopback."""
    if is_loopback(settings.host):
        return ""
    wildcard = settings.host in ("0.0.0.0", "::")
    return f"http://{_in_url(socket.gethostname() if wildcard else settings.host)}:{port}"


def start_address(settings: StudioSettings, port: int) -> str:
    """The address to open in the browser, token included."""
    local = "localhost" if settings.host in ("127.0.0.1", "::1") else _in_url(settings.host)
    token = f"?token={settings.token}" if settings.token else ""
    return f"{public_address(settings, port) or f'http://{local}:{port}'}/{token}"


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def is_loopback(host: str) -> bool:
    """Whether ``host`` can be reached from this machine only."""
    if host in LOOPBACK_NAMES:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def new_token() -> str:
    """A random token."""
    return secrets.token_urlsafe(24)
