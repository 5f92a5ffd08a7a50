"""The parts of a running studio, and their dependency for routes."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends, Header, Request

from rosetail.studio.child import ChildProcess
from rosetail.studio.database import Database
from rosetail.studio.jobs import Jobs
from rosetail.studio.live import Live
from rosetail.studio.previews import Previews
from rosetail.studio.request_queue import RequestQueue
from rosetail.studio.settings import StudioSettings
from rosetail.studio.store import Store
from rosetail.studio.trash import Trash


@dataclass
class Studio:
    """The parts of one running studio.

    ``previews`` serves interactive requests; ``slow`` serves requests that take seconds or read
    uploads, so that large or malicious files do not delay a slider; ``live`` serves the webcam.
    """

    settings: StudioSettings
    database: Database
    store: Store
    jobs: Jobs
    trash: Trash
    previews: RequestQueue
    slow: RequestQueue
    live: Live
    started: float = field(default_factory=time.monotonic)

    @classmethod
    def create(cls, settings: StudioSettings) -> Studio:
        """Create all parts without starting them. Raises OutputError, SettingsError."""
        store = Store(settings.home, settings.limits.library_bytes)
        database = Database(settings.database_url)
        jobs = Jobs(settings, database, store)
        previews, slow = (
            RequestQueue(ChildProcess(Previews, settings.backend, settings.model), settings.limits)
            for _ in range(2)
        )
        trash, live = Trash(database, store, jobs), Live(settings.limits)
        return cls(settings, database, store, jobs, trash, previews, slow, live)


def _studio(request: Request) -> Studio:
    studio: Studio = request.app.state.studio
    return studio


def _client(
    request: Request,
    x_client: Annotated[
        str, Header(description="a name for this client; clients are served in turn")
    ] = "",
) -> str:
    if re.fullmatch(r"[A-Za-z0-9_-]{1,64}", x_client):
        return x_client
    return request.client.host if request.client else "unknown"


CurrentStudio = Annotated[Studio, Depends(_studio)]
Client = Annotated[str, Depends(_client)]
