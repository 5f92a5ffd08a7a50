"""The tables of the library, through SQLAlchemy: SQLite by default, another database by URL.

Files are stored beside the database under the id of their row. Ids are generated here and never
come from a request. Times are seconds since 1970.
"""

from __future__ import annotations

import secrets
import time
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

ID_LENGTH = 22  # of new_id: 16 random bytes, so that a link with an id cannot be guessed


def new_id() -> str:
    """A random id of letters, digits, - and _."""
    return secrets.token_urlsafe(16)


class Table(DeclarativeBase):
    """Base of all tables."""

    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it
        dict[str, Any]: JSON,
        dict[str, float]: JSON,
        list[dict[str, Any]]: JSON,
        list[str]: JSON,
    }

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True, default=new_id)
    created: Mapped[float] = mapped_column(default=time.time, index=True)


class NamedTable(Table):
    """Base of the tables with a display name."""

    __abstract__ = True

    name: Mapped[str] = mapped_column(String(200))


class SizedTable(NamedTable):
    """Base of the tables with an image or a video."""

    __abstract__ = True

    width: Mapped[int]
    height: Mapped[int]
    bytes: Mapped[int]


class PhotoRow(SizedTable):
    """An uploaded photo: the original file and a smaller view of it."""

    __tablename__ = "photos"

    faces: Mapped[int]


class ClipRow(SizedTable):
    """An uploaded clip and its poster image."""

    __tablename__ = "clips"

    frames: Mapped[int]
    seconds: Mapped[float]
    rate: Mapped[float]
    sound: Mapped[bool]


class PictureRow(SizedTable):
    """A saved drawing; ``settings`` are those it was drawn with."""

    __tablename__ = "pictures"

    settings: Mapped[dict[str, Any]]


class CharacterRow(NamedTable):
    """A character. Its file in the store has the format of the command line.

    ``edits`` copies the strengths of its named edits for display. Rows that are not ``kept`` are
    drafts of a cast; the oldest are deleted when there are too many.
    """

    __tablename__ = "characters"

    model: Mapped[str] = mapped_column(String(200))
    digest: Mapped[str] = mapped_column(String(64))
    edits: Mapped[dict[str, float]] = mapped_column(default=dict)
    favourite: Mapped[bool] = mapped_column(default=False)
    kept: Mapped[bool] = mapped_column(default=False, index=True)


class JobRow(NamedTable):
    """A background job. ``state``: queued, running, done, failed or cancelled."""

    __tablename__ = "jobs"

    kind: Mapped[str] = mapped_column(String(20))
    client: Mapped[str] = mapped_column(String(64), index=True)
    spec: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(String(10), default="queued", index=True)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int | None] = mapped_column(default=None)
    attempts: Mapped[int] = mapped_column(default=0)
    started: Mapped[float | None] = mapped_column(default=None)
    finished: Mapped[float | None] = mapped_column(default=None)
    message: Mapped[str] = mapped_column(Text, default="")
    bytes: Mapped[int] = mapped_column(default=0)


class DeletedRow(Table):
    """An item of the table ``kind``, with its id, that can still be restored; it is hidden."""

    __tablename__ = "deleted"

    kind: Mapped[str] = mapped_column(String(20))


class WorkRow(Table):
    """What a ``page`` has set for an ``item``, with its undo history: text of the page's own.

    ``version`` counts its changes; ``changed`` is the time of the last.
    """

    __tablename__ = "work"
    __table_args__ = (UniqueConstraint("page", "item"),)

    page: Mapped[str] = mapped_column(String(20))
    item: Mapped[str] = mapped_column(String(ID_LENGTH), index=True)
    version: Mapped[int] = mapped_column(default=0)
    changed: Mapped[float] = mapped_column(default=time.time, index=True)
    value: Mapped[str] = mapped_column(Text)


class StudyRow(NamedTable):
    """A blind comparison of ``methods`` on ``photos``; ``key`` is the secret part of its link."""

    __tablename__ = "studies"

    question: Mapped[str] = mapped_column(String(300))
    key: Mapped[str] = mapped_column(String(ID_LENGTH), unique=True, default=new_id)
    methods: Mapped[list[dict[str, Any]]]
    photos: Mapped[list[str]]
    repeats: Mapped[float]
    seed: Mapped[int]
    open: Mapped[bool] = mapped_column(default=False)
    job: Mapped[str] = mapped_column(String(ID_LENGTH), default="")


class ParticipantRow(Table):
    """A participant of a study; only a number is stored."""

    __tablename__ = "people"

    study: Mapped[str] = mapped_column(ForeignKey("studies.id", ondelete="CASCADE"), index=True)
    number: Mapped[int]


class TrialRow(Table):
    """One pair shown to one participant; ``left`` and ``right`` are indices of methods.

    ``repeats`` is the number of the earlier trial that this one repeats with its sides swapped.
    ``choice`` is "left" or "right", or empty until answered.
    """

    __tablename__ = "trials"

    person: Mapped[str] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    number: Mapped[int]
    photo: Mapped[int]
    left: Mapped[int]
    right: Mapped[int]
    repeats: Mapped[int | None] = mapped_column(default=None)
    choice: Mapped[str] = mapped_column(String(5), default="")
    seconds: Mapped[float | None] = mapped_column(default=None)
