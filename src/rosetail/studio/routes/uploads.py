"""A file that arrives, judged by its content and kept under an id of ours."""

from __future__ import annotations

import asyncio
from typing import TypeVar

from fastapi import Request

from rosetail.studio import tables
from rosetail.studio.context import Studio
from rosetail.studio.uploads import label, receive

R = TypeVar("R", tables.Photo, tables.Clip)


async def taken(
    request: Request,
    studio: Studio,
    client: str,
    row: type[R],
    name: str,
    *,
    what: str,
    most: int,
    picture: str,
) -> R:
    """The new ``row`` of the file in the request's body, which holds at most ``most`` bytes.

    ``what`` is "photo" or "clip": the work ``take_...`` tells its facts and writes a small picture
    of it, which that work calls ``picture``. A file that is refused leaves nothing behind.
    """
    kind = f"{what}s"
    arrived = await asyncio.to_thread(studio.store.arriving)
    size = await receive(request, arrived, most, studio.settings.limits.silence)
    id = tables.new_id()
    shown = studio.store.path(kind, id, ".jpg")
    try:
        paths = {"path": str(arrived), picture: str(shown)}
        facts = await studio.work(client, f"take_{what}", **paths)
        await asyncio.to_thread(arrived.replace, studio.store.path(kind, id))
    except BaseException:
        arrived.unlink(missing_ok=True)
        shown.unlink(missing_ok=True)
        raise
    made = row(id=id, name=label(name, what), bytes=size, **facts)
    await asyncio.to_thread(_insert, studio, made)
    return made


def _insert(studio: Studio, row: tables.Row) -> None:
    with studio.database.begin() as session:
        session.add(row)
