"""Taggers behind one interface: pictures in, the probability of every tag out.

============ ============================================================= ========================
kind         what it is                                                    file
============ ============================================================= ========================
painted      ours, taught by painted portraits (``rosetail train tagger``) tagger.onnx
deepdanbooru DeepDanbooru's residual network ([T1] table 5.1)              its conversion to PyTorch
wd           the ONNX taggers of the WD family                             model.onnx, with
                                                                           selected_tags.csv beside
rescorer     no network, of few tags: judges what the others found         rescorer.safetensors
             (:mod:`rosetail.directions.rescorer`)
============ ============================================================= ========================

This file knows no engine: whoever opens a tagger brings the way to open an ONNX file
(:func:`rosetail.engines.backend.open_backend`).
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from rosetail import weights
from rosetail.directions.rescorer import read_rescorer
from rosetail.errors import ExtraMissing, SettingsError, WeightsMissing
from rosetail.images import to_tensor

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]

KINDS = ("painted", "deepdanbooru", "wd", "rescorer")
PUBLISHED = {
    "deepdanbooru": "github.com/AUTOMATIC1111/TorchDeepDanbooru, release v1, "
    "model-resnet_custom_v3.pt",
    "wd": "huggingface.co/SmilingWolf, such as wd-vit-tagger-v3: model.onnx and selected_tags.csv",
}
GENERAL = "0"  # the category of tags that say what is seen; others are ratings and names


class Tagger(Protocol):
    """``tags`` in order; ``fingerprint`` tells the weights; ``name`` is for tables.

    Called with pictures uint8 RGB (N, H, W, 3) it gives probabilities (N, T).
    """

    @property
    def name(self) -> str: ...
    @property
    def tags(self) -> tuple[str, ...]: ...
    @property
    def fingerprint(self) -> str: ...

    def __call__(self, pictures: Bytes) -> Floats: ...


class Graph(Protocol):
    """An opened ONNX file: the part of a backend that taggers need."""

    @property
    def inputs(self) -> Mapping[str, Any]: ...

    def run(self, feeds: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]: ...


Open = Callable[[Path], Graph]


class PaintedTagger:
    """Ours; the file's header tells tags and size. Raises WeightsMissing for another file."""

    name = "painted"

    def __init__(self, path: Path, open_graph: Open) -> None:
        facts = weights.read_header(path)
        if facts.get("network") != "tagger":
            raise WeightsMissing(
                f"{path}: not a tagger of ours; export one, see docs/directions.md"
            )
        self.tags = tuple(facts["tags"].split(","))
        self.size = int(facts["size"])
        self.fingerprint = _digest(path)
        self._graph = open_graph(path)

    def __call__(self, pictures: Bytes) -> Floats:
        seen = np.stack([resized(picture, self.size) for picture in pictures])
        return np.asarray(self._graph.run({"picture": to_tensor(seen)})["tags"], np.float32)


class WdTagger:
    """One of the WD family: NHWC BGR 0..255, padded to a white square; ``csv_path`` names its
    outputs. Tags of what is seen alone are given, no ratings and no names."""

    name = "wd"

    def __init__(self, path: Path, csv_path: Path, open_graph: Open) -> None:
        names, kinds = _selected_tags(csv_path)
        self._chosen = [row for row, kind in enumerate(kinds) if kind == GENERAL]
        self.tags = tuple(names[row] for row in self._chosen)
        self.fingerprint = _digest(path)
        self._graph = open_graph(path)
        self._input, port = next(iter(self._graph.inputs.items()))
        shape = tuple(port.shape)
        if len(shape) != 4 or shape[3] != 3 or not shape[1]:
            raise WeightsMissing(
                f"{path}: takes {list(shape)}, not [N, S, S, 3]; give a tagger of the WD family"
            )
        self.size, self._single, self._count = int(shape[1]), shape[0] == 1, len(names)

    def __call__(self, pictures: Bytes) -> Floats:
        seen = np.stack([resized(_squared(each), self.size)[:, :, ::-1] for each in pictures])
        batches = np.split(seen, len(seen)) if self._single else [seen]
        rows = []
        for batch in batches:
            feed = {self._input: np.ascontiguousarray(batch, np.float32)}
            rows.append(next(iter(self._graph.run(feed).values())))
        found = np.concatenate(rows)
        if found.shape[1] != self._count:
            raise WeightsMissing(
                f"{self.name}: {found.shape[1]} outputs and {self._count} tags; "
                "give the selected_tags.csv of this model"
            )
        return np.asarray(found[:, self._chosen], np.float32)


class DeepDanbooruTagger:
    """DeepDanbooru's published weights in PyTorch, which the extra ``train`` brings."""

    name = "deepdanbooru"

    def __init__(self, path: Path) -> None:
        try:
            import torch
        except ImportError as error:
            raise ExtraMissing("DeepDanbooru") from error
        from rosetail.methods.tagger.deepdanbooru import SIDE, load

        self._torch, self.size = torch, SIDE
        self._net, self.tags = load(path)
        self.fingerprint = _digest(path)

    def __call__(self, pictures: Bytes) -> Floats:
        seen = np.stack([resized(picture, self.size) for picture in pictures])
        with self._torch.inference_mode():
            x = self._torch.from_numpy(seen).permute(0, 3, 1, 2).float() / 255
            return np.asarray(self._net(x).numpy(), np.float32)


def open_tagger(told: str, open_graph: Open) -> Tagger:
    """The tagger told as ``KIND`` or ``KIND:PLACE``.

    ``painted`` and ``rescorer`` alone are the shipped ones. ``deepdanbooru`` needs a file.
    ``wd`` takes the .onnx file or its folder, the tags' CSV beside it, or a name on the hub such as
    ``SmilingWolf/wd-vit-tagger-v3``, which is downloaded where huggingface_hub is installed.

    Raises SettingsError for another kind, WeightsMissing naming what is absent and where it is
    published, ExtraMissing.
    """
    kind, _, place = told.partition(":")
    if kind not in KINDS:
        raise SettingsError(f"no tagger is called {kind!r}; choose one of {', '.join(KINDS)}")
    if kind == "painted":
        return PaintedTagger(Path(place) if place else weights.find("tagger"), open_graph)
    if kind == "rescorer":
        return read_rescorer(Path(place) if place else weights.find("rescorer"))
    if not place:
        raise WeightsMissing(f"{kind}: give its file as {kind}:FILE; it is at {PUBLISHED[kind]}")
    if kind == "deepdanbooru":
        return DeepDanbooruTagger(_present(Path(place), kind))
    return WdTagger(*_wd_files(place), open_graph)


def logits(chances: Floats, most: float = 4.0) -> Floats:
    """Probabilities as log odds, cut at ``most`` either way."""
    edge = 1 / (1 + np.exp(most))
    part = np.clip(chances, edge, 1 - edge)
    return np.asarray(np.log(part / (1 - part)), np.float32)


def resized(picture: Bytes, size: int) -> Bytes:
    """``picture`` as wide and high as ``size``: by area when smaller, cubic when larger."""
    how = cv2.INTER_AREA if max(picture.shape[:2]) >= size else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(picture, (size, size), interpolation=how), np.uint8)


def _squared(picture: Bytes) -> Bytes:
    height, width = picture.shape[:2]
    side = max(height, width)
    if height == width:
        return picture
    square = np.full((side, side, 3), 255, np.uint8)
    top, left = (side - height) // 2, (side - width) // 2
    square[top : top + height, left : left + width] = picture
    return square


def _wd_files(place: str) -> tuple[Path, Path]:
    path = Path(place)
    if path.is_dir():
        path = path / "model.onnx"
    if path.suffix == ".onnx" or path.exists():
        return _present(path, "wd"), _present(path.with_name("selected_tags.csv"), "wd")
    try:
        from huggingface_hub import hf_hub_download
        from huggingface_hub.errors import HfHubHTTPError
    except ImportError as error:
        raise WeightsMissing(
            f"{place}: no such file, and huggingface_hub is not installed to download it; "
            f"pip install huggingface_hub, or give a file from {PUBLISHED['wd']}"
        ) from error
    try:
        found = [hf_hub_download(place, name) for name in ("model.onnx", "selected_tags.csv")]
    except (OSError, ValueError, HfHubHTTPError) as error:
        raise WeightsMissing(
            f"{place}: cannot be downloaded ({str(error).splitlines()[0]}); check the name and the "
            f"network, or give a file from {PUBLISHED['wd']}"
        ) from error
    return Path(found[0]), Path(found[1])


def _present(path: Path, kind: str) -> Path:
    if not path.is_file():
        raise WeightsMissing(f"{path}: no such file; it is published at {PUBLISHED[kind]}")
    return path


def _selected_tags(path: Path) -> tuple[Sequence[str], Sequence[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    try:
        return [row["name"] for row in rows], [row["category"] for row in rows]
    except KeyError as error:
        raise WeightsMissing(
            f"{path}: has no column {error}; give the selected_tags.csv of the model"
        ) from error


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
