"""The built page and its files: each is served by its listed name, never by a path from outside."""

from __future__ import annotations

import gzip
import mimetypes
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.responses import FileResponse, PlainTextResponse, Response

from rosetail.studio.problems import not_found

FOLDER = Path(__file__).parent / "page"
PACKED = ".gz"  # large files lie compressed in the package
FOREVER = "public, max-age=31536000, immutable"  # names of assets change with their content
TYPES = {".mjs": "text/javascript", ".js": "text/javascript", ".wasm": "application/wasm"}
UNBUILT = "The page is not built; run: npm ci && npm run build (in web/). The API is at /api.\n"


def add_page(app: FastAPI, folder: Path = FOLDER) -> None:
    """Serve the page in ``folder`` at ``/`` and at the links of studies."""
    found = [path for path in folder.rglob("*") if path.is_file()]
    files = {path.relative_to(folder).as_posix(): path for path in found}

    @app.get("/", include_in_schema=False)
    @app.get("/answer/{key}", include_in_schema=False)
    async def page(key: str = "") -> Response:
        if "index.html" not in files:
            return PlainTextResponse(UNBUILT, 503)
        return FileResponse(files["index.html"], headers={"Cache-Control": "no-cache"})

    @app.get("/assets/{name:path}", include_in_schema=False)
    def asset(name: str, request: Request) -> Response:
        return _sent(files, f"assets/{name}", request)


def _sent(files: dict[str, Path], name: str, request: Request) -> Response:
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
        return FileResponse(
            packed, media_type=kind, headers={**headers, "Content-Encoding": "gzip"}
        )
    return Response(gzip.decompress(packed.read_bytes()), media_type=kind, headers=headers)
