"""Files that people send: the body of the request as it is, counted while it is read.

There are no forms and no file names: a body has one part, and where it lands is ours to say.
"""

from __future__ import annotations

import asyncio
import re
import unicodedata
from pathlib import Path

from fastapi import Request

from rosetail.studio.problems import Problem

LONGEST_NAME = 120


async def receive(request: Request, path: Path, most: int, silence: float) -> int:
    """Write the body of ``request`` to ``path``; its number of bytes.

    Raises Problem 413 before more than a chunk beyond ``most`` was read, 400 for an empty body and
    where nothing comes for ``silence`` seconds. Nothing is left at ``path`` then.
    """
    stated = request.headers.get("content-length", "")
    if stated.isdigit() and int(stated) > most:
        raise _too_large(most)
    size = 0
    chunks = request.stream().__aiter__()
    try:
        with path.open("xb") as file:
            while True:
                try:
                    chunk = await asyncio.wait_for(chunks.__anext__(), silence)
                except StopAsyncIteration:
                    break
                size += len(chunk)
                if size > most:
                    raise _too_large(most)
                await asyncio.to_thread(file.write, chunk)
        if not size:
            raise Problem(400, "empty", "the file is empty; choose another")
    except (TimeoutError, asyncio.TimeoutError) as error:  # two classes before Python 3.11
        path.unlink(missing_ok=True)
        raise Problem(400, "silence", "the upload stopped on its way; send it again") from error
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return size


def label(name: str, otherwise: str) -> str:
    """``name`` as something to show: one line, no control characters, no folders; never a path."""
    text = unicodedata.normalize("NFC", name)
    text = "".join(c for c in text if unicodedata.category(c)[0] != "C")
    text = re.split(r"[/\\]", text)[-1].strip(" .")
    return text[:LONGEST_NAME] or otherwise


def _too_large(most: int) -> Problem:
    return Problem(413, "too_large", f"larger than {most / 1e6:.0f} MB; give a smaller file")
