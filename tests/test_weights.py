"""The catalog and the files it promises; headers read without an engine."""

from __future__ import annotations

import dataclasses
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

import onnx
import pytest
from onnx import TensorProto, helper

from rosetail import weights
from rosetail.errors import UnknownStyle, WeightsMissing
from rosetail.weights import catalog


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A one-node network with two metadata pairs."""
    signature = [helper.make_tensor_value_info(n, TensorProto.FLOAT, [1, 3, 8, 8]) for n in "xy"]
    node = helper.make_node("Identity", ["x"], ["y"])
    graph = helper.make_graph([node], "tiny", signature[:1], signature[1:])
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=10)
    helper.set_model_props(made, {"network": "tiny", "licence": "Größe: CC0"})
    onnx.save(made, tmp_path / "tiny.onnx")
    return tmp_path / "tiny.onnx"


@pytest.fixture
def shelf(tmp_path: Path, model: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A catalog of one entry, ``tiny``, in a folder of its own."""
    digest = hashlib.sha256(model.read_bytes()).hexdigest()
    (tmp_path / "catalog.toml").write_text(
        f'[tiny]\nkind = "stylizer"\nfile = "tiny.onnx"\nsha256 = "{digest}"\n'
        'licence = "CC0-1.0"\ntitle = "Tiny"\ndescription = "Returns its input."\n'
    )
    monkeypatch.setattr(catalog, "HERE", tmp_path)
    weights.load_catalog.cache_clear()
    yield tmp_path
    weights.load_catalog.cache_clear()


def test_find_returns_a_whole_file(shelf: Path) -> None:
    assert weights.styles() == ["tiny"]
    assert weights.find("tiny") == shelf / "tiny.onnx"


def test_find_takes_the_path_of_an_own_model(model: Path) -> None:
    assert weights.find(str(model)) == model
    with pytest.raises(WeightsMissing, match="no such file"):
        weights.find(str(model.with_name("gone.onnx")))


def test_one_flipped_bit_is_noticed(shelf: Path) -> None:
    data = bytearray((shelf / "tiny.onnx").read_bytes())
    data[len(data) // 2] ^= 1
    (shelf / "tiny.onnx").write_bytes(data)
    with pytest.raises(WeightsMissing, match=r"tiny\.onnx: .* damaged .*; install Rosetail again"):
        weights.find("tiny")


def test_a_missing_file_is_named(shelf: Path) -> None:
    (shelf / "tiny.onnx").unlink()
    with pytest.raises(WeightsMissing, match=r"tiny\.onnx: .* missing; install Rosetail again"):
        weights.find("tiny")
    with pytest.raises(WeightsMissing, match=r"tiny\.md: the card is missing"):
        weights.card("tiny")


def test_unknown_names_are_refused(shelf: Path) -> None:
    with pytest.raises(UnknownStyle, match="did you mean 'tiny'"):
        weights.find("tinny")
    with pytest.raises(UnknownStyle):
        weights.card("../secret")


@pytest.mark.parametrize("text", ["[tiny\n", "[tiny]\nkind = 'stylizer'\n", "tiny = 3\n"])
def test_a_broken_catalog_is_one_clear_error(shelf: Path, text: str) -> None:
    (shelf / "catalog.toml").write_text(text)
    with pytest.raises(WeightsMissing, match=r"catalog\.toml: not the catalog"):
        weights.load_catalog()


def test_header_holds_the_metadata(model: Path) -> None:
    assert weights.read_header(model) == {"network": "tiny", "licence": "Größe: CC0"}


@pytest.mark.parametrize("part", [0.0, 0.3, 0.9])
def test_header_of_a_cut_file_is_refused(model: Path, part: float) -> None:
    data = model.read_bytes()
    model.write_bytes(data[: int(len(data) * part)])
    with pytest.raises(WeightsMissing, match=r"tiny\.onnx: not a whole ONNX model"):
        weights.read_header(model)


def test_header_of_other_files_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "other.onnx"
    for content in (b"hello, I am text", b"\xff" * 40, b"PK\x03\x04" + bytes(60)):
        other.write_bytes(content)
        with pytest.raises(WeightsMissing, match="not a whole ONNX model"):
            weights.read_header(other)
    with pytest.raises(WeightsMissing, match=r"gone\.onnx: no such file"):
        weights.read_header(tmp_path / "gone.onnx")


# --- what is really shipped -------------------------------------------------------------------


def test_shipped_files_are_whole_and_explain_themselves() -> None:
    entries = weights.load_catalog()
    assert entries, "the package ships weights"
    for name, entry in entries.items():
        assert re.fullmatch(r"[a-z][a-z0-9_-]*", name)
        assert all(getattr(entry, field.name) for field in dataclasses.fields(entry))
        path = weights.find(name)
        if path.suffix == ".onnx":
            assert weights.read_header(path).get("licence") == entry.licence
        assert weights.card(name).startswith("# ")


KINDS = (".onnx", ".xml", ".npy", ".safetensors")


def test_every_shipped_file_is_catalogued() -> None:
    shipped = {path.name for path in catalog.HERE.iterdir() if path.suffix in KINDS}
    assert shipped == {entry.file for entry in weights.load_catalog().values()}
