"""Characters: cast for a photo, drawn with edits, saved and imported."""

from __future__ import annotations

import asyncio
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy import select

from rosetail.characters.openraster import MEDIA_TYPE as OPEN_RASTER
from rosetail.studio import schemas
from rosetail.studio.context import Client, CurrentStudio, Studio
from rosetail.studio.files import MEDIA_TYPES
from rosetail.studio.routes.drawings import check_style
from rosetail.studio.routes.media import FILE_BODY, IMAGE, file_response
from rosetail.studio.site import SAMPLES
from rosetail.studio.tables import CharacterRow, new_id
from rosetail.studio.uploads import display_name, received

router = APIRouter(tags=["characters"])

FILE = ".json"


@router.get("/attributes", response_model=list[schemas.AttributeOut])
async def attributes(studio: CurrentStudio, client: Client) -> Any:
    """The edits by name; empty if the model has no directions."""
    return await studio.previews.call(client, "attributes", slot="attributes")


@router.post("/cast", status_code=201, response_model=list[schemas.CharacterOut])
async def cast(
    body: schemas.CastRequest, studio: CurrentStudio, client: Client
) -> list[CharacterRow]:
    """Draw new characters for a photo. They are drafts, which are deleted unless saved."""
    photo = studio.store.existing("photos", body.photo) if body.photo else SAMPLES / "astronaut.jpg"
    like = studio.store.existing("characters", body.like, FILE) if body.like else ""
    ids = [new_id() for _ in range(body.n)]
    columns = await studio.previews.call(
        client,
        "cast",
        slot="cast",
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
        data = await studio.previews.call(client, "portrait", slot="portrait", **arguments)
    else:
        data = await studio.slow.call(client, "portrait", **arguments)
    return Response(data, media_type=MEDIA_TYPES[body.form])


@router.post("/photos/{id}/layers", response_class=Response, responses=file_response(OPEN_RASTER))
async def layers(
    id: schemas.Id, body: schemas.EditedCharacter, studio: CurrentStudio, client: Client
) -> Response:
    """The photo as an edited character in layers, for drawing programs (OpenRaster). Only the
    painter draws in layers; trained models do not."""
    arguments = body.model_dump() | _files(studio, id, body.character)
    data: bytes = await studio.slow.call(client, "layers", **arguments)
    return Response(data, media_type=OPEN_RASTER)


@router.post("/characters", status_code=201, response_model=schemas.CharacterOut)
async def save_character(
    body: schemas.SaveCharacter, studio: CurrentStudio, client: Client
) -> CharacterRow:
    """Save a character with edits as a new one."""
    id = new_id()
    columns = await studio.slow.call(
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
        columns = await studio.slow.call(client, "import_file", path=str(path), file=file)
    columns["name"] = display_name(columns["name"], "character")
    row = CharacterRow(id=id, kept=True, **columns)
    return await asyncio.to_thread(studio.database.add, row)


@router.get("/characters/{id}", response_model=schemas.CharacterOut)
def character(id: schemas.Id, studio: CurrentStudio) -> CharacterRow:
    """A character, saved or not."""
    return studio.database.get(CharacterRow, id)


@router.patch("/characters/{id}", response_model=schemas.CharacterOut)
async def update_character(
    id: schemas.Id, body: schemas.CharacterUpdate, studio: CurrentStudio, client: Client
) -> CharacterRow:
    """Rename a character, save it, or mark it as a favourite, which saves it."""
    path = studio.store.existing("characters", id, FILE)
    name = display_name(body.name, "character") if body.name is not None else None
    if name is not None:
        await studio.slow.call(client, "rename", character=str(path), name=name)

    def write() -> CharacterRow:
        with studio.database.edit(CharacterRow, id) as row:
            row.name = name or row.name
            row.favourite = row.favourite if body.favourite is None else body.favourite
            row.kept = (row.kept if body.kept is None else body.kept) or row.favourite
        return row

    return await asyncio.to_thread(write)


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
