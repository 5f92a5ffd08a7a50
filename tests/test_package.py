"""The promises around the code: pins, versions, the README's own lines, the set-up."""

from __future__ import annotations

import hashlib
import re
import shlex
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
import typer.main
from PIL import Image

import rosetail
from rosetail import cli, weights
from rosetail.weights import catalog

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
PINS = [
    line for line in (ROOT / "constraints.txt").read_text().splitlines() if not line.startswith("#")
]


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_every_dependency_is_pinned_exactly() -> None:
    pinned = {normal(re.split("==", line)[0]) for line in PINS}
    extras = PROJECT["optional-dependencies"].values()
    wanted = [*PROJECT["dependencies"], *(line for extra in extras for line in extra)]
    names = {normal(re.split(r"[\[<>=; ]", line)[0]) for line in wanted} - {"rosetail"}
    assert names <= pinned
    for line in PINS:
        assert re.fullmatch(r'[a-z0-9-]+==[0-9a-z.]+(; python_version (<|>=) "3\.11")?', line), line


def test_torch_is_held_and_torchvision_absent() -> None:
    assert "torch==2.13.0" in PINS
    assert "torch==2.13.0" in PROJECT["optional-dependencies"]["train"]
    assert not any("torchvision" in line for line in [*PINS, *PROJECT["dependencies"]])
    core = " ".join(PROJECT["dependencies"])
    assert not re.search(r"\b(torch|scikit|kornia|onnx)\b", core)


def test_versions_agree() -> None:
    assert PROJECT["version"] == rosetail.__version__ == version("rosetail")
    assert f"version: {rosetail.__version__}" in (ROOT / "CITATION.cff").read_text()
    assert f"## {rosetail.__version__}" in (ROOT / "CHANGELOG.md").read_text()


def blocks(path: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", (ROOT / path).read_text(), flags=re.DOTALL)


def commands(path: str) -> list[list[str]]:
    """The words of every ``rosetail`` command in a document, continued lines joined."""
    text = "\n".join(blocks(path, "sh")).replace("\\\n", " ")
    lines = (shlex.split(line, comments=True) for line in text.splitlines())
    return [words[1:] for words in lines if words and Path(words[0]).name == "rosetail"]


DOCUMENTS = ["README.md", *(f"docs/{path.name}" for path in sorted(ROOT.glob("docs/*.md")))]


@pytest.mark.parametrize("path", DOCUMENTS)
def test_commands_in_the_documents_parse(path: str) -> None:
    app = typer.main.get_command(cli.app)
    for given in commands(path):
        command, words = app, list(given)
        while getattr(command, "commands", None):
            command = command.commands[words.pop(0)]
        command.make_context("rosetail", words)


def test_the_documents_show_commands() -> None:
    assert sum(len(commands(path)) for path in DOCUMENTS) > 60


@pytest.fixture
def cel(negative: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """The look ``cel`` is a tiny one, so that documents can be run before any training."""
    digest = hashlib.sha256(negative.read_bytes()).hexdigest()
    entry = catalog.Entry("cel", "stylizer", str(negative), digest, "CC0-1.0", "Tiny", "Tiny")
    entries = {**weights.load_catalog(), "cel": entry}
    monkeypatch.setattr(catalog, "load_catalog", lambda: entries)
    monkeypatch.chdir(tmp_path)
    return monkeypatch


@pytest.mark.parametrize("path", ["README.md", "docs/quickstart.md"])
def test_python_in_the_documents_runs(cel: pytest.MonkeyPatch, path: str) -> None:
    Image.new("RGB", (48, 40), (200, 180, 160)).save("me.jpg")
    (code,) = blocks(path, "python")
    exec(compile(code, path, "exec"), {})  # the documents' own words, from this repository
    with Image.open("me-anime.png") as made:
        assert made.size == (48, 40)


def test_links_in_the_documents_lead_somewhere() -> None:
    for document in [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]:
        for target in re.findall(r"\]\(([^)#]+)\)", document.read_text()):
            if not target.startswith("http"):
                assert (document.parent / target).exists(), f"{document.name}: {target}"


def test_make_explains_itself() -> None:
    said = subprocess.run(
        ["make", "-s", "help"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert "make demo" in said.stdout
    assert "make test" in said.stdout
