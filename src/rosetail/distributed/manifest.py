"""What of a long job is done, so that it goes on where it was: a line for each finished share.

The first line names the job (its settings and inputs); a manifest of another job is not gone on
with but begun anew. A line that was cut off by a kill counts as not there.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rosetail.errors import OutputError


class Manifest:
    """The file at ``path`` for the job that ``job`` describes, plain data; made if need be."""

    def __init__(self, path: Path, job: Mapping[str, Any]) -> None:
        self.path = path
        text = json.dumps(job, sort_keys=True, default=str)
        self._name = hashlib.sha256(text.encode()).hexdigest()[:16]
        self.done: dict[str, dict[str, Any]] = self._read()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            lines = [{"job": self._name}, *self.done.values()]
            path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
        except OSError as error:
            raise OutputError(f"{path}: {error.strerror}; choose another folder") from error

    def finished(self, share: str, **facts: Any) -> None:
        """Note that the share of that name is done."""
        line = {"share": share, **facts}
        self.done[share] = line
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")

    def remove(self) -> None:
        """The job is over."""
        self.path.unlink(missing_ok=True)

    def _read(self) -> dict[str, dict[str, Any]]:
        if not self.path.is_file():
            return {}
        found: dict[str, dict[str, Any]] = {}
        text = self.path.read_text(encoding="utf-8", errors="replace")
        for number, line in enumerate(text[: text.rfind("\n") + 1].splitlines()):
            try:
                held = json.loads(line)
            except ValueError:
                continue
            if number == 0 and held.get("job") != self._name:
                return {}
            if "share" in held:
                found[held["share"]] = held
        return found
