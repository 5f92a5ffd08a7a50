"""Photos, and drawings of them."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse
from sqlalchemy import select

from rosetail import weights
from rosetail.errors import UnknownStyle
from rosetail.studio import schemas, tables
from rosetail.studio.context import Client, Here, Studio
from rosetail.studio.files import MEDIA
from rosetail.studio.problems import not_found
from rosetail.studio.routes.media import BODY, JPEG, Shown, gives
from rosetail.studio.uploads import label, receive

router = APIRouter(tags=["photos"])

IMAGE = gives(*MEDIA.values(), what="The picture")


@router.post("/photos", status_code=201, openapi_extra=BODY)
async def add(request: Request, studio: Here, client: Client, name: Shown = "") -> schemas.Photo:
    """Send a photo: the body is the file. What it is, its content says."""
    arrived = await asyncio.to_thread(studio.store.arriving)
    limits = studio.settings.limits
    size = await receive(request, arrived, limits.photo_bytes, limits.silence)
    id = tables.new_id()
    view = studio.store.path("photos", id, ".jpg")
    try:
        facts = await studio.work(client, "take_photo", path=str(arrived), view=str(view))
        await asyncio.to_thread(arrived.replace, studio.store.path("photos", id))
    except BaseException:
        arrived.unlink(missing_ok=True)
        view.unlink(missing_ok=True)
        raise
    row = tables.Photo(id=id, name=label(name, "photo"), bytes=size, **facts)
    await asyncio.to_thread(_insert, studio, row)
    return schemas.Photo.model_validate(row)


@router.get("/photos")
def photos(studio: Here) -> list[schemas.Photo]:
    """All photos, newest first."""
    with studio.database.begin() as session:
        rows = session.scalars(select(tables.Photo).order_by(tables.Photo.created.desc()))
        return [schemas.Photo.model_validate(row) for row in rows]


@router.get("/photos/{id}/view.jpg", response_class=FileResponse, responses=JPEG)
def view(id: schemas.Id, studio: Here) -> FileResponse:
    """The photo at no more than 1280 pixels a side."""
    return FileResponse(studio.store.existing("photos", id, ".jpg"), media_type="image/jpeg")


@router.delete("/photos/{id}", status_code=204)
def remove(id: schemas.Id, studio: Here) -> None:
    """Forget a photo. What was drawn from it stays."""
    with studio.database.begin() as session:
        row = session.get(tables.Photo, id)
        if row is None:
            raise not_found("photo")
        session.delete(row)
    studio.store.remove("photos", id)


@router.post("/photos/{id}/drawing", response_class=Response, responses=IMAGE)
async def drawing(id: schemas.Id, asked: schemas.Drawing, studio: Here, client: Client) -> Response:
    """The photo in a look. A newer wish for the same photo takes the place of one that waits."""
    data, width, height = await draw(studio, client, id, asked)
    sizes = {"X-Width": str(width), "X-Height": str(height)}
    return Response(data, media_type=MEDIA[asked.form], headers=sizes)


async def draw(
    studio: Studio, client: str, id: str, asked: schemas.Drawing
) -> tuple[bytes, int, int]:
    """The file of a drawing, its width and height."""
    check_style(asked.look.style)
    path = studio.store.existing("photos", id)
    wish = {"path": str(path), **asked.look.model_dump(), "whole": asked.whole, "form": asked.form}
    made: tuple[bytes, int, int]
    if asked.whole:
        made = await studio.work(client, "draw", **wish)
    else:
        made = await studio.preview(client, id, "draw", **wish)
    return made


def check_style(style: str) -> None:
    """Refuse a look that does not exist before anything waits for it."""
    if style not in weights.styles():
        raise UnknownStyle(style, weights.styles())


def _insert(studio: Studio, row: tables.Row) -> None:
    with studio.database.begin() as session:
        session.add(row)
