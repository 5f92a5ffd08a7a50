"""Serves the built page. Files are looked up in a list, never by a path from a request."""

from __future__ import annotations

import gzip
import mimetypes
from pathlib import Path
from typing import Literal

from fastapi import FastAPI, Request
from fastapi.responses import FileResponse, PlainTextResponse, Response

from rosetail.studio.problems import not_found

FOLDER = Path(__file__).parent / "page"
SAMPLES = Path(__file__).parents[1] / "samples"
PACKED = ".gz"  # large files are stored compressed in the package
FOREVER = "public, max-age=31536000, immutable"  # asset names contain a hash
TYPES = {".mjs": "text/javascript", ".js": "text/javascript", ".wasm": "application/wasm"}
UNBUILT = "The page is not built; run make page. The API is described at /api/openapi.json.\n"


def add_page(app: FastAPI, folder: Path = FOLDER) -> None:
    """Serve the page in ``folder`` at ``/`` and at the links of studies."""
    paths = [path for path in folder.rglob("*") if path.is_file()]
    files = {path.relative_to(folder).as_posix(): path for path in paths}

    @app.get("/", include_in_schema=False)
    @app.get("/answer/{key}", include_in_schema=False)
    async def page(key: str = "") -> Response:
        if "index.html" not in files:
            return PlainTextResponse(UNBUILT, 503)
        return FileResponse(files["index.html"], headers={"Cache-Control": "no-cache"})

    @app.get("/assets/{name:path}", include_in_schema=False)
    def asset(name: str, request: Request) -> Response:
        name = f"assets/{name}"
        suffix = Path(name).suffix
        kind = TYPES.get(suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
        headers = {"Cache-Control": FOREVER}
        if name in files:
            return FileResponse(files[name], media_type=kind, headers=headers)
        packed = files.get(name + PACKED)
        if packed is None:
            raise not_found("file")
        headers["Vary"] = "Accept-Encoding"
        if "gzip" in request.headers.get("accept-encoding", ""):
            headers["Content-Encoding"] = "gzip"
            return FileResponse(packed, media_type=kind, headers=headers)
        return Response(gzip.decompress(packed.read_bytes()), media_type=kind, headers=headers)

    @app.get("/samples/{name}", include_in_schema=False)
    def sample(name: Literal["astronaut.jpg", "astronaut.mp4"]) -> FileResponse:
        return FileResponse(SAMPLES / name)
