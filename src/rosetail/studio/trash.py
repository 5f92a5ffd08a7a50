"""Deleted items: hidden at once, removed after a day, so that deleting can be undone."""

from __future__ import annotations

import time

from sqlalchemy import delete, select

from rosetail.studio.database import Database, find
from rosetail.studio.jobs import Jobs
from rosetail.studio.problems import Problem, not_found
from rosetail.studio.store import Store
from rosetail.studio.tables import (
    CharacterRow,
    ClipRow,
    DeletedRow,
    JobRow,
    NamedTable,
    ParticipantRow,
    PhotoRow,
    PictureRow,
    StudyRow,
    TrialRow,
    WorkRow,
)

KEPT_SECONDS = 24 * 3600
_ALL = (PhotoRow, ClipRow, PictureRow, CharacterRow, JobRow, StudyRow)
TABLES: dict[str, type[NamedTable]] = {table.__tablename__: table for table in _ALL}


class Trash:
    """The deleted items of one studio."""

    def __init__(self, database: Database, store: Store, jobs: Jobs) -> None:
        self._database, self._store, self._jobs = database, store, jobs

    def put(self, kind: str, id: str) -> None:
        """Delete the item ``id`` of the table ``kind``.

        Raises Problem 404, and 409 for a running job.
        """
        with self._database.begin() as session:
            row = find(session, TABLES[kind], id)
            if isinstance(row, JobRow) and row.state == "running":
                raise Problem(409, "state", "the job is running; cancel it first")
            session.add(DeletedRow(id=id, kind=kind))
        if kind != "studies":
            self._store.hide(kind, id)
        self.empty(before=time.time() - KEPT_SECONDS)

    def restore(self, kind: str, id: str) -> None:
        """Undo :meth:`put`. Raises Problem 404 if there is no such deleted item."""
        with self._database.begin() as session:
            row = session.get(DeletedRow, id)
            if row is None or row.kind != kind:
                raise not_found("deleted item")
            session.delete(row)
        if kind != "studies":
            self._store.show(kind, id)

    def items(self) -> list[tuple[DeletedRow, NamedTable]]:
        """The deleted items, the last first, each with its own row."""
        with self._database.begin() as session:
            rows = list(session.scalars(select(DeletedRow).order_by(DeletedRow.created.desc())))
            pairs = [(row, session.get(TABLES[row.kind], row.id)) for row in rows]
        return [(row, item) for row, item in pairs if item is not None]

    def empty(self, before: float | None = None) -> None:
        """Remove everything that was deleted, or what was deleted ``before`` a time."""
        with self._database.begin() as session:
            rows = select(DeletedRow)
            if before is not None:
                rows = rows.where(DeletedRow.created < before)
            old = [(row.kind, row.id) for row in session.scalars(rows)]
        for kind, id in old:
            self._remove(kind, id)

    def _remove(self, kind: str, id: str) -> None:
        files = kind, id
        with self._database.begin() as session:
            row = session.get(TABLES[kind], id)
            if isinstance(row, StudyRow):
                people = select(ParticipantRow.id).where(ParticipantRow.study == id)
                session.execute(delete(TrialRow).where(TrialRow.person.in_(people)))
                session.execute(delete(ParticipantRow).where(ParticipantRow.study == id))
                files = "jobs", row.job
            if row is not None:
                session.delete(row)
            session.execute(delete(WorkRow).where(WorkRow.item == id))
            session.execute(delete(DeletedRow).where(DeletedRow.id == id))
        if kind == "studies":
            self._jobs.cancel(files[1])  # its row stays, cancelled or done, and is listed nowhere
        self._store.remove(*files)
