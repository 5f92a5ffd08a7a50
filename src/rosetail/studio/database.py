"""The library's database, opened so that a crash at any moment loses nothing that was said done."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import create_engine, event
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from rosetail.errors import SettingsError
from rosetail.studio.tables import Base

BUSY_SECONDS = 10  # a writer waits so long for another


class Database:
    """Sessions on the database at ``url``; makes the tables that are missing.

    Raises SettingsError where it cannot be opened.
    """

    def __init__(self, url: str) -> None:
        try:
            self.engine = create_engine(url, pool_pre_ping=True)
            if self.engine.dialect.name == "sqlite":
                event.listen(self.engine, "connect", _careful)
            Base.metadata.create_all(self.engine)
        except (SQLAlchemyError, ImportError, ValueError) as error:
            cause = str(getattr(error, "orig", None) or error).splitlines()[0]
            shown = url.split("@")[-1]  # no password
            raise SettingsError(
                f"{shown}: the database cannot be opened ({cause}); check --database"
            ) from error
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)

    @contextmanager
    def begin(self) -> Iterator[Session]:
        """A session in one transaction: all of it is kept, or none."""
        with self._sessions.begin() as session:
            yield session

    def close(self) -> None:
        """Let go of the connections."""
        self.engine.dispose()


def _careful(connection: Any, record: Any) -> None:
    """Write-ahead log: readers never wait for a writer, and a kill leaves a whole database."""
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")
    cursor.close()
