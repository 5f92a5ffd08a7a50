"""What routes that take and give files say of them in the OpenAPI document."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query

Responses = dict[int | str, dict[str, Any]]


def gives(*kinds: str, what: str = "The file") -> Responses:
    """A response whose body is a file of one of ``kinds`` (media types)."""
    schema = {"schema": {"type": "string", "format": "binary"}}
    return {200: {"content": dict.fromkeys(kinds, schema), "description": what}}


BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}
JPEG, PNG = gives("image/jpeg"), gives("image/png")
VIDEO, PRORES = gives("video/mp4"), gives("video/quicktime")
Shown = Annotated[str, Query(max_length=500, description="what the file is called; only shown")]
