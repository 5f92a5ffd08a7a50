"""Characters: cast for a photo, directed, kept, sent and taken as files."""

from __future__ import annotations

import asyncio
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse
from sqlalchemy import select

from rosetail.characters.openraster import MEDIA_TYPE as OPEN_RASTER
from rosetail.studio import schemas, tables
from rosetail.studio.context import Client, Here, Studio
from rosetail.studio.files import MEDIA
from rosetail.studio.problems import not_found
from rosetail.studio.routes.media import BODY, JPEG, gives
from rosetail.studio.routes.photos import check_style
from rosetail.studio.uploads import label, receive

router = APIRouter(tags=["characters"])

FILE = ".json"
IMAGE = gives(*MEDIA.values(), what="The picture")
LAYERS = gives(OPEN_RASTER, what="The layers")
JSON_FILE = gives("application/json", what="The character file")


@router.get("/attributes")
async def attributes(studio: Here, client: Client) -> list[schemas.Attribute]:
    """What can be edited by name; empty where the model has no directions."""
    found: list[dict[str, Any]] = await studio.preview(client, "attributes", "attributes")
    return [schemas.Attribute.model_validate(each) for each in found]


@router.post("/cast", status_code=201)
async def cast(asked: schemas.Cast, studio: Here, client: Client) -> list[schemas.Character]:
    """Draw new characters for a photo. They go again unless kept."""
    photo = studio.store.existing("photos", asked.photo)
    like = studio.store.existing("characters", asked.like, FILE) if asked.like else ""
    ids = [tables.new_id() for _ in range(asked.n)]
    facts = await studio.preview(
        client,
        "cast",
        "cast",
        photo=str(photo),
        files=[str(studio.store.path("characters", id, FILE)) for id in ids],
        seed=asked.seed,
        truncation=asked.truncation,
        like=str(like),
        likeness=asked.likeness,
        spread=asked.spread,
        locks=asked.locks,
    )
    rows = [tables.Character(id=id, **each) for id, each in zip(ids, facts, strict=True)]
    await asyncio.to_thread(_add_drafts, studio, rows)
    return [schemas.Character.model_validate(row) for row in rows]


@router.post("/photos/{id}/portrait", response_class=Response, responses=IMAGE)
async def portrait(
    id: schemas.Id, asked: schemas.Portrait, studio: Here, client: Client
) -> Response:
    """The photo as a character, edited. Of several wishes that wait, only the newest is drawn."""
    check_style(asked.style)
    wish = {
        "photo": str(studio.store.existing("photos", id)),
        "character": str(studio.store.existing("characters", asked.character, FILE)),
        "edits": asked.edits,
        "frame": asked.frame,
        "style": asked.style,
        "form": asked.form,
    }
    data: bytes
    if asked.frame == "face":
        data = await studio.preview(client, "portrait", "portrait", **wish)
    else:
        data = await studio.work(client, "portrait", **wish)
    return Response(data, media_type=MEDIA[asked.form])


@router.post("/photos/{id}/layers", response_class=Response, responses=LAYERS)
async def layers(id: schemas.Id, asked: schemas.Layers, studio: Here, client: Client) -> Response:
    """The photo as a character, edited, in layers for a drawing program (OpenRaster). The painter's
    characters come in layers, those of trained models do not."""
    data: bytes = await studio.work(
        client,
        "layers",
        photo=str(studio.store.existing("photos", id)),
        character=str(studio.store.existing("characters", asked.character, FILE)),
        edits=asked.edits,
    )
    return Response(data, media_type=OPEN_RASTER)


@router.get("/characters")
def characters(studio: Here) -> list[schemas.Character]:
    """The characters that were kept, favourites first, then the newest."""
    table = tables.Character
    order = table.favourite.desc(), table.created.desc()
    with studio.database.begin() as session:
        rows = session.scalars(select(table).where(table.kept).order_by(*order))
        return [schemas.Character.model_validate(row) for row in rows]


@router.post("/characters", status_code=201)
async def keep(asked: schemas.KeepCharacter, studio: Here, client: Client) -> schemas.Character:
    """Keep a character with edits as one of its own."""
    id = tables.new_id()
    facts = await studio.work(
        client,
        "keep",
        photo=str(studio.store.existing("photos", asked.photo)),
        character=str(studio.store.existing("characters", asked.character, FILE)),
        edits=asked.edits,
        name=label(asked.name, "character"),
        file=str(studio.store.path("characters", id, FILE)),
    )
    return await _kept(studio, id, facts)


@router.post("/characters/file", status_code=201, openapi_extra=BODY)
async def take(request: Request, studio: Here, client: Client) -> schemas.Character:
    """Take a character file, as `rosetail cast --save` writes it."""
    arrived = await asyncio.to_thread(studio.store.arriving)
    limits = studio.settings.limits
    await receive(request, arrived, limits.character_bytes, limits.silence)
    id = tables.new_id()
    try:
        file = str(studio.store.path("characters", id, FILE))
        facts = await studio.work(client, "take_character", path=str(arrived), file=file)
    finally:
        arrived.unlink(missing_ok=True)
    return await _kept(studio, id, facts | {"name": label(facts["name"], "character")})


@router.get("/characters/{id}/file.json", response_class=FileResponse, responses=JSON_FILE)
def file(id: schemas.Id, studio: Here) -> FileResponse:
    """The character file, for `rosetail apply`, `mix` and `video`."""
    return FileResponse(
        studio.store.existing("characters", id, FILE), media_type="application/json"
    )


@router.get("/characters/{id}/picture.jpg", response_class=FileResponse, responses=JPEG)
def picture(id: schemas.Id, studio: Here) -> FileResponse:
    """The character on the photo it was cast for."""
    return FileResponse(studio.store.existing("characters", id, ".jpg"), media_type="image/jpeg")


@router.patch("/characters/{id}")
async def change(
    id: schemas.Id, asked: schemas.ChangeCharacter, studio: Here, client: Client
) -> schemas.Character:
    """Rename a character, keep it, or make it a favourite (which keeps it)."""
    path = studio.store.existing("characters", id, FILE)
    name = label(asked.name, "character") if asked.name is not None else None
    if name is not None:
        await studio.work(client, "rename", character=str(path), name=name)

    def write() -> tables.Character:
        with studio.database.begin() as session:
            row = session.get(tables.Character, id)
            if row is None:
                raise not_found("character")
            row.name = name or row.name
            row.favourite = row.favourite if asked.favourite is None else asked.favourite
            row.kept = (row.kept if asked.kept is None else asked.kept) or row.favourite
        return row

    return schemas.Character.model_validate(await asyncio.to_thread(write))


@router.delete("/characters/{id}", status_code=204)
def remove(id: schemas.Id, studio: Here) -> None:
    """Delete a character."""
    with studio.database.begin() as session:
        row = session.get(tables.Character, id)
        if row is None:
            raise not_found("character")
        session.delete(row)
    studio.store.remove("characters", id)


async def _kept(studio: Studio, id: str, facts: dict[str, Any]) -> schemas.Character:
    row = tables.Character(id=id, kept=True, **facts)

    def insert() -> None:
        with studio.database.begin() as session:
            session.add(row)

    await asyncio.to_thread(insert)
    return schemas.Character.model_validate(row)


def _add_drafts(studio: Studio, rows: list[tables.Character]) -> None:
    """Add ``rows``; the oldest that nobody kept make room."""
    table = tables.Character
    with studio.database.begin() as session:
        session.add_all(rows)
        session.flush()
        drafts = select(table).where(~table.kept).order_by(table.created.desc())
        old = list(session.scalars(drafts.offset(studio.settings.limits.drafts)))
        for row in old:
            session.delete(row)
    for row in old:
        studio.store.remove("characters", row.id)
