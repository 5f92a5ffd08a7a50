"""The library on disk: databases of earlier versions open, and others cannot read them."""

from __future__ import annotations

import sqlite3
import stat
from pathlib import Path

import pytest

from rosetail.errors import SettingsError
from rosetail.studio.database import Database
from rosetail.studio.problems import Problem
from rosetail.studio.tables import JobRow, PhotoRow

# Columns of the first release. There are no migrations, so these must stay.
COLUMNS = {
    "photos": "name width height faces bytes id created",
    "clips": "name width height frames seconds rate sound bytes id created",
    "pictures": "name settings width height bytes id created",
    "characters": "name model digest edits favourite kept id created",
    "jobs": "name kind client spec state done total attempts started finished message bytes id "
    "created",
    "studies": "name question key methods photos repeats seed open job id created",
    "people": "study number id created",
    "trials": "person number photo left right repeats choice seconds id created",
}


def test_the_tables_are_those_of_earlier_versions(tmp_path: Path) -> None:
    Database(f"sqlite:///{tmp_path / 'new.db'}").close()
    with sqlite3.connect(tmp_path / "new.db") as connection:
        for table, columns in COLUMNS.items():
            found = {row[1] for row in connection.execute(f"PRAGMA table_info({table})")}
            assert found == set(columns.split()), table


def test_a_database_of_an_earlier_version_opens(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    with sqlite3.connect(path) as connection:
        connection.execute(
            "CREATE TABLE photos (name VARCHAR(200) NOT NULL, width INTEGER NOT NULL, height "
            "INTEGER NOT NULL, faces INTEGER NOT NULL, bytes INTEGER NOT NULL, id VARCHAR(22) NOT "
            "NULL, created DOUBLE NOT NULL, PRIMARY KEY (id))"
        )
        row = ("me", 96, 64, 1, 1234, "a" * 22, 5.0)
        connection.execute("INSERT INTO photos VALUES (?, ?, ?, ?, ?, ?, ?)", row)
    connection.close()
    path.chmod(0o644)
    database = Database(f"sqlite:///{path}")
    photo = database.get(PhotoRow, "a" * 22)
    assert (photo.name, photo.width, photo.height, photo.bytes) == ("me", 96, 64, 1234)
    database.add(JobRow(name="film", kind="film", client="me", spec={"clip": "x"}))
    assert database.all(JobRow)[0].spec == {"clip": "x"}
    for file in tmp_path.glob("old.db*"):  # with its log, which is open still
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file.name
    with pytest.raises(Problem) as missing:
        database.get(PhotoRow, "b" * 22)
    assert (missing.value.status, missing.value.detail.split(";")[0]) == (404, "no such photo")
    database.close()


def test_what_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "text.db"
    path.write_text("no database at all, " * 99)
    with pytest.raises(SettingsError, match=r"text\.db: the database cannot be opened"):
        Database(f"sqlite:///{path}")
