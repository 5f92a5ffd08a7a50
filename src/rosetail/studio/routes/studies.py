"""Studies as their maker sees them."""

from __future__ import annotations

from dataclasses import asdict

from fastapi import APIRouter
from fastapi.responses import Response
from sqlalchemy import delete, select

from rosetail.studio import schemas, studies, tables
from rosetail.studio.context import Client, Here, Studio
from rosetail.studio.problems import Problem, not_found
from rosetail.studio.routes.media import gives
from rosetail.studio.routes.photos import check_style
from rosetail.studio.study import findings
from rosetail.studio.uploads import label

router = APIRouter(tags=["studies"])


@router.post("/studies", status_code=201)
def make(asked: schemas.NewStudy, studio: Here, client: Client) -> schemas.Study:
    """Make a study: its pictures are drawn in the background, then it opens."""
    names = [method.name for method in asked.methods]
    if len(set(names)) < len(names):
        raise Problem(422, "names", "two methods have one name; give each its own")
    for method in asked.methods:
        check_style(method.look.style)
    paths = [str(studio.store.existing("photos", id)) for id in asked.photos]
    methods = [method.model_dump() for method in asked.methods]
    spec = {"photos": paths, "methods": methods, "model": studio.settings.model}
    name = label(asked.name, "study")
    job = studio.jobs.add("study", name, client, spec)
    row = tables.Study(
        name=name,
        question=asked.question,
        methods=methods,
        photos=asked.photos,
        repeats=asked.repeats,
        seed=studies.new_seed(),
        open=True,
        job=job.id,
    )
    with studio.database.begin() as session:
        session.add(row)
    return _shown(studio, row)


@router.get("/studies")
def all_studies(studio: Here) -> list[schemas.Study]:
    """All studies, newest first."""
    with studio.database.begin() as session:
        rows = list(session.scalars(select(tables.Study).order_by(tables.Study.created.desc())))
    return [_shown(studio, row) for row in rows]


@router.patch("/studies/{id}")
def change(id: schemas.Id, asked: schemas.OpenStudy, studio: Here) -> schemas.Study:
    """Rename, close or open a study."""
    with studio.database.begin() as session:
        row = session.get(tables.Study, id)
        if row is None:
            raise not_found("study")
        row.name = label(asked.name, row.name) if asked.name else row.name
        row.open = row.open if asked.open is None else asked.open
    return _shown(studio, row)


@router.delete("/studies/{id}", status_code=204)
def remove(id: schemas.Id, studio: Here) -> None:
    """Delete a study, its answers and its pictures."""
    with studio.database.begin() as session:
        row = session.get(tables.Study, id)
        if row is None:
            raise not_found("study")
        people = select(tables.Person.id).where(tables.Person.study == id)
        session.execute(delete(tables.Trial).where(tables.Trial.person.in_(people)))
        session.execute(delete(tables.Person).where(tables.Person.study == id))
        session.delete(row)
    studio.jobs.cancel(row.job)
    studio.store.remove("jobs", row.job)


@router.get("/studies/{id}/findings")
def found(id: schemas.Id, studio: Here) -> schemas.Findings:
    """Counts, win rates with intervals, and tests."""
    with studio.database.begin() as session:
        row = session.get(tables.Study, id)
        if row is None:
            raise not_found("study")
        made = studies.choices(session, row)
    return schemas.Findings.model_validate(asdict(findings(made, len(row.methods))))


@router.get(
    "/studies/{id}/choices.csv",
    response_class=Response,
    responses=gives("text/csv", what="One line a choice"),
)
def table(id: schemas.Id, studio: Here) -> Response:
    """Every choice, for a statistics program."""
    with studio.database.begin() as session:
        row = session.get(tables.Study, id)
        if row is None:
            raise not_found("study")
        text = studies.as_csv(session, row)
    return Response(text, media_type="text/csv")


def _shown(studio: Studio, row: tables.Study) -> schemas.Study:
    made = schemas.Study.model_validate(row)
    with studio.database.begin() as session:
        made.people, made.choices = studies.counts(session, row)
        job = session.get(tables.Job, row.job)
    if job is not None:
        made.ready = job.state == "done"
        total = f" of {job.total}" if job.total else ""
        made.message = job.message or f"{job.done}{total} pictures drawn"
    return made
