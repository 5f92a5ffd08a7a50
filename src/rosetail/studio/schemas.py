"""What requests and answers hold: the words of the API, and the bounds of every number."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Id = Annotated[str, Field(min_length=22, max_length=22, pattern=r"^[A-Za-z0-9_-]{22}$")]
Name = Annotated[str, Field(min_length=1, max_length=120)]
Part = Annotated[float, Field(ge=0, le=1)]
Form = Literal["jpeg", "png", "webp"]
State = Literal["queued", "running", "done", "failed", "cancelled"]


class Answer(BaseModel):
    """Built from rows of the library."""

    model_config = ConfigDict(from_attributes=True)


class Asked(BaseModel):
    """Refuses fields that it does not know, so that typing errors show."""

    model_config = ConfigDict(extra="forbid")


class Health(Answer):
    status: Literal["ok"] = "ok"
    version: str
    seconds: float = Field(description="since the studio was started")


class Style(Answer):
    name: str
    title: str
    description: str


class ModelState(Answer):
    """Whether characters can be made; ``why`` says what is missing."""

    ready: bool
    name: str
    why: str = ""
    size: int = 0


class Status(Answer):
    version: str
    styles: list[Style]
    model: ModelState
    previews_waiting: int
    previews_running: int
    jobs_waiting: int
    library_bytes: int
    live: list[str] = Field(description="looks that can run inside the browser")
    photo_bytes: int
    clip_bytes: int


class Photo(Answer):
    id: Id
    name: str
    created: float
    width: int
    height: int
    faces: int
    bytes: int


class Look(Asked):
    """How a photo or clip is drawn in a trained look."""

    style: Annotated[str, Field(max_length=64, pattern=r"^[a-z0-9_-]+$")] = "cel"
    strength: Part = 1.0
    anime: Part = 0.0
    faces_only: bool = False
    detail: Annotated[float, Field(gt=0, le=4)] | Literal["auto"] = "auto"


class Drawing(Asked):
    look: Look = Look()
    whole: bool = Field(False, description="at the photo's own size rather than 1280 pixels")
    form: Form = "jpeg"


class KeepPicture(Asked):
    photo: Id
    look: Look = Look()
    name: Name


class Picture(Answer):
    id: Id
    name: str
    created: float
    settings: dict[str, Any]
    width: int
    height: int
    bytes: int


class Rename(Asked):
    name: Name


class Clip(Answer):
    id: Id
    name: str
    created: float
    width: int
    height: int
    frames: int
    seconds: float
    rate: float
    sound: bool
    bytes: int


class Film(Asked):
    """A render of a clip. ``seconds`` of it from ``start``, or all of it."""

    clip: Id
    name: Name
    look: Look = Look()
    compare: bool = False
    start: Annotated[float, Field(ge=0, le=100_000)] = 0.0
    seconds: Annotated[float, Field(gt=0, le=60)] | None = None


class Job(Answer):
    id: Id
    name: str
    kind: str
    created: float
    state: State
    done: int
    total: int | None
    started: float | None
    finished: float | None
    message: str
    bytes: int
    left: float | None = Field(None, description="seconds until it is done, as far as one can tell")
    spec: dict[str, Any] = Field({}, description="what was asked for")
