"""Saved drawings."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter
from fastapi.responses import FileResponse

from rosetail.studio import schemas
from rosetail.studio.context import Client, CurrentStudio
from rosetail.studio.routes.media import PNG
from rosetail.studio.routes.photos import draw
from rosetail.studio.tables import PictureRow, new_id
from rosetail.studio.uploads import display_name

router = APIRouter(tags=["pictures"])


@router.post("/pictures", status_code=201, response_model=schemas.PictureOut)
async def save_picture(
    body: schemas.SavePicture, studio: CurrentStudio, client: Client
) -> PictureRow:
    """Draw a photo at its full size and save the drawing."""
    request = schemas.DrawRequest(look=body.look, whole=True, form="png")
    data, width, height = await draw(studio, client, body.photo, request)
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


@router.get("/pictures", response_model=list[schemas.PictureOut])
def pictures(studio: CurrentStudio) -> list[PictureRow]:
    """All saved drawings, newest first."""
    return studio.database.all(PictureRow)


@router.get("/pictures/{id}/file.png", response_class=FileResponse, responses=PNG)
def picture_file(id: schemas.Id, studio: CurrentStudio) -> FileResponse:
    """The drawing."""
    return FileResponse(studio.store.existing("pictures", id, ".png"), media_type="image/png")


@router.patch("/pictures/{id}", response_model=schemas.PictureOut)
def rename_picture(id: schemas.Id, body: schemas.Rename, studio: CurrentStudio) -> PictureRow:
    """Rename a drawing."""
    with studio.database.edit(PictureRow, id) as row:
        row.name = display_name(body.name, row.name)
    return row


@router.delete("/pictures/{id}", status_code=204)
def delete_picture(id: schemas.Id, studio: CurrentStudio) -> None:
    """Delete a drawing."""
    studio.database.delete(PictureRow, id)
    studio.store.remove("pictures", id)
