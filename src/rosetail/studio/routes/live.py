"""Webcam frames, drawn here if the browser itself is too slow."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from rosetail.studio import schemas
from rosetail.studio.context import Client, CurrentStudio
from rosetail.studio.problems import Problem
from rosetail.studio.routes.media import FILE_BODY, JPEG
from rosetail.studio.routes.photos import check_style

router = APIRouter(tags=["live"])


@router.post("/frame", response_class=Response, responses=JPEG, openapi_extra=FILE_BODY)
async def frame(
    request: Request,
    studio: CurrentStudio,
    client: Client,
    style: Annotated[str, Query(max_length=64)] = "cel",
    strength: Annotated[schemas.Fraction01, Query()] = 1.0,
) -> Response:
    """Draw one frame, a JPEG or WebP of at most a megapixel."""
    check_style(style)
    body = await request.body()
    if not body:
        raise Problem(400, "empty", "the frame is empty; send a JPEG")
    data: bytes = await studio.preview(
        client, "", "live", frame=body, style=style, strength=strength
    )
    return Response(data, media_type="image/jpeg")
