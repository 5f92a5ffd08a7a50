"""The tables of the library, through SQLAlchemy: SQLite by default, another database by URL.

Files lie beside the database under the id of their row; an id is minted here and never comes from a
person. Times are seconds since 1970.
"""

from __future__ import annotations

import secrets
import time
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

ID_LENGTH = 22  # of new_id: 16 bytes, so that ids can be links nobody guesses


def new_id() -> str:
    """An id of letters, digits, - and _."""
    return secrets.token_urlsafe(16)


class Base(DeclarativeBase):
    """All tables."""


class Row(Base):
    """What every table has."""

    __abstract__ = True

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True, default=new_id)
    created: Mapped[float] = mapped_column(default=time.time, index=True)


class Photo(Row):
    """A photo that was given; the file as it came, and a view of it for the page."""

    __tablename__ = "photos"

    name: Mapped[str] = mapped_column(String(200))
    width: Mapped[int]
    height: Mapped[int]
    faces: Mapped[int]
    bytes: Mapped[int]


class Clip(Row):
    """A clip that was given, and a poster of it."""

    __tablename__ = "clips"

    name: Mapped[str] = mapped_column(String(200))
    width: Mapped[int]
    height: Mapped[int]
    frames: Mapped[int]
    seconds: Mapped[float]
    rate: Mapped[float]
    sound: Mapped[bool]
    bytes: Mapped[int]


class Picture(Row):
    """A drawing that was kept; ``settings`` say how it was made."""

    __tablename__ = "pictures"

    name: Mapped[str] = mapped_column(String(200))
    settings: Mapped[dict[str, Any]] = mapped_column(JSON)
    width: Mapped[int]
    height: Mapped[int]
    bytes: Mapped[int]


class Character(Row):
    """A character, whose file lies in the store as the command line reads and writes it.

    ``edits`` repeats the strengths of its named edits, to be shown. ``kept`` is false for those on
    the wall that nobody has kept; they go when many newer come.
    """

    __tablename__ = "characters"

    name: Mapped[str] = mapped_column(String(200))
    model: Mapped[str] = mapped_column(String(200))
    digest: Mapped[str] = mapped_column(String(64))
    edits: Mapped[dict[str, float]] = mapped_column(JSON, default=dict)
    favourite: Mapped[bool] = mapped_column(default=False)
    kept: Mapped[bool] = mapped_column(default=False, index=True)


class Job(Row):
    """Work in the background. ``state``: queued, running, done, failed or cancelled."""

    __tablename__ = "jobs"

    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(20))
    client: Mapped[str] = mapped_column(String(64), index=True)
    spec: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(10), default="queued", index=True)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int | None] = mapped_column(default=None)
    attempts: Mapped[int] = mapped_column(default=0)
    started: Mapped[float | None] = mapped_column(default=None)
    finished: Mapped[float | None] = mapped_column(default=None)
    message: Mapped[str] = mapped_column(Text, default="")
    bytes: Mapped[int] = mapped_column(default=0)


class Study(Row):
    """A blind comparison. ``methods`` and ``photos`` make its pictures; ``key`` is its link."""

    __tablename__ = "studies"

    name: Mapped[str] = mapped_column(String(200))
    question: Mapped[str] = mapped_column(String(300))
    key: Mapped[str] = mapped_column(String(ID_LENGTH), unique=True, default=new_id)
    methods: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    photos: Mapped[list[str]] = mapped_column(JSON)
    repeats: Mapped[float]
    seed: Mapped[int]
    open: Mapped[bool] = mapped_column(default=False)
    job: Mapped[str] = mapped_column(String(ID_LENGTH), default="")


class Person(Row):
    """Somebody who answers a study; nothing is known of them but a number."""

    __tablename__ = "people"

    study: Mapped[str] = mapped_column(ForeignKey("studies.id", ondelete="CASCADE"), index=True)
    number: Mapped[int]


class Trial(Row):
    """One pair shown to one person: ``left`` and ``right`` are indices of methods.

    ``repeats`` is the number of an earlier trial that is shown again, sides changed. ``choice``:
    left or right, or empty until answered.
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
