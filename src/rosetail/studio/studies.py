"""Studies in the database: made, answered, counted; the sums are in study.py."""

from __future__ import annotations

import csv
import io
import secrets

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from rosetail.studio.problems import Problem, not_found
from rosetail.studio.study import Choice, trials
from rosetail.studio.tables import Person, Study, Trial

MOST_PEOPLE = 2000  # of one study: its link is all that it takes
COLUMNS = ("person", "trial", "photo", "left", "right", "chosen", "repeats", "seconds")


def by_key(session: Session, key: str) -> Study:
    """The open study with this link, or 404."""
    study = session.scalar(select(Study).where(Study.key == key, Study.open))
    if study is None:
        raise not_found("study that is open")
    return study


def begin(session: Session, study: Study) -> Person:
    """Somebody new: what they will see is drawn from the study's seed and their number."""
    last = session.scalar(select(func.max(Person.number)).where(Person.study == study.id)) or 0
    if last >= MOST_PEOPLE:
        raise Problem(409, "full", "enough people have answered; thank you")
    person = Person(study=study.id, number=last + 1)
    session.add(person)
    session.flush()
    shown = trials(len(study.photos), len(study.methods), study.repeats, study.seed + last)
    session.add_all(
        Trial(
            person=person.id,
            number=number,
            photo=pair.photo,
            left=pair.left,
            right=pair.right,
            repeats=pair.repeats,
        )
        for number, pair in enumerate(shown)
    )
    return person


def person_of(session: Session, study: Study, id: str) -> Person:
    """The person of this study, or 404."""
    person = session.get(Person, id)
    if person is None or person.study != study.id:
        raise not_found("person")
    return person


def all_trials(session: Session, person: Person) -> list[Trial]:
    """What a person sees, in order."""
    return list(
        session.scalars(select(Trial).where(Trial.person == person.id).order_by(Trial.number))
    )


def next_trial(shown: list[Trial]) -> Trial | None:
    """The first that is not answered."""
    return next((trial for trial in shown if not trial.choice), None)


def choose(session: Session, person: Person, number: int, choice: str, seconds: float) -> None:
    """Note a choice; the same pair cannot be answered twice, nor out of turn."""
    trial = next_trial(all_trials(session, person))
    if trial is None or trial.number != number:
        raise Problem(409, "turn", "this pair is not the next; reload the page")
    trial.choice, trial.seconds = choice, seconds


def choices(session: Session, study: Study) -> list[Choice]:
    """All choices of a study."""
    rows = session.execute(_answered(study)).all()
    return [
        Choice(
            person.id,
            trial.number,
            trial.photo,
            trial.left,
            trial.right,
            trial.left if trial.choice == "left" else trial.right,
            trial.repeats,
        )
        for person, trial in rows
    ]


def counts(session: Session, study: Study) -> tuple[int, int]:
    """How many people have chosen, and how often in all."""
    rows = session.execute(_answered(study)).all()
    return len({person.id for person, _ in rows}), len(rows)


def as_csv(session: Session, study: Study) -> str:
    """One line a choice; methods by name, people by number. Cells that a spreadsheet would take
    for a formula are quoted."""
    kept = io.StringIO()
    table = csv.writer(kept)
    table.writerow(COLUMNS)
    names = [_plain(str(method["name"])) for method in study.methods]
    for person, trial in session.execute(_answered(study)).all():
        chosen = trial.left if trial.choice == "left" else trial.right
        again = "" if trial.repeats is None else trial.repeats
        row = (trial.number, trial.photo, names[trial.left], names[trial.right], names[chosen])
        table.writerow((person.number, *row, again, trial.seconds))
    return kept.getvalue()


def new_seed() -> int:
    """A seed for the order of a study."""
    return secrets.randbelow(2**31)


def _answered(study: Study):  # type: ignore[no-untyped-def]
    return (
        select(Person, Trial)
        .join(Trial, Trial.person == Person.id)
        .where(Person.study == study.id, Trial.choice != "")
        .order_by(Person.number, Trial.number)
    )


def _plain(text: str) -> str:
    return f"'{text}" if text[:1] in "=+-@\t\r" else text
