"""Descriptions of file bodies for the OpenAPI document."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query

from rosetail.studio.files import MEDIA_TYPES


def file_response(*media_types: str) -> dict[int | str, dict[str, Any]]:
    """A response whose body is a file of one of ``media_types``."""
    schema = {"schema": {"type": "string", "format": "binary"}}
    return {200: {"content": dict.fromkeys(media_types, schema), "description": "The file"}}


FILE_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}
JPEG, WEBP = file_response("image/jpeg"), file_response("image/webp")
IMAGE = file_response(*MEDIA_TYPES.values())
FileName = Annotated[str, Query(max_length=500, description="the file's name, for display only")]
