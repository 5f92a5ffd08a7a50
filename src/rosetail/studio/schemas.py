"""Request and response bodies of the API, with the bounds of every number."""

from __future__ import annotations

from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, model_validator

from rosetail.characters.tag_families import Region

Id = Annotated[str, Field(min_length=22, max_length=22, pattern=r"^[A-Za-z0-9_-]{22}$")]
Name = Annotated[str, Field(min_length=1, max_length=120)]
Fraction01 = Annotated[float, Field(ge=0, le=1)]
ImageFormat = Literal["jpeg", "png", "webp"]
StyleName = Annotated[str, Field(max_length=64, pattern=r"^[a-z0-9_-]+$")]
Tag = Annotated[str, Field(max_length=64, pattern=r"^[a-z0-9_-]+$")]
Strength = Annotated[float, Field(ge=-5, le=5)]
EditStrengths = Annotated[dict[Tag, Strength], Field(max_length=64)]
Time = Annotated[float, Field(ge=0, le=100_000, description="seconds into the clip")]


class ResponseBody(BaseModel):
    """Built from rows of the library."""

    model_config = ConfigDict(from_attributes=True)


class RequestBody(BaseModel):
    """Rejects unknown fields, which are probably misspelt."""

    model_config = ConfigDict(extra="forbid")


class Health(ResponseBody):
    status: Literal["ok"] = "ok"
    version: str
    seconds: float = Field(description="uptime of the studio")


class StyleOut(ResponseBody):
    name: str
    title: str
    description: str


class ModelState(ResponseBody):
    """Whether the character model can be used; ``why`` says what is missing."""

    ready: bool
    name: str
    why: str = ""
    size: int = 0


class Status(ResponseBody):
    version: str
    styles: list[StyleOut]
    model: ModelState
    previews_waiting: int
    previews_running: int
    jobs_waiting: int
    library_bytes: int
    live: list[str] = Field(description="styles that can run in the browser")
    photo_bytes: int = Field(description="largest photo that is accepted")
    clip_bytes: int = Field(description="largest clip that is accepted")
    public_address: str = Field(
        description="address for other machines in the network; empty if only this one is served"
    )


class ItemOut(ResponseBody):
    """Fields of every item in the library."""

    id: Id
    name: str
    created: float = Field(description="seconds since 1970")


class SizedOut(ItemOut):
    width: int
    height: int
    bytes: int


class PhotoOut(SizedOut):
    faces: int


class ClipOut(SizedOut):
    frames: int
    seconds: float
    rate: float = Field(description="frames per second")
    sound: bool


class PictureOut(SizedOut):
    settings: dict[str, Any]


class CharacterOut(ItemOut):
    model: str
    edits: dict[str, float]
    favourite: bool
    kept: bool = Field(description="whether it is saved; drafts are deleted after a while")


class JobOut(ItemOut):
    kind: str
    state: Literal["queued", "running", "done", "failed", "cancelled"]
    done: int = Field(description="frames or pictures finished")
    total: int | None
    started: float | None
    finished: float | None
    message: str
    bytes: int
    left: float | None = Field(default=None, description="estimated seconds until it is done")
    spec: dict[str, Any] = Field(default={}, description="the settings of the job")


class LookSettings(RequestBody):
    """How a style is applied to a photo or clip."""

    style: StyleName = "cel"
    strength: Fraction01 = Field(default=1.0, description="0 leaves the photo, 1 is the full style")
    anime: Fraction01 = Field(default=0.0, description="how far faces move to anime proportions")
    faces_only: bool = False
    detail: Annotated[float, Field(gt=0, le=4)] | Literal["auto"] = Field(
        default="auto", description="scale at which the network sees the image"
    )


class DrawRequest(RequestBody):
    look: LookSettings = LookSettings()
    whole: bool = Field(
        default=False, description="at the photo's full size instead of 1280 pixels"
    )
    form: ImageFormat = "jpeg"


class SavePicture(RequestBody):
    photo: Id
    look: LookSettings = LookSettings()
    name: Name


class Rename(RequestBody):
    name: Name


class AttributeOut(ResponseBody):
    """An edit by name."""

    tag: str
    region: Region
    colour: bool = Field(description="one of several colours of the same thing")
    opposite: str = Field(description="the opposite tag if there is an edit for it, else empty")
    choice: str = Field(
        description="the group of alternatives that it belongs to, such as hairdo, else empty"
    )
    score: float | None = Field(
        description="area under the ROC curve of its direction, 0.5 (chance) to 1"
    )


class CastRequest(RequestBody):
    """New characters for a photo."""

    photo: Id | None = Field(default=None, description="without one, the sample portrait")
    n: Annotated[int, Field(ge=1, le=16)] = 8
    seed: Annotated[int, Field(ge=0, lt=2**31)] = 0
    truncation: Fraction01 = Field(
        default=1.0, description="lower values give more average characters"
    )
    like: Id | None = Field(default=None, description="a character that the new ones resemble")
    likeness: bool = Field(
        default=False, description="begin with characters that look like the person"
    )
    spread: Fraction01 = Field(
        default=0.5, description="how far the new ones may differ from `like`"
    )
    locks: Annotated[list[Region], Field(max_length=len(get_args(Region)))] = Field(
        default=[], description="regions that stay as they are in `like`"
    )


class EditedCharacter(RequestBody):
    """A character with exactly these ``edits``; those it was saved with are replaced."""

    character: Id
    edits: EditStrengths = {}


class PortraitRequest(EditedCharacter):
    """A photo as a character."""

    frame: Literal["face", "figure", "portrait", "full"] = "face"
    style: StyleName = "cel"
    form: ImageFormat = "jpeg"


class SaveCharacter(EditedCharacter):
    photo: Id
    name: Name


class CharacterUpdate(RequestBody):
    name: Name | None = None
    favourite: bool | None = None
    kept: bool | None = None


class KeyframeIn(RequestBody):
    """Edits at ``time``; ``easing`` is the transition from the keyframe before."""

    time: Time
    edits: EditStrengths
    easing: Literal["linear", "ease", "in", "out", "hold"] = "ease"


class FrameRequest(RequestBody):
    """One frame of a clip; the settings are those of a film."""

    time: Time
    look: LookSettings = LookSettings()
    character: Id | None = None
    edits: EditStrengths = {}
    keyframes: Annotated[list[KeyframeIn], Field(max_length=200)] = []


class FilmRequest(RequestBody):
    """A render of a clip, or of ``seconds`` from ``start``.

    With ``character``, faces become the character, with ``edits`` and ``keyframes``, and the style
    is applied to the rest. With ``figure``, only the character is drawn, on a transparent
    background (ProRes 4444).
    """

    clip: Id
    name: Name
    look: LookSettings = LookSettings()
    character: Id | None = None
    edits: EditStrengths = {}
    keyframes: Annotated[list[KeyframeIn], Field(max_length=200)] = []
    figure: bool = False
    compare: bool = Field(default=False, description="show the original beside the result")
    start: Time = 0.0
    seconds: Annotated[float, Field(gt=0, le=60)] | None = None

    @model_validator(mode="after")
    def _figure_needs_a_character(self) -> FilmRequest:
        if self.figure and self.character is None:
            raise ValueError("figure needs a character; set character to its id")
        return self


WorkPage = Literal["stage", "cast", "direct", "film"]


class Work(ResponseBody, RequestBody):
    """What a page has set for a photo, a character or a clip: text that only the page reads."""

    version: Annotated[int, Field(ge=0, lt=2**31)]
    value: Annotated[str, Field(max_length=400_000)]


class WorkPlace(ResponseBody):
    page: WorkPage
    item: Id
    changed: float = Field(description="seconds since 1970")


class DeletedOut(ItemOut):
    """An item that can be restored; ``created`` is the time of its deletion."""

    kind: str


class StudyMethod(RequestBody):
    """One of the alternatives that a study compares."""

    name: Name
    look: LookSettings = LookSettings()


class NewStudy(RequestBody):
    name: Name
    question: Annotated[str, Field(min_length=1, max_length=200)] = "Which picture do you prefer?"
    methods: Annotated[list[StudyMethod], Field(min_length=2, max_length=6)]
    photos: Annotated[list[Id], Field(min_length=1, max_length=60)]
    repeats: Annotated[float, Field(ge=0, le=0.5)] = Field(
        default=0.2, description="fraction of the pairs that is shown twice"
    )


class StudyOut(ItemOut):
    question: str
    key: str = Field(description="secret part of the link for participants, /answer/KEY")
    methods: list[StudyMethod]
    photos: list[str]
    repeats: float
    open: bool
    ready: bool = Field(default=False, description="whether its pictures are drawn")
    message: str = ""
    people: int = 0
    choices: int = 0


class StudyUpdate(RequestBody):
    name: Name | None = None
    open: bool | None = None


class Invitation(ResponseBody):
    """The introduction for a participant."""

    question: str
    trials: int


class Participant(ResponseBody):
    person: Id
    trials: int


class TrialOut(ResponseBody):
    """The next pair. Nothing in it identifies the methods."""

    number: int
    trials: int
    done: bool
    question: str


class TrialAnswer(RequestBody):
    number: Annotated[int, Field(ge=0, le=10_000)]
    choice: Literal["left", "right"]
    seconds: Annotated[float, Field(ge=0, le=86_400)] = 0.0
