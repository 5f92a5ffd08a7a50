"""The library's database. Committed transactions survive a crash at any moment."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, create_engine, event, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from rosetail.errors import SettingsError
from rosetail.studio.problems import not_found
from rosetail.studio.tables import DeletedRow, Table

BUSY_SECONDS = 10  # how long a writer waits for another writer
R = TypeVar("R", bound=Table)


class Database:
    """Sessions on the database at ``url``; creates missing tables.

    Raises SettingsError if the database cannot be opened.
    """

    def __init__(self, url: str) -> None:
        try:
            self.engine = create_engine(url, pool_pre_ping=True)
            if self.engine.dialect.name == "sqlite":
                event.listen(self.engine, "connect", _configure_sqlite)
                _make_private(url)
            Table.metadata.create_all(self.engine)
        except (SQLAlchemyError, ImportError, ValueError) as error:
            cause = str(getattr(error, "orig", None) or error).splitlines()[0]
            shown = url.split("@")[-1]  # without the password
            raise SettingsError(
                f"{shown}: the database cannot be opened ({cause}); check --database"
            ) from error
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)

    @contextmanager
    def begin(self) -> Iterator[Session]:
        """A session in one transaction, committed at the end or rolled back on an exception."""
        with self._sessions.begin() as session:
            yield session

    @contextmanager
    def edit(self, table: type[R], id: str) -> Iterator[R]:
        """The row with ``id`` in a separate transaction. Raises Problem 404."""
        with self.begin() as session:
            yield find(session, table, id)

    def get(self, table: type[R], id: str) -> R:
        """The row with ``id``. Raises Problem 404."""
        with self.edit(table, id) as row:
            return row

    def all(self, table: type[R], *where: ColumnElement[bool]) -> list[R]:
        """All rows of ``table`` that match ``where`` and are not deleted, newest first."""
        hidden = table.id.in_(select(DeletedRow.id))
        with self.begin() as session:
            rows = select(table).where(~hidden, *where).order_by(table.created.desc())
            return list(session.scalars(rows))

    def add(self, row: R) -> R:
        """Insert ``row`` and return it."""
        with self.begin() as session:
            session.add(row)
        return row

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def find(session: Session, table: type[R], id: str) -> R:
    """The row with ``id``. Raises Problem 404, also if it is deleted."""
    row = session.get(table, id)
    if row is None or session.get(DeletedRow, id) is not None:
        raise not_found(table.__name__.removesuffix("Row").lower())
    return row


def _make_private(url: str) -> None:
    """Make the database readable by its owner only. SQLite's log files get the same mode."""
    file = make_url(url).database
    if file and file != ":memory:" and not file.startswith("file:"):
        with suppress(OSError):  # the connection reports problems with the file
            Path(file).touch(mode=0o600)
            Path(file).chmod(0o600)


def _configure_sqlite(connection: Any, record: Any) -> None:
    """Use a write-ahead log: readers never wait for a writer, and the database survives a crash."""
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")
    cursor.close()
