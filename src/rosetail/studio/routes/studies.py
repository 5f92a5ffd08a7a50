"""The author's side of studies."""

from __future__ import annotations

import csv
import io
import secrets

from fastapi import APIRouter
from fastapi.responses import Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from rosetail.studio import schemas
from rosetail.studio.context import Client, CurrentStudio, Studio
from rosetail.studio.database import find
from rosetail.studio.problems import Problem
from rosetail.studio.routes.drawings import check_style
from rosetail.studio.routes.media import file_response
from rosetail.studio.study import Choice, Findings, findings
from rosetail.studio.tables import JobRow, ParticipantRow, StudyRow, TrialRow
from rosetail.studio.uploads import display_name

router = APIRouter(tags=["studies"])

COLUMNS = ("person", "trial", "photo", "left", "right", "chosen", "repeats", "seconds")


@router.post("/studies", status_code=201)
def add_study(body: schemas.NewStudy, studio: CurrentStudio, client: Client) -> schemas.StudyOut:
    """Create a study. It opens when its pictures have been drawn in the background."""
    names = [method.name for method in body.methods]
    if len(set(names)) < len(names):
        raise Problem(422, "names", "two methods have the same name; give each its own")
    for method in body.methods:
        check_style(method.look.style)
    paths = [str(studio.store.existing("photos", id)) for id in body.photos]
    methods = [method.model_dump() for method in body.methods]
    spec = {"photos": paths, "methods": methods, "model": studio.settings.model}
    name = display_name(body.name, "study")
    row = StudyRow(
        name=name,
        question=body.question,
        methods=methods,
        photos=body.photos,
        repeats=body.repeats,
        seed=secrets.randbelow(2**31),
        open=True,
        job=studio.jobs.add("study", name, client, spec).id,
    )
    return _shown(studio, studio.database.add(row))


@router.get("/studies")
def studies(studio: CurrentStudio) -> list[schemas.StudyOut]:
    """All studies, newest first."""
    return [_shown(studio, row) for row in studio.database.all(StudyRow)]


@router.patch("/studies/{id}")
def update_study(
    id: schemas.Id, body: schemas.StudyUpdate, studio: CurrentStudio
) -> schemas.StudyOut:
    """Rename, close or open a study."""
    with studio.database.edit(StudyRow, id) as row:
        row.name = display_name(body.name, row.name) if body.name else row.name
        row.open = row.open if body.open is None else body.open
    return _shown(studio, row)


@router.get("/studies/{id}/findings")
def study_findings(id: schemas.Id, studio: CurrentStudio) -> Findings:
    """Counts, win rates with confidence intervals, and tests."""
    with studio.database.begin() as session:
        row = find(session, StudyRow, id)
        answers = _answers(session, row)
    choices = [
        Choice(person.id, trial.number, trial.photo, trial.left, trial.right, chosen, trial.repeats)
        for person, trial, chosen in answers
    ]
    return findings(choices, len(row.methods))


@router.get(
    "/studies/{id}/choices.csv", response_class=Response, responses=file_response("text/csv")
)
def study_choices(id: schemas.Id, studio: CurrentStudio) -> Response:
    """One line for each choice: participants by number, methods by name."""
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerow(COLUMNS)
    with studio.database.begin() as session:
        row = find(session, StudyRow, id)
        names = [_no_formula(str(method["name"])) for method in row.methods]
        for person, trial, chosen in _answers(session, row):
            repeats = "" if trial.repeats is None else trial.repeats
            methods = (names[method] for method in (trial.left, trial.right, chosen))
            numbers = (person.number, trial.number, trial.photo)
            writer.writerow((*numbers, *methods, repeats, trial.seconds))
    return Response(table.getvalue(), media_type="text/csv")


def _answers(session: Session, study: StudyRow) -> list[tuple[ParticipantRow, TrialRow, int]]:
    """The answered trials of a study, each with the index of the chosen method."""
    answered = (
        select(ParticipantRow, TrialRow)
        .join(TrialRow, TrialRow.person == ParticipantRow.id)
        .where(ParticipantRow.study == study.id, TrialRow.choice != "")
        .order_by(ParticipantRow.number, TrialRow.number)
    )
    return [
        (person, trial, trial.left if trial.choice == "left" else trial.right)
        for person, trial in session.execute(answered)
    ]


def _no_formula(text: str) -> str:
    """``text``, quoted if a spreadsheet would evaluate it."""
    return f"'{text}" if text[:1] in "=+-@\t\r" else text


def _shown(studio: Studio, row: StudyRow) -> schemas.StudyOut:
    study = schemas.StudyOut.model_validate(row)
    with studio.database.begin() as session:
        answers = _answers(session, row)
        job = session.get(JobRow, row.job)
    study.people = len({person.id for person, _, _ in answers})
    study.choices = len(answers)
    if job is not None:
        study.ready = job.state == "done"
        total = f" of {job.total}" if job.total else ""
        study.message = job.message or f"{job.done}{total} pictures drawn"
    return study
