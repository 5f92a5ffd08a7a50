"""Photos in a style; drawings are saved on request."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, Response

from rosetail import weights
from rosetail.errors import UnknownStyle
from rosetail.studio import schemas
from rosetail.studio.context import Client, CurrentStudio, Studio
from rosetail.studio.files import MEDIA_TYPES
from rosetail.studio.routes.media import IMAGE, JPEG
from rosetail.studio.tables import PictureRow, new_id
from rosetail.studio.uploads import display_name

router = APIRouter(tags=["drawings"])


@router.post("/photos/{id}/drawing", response_class=Response, responses=IMAGE)
async def drawing(
    id: schemas.Id, body: schemas.DrawRequest, studio: CurrentStudio, client: Client
) -> Response:
    """The photo in a style. A newer request for the same photo supersedes a waiting one."""
    data, width, height = await _draw(studio, client, id, body)
    sizes = {"X-Width": str(width), "X-Height": str(height)}
    return Response(data, media_type=MEDIA_TYPES[body.form], headers=sizes)


@router.post("/clips/{id}/frame", response_class=Response, responses=JPEG)
async def clip_frame(
    id: schemas.Id, body: schemas.FrameRequest, studio: CurrentStudio, client: Client
) -> Response:
    """One frame of a clip as its film will show it. A newer request supersedes a waiting one."""
    check_style(body.look.style)
    arguments = body.model_dump(exclude={"time", "character"}) | {"character": ""}
    if body.character:
        character = studio.store.existing("characters", body.character, ".json")
        arguments["character"] = str(character)
    data = await studio.previews.call(
        client,
        "clip_frame",
        slot="clip_frame",
        path=str(studio.store.existing("clips", id)),
        seconds=body.time,
        **arguments,
    )
    return Response(data, media_type="image/jpeg")


@router.post("/pictures", status_code=201, response_model=schemas.PictureOut)
async def save_picture(
    body: schemas.SavePicture, studio: CurrentStudio, client: Client
) -> PictureRow:
    """Draw a photo at its full size and save the drawing."""
    request = schemas.DrawRequest(look=body.look, whole=True, form="png")
    data, width, height = await _draw(studio, client, body.photo, request)
    row = PictureRow(
        id=new_id(),
        name=display_name(body.name, "drawing"),
        settings=body.look.model_dump(),
        width=width,
        height=height,
        bytes=len(data),
    )

    def store() -> PictureRow:
        file = studio.store.arriving()
        file.write_bytes(data)
        file.replace(studio.store.path("pictures", row.id, ".png"))
        return studio.database.add(row)

    return await asyncio.to_thread(store)


async def _draw(
    studio: Studio, client: str, id: str, body: schemas.DrawRequest
) -> tuple[bytes, int, int]:
    """The bytes of a drawing's file, its width and height."""
    check_style(body.look.style)
    arguments = {"path": str(studio.store.existing("photos", id)), **body.model_dump()}
    result: tuple[bytes, int, int]
    if body.whole:
        result = await studio.slow.call(client, "draw", **arguments)
    else:
        result = await studio.previews.call(client, "draw", slot=id, **arguments)
    return result


def check_style(style: str) -> None:
    """Raise UnknownStyle for a style that does not exist, before the request is queued."""
    if style not in weights.styles():
        raise UnknownStyle(style, weights.styles())
