"""Photos, and drawings of them."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse

from rosetail import weights
from rosetail.errors import UnknownStyle
from rosetail.studio import schemas
from rosetail.studio.context import Client, CurrentStudio, Studio
from rosetail.studio.files import MEDIA_TYPES
from rosetail.studio.routes.media import FILE_BODY, IMAGE, JPEG, FileName
from rosetail.studio.tables import PhotoRow
from rosetail.studio.uploads import store_upload

router = APIRouter(tags=["photos"])


@router.post("/photos", status_code=201, openapi_extra=FILE_BODY, response_model=schemas.PhotoOut)
async def add_photo(
    request: Request, studio: CurrentStudio, client: Client, name: FileName = ""
) -> PhotoRow:
    """Upload a photo. Its format is recognized by its content."""
    return await store_upload(request, studio, client, PhotoRow, name)


@router.get("/photos", response_model=list[schemas.PhotoOut])
def photos(studio: CurrentStudio) -> list[PhotoRow]:
    """All photos, newest first."""
    return studio.database.all(PhotoRow)


@router.get("/photos/{id}/view.jpg", response_class=FileResponse, responses=JPEG)
def photo_view(id: schemas.Id, studio: CurrentStudio) -> FileResponse:
    """The photo at no more than 1280 pixels a side."""
    return FileResponse(studio.store.existing("photos", id, ".jpg"), media_type="image/jpeg")


@router.delete("/photos/{id}", status_code=204)
def delete_photo(id: schemas.Id, studio: CurrentStudio) -> None:
    """Delete a photo. Drawings of it stay."""
    studio.database.delete(PhotoRow, id)
    studio.store.remove("photos", id)


@router.post("/photos/{id}/drawing", response_class=Response, responses=IMAGE)
async def drawing(
    id: schemas.Id, body: schemas.DrawRequest, studio: CurrentStudio, client: Client
) -> Response:
    """The photo in a style. A newer request for the same photo supersedes a waiting one."""
    data, width, height = await draw(studio, client, id, body)
    sizes = {"X-Width": str(width), "X-Height": str(height)}
    return Response(data, media_type=MEDIA_TYPES[body.form], headers=sizes)


async def draw(
    studio: Studio, client: str, id: str, body: schemas.DrawRequest
) -> tuple[bytes, int, int]:
    """The file of a drawing, its width and height."""
    check_style(body.look.style)
    path = str(studio.store.existing("photos", id))
    options = body.look.model_dump() | {"whole": body.whole, "form": body.form}
    result: tuple[bytes, int, int]
    if body.whole:
        result = await studio.slow(client, "draw", path=path, **options)
    else:
        result = await studio.preview(client, id, "draw", path=path, **options)
    return result


def check_style(style: str) -> None:
    """Raise UnknownStyle for a style that does not exist, before anything waits for it."""
    if style not in weights.styles():
        raise UnknownStyle(style, weights.styles())
