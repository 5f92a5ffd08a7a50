"""Report the numbers of a benchmark as a Markdown table and as a JSON line."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, NamedTuple

RESULTS = Path(__file__).parent / "results"


class Row(NamedTuple):
    """A row of the table: label, name of the number, format and target."""

    what: str
    key: str
    write: str
    goal: str
    reached: Callable[[float], bool]


def table(rows: Iterable[Row], found: Mapping[str, Any]) -> str:
    """The Markdown table of ``rows``."""
    lines = ["| what | measured | wanted | |", "| --- | ---: | ---: | --- |"]
    for row in rows:
        value = found.get(row.key)
        shown = "not measured" if value is None else row.write.format(value)
        verdict = "" if value is None else "yes" if row.reached(value) else "no"
        lines.append(f"| {row.what} | {shown} | {row.goal} | {verdict} |")
    return "\n".join(lines)


def keep(name: str, where: Mapping[str, Any], found: Mapping[str, Any]) -> None:
    """Append what was ``found`` on the machine ``where`` to results/NAME.jsonl."""
    when = datetime.now(timezone.utc).isoformat(timespec="seconds")
    RESULTS.mkdir(exist_ok=True)
    with (RESULTS / f"{name}.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps({"when": when, "machine": where, **found}) + "\n")
