"""The state of the studio and what it can do."""

from __future__ import annotations

import time

from fastapi import APIRouter, Request

import rosetail
from rosetail import weights
from rosetail.studio import schemas
from rosetail.studio.context import CurrentStudio
from rosetail.studio.jobs import WAITING
from rosetail.studio.models import live_styles, model_state
from rosetail.studio.settings import public_address
from rosetail.studio.tables import JobRow

router = APIRouter(tags=["about"])


@router.get("/health")
async def health(studio: CurrentStudio) -> schemas.Health:
    """Whether the studio answers; costs nothing and never waits."""
    return schemas.Health(version=rosetail.__version__, seconds=time.monotonic() - studio.started)


@router.get("/status")
def status(studio: CurrentStudio, request: Request) -> schemas.Status:
    """Styles, the character model, queues and limits."""
    catalog = weights.load_catalog()
    limits = studio.settings.limits
    return schemas.Status(
        version=rosetail.__version__,
        styles=[schemas.StyleOut.model_validate(catalog[name]) for name in weights.styles()],
        model=model_state(studio.settings.model),
        previews_waiting=studio.previews.waiting,
        previews_running=studio.previews.running,
        jobs_waiting=len(studio.database.all(JobRow, JobRow.state.in_(WAITING))),
        library_bytes=studio.store.bytes(),
        live=live_styles(),
        photo_bytes=limits.photo_bytes,
        clip_bytes=limits.clip_bytes,
        public_address=public_address(studio.settings, request.url.port or 80),
    )
