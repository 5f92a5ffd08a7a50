"""Delete items, restore them, and empty the trash."""

from __future__ import annotations

from fastapi import APIRouter

from rosetail.studio import schemas
from rosetail.studio.context import CurrentStudio
from rosetail.studio.trash import TABLES

router = APIRouter(tags=["library"])


@router.get("/deleted")
def deleted(studio: CurrentStudio) -> list[schemas.DeletedOut]:
    """The deleted items that can still be restored, the last first."""
    return [
        schemas.DeletedOut(id=item.id, name=item.name, created=row.created, kind=row.kind)
        for row, item in studio.trash.items()
    ]


@router.delete("/deleted", status_code=204)
def empty(studio: CurrentStudio) -> None:
    """Remove all deleted items. This cannot be undone."""
    studio.trash.empty()


def _add(kind: str) -> None:
    @router.delete(
        f"/{kind}/{{id}}",
        name=f"delete_{kind}",
        status_code=204,
        description=f"Delete one of the {kind}. It can be restored for a day.",
    )
    def delete(id: schemas.Id, studio: CurrentStudio) -> None:
        studio.trash.put(kind, id)

    @router.post(
        f"/{kind}/{{id}}/restore",
        name=f"restore_{kind}",
        status_code=204,
        description=f"Restore one of the deleted {kind}.",
    )
    def restore(id: schemas.Id, studio: CurrentStudio) -> None:
        studio.trash.restore(kind, id)


for _kind in TABLES:
    _add(_kind)
