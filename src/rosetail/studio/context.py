"""The parts of a running studio, and how routes get at them."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from typing import Annotated, Any

from fastapi import Depends, Header, Request

from rosetail.studio.child import ChildProcess
from rosetail.studio.database import Database
from rosetail.studio.jobs import Jobs
from rosetail.studio.previews import Previews
from rosetail.studio.request_queue import RequestQueue
from rosetail.studio.settings import StudioSettings
from rosetail.studio.store import Store


@dataclass
class Studio:
    """The parts of one running studio.

    Two processes draw: ``preview_process`` what somebody waits for, ``slow_process`` what may take
    seconds or reads uploads, so that neither a large nor a malicious file delays a slider.
    """

    settings: StudioSettings
    database: Database
    store: Store
    jobs: Jobs
    preview_process: ChildProcess
    slow_process: ChildProcess
    previews: RequestQueue
    slow_requests: RequestQueue
    started: float = field(default_factory=time.monotonic)

    @classmethod
    def create(cls, settings: StudioSettings) -> Studio:
        """Create all parts and start none. Raises OutputError, SettingsError."""
        limits = settings.limits
        store = Store(settings.home, limits.library_bytes)
        database = Database(settings.database_url)
        jobs = Jobs(settings, database, store)
        preview_process, slow_process = (
            ChildProcess(Previews, settings.backend, settings.model) for _ in range(2)
        )
        previews, slow_requests = (
            RequestQueue(process, limits.waiting_previews, limits.waiting_previews_each)
            for process in (preview_process, slow_process)
        )
        return cls(
            settings,
            database,
            store,
            jobs,
            preview_process,
            slow_process,
            previews,
            slow_requests,
        )

    async def preview(self, client: str, slot: str, name: str, /, **arguments: Any) -> Any:
        """Call :class:`Previews` in the preview process. Slots are those of the queue."""
        return await self._run(self.previews, client, slot, name, arguments)

    async def slow(self, client: str, name: str, /, **arguments: Any) -> Any:
        """Call :class:`Previews` in the slow process; the call is never superseded."""
        return await self._run(self.slow_requests, client, "", name, arguments)

    async def _run(
        self, queue: RequestQueue, client: str, slot: str, name: str, arguments: dict[str, Any]
    ) -> Any:
        seconds = self.settings.limits.preview_seconds
        return await queue.run(
            client, slot, lambda process: process.call(name, seconds, **arguments)
        )


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
