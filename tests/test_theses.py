"""docs/theses.md: nothing of either thesis is missing, and what it names exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer.main

from rosetail import cli

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "docs/theses.md").read_text(encoding="utf-8")
T1, T2 = TEXT.split("\n## ")[1:]

# The tables of contents, with the levels below that the text numbers.
SECTIONS_1 = """\
1.1 1.2 1.3 1.4
2.1 2.1.1 2.1.2 2.1.3 2.1.3.1 2.1.3.2 2.1.3.3 2.1.3.4 2.2 2.2.1 2.2.2 2.2.2.1 2.2.2.2 2.2.3
2.2.3.1 2.2.3.2 2.3 2.3.1 2.3.2 2.4 2.4.1 2.4.2
3.1 3.1.1 3.1.2 3.2 3.2.1 3.2.2 3.2.3 3.2.4 3.2.5 3.3 3.3.1 3.3.1.1 3.3.1.2 3.3.2 3.3.2.1 3.3.2.2
3.3.3 3.4 3.4.1 3.4.2 3.4.3 3.5 3.5.1 3.5.2 3.5.3
4.1 4.2 4.2.1 4.2.2 4.2.3 4.2.3.1 4.2.3.2 4.2.3.3 4.2.3.4 4.3
5.1 5.2 5.2.1 5.2.2 5.2.3 5.2.4 5.3 5.3.1 5.3.1.1 5.3.1.2 5.3.1.3 5.3.2 5.3.3 5.3.3.1 5.3.3.2
5.3.3.3 5.3.3.4 5.4 5.5 5.6
6.1 6.2"""
SECTIONS_2 = """\
1.1 1.2 1.3 1.4 2.1 2.2 2.3 2.3.1 2.3.2 2.3.3 3.1 3.2 3.2.1 3.2.2 3.2.3 3.4"""
COUNTED = {
    "eq.": {2: 2, 3: 16, 4: 1, 5: 1},
    "fig.": {2: 8, 3: 11, 4: 4, 5: 4},
    "table": {5: 6},
}
SPANS = sorted(set(re.findall(r"`([^`\n]+)`", TEXT)))
FILES = [span for span in SPANS if "/" in span and " " not in span]
COMMANDS = [span for span in SPANS if span.startswith("rosetail ")]


def number(name: str) -> str:
    return rf"(?<![\d.]){re.escape(name)}(?![\d]|\.\d)"


@pytest.mark.parametrize(("text", "names"), [(T1, SECTIONS_1), (T2, SECTIONS_2)])
def test_every_section_is_there_in_order(text: str, names: str) -> None:
    cells = "\n".join(line.split("|")[1] for line in text.splitlines() if line.startswith("|"))
    cells = re.sub(r"(eq\.|fig\.|table) [\d.]+", "", cells)
    places = []
    for name in names.split():
        found = re.search(number(name), cells)
        assert found, f"section {name} is missing"
        places.append(found.start())
    assert places == sorted(places)


@pytest.mark.parametrize("kind", list(COUNTED))
def test_every_equation_figure_and_table_is_there(kind: str) -> None:
    for chapter, count in COUNTED[kind].items():
        for place in range(1, count + 1):
            name = f"{chapter}.{place}"
            assert re.search(rf"{re.escape(kind)} {number(name)}", T1), f"{kind} {name} is missing"


def test_every_file_and_test_exists() -> None:
    assert len(FILES) > 60
    for name in FILES:
        path, _, test = name.partition("::")
        assert (ROOT / path).exists(), name
        if test:
            assert f"\ndef {test}(" in (ROOT / path).read_text(encoding="utf-8"), name


def test_every_command_and_option_exists() -> None:
    assert len(COMMANDS) > 25
    for line in COMMANDS:
        command, (_, *words) = typer.main.get_command(cli.app), line.split()
        while getattr(command, "commands", None) and words:
            assert words[0] in command.commands, line
            command = command.commands[words.pop(0)]
        options = {name for each in command.params for name in (*each.opts, *each.secondary_opts)}
        for word in words:
            assert not word.startswith("--") or word in options, f"{line}: {word}"


def test_names_of_code_exist() -> None:
    """``name`` in ``file``: the file defines the name."""
    named = re.findall(r"`(\w+)` in `(src/[\w./]+\.py)`", TEXT)
    assert len(named) > 8
    for name, path in named:
        source = (ROOT / path).read_text(encoding="utf-8")
        assert re.search(rf"(def|class) {name}\b|^{name}\b|\"{name}\"", source, re.M), name
