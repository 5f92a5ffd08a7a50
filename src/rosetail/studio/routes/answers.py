"""Studies as those who answer see them: the link is all they have, and nothing names a method."""

from __future__ import annotations

import threading
from typing import Annotated, Literal

from fastapi import APIRouter, Path
from fastapi.responses import Response

from rosetail.studio import schemas, studies, tables
from rosetail.studio.context import Here, Studio
from rosetail.studio.problems import Problem, not_found
from rosetail.studio.routes.media import gives
from rosetail.studio.study import picture_name, trials

router = APIRouter(prefix="/answer/{key}", tags=["answers"])

Key = Annotated[str, Path(min_length=22, max_length=22, pattern=r"^[A-Za-z0-9_-]{22}$")]
Number = Annotated[int, Path(ge=0, le=10_000)]
WEBP = gives("image/webp")

_beginning = threading.Lock()  # no two people get one number


@router.get("")
def invitation(key: Key, studio: Here) -> schemas.Invitation:
    """What is asked, and how often."""
    with studio.database.begin() as session:
        study = studies.by_key(session, key)
        _check_ready(studio, study)
        shown = trials(len(study.photos), len(study.methods), study.repeats, 0)
    return schemas.Invitation(question=study.question, trials=len(shown))


@router.post("", status_code=201)
def begin(key: Key, studio: Here) -> schemas.Begun:
    """Begin to answer."""
    with _beginning, studio.database.begin() as session:
        study = studies.by_key(session, key)
        _check_ready(studio, study)
        person = studies.begin(session, study)
        shown = studies.all_trials(session, person)
    return schemas.Begun(person=person.id, trials=len(shown))


@router.get("/{person}")
def trial(key: Key, person: schemas.Id, studio: Here) -> schemas.TrialView:
    """The next pair."""
    with studio.database.begin() as session:
        study = studies.by_key(session, key)
        shown = studies.all_trials(session, studies.person_of(session, study, person))
    next_one = studies.next_trial(shown)
    number = len(shown) if next_one is None else next_one.number
    return schemas.TrialView(
        number=number, trials=len(shown), done=next_one is None, question=study.question
    )


@router.post("/{person}")
def choose(key: Key, person: schemas.Id, asked: schemas.Chosen, studio: Here) -> schemas.TrialView:
    """Choose a side of the next pair; the one after it."""
    with studio.database.begin() as session:
        study = studies.by_key(session, key)
        who = studies.person_of(session, study, person)
        studies.choose(session, who, asked.number, asked.choice, asked.seconds)
    return trial(key, person, studio)


@router.get("/{person}/{number}/{side}.webp", response_class=Response, responses=WEBP)
def picture(
    key: Key, person: schemas.Id, number: Number, side: Literal["left", "right"], studio: Here
) -> Response:
    """One side of a pair."""
    with studio.database.begin() as session:
        study = studies.by_key(session, key)
        shown = studies.all_trials(session, studies.person_of(session, study, person))
    if number >= len(shown):
        raise not_found("pair")
    pair = shown[number]
    method = pair.left if side == "left" else pair.right
    path = studio.store.path("jobs", study.job) / picture_name(pair.photo, method)
    # No FileResponse: its ETag would be the same wherever one picture is shown again.
    return Response(path.read_bytes(), media_type="image/webp")


def _check_ready(studio: Studio, study: tables.Study) -> None:
    if studio.jobs.get(study.job).state != "done":
        raise Problem(409, "drawing", "its pictures are still being drawn; come back in a moment")
