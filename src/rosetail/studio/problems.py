"""Error responses: a status, a short code for programs, and one line for people."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from rosetail.errors import RosetailError

# HTTP status and code of the library's errors, by class name, because they come through pipes.
LIBRARY_ERRORS = {
    "NoFaceFound": (422, "no_face"),
    "InputError": (422, "input"),
    "SettingsError": (422, "settings"),
    "UnknownStyle": (409, "weights"),
    "WeightsMissing": (409, "weights"),
    "BackendMissing": (409, "backend"),
    "ExtraMissing": (409, "extra"),
    "LibraryMissing": (409, "extra"),
    "OutputError": (507, "disk"),
}


class ErrorBody(BaseModel):
    """Why a request failed."""

    code: str
    detail: str


class Problem(Exception):
    """Raised anywhere below a route; becomes an :class:`ErrorBody` with ``status``."""

    def __init__(self, status: int, code: str, detail: str, *, retry_after: int = 0) -> None:
        super().__init__(detail)
        self.status, self.code, self.detail, self.retry_after = status, code, detail, retry_after

    def response(self) -> JSONResponse:
        """The problem as a response."""
        headers = {"Retry-After": str(self.retry_after)} if self.retry_after else {}
        return JSONResponse({"code": self.code, "detail": self.detail}, self.status, headers)


def not_found(what: str) -> Problem:
    """The 404 response for rows that never existed, were deleted, or have a malformed id."""
    return Problem(404, "not_found", f"no such {what}; it may have been deleted")


def of_library_error(name: str, message: str) -> Problem:
    """The problem for an error of the library with class ``name``."""
    return Problem(*LIBRARY_ERRORS.get(name, (500, "fault")), message)


# Error responses of all routes, for the OpenAPI document.
RESPONSES: dict[int | str, dict[str, Any]] = {
    status: {"model": ErrorBody, "description": text}
    for status, text in {
        400: "The request cannot be read",
        401: "The token is missing or wrong",
        403: "Sent by another site or to an unknown host name",
        404: "Not found",
        405: "Method not allowed",
        409: "Not possible in the current state",
        411: "The Content-Length header is missing",
        413: "Too large",
        415: "The body has the wrong media type",
        422: "A value or the file is invalid",
        429: "Too many requests are waiting; try again later",
        503: "The drawing process stopped; try again",
        507: "The disk or the library is full",
    }.items()
}


def install(app: FastAPI) -> None:
    """Turn every exception of a route into an :class:`ErrorBody`."""

    @app.exception_handler(Problem)
    async def _problem(request: Request, error: Problem) -> JSONResponse:
        return error.response()

    @app.exception_handler(RosetailError)
    async def _library(request: Request, error: RosetailError) -> JSONResponse:
        return of_library_error(type(error).__name__, str(error)).response()

    @app.exception_handler(RequestValidationError)
    async def _invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"][1:]) or str(first["loc"][0])
        detail = f"{where}: {first['msg']}; see /api/openapi.json"
        return Problem(422, "invalid", detail).response()

    @app.exception_handler(HTTPException)
    async def _http(request: Request, error: HTTPException) -> JSONResponse:
        response = Problem(error.status_code, "http", str(error.detail)).response()
        response.headers.update(error.headers or {})
        return response
