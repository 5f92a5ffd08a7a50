"""The catalog of shipped weights: ``catalog.toml`` has one table per file, with its SHA-256.

Engines load damaged weights without an error, so the hash is checked each time a file is looked up.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from rosetail.errors import UnknownStyle, WeightsMissing
from rosetail.extras import works
from rosetail.reading import read_toml, reading

HERE = Path(__file__).parent
PARTS = ("encode", "map", "scales", "decode")
PAINTER = "painter"  # the procedural character model, which has no weights
DIRECTIONS = "directions.safetensors"
STYLES = "styles.npy"
SCENES = "scenes.safetensors"
EXTRAS = ("styles", "learned", "scenes", "directions")  # parts that only some models have
_REINSTALL = "install Rosetail again"


@dataclass(frozen=True)
class Entry:
    """A shipped weight file; ``kind`` is its use (``stylizer``, ``faces``, ...)."""

    name: str
    kind: str
    file: str
    sha256: str
    licence: str
    title: str
    description: str

    @property
    def path(self) -> Path:
        """Path of the file in the installed package."""
        return HERE / self.file


@lru_cache(maxsize=1)
def load_catalog() -> dict[str, Entry]:
    """All entries by name, in the order of ``catalog.toml`` (the first stylizer is the default).

    Raises:
        WeightsMissing: the catalog is absent or damaged.
    """
    source = HERE / "catalog.toml"
    with reading(source, "the catalog of weights", _REINSTALL, WeightsMissing) as file:
        return {name: Entry(name=name, **table) for name, table in read_toml(file).items()}


def styles() -> list[str]:
    """Names of the trained looks, the default first."""
    return [entry.name for entry in load_catalog().values() if entry.kind == "stylizer"]


def find(name: str) -> Path:
    """Path of the weights ``name``, with the hash checked; ``name`` may be an .onnx file.

    Raises:
        UnknownStyle: the catalog has no such name.
        WeightsMissing: the file is missing or its hash differs from the catalog's.
    """
    if name.endswith(".onnx"):
        own = Path(name)
        if not own.is_file():
            raise WeightsMissing(f"{own}: no such file; check the name")
        return own
    entry = load_catalog().get(name)
    if entry is None:
        raise UnknownStyle(name, styles())
    try:
        digest = hashlib.sha256(entry.path.read_bytes()).hexdigest()
    except OSError as error:
        raise WeightsMissing(
            f"{entry.path}: the weights '{name}' are missing; {_REINSTALL}"
        ) from error
    if digest != entry.sha256:
        raise WeightsMissing(
            f"{entry.path}: the weights '{name}' are damaged (SHA-256 starts {digest[:12]}, "
            f"expected {entry.sha256[:12]}); {_REINSTALL}"
        )
    return entry.path


def find_parts(name: str) -> dict[str, Path]:
    """The files of a Roses model by part: encode, map, scales, decode and, if present, read (style
    encoder of drawings), styles (codes to sample), scenes (backgrounds), learned (edits from
    training) and directions (fitted edits). ``name`` is in the catalog, an exported folder, or
    its folder ``to_photo``, which draws drawings as photos.

    Raises:
        UnknownStyle: the catalog has no such model.
        WeightsMissing: a file is absent or damaged.
    """
    folder = Path(name)
    if folder.is_dir():
        own = folder if folder.name == "to_photo" else folder / "to_anime"
        paths = {part: own / f"{part}.onnx" for part in PARTS}
        missing = [path for path in paths.values() if not path.is_file()]
        if missing:
            raise WeightsMissing(f"{missing[0]}: no such file; export the model again")
        extras = [
            ("read", folder / "to_photo" / "encode.onnx"),
            ("learned", own / DIRECTIONS),
            ("styles", own / STYLES),
            ("scenes", own / SCENES),
            ("directions", folder / DIRECTIONS),
        ]
        return paths | {part: path for part, path in extras if path.is_file()}
    if f"{name}_decode" not in load_catalog():
        raise UnknownStyle(name, models())
    parts = [*PARTS, "read", *(part for part in EXTRAS if f"{name}_{part}" in load_catalog())]
    return {part: find(f"{name}_{part}") for part in parts}


def models() -> list[str]:
    """Names of the trained Roses models."""
    found = [entry.name for entry in load_catalog().values() if entry.kind == "roses"]
    return [name.removesuffix("_decode") for name in found if name.endswith("_decode")]


def default_model() -> str:
    """The painter, whose drawings are sharper, if Skia works; else the first trained model."""
    return PAINTER if works("skia") else next(iter(models()), PAINTER)


def card(name: str) -> str:
    """The model card of ``name`` as Markdown: data, licences, settings, measures, limits. The parts
    of a character model share one card.

    Raises:
        UnknownStyle: the catalog has no such name.
        WeightsMissing: the card is absent.
    """
    if name not in load_catalog() and name not in models():
        raise UnknownStyle(name, [*load_catalog(), *models()])
    whole = next((model for model in models() if name.startswith(f"{model}_")), name)
    source = HERE / "cards" / f"{whole}.md"
    try:
        return source.read_text(encoding="utf-8")
    except OSError as error:
        raise WeightsMissing(f"{source}: the card is missing; {_REINSTALL}") from error
