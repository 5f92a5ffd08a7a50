"""Photos, and drawings of them."""

from __future__ import annotations

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
from rosetail.studio.routes.uploads import taken

router = APIRouter(tags=["photos"])

IMAGE = gives(*MEDIA.values(), what="The picture")


@router.post("/photos", status_code=201, openapi_extra=BODY)
async def add(request: Request, studio: Here, client: Client, name: Shown = "") -> schemas.Photo:
    """Send a photo: the body is the file. What it is, its content says."""
    row = await taken(
        request,
        studio,
        client,
        tables.Photo,
        name,
        what="photo",
        most=studio.settings.limits.photo_bytes,
        picture="view",
    )
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
