"""Clips."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse

from rosetail.studio import schemas
from rosetail.studio.context import Client, CurrentStudio
from rosetail.studio.routes.media import FILE_BODY, JPEG, FileName, file_response
from rosetail.studio.tables import ClipRow
from rosetail.studio.uploads import store_upload

router = APIRouter(tags=["clips"])


@router.post("/clips", status_code=201, openapi_extra=FILE_BODY, response_model=schemas.ClipOut)
async def add_clip(
    request: Request, studio: CurrentStudio, client: Client, name: FileName = ""
) -> ClipRow:
    """Upload a clip."""
    return await store_upload(request, studio, client, ClipRow, name)


@router.get("/clips", response_model=list[schemas.ClipOut])
def clips(studio: CurrentStudio) -> list[ClipRow]:
    """All clips, newest first."""
    return studio.database.all(ClipRow)


@router.get("/clips/{id}/poster.jpg", response_class=FileResponse, responses=JPEG)
def poster(id: schemas.Id, studio: CurrentStudio) -> FileResponse:
    """One frame of the clip."""
    return FileResponse(studio.store.existing("clips", id, ".jpg"), media_type="image/jpeg")


@router.get("/clips/{id}/file", response_class=FileResponse, responses=file_response("video/mp4"))
def clip_file(id: schemas.Id, studio: CurrentStudio) -> FileResponse:
    """The clip as it was uploaded."""
    return FileResponse(studio.store.existing("clips", id), media_type="video/mp4")


@router.delete("/clips/{id}", status_code=204)
def delete_clip(id: schemas.Id, studio: CurrentStudio) -> None:
    """Delete a clip. Films of it stay; waiting jobs that need it will fail."""
    studio.database.delete(ClipRow, id)
    studio.store.remove("clips", id)
