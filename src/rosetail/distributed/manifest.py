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

from rosetail.append_log import AppendLog, json_lines
from rosetail.output import make_folder, writing


class Manifest:
    """The manifest at ``path`` of the job that ``job`` describes; created if it does not exist.

    ``done`` maps the names of finished tasks to their lines.
    """

    def __init__(self, path: Path, job: Mapping[str, Any]) -> None:
        self.path = path
        text = json.dumps(job, sort_keys=True, default=str)
        self._job = hashlib.sha256(text.encode()).hexdigest()[:16]
        self.done: dict[str, dict[str, Any]] = self._read()
        make_folder(path.parent)
        with writing(path) as part:
            part.write_text(json_lines([{"job": self._job}, *self.done.values()]), "utf-8")

    def finished(self, name: str, **facts: Any) -> None:
        """Record a finished task."""
        line = {"share": name, **facts}
        self.done[name] = line
        with AppendLog(self.path, key="share") as log:
            log.append([line])

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
            except (ValueError, RecursionError):
                continue
            if not isinstance(entry, dict) or (number == 0 and entry.get("job") != self._job):
                return {}
            if isinstance(entry.get("share"), str):
                done[entry["share"]] = entry
        return done
