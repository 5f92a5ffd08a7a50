"""Characters: cast for a photo, edited, saved, exported and imported as files."""

from __future__ import annotations

import asyncio
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse
from sqlalchemy import select

from rosetail.characters.openraster import MEDIA_TYPE as OPEN_RASTER
from rosetail.studio import schemas
from rosetail.studio.context import Client, CurrentStudio, Studio
from rosetail.studio.files import MEDIA_TYPES
from rosetail.studio.routes.media import FILE_BODY, IMAGE, JPEG, file_response
from rosetail.studio.routes.photos import check_style
from rosetail.studio.tables import CharacterRow, new_id
from rosetail.studio.uploads import display_name, received

router = APIRouter(tags=["characters"])

FILE = ".json"


@router.get("/attributes")
async def attributes(studio: CurrentStudio, client: Client) -> list[schemas.AttributeOut]:
    """The edits by name; empty if the model has no directions."""
    found: list[dict[str, Any]] = await studio.preview(client, "attributes", "attributes")
    return [schemas.AttributeOut.model_validate(each) for each in found]


@router.post("/cast", status_code=201, response_model=list[schemas.CharacterOut])
async def cast(
    body: schemas.CastRequest, studio: CurrentStudio, client: Client
) -> list[CharacterRow]:
    """Draw new characters for a photo. They are drafts: saved ones stay, others are deleted."""
    photo = studio.store.existing("photos", body.photo)
    like = studio.store.existing("characters", body.like, FILE) if body.like else ""
    ids = [new_id() for _ in range(body.n)]
    columns = await studio.preview(
        client,
        "cast",
        "cast",
        photo=str(photo),
        files=[str(studio.store.path("characters", id, FILE)) for id in ids],
        like=str(like),
        **body.model_dump(exclude={"photo", "n", "like"}),
    )
    rows = [CharacterRow(id=id, **each) for id, each in zip(ids, columns, strict=True)]
    await asyncio.to_thread(_add_drafts, studio, rows)
    return rows


@router.post("/photos/{id}/portrait", response_class=Response, responses=IMAGE)
async def portrait(
    id: schemas.Id, body: schemas.PortraitRequest, studio: CurrentStudio, client: Client
) -> Response:
    """The photo as an edited character. A newer request for a face supersedes a waiting one."""
    check_style(body.style)
    arguments = body.model_dump() | _files(studio, id, body.character)
    data: bytes
    if body.frame == "face":
        data = await studio.preview(client, "portrait", "portrait", **arguments)
    else:
        data = await studio.slow(client, "portrait", **arguments)
    return Response(data, media_type=MEDIA_TYPES[body.form])


@router.post("/photos/{id}/layers", response_class=Response, responses=file_response(OPEN_RASTER))
async def layers(
    id: schemas.Id, body: schemas.EditedCharacter, studio: CurrentStudio, client: Client
) -> Response:
    """The photo as an edited character in layers, for drawing programs (OpenRaster). Only the
    painter draws in layers; trained models do not."""
    arguments = body.model_dump() | _files(studio, id, body.character)
    data: bytes = await studio.slow(client, "layers", **arguments)
    return Response(data, media_type=OPEN_RASTER)


@router.get("/characters", response_model=list[schemas.CharacterOut])
def characters(studio: CurrentStudio) -> list[CharacterRow]:
    """The saved characters, favourites first, then the newest."""
    rows = studio.database.all(CharacterRow, CharacterRow.kept.is_(True))
    return sorted(rows, key=lambda row: not row.favourite)


@router.post("/characters", status_code=201, response_model=schemas.CharacterOut)
async def save_character(
    body: schemas.SaveCharacter, studio: CurrentStudio, client: Client
) -> CharacterRow:
    """Save a character with edits as a new one."""
    id = new_id()
    columns = await studio.slow(
        client,
        "save",
        **_files(studio, body.photo, body.character),
        edits=body.edits,
        name=display_name(body.name, "character"),
        file=str(studio.store.path("characters", id, FILE)),
    )
    row = CharacterRow(id=id, kept=True, **columns)
    return await asyncio.to_thread(studio.database.add, row)


@router.post(
    "/characters/file",
    status_code=201,
    openapi_extra=FILE_BODY,
    response_model=schemas.CharacterOut,
)
async def import_character(request: Request, studio: CurrentStudio, client: Client) -> CharacterRow:
    """Import a character file, as `rosetail cast --save` writes it."""
    id = new_id()
    async with received(request, studio, studio.settings.limits.character_bytes) as (path, _):
        file = str(studio.store.path("characters", id, FILE))
        columns = await studio.slow(client, "import_file", path=str(path), file=file)
    columns["name"] = display_name(columns["name"], "character")
    row = CharacterRow(id=id, kept=True, **columns)
    return await asyncio.to_thread(studio.database.add, row)


@router.get(
    "/characters/{id}/file.json",
    response_class=FileResponse,
    responses=file_response("application/json"),
)
def character_file(id: schemas.Id, studio: CurrentStudio) -> FileResponse:
    """The character file, for `rosetail apply`, `mix` and `video`."""
    path = studio.store.existing("characters", id, FILE)
    return FileResponse(path, media_type="application/json")


@router.get("/characters/{id}/picture.jpg", response_class=FileResponse, responses=JPEG)
def character_picture(id: schemas.Id, studio: CurrentStudio) -> FileResponse:
    """The character on the photo it was cast for."""
    return FileResponse(studio.store.existing("characters", id, ".jpg"), media_type="image/jpeg")


@router.patch("/characters/{id}", response_model=schemas.CharacterOut)
async def update_character(
    id: schemas.Id, body: schemas.CharacterUpdate, studio: CurrentStudio, client: Client
) -> CharacterRow:
    """Rename a character, save it, or mark it as a favourite, which saves it."""
    path = studio.store.existing("characters", id, FILE)
    name = display_name(body.name, "character") if body.name is not None else None
    if name is not None:
        await studio.slow(client, "rename", character=str(path), name=name)

    def write() -> CharacterRow:
        with studio.database.edit(CharacterRow, id) as row:
            row.name = name or row.name
            row.favourite = row.favourite if body.favourite is None else body.favourite
            row.kept = (row.kept if body.kept is None else body.kept) or row.favourite
        return row

    return await asyncio.to_thread(write)


@router.delete("/characters/{id}", status_code=204)
def delete_character(id: schemas.Id, studio: CurrentStudio) -> None:
    """Delete a character."""
    studio.database.delete(CharacterRow, id)
    studio.store.remove("characters", id)


def _files(studio: Studio, photo: str, character: str) -> dict[str, str]:
    return {
        "photo": str(studio.store.existing("photos", photo)),
        "character": str(studio.store.existing("characters", character, FILE)),
    }


def _add_drafts(studio: Studio, rows: list[CharacterRow]) -> None:
    """Add ``rows`` and delete the oldest drafts beyond the limit."""
    with studio.database.begin() as session:
        session.add_all(rows)
        session.flush()
        drafts = select(CharacterRow).where(~CharacterRow.kept)
        newest_first = drafts.order_by(CharacterRow.created.desc())
        old = list(session.scalars(newest_first.offset(studio.settings.limits.drafts)))
        for row in old:
            session.delete(row)
    for row in old:
        studio.store.remove("characters", row.id)
