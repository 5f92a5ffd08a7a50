"""What every route works with, and how it is reached."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Header, Request

from rosetail.studio.child import Child
from rosetail.studio.database import Database
from rosetail.studio.jobs import Jobs
from rosetail.studio.previews import make_desk
from rosetail.studio.request_queue import Turns
from rosetail.studio.settings import Settings
from rosetail.studio.store import Store

T = TypeVar("T")


@dataclass
class Studio:
    """The parts of one running studio.

    Two processes draw: the ``desk`` what somebody waits for, the ``bench`` what may take seconds
    or comes from outside, so that neither a large picture nor a hostile one holds up a slider.
    """

    settings: Settings
    database: Database
    store: Store
    jobs: Jobs
    desk: Child
    bench: Child
    turns: Turns
    slow_turns: Turns
    since: float = field(default_factory=time.monotonic)

    @classmethod
    def opened(cls, settings: Settings) -> Studio:
        """Everything made and nothing started. Raises OutputError, SettingsError."""
        store = Store(settings.home, settings.limits.library_bytes)
        database = Database(settings.database_url)
        desk, bench = (Child(make_desk, settings.backend, settings.model) for _ in range(2))
        limits = settings.limits
        return cls(
            settings,
            database,
            store,
            Jobs(settings, database, store),
            desk,
            bench,
            Turns([desk], limits.waiting_previews, limits.waiting_previews_each),
            Turns([bench], limits.waiting_previews, limits.waiting_previews_each),
        )

    async def preview(self, client: str, slot: str, name: str, /, **arguments: Any) -> Any:
        """The desk's answer to the call ``name``, when it is this client's turn."""
        return await self._asked(self.turns, client, slot, name, arguments)

    async def work(self, client: str, name: str, /, **arguments: Any) -> Any:
        """The bench's answer to the call ``name``; nothing takes its place."""
        return await self._asked(self.slow_turns, client, "", name, arguments)

    async def _asked(
        self, turns: Turns, client: str, slot: str, name: str, arguments: dict[str, Any]
    ) -> Any:
        seconds = self.settings.limits.preview_seconds
        call: Callable[[Child], Any] = lambda desk: desk.call(name, seconds, **arguments)  # noqa: E731
        return await turns.run(client, slot, call)


def _studio(request: Request) -> Studio:
    studio: Studio = request.app.state.studio
    return studio


def _client(
    request: Request,
    x_client: Annotated[
        str, Header(description="a name for this page; its turns are its own")
    ] = "",
) -> str:
    if re.fullmatch(r"[A-Za-z0-9_-]{1,64}", x_client):
        return x_client
    return request.client.host if request.client else "unknown"


Here = Annotated[Studio, Depends(_studio)]
Client = Annotated[str, Depends(_client)]
