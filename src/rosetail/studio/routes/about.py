"""How the studio is, and what it can do."""

from __future__ import annotations

import asyncio
import time

from fastapi import APIRouter

import rosetail
from rosetail import weights
from rosetail.studio import schemas
from rosetail.studio.context import Here
from rosetail.studio.jobs import WAITING
from rosetail.studio.live import live_looks

router = APIRouter(tags=["about"])


@router.get("/health")
async def health(studio: Here) -> schemas.Health:
    """Whether the studio answers; costs nothing and waits for nobody."""
    return schemas.Health(version=rosetail.__version__, seconds=time.monotonic() - studio.since)


@router.get("/status")
async def status(studio: Here) -> schemas.Status:
    """Looks, the model of characters, queues, and limits."""
    jobs = await asyncio.to_thread(studio.jobs.all)
    catalog = weights.load_catalog()
    limits = studio.settings.limits
    return schemas.Status(
        version=rosetail.__version__,
        styles=[schemas.Style.model_validate(catalog[name]) for name in weights.styles()],
        model=await asyncio.to_thread(_model, studio.settings.model),
        previews_waiting=studio.turns.waiting,
        previews_running=studio.turns.running,
        jobs_waiting=sum(job.state in WAITING for job in jobs),
        library_bytes=await asyncio.to_thread(studio.store.bytes),
        live=live_looks(),
        photo_bytes=limits.photo_bytes,
        clip_bytes=limits.clip_bytes,
    )


def _model(name: str) -> schemas.ModelState:
    from rosetail.errors import RosetailError
    from rosetail.studio.models import model_state

    try:
        return model_state(name)
    except RosetailError as error:
        return schemas.ModelState(ready=False, name=name, why=str(error))
