"""The live page as files."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient

import rosetail
from rosetail.cli import run
from rosetail.errors import OutputError, WeightsMissing
from rosetail.studio.site import FOLDER
from rosetail.studio.static import write_live_page


def test_it_is_whole_and_asks_nothing_of_others(tmp_path: Path) -> None:
    site = tmp_path / "site"
    files = write_live_page(site)
    names = {path.relative_to(site).as_posix() for path in files}
    assert {"index.html", "isolate.js", "assets/live/cel.onnx"} <= names
    assert json.loads((site / "assets/live/looks.json").read_text()) == rosetail.styles()
    for path in files:
        assert path.suffix != ".gz"
        if path.suffix == ".wasm":
            assert path.read_bytes()[:4] == b"\0asm"
        if path.suffix in (".html", ".css") or "/ort/" not in path.as_posix():
            text = path.read_bytes().decode("utf-8", "ignore") if path.suffix != ".onnx" else ""
            assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", text), path.name
    page = (site / "index.html").read_text()
    for name in re.findall(r'(?:src|href)="\./([^"]+)"', page):
        assert name in names


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(OutputError, match="not empty"):
        write_live_page(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
    with pytest.raises(WeightsMissing):
        write_live_page(tmp_path / "site", source=tmp_path)


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        run(["export", "web", str(tmp_path / "site")])
    assert not left.value.code
    assert "any web host" in capsys.readouterr().out
    for wrong in (["export", "web"], ["export", "runs/mine"], ["export", "runs/mine", "x"]):
        with pytest.raises(SystemExit) as left:
            run(wrong)
        assert left.value.code == 2


def test_the_studio_serves_its_page_and_nothing_else(client: TestClient) -> None:
    page = client.get("/")
    assert page.headers["content-type"].startswith("text/html")
    assert client.get(f"/answer/{'a' * 22}").text == page.text
    for name in re.findall(r'(?:src|href)="\./([^"]+)"', page.text):
        assert client.get(f"/{name}").status_code == 200
    wasm = "/assets/ort/ort-wasm-simd-threaded.wasm"
    packed = client.get(wasm)  # the client asks for gzip and unpacks it
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.headers["content-type"] == "application/wasm"
    plain = client.get(wasm, headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.content == packed.content
    for name in ("../server.py", "nothing.js", "live/../../../server.py", "ort/"):
        assert client.get(f"/assets/{name}").status_code == 404


def test_no_built_file_is_large() -> None:
    sizes = {path.name: path.stat().st_size for path in FOLDER.rglob("*") if path.is_file()}
    assert max(sizes.values()) < 8_000_000
    assert sum(sizes.values()) < 16_000_000
