"""The participants' side of studies: access by link only, and methods stay hidden."""

from __future__ import annotations

import threading
from typing import Annotated, Literal

from fastapi import APIRouter, Path
from fastapi.responses import Response
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from rosetail.studio import schemas
from rosetail.studio.context import CurrentStudio
from rosetail.studio.database import find
from rosetail.studio.problems import Problem, not_found
from rosetail.studio.routes.media import WEBP
from rosetail.studio.study import picture_name, trials
from rosetail.studio.tables import DeletedRow, JobRow, ParticipantRow, StudyRow, TrialRow

router = APIRouter(prefix="/answer/{key}", tags=["answers"])

Key = Annotated[str, Path(min_length=22, max_length=22, pattern=r"^[A-Za-z0-9_-]{22}$")]
Number = Annotated[int, Path(ge=0, le=10_000)]
MOST_PARTICIPANTS = 2000  # per study, because anybody with the link can take part

_numbering = threading.Lock()  # gives each participant a different number


@router.get("")
def invitation(key: Key, studio: CurrentStudio) -> schemas.Invitation:
    """The question and the number of pairs."""
    with studio.database.begin() as session:
        study = _open_study(session, key)
        _check_ready(session, study)
    shown = trials(len(study.photos), len(study.methods), study.repeats, seed=0)
    return schemas.Invitation(question=study.question, trials=len(shown))


@router.post("", status_code=201)
def begin(key: Key, studio: CurrentStudio) -> schemas.Participant:
    """Take part. The study's seed and the person's number determine the order of the pairs."""
    with _numbering, studio.database.begin() as session:
        study = _open_study(session, key)
        _check_ready(session, study)
        numbers = select(func.max(ParticipantRow.number)).where(ParticipantRow.study == study.id)
        last = session.scalar(numbers) or 0
        if last >= MOST_PARTICIPANTS:
            raise Problem(409, "full", "this study has enough answers; thank you")
        person = ParticipantRow(study=study.id, number=last + 1)
        session.add(person)
        session.flush()
        pairs = trials(len(study.photos), len(study.methods), study.repeats, study.seed + last)
        session.add_all(
            TrialRow(
                person=person.id,
                number=number,
                photo=pair.photo,
                left=pair.left,
                right=pair.right,
                repeats=pair.repeats,
            )
            for number, pair in enumerate(pairs)
        )
    return schemas.Participant(person=person.id, trials=len(pairs))


@router.get("/{person}")
def trial(key: Key, person: schemas.Id, studio: CurrentStudio) -> schemas.TrialOut:
    """The next pair."""
    with studio.database.begin() as session:
        study = _open_study(session, key)
        shown = _trials(session, study, person)
    number = _next(shown)
    done = number == len(shown)
    return schemas.TrialOut(number=number, trials=len(shown), done=done, question=study.question)


@router.post("/{person}")
def answer(
    key: Key, person: schemas.Id, body: schemas.TrialAnswer, studio: CurrentStudio
) -> schemas.TrialOut:
    """Choose a side of the current pair; returns the next pair."""
    with studio.database.begin() as session:
        shown = _trials(session, _open_study(session, key), person)
        number = _next(shown)
        if body.number != number or number == len(shown):
            raise Problem(409, "turn", "this is not the next pair; reload the page")
        shown[number].choice, shown[number].seconds = body.choice, body.seconds
    return trial(key, person, studio)


@router.get("/{person}/{number}/{side}.webp", response_class=Response, responses=WEBP)
def picture(
    key: Key,
    person: schemas.Id,
    number: Number,
    side: Literal["left", "right"],
    studio: CurrentStudio,
) -> Response:
    """One side of a pair."""
    with studio.database.begin() as session:
        study = _open_study(session, key)
        shown = _trials(session, study, person)
    if number >= len(shown):
        raise not_found("pair")
    pair = shown[number]
    method = pair.left if side == "left" else pair.right
    path = studio.store.path("jobs", study.job) / picture_name(pair.photo, method)
    # No FileResponse: its ETag would reveal that two trials show the same picture.
    return Response(path.read_bytes(), media_type="image/webp")


def _open_study(session: Session, key: str) -> StudyRow:
    study = session.scalar(select(StudyRow).where(StudyRow.key == key, StudyRow.open))
    if study is None or session.get(DeletedRow, study.id) is not None:
        raise Problem(404, "not_found", "this study is closed, or the link is wrong")
    return study


def _check_ready(session: Session, study: StudyRow) -> None:
    if find(session, JobRow, study.job).state != "done":
        raise Problem(409, "drawing", "the pictures are still being drawn; try again in a moment")


def _trials(session: Session, study: StudyRow, id: str) -> list[TrialRow]:
    """The trials of a participant, in order."""
    person = find(session, ParticipantRow, id)
    if person.study != study.id:
        raise not_found("participant")
    own = select(TrialRow).where(TrialRow.person == person.id).order_by(TrialRow.number)
    return list(session.scalars(own))


def _next(shown: list[TrialRow]) -> int:
    """The number of the first trial without an answer; the number of trials if there is none."""
    return next((trial.number for trial in shown if not trial.choice), len(shown))
