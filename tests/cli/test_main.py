"""The program as a whole: help, signals, faults of our own, and the written reference."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import typer.main

from rosetail import cli
from rosetail.cli import main, stylize

ROOT = Path(__file__).parents[2]


def all_commands() -> list[list[str]]:
    """Every verb as words: ["stylize"], ["data", "paint"] and so on."""
    found = []
    for name, command in typer.main.get_command(cli.app).commands.items():
        inner = getattr(command, "commands", None)
        found += [[name, below] for below in inner] if inner else [[name]]
    return found


def test_every_verb_is_there() -> None:
    assert {" ".join(words) for words in all_commands()} == {
        "apply",
        "cast",
        "data draw",
        "data frames",
        "data inspect",
        "data paint",
        "data prepare",
        "demo",
        "directions fit",
        "directions list",
        "doctor",
        "edit",
        "evaluate compare",
        "evaluate directions",
        "evaluate rescorer",
        "evaluate runs",
        "evaluate tagger",
        "evaluate thesis",
        "evaluate video",
        "export face-shape",
        "export finish",
        "export run",
        "export start",
        "export web",
        "export web-looks",
        "faces",
        "import animegan2",
        "import animegan3",
        "import cyclegan",
        "import gnr",
        "import inception",
        "import lpips",
        "import mediapipe",
        "import mtcnn",
        "import stylegan2",
        "import ugatit",
        "import vgg19",
        "invert",
        "layers",
        "mix",
        "models card",
        "models list",
        "perform",
        "studio",
        "stylize",
        "train",
        "video",
    }


@pytest.mark.parametrize("words", [[], *all_commands()], ids=" ".join)
def test_help_teaches(rosetail, words: list[str]) -> None:
    ran = rosetail(*words, "--help")
    assert ran.status == 0
    assert "Usage: rosetail" in ran.out
    if len(words) and words not in (["doctor"], ["models", "list"]):
        assert f"rosetail {' '.join(words)}" in " ".join(ran.out.split()).split("Example", 1)[1]


def test_no_arguments_show_the_help_and_version_is_printed(rosetail) -> None:
    shown = rosetail()
    assert "stylize" in shown.out + shown.err
    assert rosetail("--version").out.split()[0] == "rosetail"


def test_a_fault_of_the_program_is_one_line(
    rosetail, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("of all things")

    monkeypatch.setattr("rosetail.weights.find", fail)
    ran = rosetail("stylize", "a.png", "-o", tmp_path / "b.png")
    assert ran.status == 2
    assert "unexpected ZeroDivisionError: of all things" in ran.err
    assert len(ran.err.splitlines()) == 1
    monkeypatch.setenv("ROSETAIL_TRACEBACK", "1")
    with pytest.raises(ZeroDivisionError):
        main.run(["stylize", "a.png", "-o", str(tmp_path / "b.png")])


@pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
@pytest.mark.parametrize(("sent", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_signals_end_it_without_a_trace(tmp_path: Path, sent: signal.Signals, status: int) -> None:
    # A verb that waits inside a half-written file stands for any long work.
    code = f"""
import time
from pathlib import Path
from rosetail import images, cli

@cli.app.command()
def wait() -> None:
    with images.writing({str(tmp_path / "out.png")!r}) as part:
        part.write_text("half")
        Path({str(tmp_path / "ready")!r}).touch()
        time.sleep(60)

cli.run(["wait"])
"""
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    for _ in range(300):
        if (tmp_path / "ready").exists():
            break
        time.sleep(0.1)
    process.send_signal(sent)
    out, err = process.communicate(timeout=20)
    assert process.returncode == status
    assert out == ""
    assert "Traceback" not in err
    assert [path.name for path in tmp_path.iterdir()] == ["ready"]


def test_written_reference_is_up_to_date(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "typer", "rosetail.cli.main", "utils", "docs"]
    made = tmp_path / "cli.md"
    subprocess.run([*command, "--name", "rosetail", "--output", made], check=True, cwd=tmp_path)
    written = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    assert made.read_text(encoding="utf-8") == written, "run: make docs"


def test_examples_in_the_help_are_commands_that_parse() -> None:
    """Every `rosetail ...` in an epilogue is accepted by the program's own parser."""
    app = typer.main.get_command(cli.app)
    count = 0
    for words in all_commands():
        command = app
        for word in words:
            command = command.commands[word]
        for quoted in (command.epilog or "").split("`")[1::2]:
            if quoted.startswith("rosetail "):
                arguments = quoted.split(">")[0].split()[1:]
                inner = app
                while getattr(inner, "commands", None):
                    context = inner.make_context("rosetail", arguments)
                    _, inner, arguments = inner.resolve_command(
                        context, [*context._protected_args, *context.args]
                    )
                inner.make_context("rosetail", arguments)
                count += 1
    assert count >= 15
    assert stylize.EXAMPLES.count("`rosetail") >= 3
