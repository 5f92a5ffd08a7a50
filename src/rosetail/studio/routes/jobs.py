"""Background jobs: films, and the pictures of studies."""

from __future__ import annotations

import time

from fastapi import APIRouter
from fastapi.responses import FileResponse

from rosetail.studio import schemas
from rosetail.studio.context import Client, CurrentStudio, Studio
from rosetail.studio.jobs import PROXY, WAITING
from rosetail.studio.problems import not_found
from rosetail.studio.render import FIGURE, FILM
from rosetail.studio.routes.drawings import check_style
from rosetail.studio.routes.media import file_response
from rosetail.studio.tables import ClipRow, JobRow
from rosetail.studio.uploads import display_name

router = APIRouter(tags=["jobs"])

PATHS = ("clip", "character", "photos", "model")  # settings that are hidden from clients


@router.post("/jobs", status_code=202)
def render_film(body: schemas.FilmRequest, studio: CurrentStudio, client: Client) -> schemas.JobOut:
    """Render a clip in the background."""
    check_style(body.look.style)
    files = {"clip": str(studio.store.existing("clips", body.clip)), "character": ""}
    if body.character:
        character = studio.store.existing("characters", body.character, ".json")
        files["character"] = str(character)
    spec = body.model_dump(exclude={"name"}) | files | {"model": studio.settings.model}
    return _shown(studio.jobs.add("film", display_name(body.name, "film"), client, spec))


@router.post("/clips/{id}/proxy", status_code=202)
def make_proxy(id: schemas.Id, studio: CurrentStudio, client: Client) -> schemas.JobOut:
    """Make a version of a clip that browsers play, /clips/ID/proxy.mp4, in the background."""
    clip = studio.store.existing("clips", id)
    known = JobRow.kind == PROXY, JobRow.state.in_((*WAITING, "done"))
    for job in studio.database.all(JobRow, *known):
        if job.spec["clip"] == str(clip):
            return _shown(job)
    name = studio.database.get(ClipRow, id).name
    return _shown(studio.jobs.add(PROXY, name, client, {"clip": str(clip)}))


@router.get("/jobs")
def jobs(studio: CurrentStudio) -> list[schemas.JobOut]:
    """All jobs, newest first."""
    return [_shown(job) for job in studio.database.all(JobRow)]


@router.get("/jobs/{id}")
def job(id: schemas.Id, studio: CurrentStudio) -> schemas.JobOut:
    """A job and its progress."""
    return _shown(studio.database.get(JobRow, id))


@router.post("/jobs/{id}/cancel")
def cancel_job(id: schemas.Id, studio: CurrentStudio) -> schemas.JobOut:
    """Cancel a waiting or running job. An ended job is unchanged."""
    return _shown(studio.jobs.cancel(id))


@router.post("/jobs/{id}/again", status_code=202)
def retry_job(id: schemas.Id, studio: CurrentStudio) -> schemas.JobOut:
    """Queue a failed or cancelled job again."""
    return _shown(studio.jobs.retry(id))


@router.patch("/jobs/{id}")
def rename_job(id: schemas.Id, body: schemas.Rename, studio: CurrentStudio) -> schemas.JobOut:
    """Rename a job."""
    with studio.database.edit(JobRow, id) as row:
        row.name = display_name(body.name, row.name)
    return _shown(row)


@router.get(
    "/jobs/{id}/film.mp4", response_class=FileResponse, responses=file_response("video/mp4")
)
def film_file(id: schemas.Id, studio: CurrentStudio) -> FileResponse:
    """The rendered film, sound included."""
    return _rendered(id, studio, FILM, "video/mp4")


@router.get(
    "/jobs/{id}/figure.mov", response_class=FileResponse, responses=file_response("video/quicktime")
)
def figure_file(id: schemas.Id, studio: CurrentStudio) -> FileResponse:
    """The rendered character on a transparent background, ProRes 4444."""
    return _rendered(id, studio, FIGURE, "video/quicktime")


def _rendered(id: str, studio: Studio, name: str, media_type: str) -> FileResponse:
    path = studio.store.path("jobs", id) / name
    if studio.database.get(JobRow, id).state != "done" or not path.is_file():
        raise not_found("film")
    return FileResponse(path, media_type=media_type)


def _shown(row: JobRow) -> schemas.JobOut:
    """The job without local paths, and with the remaining time."""
    job = schemas.JobOut.model_validate(row)
    job.spec = {name: value for name, value in row.spec.items() if name not in PATHS}
    if row.state == "running" and row.started and row.total and row.done:
        job.left = (time.time() - row.started) / row.done * (row.total - row.done)
    return job
