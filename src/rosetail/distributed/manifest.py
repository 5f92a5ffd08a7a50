"""The finished tasks of a long job, so that it can be resumed: one line of JSON for each.

The first line identifies the job by its settings and inputs. The manifest of another job is
replaced. An incomplete last line is ignored.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rosetail.errors import OutputError


class Manifest:
    """The manifest at ``path`` of the job that ``job`` describes; created if it does not exist.

    ``done`` maps the names of finished tasks to their lines.
    """

    def __init__(self, path: Path, job: Mapping[str, Any]) -> None:
        self.path = path
        text = json.dumps(job, sort_keys=True, default=str)
        self._job = hashlib.sha256(text.encode()).hexdigest()[:16]
        self.done: dict[str, dict[str, Any]] = self._read()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            lines = [{"job": self._job}, *self.done.values()]
            path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
        except OSError as error:
            raise OutputError(f"{path}: {error.strerror}; choose another folder") from error

    def finished(self, name: str, **facts: Any) -> None:
        """Record a finished task."""
        line = {"share": name, **facts}
        self.done[name] = line
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")

    def remove(self) -> None:
        """Delete the file, at the end of the job."""
        self.path.unlink(missing_ok=True)

    def _read(self) -> dict[str, dict[str, Any]]:
        if not self.path.is_file():
            return {}
        done: dict[str, dict[str, Any]] = {}
        text = self.path.read_text(encoding="utf-8", errors="replace")
        for number, line in enumerate(text[: text.rfind("\n") + 1].splitlines()):
            try:
                entry = json.loads(line)
            except ValueError:
                continue
            if number == 0 and entry.get("job") != self._job:
                return {}
            if "share" in entry:
                done[entry["share"]] = entry
        return done
