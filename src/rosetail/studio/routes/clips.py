"""Clips, and films made of them in the background."""

from __future__ import annotations

import time

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse
from sqlalchemy import select

from rosetail.studio import schemas, tables
from rosetail.studio.context import Client, Here
from rosetail.studio.problems import not_found
from rosetail.studio.render import FIGURE, FILM
from rosetail.studio.routes.media import BODY, JPEG, PRORES, VIDEO, Shown
from rosetail.studio.routes.photos import check_style
from rosetail.studio.routes.uploads import taken
from rosetail.studio.uploads import label

router = APIRouter(tags=["films"])

PATHS = ("clip", "character", "photos", "model")  # of a job; not for others to see


@router.post("/clips", status_code=201, openapi_extra=BODY)
async def add(request: Request, studio: Here, client: Client, name: Shown = "") -> schemas.Clip:
    """Send a clip: the body is the file."""
    row = await taken(
        request,
        studio,
        client,
        tables.Clip,
        name,
        what="clip",
        most=studio.settings.limits.clip_bytes,
        picture="poster",
    )
    return schemas.Clip.model_validate(row)


@router.get("/clips")
def clips(studio: Here) -> list[schemas.Clip]:
    """All clips, newest first."""
    with studio.database.begin() as session:
        rows = session.scalars(select(tables.Clip).order_by(tables.Clip.created.desc()))
        return [schemas.Clip.model_validate(row) for row in rows]


@router.get("/clips/{id}/poster.jpg", response_class=FileResponse, responses=JPEG)
def poster(id: schemas.Id, studio: Here) -> FileResponse:
    """One picture of the clip."""
    return FileResponse(studio.store.existing("clips", id, ".jpg"), media_type="image/jpeg")


@router.get("/clips/{id}/file", response_class=FileResponse, responses=VIDEO)
def source(id: schemas.Id, studio: Here) -> FileResponse:
    """The clip as it came."""
    return FileResponse(studio.store.existing("clips", id), media_type="video/mp4")


@router.delete("/clips/{id}", status_code=204)
def remove(id: schemas.Id, studio: Here) -> None:
    """Forget a clip. Films of it stay; those that wait will fail."""
    with studio.database.begin() as session:
        row = session.get(tables.Clip, id)
        if row is None:
            raise not_found("clip")
        session.delete(row)
    studio.store.remove("clips", id)


@router.post("/jobs", status_code=202)
def film(asked: schemas.Film, studio: Here, client: Client) -> schemas.Job:
    """Render a clip in the background."""
    check_style(asked.look.style)
    files = {"clip": str(studio.store.existing("clips", asked.clip)), "character": ""}
    if asked.character:
        character = studio.store.existing("characters", asked.character, ".json")
        files["character"] = str(character)
    spec = asked.model_dump(exclude={"name"}) | files | {"model": studio.settings.model}
    return shown(studio.jobs.add("film", label(asked.name, "film"), client, spec))


@router.get("/jobs")
def jobs(studio: Here) -> list[schemas.Job]:
    """All jobs, newest first."""
    return [shown(job) for job in studio.jobs.all()]


@router.get("/jobs/{id}")
def job(id: schemas.Id, studio: Here) -> schemas.Job:
    """One job, and how far it is."""
    return shown(studio.jobs.get(id))


@router.post("/jobs/{id}/cancel")
def cancel(id: schemas.Id, studio: Here) -> schemas.Job:
    """Cancel a job that waits or runs. What has ended stays as it is."""
    return shown(studio.jobs.cancel(id))


@router.post("/jobs/{id}/again", status_code=202)
def again(id: schemas.Id, studio: Here) -> schemas.Job:
    """Queue a failed or cancelled job once more."""
    return shown(studio.jobs.again(id))


@router.patch("/jobs/{id}")
def rename(id: schemas.Id, asked: schemas.Rename, studio: Here) -> schemas.Job:
    """Give a film another name."""
    with studio.database.begin() as session:
        row = session.get(tables.Job, id)
        if row is None:
            raise not_found("job")
        row.name = label(asked.name, row.name)
    return shown(row)


@router.delete("/jobs/{id}", status_code=204)
def forget(id: schemas.Id, studio: Here) -> None:
    """Delete a film, or forget a job that has ended."""
    studio.jobs.remove(id)


@router.get("/jobs/{id}/film.mp4", response_class=FileResponse, responses=VIDEO)
def result(id: schemas.Id, studio: Here) -> FileResponse:
    """What was rendered, sound included."""
    return _rendered(id, studio, FILM, "video/mp4")


@router.get("/jobs/{id}/figure.mov", response_class=FileResponse, responses=PRORES)
def figure(id: schemas.Id, studio: Here) -> FileResponse:
    """What was rendered for a film editor: the character alone on a clear ground, ProRes 4444."""
    return _rendered(id, studio, FIGURE, "video/quicktime")


def _rendered(id: str, studio: Here, name: str, kind: str) -> FileResponse:
    path = studio.store.path("jobs", id) / name
    if studio.jobs.get(id).state != "done" or not path.is_file():
        raise not_found("film")
    return FileResponse(path, media_type=kind)


def shown(row: tables.Job) -> schemas.Job:
    """The job as answered: no path of this machine, and the time that is left."""
    job = schemas.Job.model_validate(row)
    job.spec = {name: value for name, value in row.spec.items() if name not in PATHS}
    if row.state == "running" and row.started and row.total and row.done:
        job.left = (time.time() - row.started) / row.done * (row.total - row.done)
    return job
