"""What the pages have set, kept per photo, character and clip."""

from __future__ import annotations

import time
from typing import Any

from fastapi import APIRouter
from sqlalchemy import Select, select, update
from sqlalchemy.exc import IntegrityError

from rosetail.studio import schemas
from rosetail.studio.context import CurrentStudio
from rosetail.studio.problems import Problem
from rosetail.studio.tables import DeletedRow, WorkRow

router = APIRouter(prefix="/work", tags=["work"])


@router.get("")
def recent(studio: CurrentStudio) -> list[schemas.WorkPlace]:
    """Where was worked last: pages and their items, the last first."""
    gone = WorkRow.item.in_(select(DeletedRow.id))
    with studio.database.begin() as session:
        rows = session.scalars(select(WorkRow).where(~gone).order_by(WorkRow.changed.desc()))
        return [schemas.WorkPlace.model_validate(row) for row in rows.fetchmany(100)]


@router.get("/{page}/{item}")
def work(page: schemas.WorkPage, item: schemas.Id, studio: CurrentStudio) -> schemas.Work:
    """What ``page`` has set for ``item``; version 0 if nothing."""
    with studio.database.begin() as session:
        row = session.scalar(_of(page, item))
        return schemas.Work.model_validate(row) if row else schemas.Work(version=0, value="")


@router.put("/{page}/{item}")
def save_work(
    page: schemas.WorkPage, item: schemas.Id, body: schemas.Work, studio: CurrentStudio
) -> schemas.Work:
    """Keep what ``page`` has set. ``version`` is that of the work that was changed: if another
    window has changed it meanwhile, the status is 409."""
    stale = Problem(409, "stale", "it was changed in another window; load it again")
    saved = {"version": body.version + 1, "changed": time.time(), "value": body.value}
    place = WorkRow.page == page, WorkRow.item == item, WorkRow.version == body.version
    try:
        with studio.database.begin() as session:
            if body.version == 0:
                session.add(WorkRow(page=page, item=item, **saved))
            else:
                changed: Any = session.execute(update(WorkRow).where(*place).values(saved))
                if not changed.rowcount:
                    raise stale
    except IntegrityError as error:
        raise stale from error
    return schemas.Work(version=body.version + 1, value=body.value)


def _of(page: str, item: str) -> Select[WorkRow]:
    return select(WorkRow).where(WorkRow.page == page, WorkRow.item == item)
