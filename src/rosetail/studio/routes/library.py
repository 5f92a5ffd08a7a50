"""Photos, clips, pictures and characters: upload, list, get their files and rename."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse

from rosetail.studio import schemas
from rosetail.studio.context import Client, CurrentStudio
from rosetail.studio.render import PROXY
from rosetail.studio.routes.media import FILE_BODY, FileName, file_response
from rosetail.studio.tables import CharacterRow, ClipRow, NamedTable, PhotoRow, PictureRow
from rosetail.studio.uploads import display_name, store_upload

router = APIRouter(tags=["library"])

# Suffix in the store, media type and description of each file.
FILES = {
    "/photos/{id}/view.jpg": (".jpg", "image/jpeg", "The photo at no more than 1280 pixels a side"),
    "/clips/{id}/poster.jpg": (".jpg", "image/jpeg", "One frame of the clip"),
    "/clips/{id}/file": ("", "video/mp4", "The clip as it was uploaded"),
    "/clips/{id}/proxy.mp4": (PROXY, "video/mp4", "The version of the clip that browsers play"),
    "/pictures/{id}/file.png": (".png", "image/png", "The saved drawing"),
    "/characters/{id}/picture.jpg": (".jpg", "image/jpeg", "The character on its photo"),
    "/characters/{id}/file.json": (
        ".json",
        "application/json",
        "The character file, for `rosetail apply`, `mix` and `video`",
    ),
}


@router.post("/photos", status_code=201, openapi_extra=FILE_BODY, response_model=schemas.PhotoOut)
async def add_photo(
    request: Request, studio: CurrentStudio, client: Client, name: FileName = ""
) -> PhotoRow:
    """Upload a photo. Its format is recognized by its content."""
    return await store_upload(request, studio, client, PhotoRow, name)


@router.post("/clips", status_code=201, openapi_extra=FILE_BODY, response_model=schemas.ClipOut)
async def add_clip(
    request: Request, studio: CurrentStudio, client: Client, name: FileName = ""
) -> ClipRow:
    """Upload a clip."""
    return await store_upload(request, studio, client, ClipRow, name)


@router.get("/characters", response_model=list[schemas.CharacterOut])
def characters(studio: CurrentStudio) -> list[CharacterRow]:
    """The saved characters, favourites first, then the newest."""
    rows = studio.database.all(CharacterRow, CharacterRow.kept.is_(True))
    return sorted(rows, key=lambda row: not row.favourite)


@router.patch("/pictures/{id}", response_model=schemas.PictureOut)
def rename_picture(id: schemas.Id, body: schemas.Rename, studio: CurrentStudio) -> PictureRow:
    """Rename a saved drawing."""
    with studio.database.edit(PictureRow, id) as row:
        row.name = display_name(body.name, row.name)
    return row


def _add_list(table: type[NamedTable], schema: type[schemas.ItemOut]) -> None:
    kind = table.__tablename__

    @router.get(
        f"/{kind}",
        name=f"list_{kind}",
        description=f"All {kind}, newest first.",
        response_model=list[schema],  # type: ignore[valid-type]
    )
    def items(studio: CurrentStudio) -> list[Any]:
        return studio.database.all(table)


def _add_file(path: str, suffix: str, media_type: str, description: str) -> None:
    kind = path.split("/")[1]

    @router.get(
        path,
        name=f"{kind}_file",
        description=f"{description}.",
        response_class=FileResponse,
        responses=file_response(media_type),
    )
    def file(id: schemas.Id, studio: CurrentStudio) -> FileResponse:
        return FileResponse(studio.store.existing(kind, id, suffix), media_type=media_type)


_add_list(PhotoRow, schemas.PhotoOut)
_add_list(ClipRow, schemas.ClipOut)
_add_list(PictureRow, schemas.PictureOut)
for _path, _file in FILES.items():
    _add_file(_path, *_file)
