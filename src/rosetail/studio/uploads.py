"""Uploads: the body of a request is the file; its size is checked while it is read."""

from __future__ import annotations

import asyncio
import re
import unicodedata
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

from fastapi import Request

from rosetail.studio.context import Studio
from rosetail.studio.problems import Problem
from rosetail.studio.tables import ClipRow, PhotoRow, new_id

LONGEST_NAME = 120
R = TypeVar("R", PhotoRow, ClipRow)


async def store_upload(
    request: Request, studio: Studio, client: str, table: type[R], name: str
) -> R:
    """Store the photo or clip in the request's body; returns its new row.

    Rejected files are deleted.
    """
    kind = table.__tablename__
    limits = studio.settings.limits
    limit = limits.photo_bytes if table is PhotoRow else limits.clip_bytes
    what = kind.removesuffix("s")
    id = new_id()
    view = studio.store.path(kind, id, ".jpg")
    async with received(request, studio, limit) as (path, size):
        try:
            columns = await studio.slow.call(client, f"add_{what}", path=str(path), view=str(view))
            await asyncio.to_thread(path.replace, studio.store.path(kind, id))
        except BaseException:
            view.unlink(missing_ok=True)
            raise
    row = table(id=id, name=file_title(name, what), bytes=size, **columns)
    return await asyncio.to_thread(studio.database.add, row)


@asynccontextmanager
async def received(request: Request, studio: Studio, limit: int) -> AsyncIterator[tuple[Path, int]]:
    """The request's body as a temporary file, and its number of bytes.

    Raises Problem 413 for more than ``limit`` bytes, and 400 for an empty body or if no data comes
    for as long as the settings allow.
    """
    stated = request.headers.get("content-length", "")
    if stated.isdigit() and int(stated) > limit:
        raise _too_large(limit)
    path = await asyncio.to_thread(studio.store.arriving)
    try:
        size = await _write(request, path, limit, studio.settings.limits.silence)
        yield path, size
    finally:
        path.unlink(missing_ok=True)


async def _write(request: Request, path: Path, limit: int, silence: float) -> int:
    size = 0
    chunks = aiter(request.stream())
    with path.open("xb") as file:
        while True:
            try:
                chunk = await asyncio.wait_for(anext(chunks), silence)
            except StopAsyncIteration:
                break
            except (TimeoutError, asyncio.TimeoutError) as error:  # distinct before Python 3.11
                raise Problem(400, "silence", "the upload stopped; send it again") from error
            size += len(chunk)
            if size > limit:
                raise _too_large(limit)
            await asyncio.to_thread(file.write, chunk)
    if not size:
        raise Problem(400, "empty", "the file is empty; choose another")
    return size


def display_name(name: str, default: str) -> str:
    """``name`` on one line, without control characters; it is shown, never used as a path."""
    text = unicodedata.normalize("NFC", name)
    text = "".join(c for c in text if unicodedata.category(c)[0] != "C").strip()
    return text[:LONGEST_NAME] or default


def file_title(name: str, default: str) -> str:
    """:func:`display_name` of an uploaded file, without folders."""
    return display_name(re.split(r"[/\\]", name)[-1].strip(" ."), default)


def _too_large(limit: int) -> Problem:
    return Problem(413, "too_large", f"larger than {limit / 1e6:.0f} MB; use a smaller file")
