"""The ASGI application: routes and page behind the guard, and the lifespan."""

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
    drawings,
    jobs,
    library,
    live,
    studies,
    trash,
    work,
)
from rosetail.studio.settings import StudioSettings
from rosetail.studio.site import add_page

DESCRIPTION = (
    "The API behind the page. Files are sent and returned as the body, without a form. "
    "If the studio has a token, send it as `Authorization: Bearer TOKEN`. "
    "Errors have a `code` for programs and a `detail` for people."
)


async def _warm_up(studio: Studio) -> None:
    """Load the models for the first photo. Errors are reported when a photo needs them."""
    await asyncio.gather(
        studio.slow.call("studio", "warm_up", style=""),
        studio.previews.call("studio", "warm_up", style=weights.styles()[0]),
        return_exceptions=True,
    )


def create_app(settings: StudioSettings) -> ASGIApp:
    """The studio as an ASGI application.

    Raises OutputError and SettingsError if its folder or database cannot be used.
    """
    studio = Studio.create(settings)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        studio.previews.start()
        studio.slow.start()
        studio.live.start()
        studio.jobs.start()
        warming_up = asyncio.create_task(_warm_up(studio))
        try:
            yield
        finally:
            warming_up.cancel()
            await studio.previews.stop()
            await studio.slow.stop()
            await studio.live.stop()
            await asyncio.to_thread(studio.jobs.stop)
            studio.database.close()

    app = FastAPI(
        title="Rosetail studio",
        version=rosetail.__version__,
        description=DESCRIPTION,
        lifespan=lifespan,
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        responses=problems.RESPONSES,
    )
    app.state.studio = studio
    api = APIRouter(prefix="/api")
    for routes in (
        about,
        library,
        trash,
        work,
        drawings,
        characters,
        live,
        jobs,
        studies,
        answers,
    ):
        api.include_router(routes.router)
    app.include_router(api)
    problems.install(app)
    add_page(app)
    return Guard(app, settings)
