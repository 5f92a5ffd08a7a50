"""The application: routes behind the guard, the page, and what starts and stops with it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import APIRouter, FastAPI
from starlette.types import ASGIApp

import rosetail
from rosetail import weights
from rosetail.studio import problems
from rosetail.studio.context import Studio
from rosetail.studio.guard import Guard
from rosetail.studio.routes import (
    about,
    answers,
    characters,
    clips,
    live,
    photos,
    pictures,
    studies,
)
from rosetail.studio.settings import Settings
from rosetail.studio.site import add_page

ABOUT = (
    "Everything the page does, for programs. Files are sent as the body of a request, as they are. "
    "With a token, send it as `Authorization: Bearer TOKEN`. A refusal has a `code` and a `detail`."
)


async def _warm(studio: Studio) -> None:
    """The first photo finds everything open; where it cannot be opened, the first photo says so."""
    await asyncio.gather(
        studio.work("studio", "warm", style=""),
        studio.preview("studio", "warm", "warm", style=weights.styles()[0]),
        return_exceptions=True,
    )


def create_app(settings: Settings) -> ASGIApp:
    """The studio as an ASGI application.

    Raises OutputError and SettingsError where its folder or database cannot be used.
    """
    studio = Studio.opened(settings)

    @asynccontextmanager
    async def alive(app: FastAPI) -> AsyncIterator[None]:
        studio.turns.start()
        studio.slow_turns.start()
        studio.jobs.start()
        warming = asyncio.create_task(_warm(studio))
        try:
            yield
        finally:
            warming.cancel()
            await studio.turns.stop()
            await studio.slow_turns.stop()
            studio.desk.close()
            studio.bench.close()
            await asyncio.to_thread(studio.jobs.stop)
            studio.database.close()

    app = FastAPI(
        title="Rosetail studio",
        version=rosetail.__version__,
        description=ABOUT,
        lifespan=alive,
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        responses=problems.RESPONSES,
    )
    app.state.studio = studio
    api = APIRouter(prefix="/api")
    for part in (about, photos, pictures, characters, clips, live, studies, answers):
        api.include_router(part.router)
    app.include_router(api)
    problems.install(app)
    add_page(app)
    return Guard(app, settings)
