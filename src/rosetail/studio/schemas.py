"""What requests and answers hold: the words of the API, and the bounds of every number."""

from __future__ import annotations

from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, model_validator

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


Tag = Annotated[str, Field(max_length=64, pattern=r"^[a-z0-9_-]+$")]
Strength = Annotated[float, Field(ge=-5, le=5)]
Edits = Annotated[dict[Tag, Strength], Field(max_length=64)]


Region = Literal["mouth", "eyes", "brows", "cheeks", "hair", "face", "clothes", "ground", "whole"]


class Attribute(Answer):
    """Something that can be edited by name."""

    tag: str
    region: Region
    colour: bool = Field(description="one of several colours of a thing, of which one is chosen")
    opposite: str = Field(description="the tag that is its contrary, where that is known too")
    choice: str = Field(description="what it is one of, where one of many is drawn; else empty")
    score: float | None = Field(description="how well its direction sorts pictures, 0.5 to 1")


class Character(Answer):
    id: Id
    name: str
    created: float
    model: str
    edits: dict[str, float]
    favourite: bool
    kept: bool


class Cast(Asked):
    """New characters for a photo; near ``like``, with ``locks`` of it, where one is named.

    With ``likeness`` the first has the person's own hair and colours.
    """

    photo: Id
    n: Annotated[int, Field(ge=1, le=16)] = 8
    seed: Annotated[int, Field(ge=0, lt=2**31)] = 0
    truncation: Part = 1.0
    like: Id | None = None
    likeness: bool = False
    spread: Part = 0.5
    locks: Annotated[list[Region], Field(max_length=len(get_args(Region)))] = []


class Portrait(Asked):
    """A photo as a character. ``edits`` are all that it is to have."""

    character: Id
    edits: Edits = {}
    frame: Literal["face", "figure", "portrait", "full"] = "face"
    style: Annotated[str, Field(max_length=64, pattern=r"^[a-z0-9_-]+$")] = "cel"
    form: Form = "jpeg"


class Layers(Asked):
    """A photo as a character, part by part. ``edits`` are all that it is to have."""

    character: Id
    edits: Edits = {}


class KeepCharacter(Asked):
    photo: Id
    character: Id
    edits: Edits = {}
    name: Name


class ChangeCharacter(Asked):
    name: Name | None = None
    favourite: bool | None = None
    kept: bool | None = None


class Keyframe(Asked):
    """What holds ``time`` seconds into the clip, and how it is come to."""

    time: Annotated[float, Field(ge=0, le=100_000)]
    edits: Edits
    easing: Literal["linear", "ease", "in", "out", "hold"] = "ease"


class Film(Asked):
    """A render of a clip. ``seconds`` of it from ``start``, or all of it.

    With a ``character``, faces become it, with ``edits`` and ``keyframes``, and the look draws the
    rest; a ``figure`` has no rest: the character alone on a clear ground, for a film editor.
    """

    clip: Id
    name: Name
    look: Look = Look()
    character: Id | None = None
    edits: Edits = {}
    keyframes: Annotated[list[Keyframe], Field(max_length=200)] = []
    figure: bool = False
    compare: bool = False
    start: Annotated[float, Field(ge=0, le=100_000)] = 0.0
    seconds: Annotated[float, Field(gt=0, le=60)] | None = None

    @model_validator(mode="after")
    def _figures_are_characters(self) -> Film:
        if self.figure and self.character is None:
            raise ValueError("figure shows a character alone; choose one")
        return self


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


class Method(Asked):
    """One of the things that a study compares."""

    name: Name
    look: Look = Look()


class NewStudy(Asked):
    name: Name
    question: Annotated[str, Field(min_length=1, max_length=200)] = "Which picture do you prefer?"
    methods: Annotated[list[Method], Field(min_length=2, max_length=6)]
    photos: Annotated[list[Id], Field(min_length=1, max_length=60)]
    repeats: Annotated[float, Field(ge=0, le=0.5)] = 0.2


class Study(Answer):
    id: Id
    name: str
    created: float
    question: str
    key: str = Field(description="of the link for those who answer: /answer/KEY")
    methods: list[Method]
    photos: list[str]
    repeats: float
    open: bool
    ready: bool = Field(False, description="whether its pictures are drawn")
    message: str = ""
    people: int = 0
    choices: int = 0


class OpenStudy(Asked):
    name: Name | None = None
    open: bool | None = None


class Duel(Answer):
    """Two methods against each other; ``rate`` is the share of choices for the first."""

    first: int
    second: int
    wins: int
    losses: int
    rate: float | None
    low: float | None
    high: float | None
    p: float | None
    p_holm: float | None
    people_for: int
    people_against: int
    p_people: float | None


class Findings(Answer):
    people: int
    choices: int
    repeats: int
    agreement: float | None
    left: float | None
    duels: list[Duel]
    wins: list[int]
    shown: list[int]


class Invitation(Answer):
    """What somebody who answers is told first."""

    question: str
    trials: int


class Begun(Answer):
    person: Id
    trials: int


class TrialView(Answer):
    """One pair. Nothing in it tells the methods apart."""

    number: int
    trials: int
    done: bool
    question: str


class Chosen(Asked):
    number: Annotated[int, Field(ge=0, le=10_000)]
    choice: Literal["left", "right"]
    seconds: Annotated[float, Field(ge=0, le=86_400)] = 0.0
