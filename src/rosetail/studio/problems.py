"""Refusals as people and programs read them: a status, a short code, and one line of why."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from rosetail.errors import (
    BackendMissing,
    InputError,
    NoFaceFound,
    OutputError,
    RosetailError,
    SettingsError,
    UnknownStyle,
    WeightsMissing,
)

# What each error of the library is on the wire; the first that fits counts.
STATUS: tuple[tuple[type[RosetailError], int, str], ...] = (
    (NoFaceFound, 422, "no_face"),
    (InputError, 422, "input"),
    (SettingsError, 422, "settings"),
    (UnknownStyle, 409, "weights"),
    (WeightsMissing, 409, "weights"),
    (BackendMissing, 409, "backend"),
    (OutputError, 507, "disk"),
)
BY_NAME = {kind.__name__: (status, code) for kind, status, code in STATUS}


class Refusal(BaseModel):
    """Why a request was not served."""

    code: str
    detail: str


class Problem(Exception):
    """Raised anywhere below a route; becomes a :class:`Refusal` with ``status``."""

    def __init__(self, status: int, code: str, detail: str, *, retry_after: int = 0) -> None:
        super().__init__(detail)
        self.status, self.code, self.detail, self.retry_after = status, code, detail, retry_after


def not_found(what: str) -> Problem:
    """The same answer for what never was, is gone, or has an impossible id."""
    return Problem(404, "not_found", f"no such {what}; open the library to see what there is")


def of_library_error(name: str, message: str) -> Problem:
    """The problem for a library error, by the name of its class."""
    status, code = BY_NAME.get(name, (500, "fault"))
    return Problem(status, code, message)


def answer(status: int, code: str, detail: str, retry_after: int = 0) -> JSONResponse:
    """A refusal as a response."""
    headers = {"Retry-After": str(retry_after)} if retry_after else {}
    return JSONResponse({"code": code, "detail": detail}, status, headers)


# For the OpenAPI document: any route may answer so.
RESPONSES: dict[int | str, dict[str, Any]] = {
    status: {"model": Refusal, "description": text}
    for status, text in {
        400: "The request cannot be read",
        401: "The token is missing or wrong",
        403: "Asked from another page or under another name of this machine",
        404: "There is no such thing",
        405: "Not done this way",
        409: "Not possible now",
        411: "The length of the body is not stated",
        413: "Too large",
        415: "The body is of another type",
        422: "It makes no sense, or the file is not what it should be",
        429: "Too much is waiting; ask again later",
        503: "The drawing process stopped; ask again",
        507: "The disk or the library is full",
    }.items()
}


def install(app: FastAPI) -> None:
    """Every error that leaves a route leaves it as a refusal."""

    @app.exception_handler(Problem)
    async def _problem(request: Request, error: Problem) -> JSONResponse:
        return answer(error.status, error.code, error.detail, error.retry_after)

    @app.exception_handler(RosetailError)
    async def _library(request: Request, error: RosetailError) -> JSONResponse:
        problem = of_library_error(type(error).__name__, str(error))
        return answer(problem.status, problem.code, problem.detail)

    @app.exception_handler(RequestValidationError)
    async def _invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"][1:]) or str(first["loc"][0])
        return answer(422, "invalid", f"{where}: {first['msg']}; see /api/docs")

    @app.exception_handler(HTTPException)
    async def _plain(request: Request, error: HTTPException) -> JSONResponse:
        made = answer(error.status_code, "http", str(error.detail))
        made.headers.update(error.headers or {})
        return made
