"""The webcam: frames in a style, and a character that follows the person."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response

from rosetail import extras
from rosetail.studio import schemas
from rosetail.studio.context import Client, CurrentStudio
from rosetail.studio.problems import Problem
from rosetail.studio.routes.drawings import check_style
from rosetail.studio.routes.media import FILE_BODY, JPEG, file_response

router = APIRouter(tags=["live"])

PIXELS = "application/octet-stream"
Held = Literal["wink", "laugh", "shout"]


@router.post("/frame", response_class=Response, responses=JPEG, openapi_extra=FILE_BODY)
async def live_frame(
    request: Request,
    studio: CurrentStudio,
    client: Client,
    style: Annotated[str, Query(max_length=64)] = "cel",
    strength: Annotated[schemas.Fraction01, Query()] = 1.0,
) -> Response:
    """Draw one webcam frame, a JPEG or WebP of at most a megapixel."""
    check_style(style)
    body = await _frame(request)
    data = await studio.previews.call(client, "live", frame=body, style=style, strength=strength)
    return Response(data, media_type="image/jpeg")


@router.post(
    "/characters/{id}/frame",
    response_class=Response,
    responses=file_response(PIXELS),
    openapi_extra=FILE_BODY,
)
async def live_character(
    id: schemas.Id,
    request: Request,
    studio: CurrentStudio,
    client: Client,
    seconds: Annotated[float, Query(ge=0, le=1e11, description="time of the frame")],
    held: Annotated[
        list[Held], Query(default_factory=list, max_length=3, description="keys that are pressed")
    ],
    size: Annotated[int, Query(ge=128, le=1024, description="pixels of a side")] = 512,
    calibrate: Annotated[bool, Query(description="take the face for neutral")] = False,
) -> Response:
    """The character in the pose of one webcam frame, a JPEG of at most a megapixel.

    The body of the response is RGBA, ``size`` pixels wide and high, without compression. The header
    X-Face is 1 if the frame shows a face, X-Calibrating is 1 while the neutral face is measured,
    Server-Timing has the milliseconds of tracking and of drawing. Only characters of the painter.
    """
    extras.check("the painter", "paint", "skia")
    drawn = await studio.live.draw(
        client,
        await _frame(request),
        character=str(studio.store.existing("characters", id, ".json")),
        size=size,
        seconds=seconds,
        held=held,
        calibrate=calibrate,
    )
    headers = {
        "X-Face": str(int(drawn.seen)),
        "X-Calibrating": str(int(drawn.calibrating)),
        "Server-Timing": f"track;dur={drawn.tracking:.1f}, draw;dur={drawn.drawing:.1f}",
    }
    return Response(drawn.rgba, media_type=PIXELS, headers=headers)


async def _frame(request: Request) -> bytes:
    body = await request.body()
    if not body:
        raise Problem(400, "empty", "the frame is empty; send a JPEG")
    return body
