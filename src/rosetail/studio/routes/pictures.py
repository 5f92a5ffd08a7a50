"""Drawings that were kept."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter
from fastapi.responses import FileResponse
from sqlalchemy import select

from rosetail.studio import schemas, tables
from rosetail.studio.context import Client, Here
from rosetail.studio.problems import not_found
from rosetail.studio.routes.media import PNG
from rosetail.studio.routes.photos import draw
from rosetail.studio.uploads import label

router = APIRouter(tags=["pictures"])


@router.post("/pictures", status_code=201)
async def keep(asked: schemas.KeepPicture, studio: Here, client: Client) -> schemas.Picture:
    """Draw a photo at its own size and keep the drawing."""
    wish = schemas.Drawing(look=asked.look, whole=True, form="png")
    data, width, height = await draw(studio, client, asked.photo, wish)
    row = tables.Picture(
        id=tables.new_id(),
        name=label(asked.name, "drawing"),
        settings=asked.look.model_dump(),
        width=width,
        height=height,
        bytes=len(data),
    )

    def store() -> None:
        arrived = studio.store.arriving()
        arrived.write_bytes(data)
        arrived.replace(studio.store.path("pictures", row.id, ".png"))
        with studio.database.begin() as session:
            session.add(row)

    await asyncio.to_thread(store)
    return schemas.Picture.model_validate(row)


@router.get("/pictures")
def pictures(studio: Here) -> list[schemas.Picture]:
    """All kept drawings, newest first."""
    with studio.database.begin() as session:
        rows = session.scalars(select(tables.Picture).order_by(tables.Picture.created.desc()))
        return [schemas.Picture.model_validate(row) for row in rows]


@router.get("/pictures/{id}/file.png", response_class=FileResponse, responses=PNG)
def file(id: schemas.Id, studio: Here) -> FileResponse:
    """The drawing."""
    return FileResponse(studio.store.existing("pictures", id, ".png"), media_type="image/png")


@router.patch("/pictures/{id}")
def rename(id: schemas.Id, asked: schemas.Rename, studio: Here) -> schemas.Picture:
    """Give a drawing another name."""
    with studio.database.begin() as session:
        row = session.get(tables.Picture, id)
        if row is None:
            raise not_found("picture")
        row.name = label(asked.name, row.name)
    return schemas.Picture.model_validate(row)


@router.delete("/pictures/{id}", status_code=204)
def remove(id: schemas.Id, studio: Here) -> None:
    """Delete a drawing."""
    with studio.database.begin() as session:
        row = session.get(tables.Picture, id)
        if row is None:
            raise not_found("picture")
        session.delete(row)
    studio.store.remove("pictures", id)
