"""Taggers: pictures to probabilities of tags.

============ ============================================================= ========================
kind         what it is                                                    file
============ ============================================================= ========================
painted      our network, trained on paintings (``rosetail train tagger``) tagger.onnx
deepdanbooru DeepDanbooru's ResNet                                         its PyTorch conversion
wd           ONNX taggers of the WD family                                 model.onnx, with
                                                                           selected_tags.csv beside
rescorer     few tags, no network; independent of the others               rescorer.safetensors
             (:mod:`rosetail.directions.rescorer`)
============ ============================================================= ========================
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from rosetail import weights
from rosetail.arrays import Bytes, Floats
from rosetail.directions.rescorer import read_rescorer
from rosetail.engines.backend import check_ports, open_backend
from rosetail.errors import ExtraMissing, SettingsError, WeightsMissing
from rosetail.images import to_tensor
from rosetail.reading import reading

KINDS = ("painted", "deepdanbooru", "wd", "rescorer")
PUBLISHED = {
    "deepdanbooru": "github.com/AUTOMATIC1111/TorchDeepDanbooru, release v1, "
    "model-resnet_custom_v3.pt",
    "wd": "huggingface.co/SmilingWolf, such as wd-vit-tagger-v3: model.onnx and selected_tags.csv",
}
MAX_SIZE = 4096  # pixels; no tagger takes larger pictures
GENERAL = "0"  # the category of tags about content; others are ratings and character names


class Tagger(Protocol):
    """Maps pictures, uint8 RGB [N, H, W, 3], to probabilities (N, T) of ``tags``.

    ``fingerprint`` identifies the weights; ``name`` is for tables.
    """

    @property
    def name(self) -> str: ...
    @property
    def tags(self) -> tuple[str, ...]: ...
    @property
    def fingerprint(self) -> str: ...

    def __call__(self, pictures: Bytes) -> Floats: ...


def open_tagger(source: str, backend: str = "auto") -> Tagger:
    """Open the tagger ``source``, written ``KIND`` or ``KIND:PLACE``.

    ``painted`` and ``rescorer`` without a place are the shipped ones. ``deepdanbooru`` needs a
    file. ``wd`` takes the .onnx file or its folder, with the CSV of tags beside it, or a name on
    the Hugging Face hub such as ``SmilingWolf/wd-vit-tagger-v3``, which is downloaded.

    Raises SettingsError for an unknown kind, WeightsMissing naming what is absent and where it is
    published, ExtraMissing.
    """
    kind, _, place = source.partition(":")
    if kind not in KINDS:
        raise SettingsError(f"no tagger is called {kind!r}; choose one of {', '.join(KINDS)}")
    if kind == "painted":
        return PaintedTagger(Path(place) if place else weights.find("tagger"), backend)
    if kind == "rescorer":
        return read_rescorer(Path(place) if place else weights.find("rescorer"))
    if not place:
        raise WeightsMissing(f"{kind}: give its file as {kind}:FILE; it is at {PUBLISHED[kind]}")
    if kind == "deepdanbooru":
        return DeepDanbooruTagger(_existing(Path(place), kind))
    return WdTagger(*_wd_files(place), backend)


class PaintedTagger:
    """Our network; tags and size are in the file's header. WeightsMissing for another file."""

    name = "painted"

    def __init__(self, path: Path, backend: str = "auto") -> None:
        header = weights.read_header(path)
        with reading(path, "a tagger", "export one, see docs/directions.md", WeightsMissing):
            if header.get("network") != "tagger":
                raise ValueError("another network")
            self.tags, self.size = tuple(header["tags"].split(",")), int(header["size"])
            if not 1 <= self.size <= MAX_SIZE:
                raise ValueError(f"takes pictures of {self.size} pixels")
        self.fingerprint, self._path = _sha256(path), path
        self._graph = open_backend(path, backend, precision="f32")
        check_ports(path, self._graph, ["picture"], ["tags"])

    def __call__(self, pictures: Bytes) -> Floats:
        resized_pictures = np.stack([resized(picture, self.size) for picture in pictures])
        outputs = self._graph.run({"picture": to_tensor(resized_pictures)})
        return _checked(self._path, outputs["tags"], len(pictures), len(self.tags))


class WdTagger:
    """A tagger of the WD family: NHWC, BGR, 0..255, padded to a white square.

    ``csv_path`` names its outputs; only tags about content are used.
    """

    name = "wd"

    def __init__(self, path: Path, csv_path: Path, backend: str = "auto") -> None:
        rows = _selected_tags(csv_path)
        self._columns = [i for i, (_, category) in enumerate(rows) if category == GENERAL]
        self.tags = tuple(rows[i][0] for i in self._columns)
        self.fingerprint, self._path = _sha256(path), csv_path
        self._graph = open_backend(path, backend, precision="f32")
        with reading(path, "a tagger", "give one of the WD family", WeightsMissing):
            [(self._input, port)] = self._graph.inputs.items()
            shape = tuple(port.shape)
            self.size = (shape[1] if len(shape) == 4 else 0) or 0
            if shape[3:] != (3,) or not 1 <= self.size <= MAX_SIZE:
                raise ValueError(f"takes {list(shape)}, not [N, S, S, 3]")
        self._outputs = len(rows)
        self._batch = 1 if shape[0] == 1 else None

    def __call__(self, pictures: Bytes) -> Floats:
        x = np.stack([resized(_padded(each), self.size)[:, :, ::-1] for each in pictures])
        x = np.ascontiguousarray(x, np.float32)
        batches = np.split(x, len(x)) if self._batch == 1 else [x]
        scores = np.concatenate(
            [next(iter(self._graph.run({self._input: batch}).values())) for batch in batches]
        )
        return _checked(self._path, scores, len(pictures), self._outputs)[:, self._columns]


class DeepDanbooruTagger:
    """DeepDanbooru in PyTorch (extra ``train``)."""

    name = "deepdanbooru"

    def __init__(self, path: Path) -> None:
        try:
            import torch
        except ImportError as error:
            raise ExtraMissing("DeepDanbooru") from error
        from rosetail.methods.tagger.deepdanbooru import SIDE, load

        self._torch, self.size = torch, SIDE
        self._net, self.tags = load(path)
        self.fingerprint = _sha256(path)

    def __call__(self, pictures: Bytes) -> Floats:
        levels = np.stack([resized(picture, self.size) for picture in pictures])
        with self._torch.inference_mode():
            x = self._torch.from_numpy(levels).permute(0, 3, 1, 2).float() / 255
            return np.asarray(self._net(x).numpy(), np.float32)


def logits(probabilities: Floats, limit: float = 4.0) -> Floats:
    """Log odds, clipped to ±``limit``."""
    edge = 1 / (1 + np.exp(limit))
    p = np.clip(probabilities, edge, 1 - edge)
    return np.asarray(np.log(p / (1 - p)), np.float32)


def resized(picture: Bytes, size: int) -> Bytes:
    """``picture`` resized to ``size`` pixels square: area when shrinking, cubic when enlarging."""
    shrinks = max(picture.shape[:2]) >= size
    interpolation = cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(picture, (size, size), interpolation=interpolation), np.uint8)


def _padded(picture: Bytes) -> Bytes:
    """``picture`` in the middle of a white square."""
    height, width = picture.shape[:2]
    top, left = (max(height, width) - height) // 2, (max(height, width) - width) // 2
    bottom, right = max(height, width) - height - top, max(height, width) - width - left
    white = (255, 255, 255)
    padded = cv2.copyMakeBorder(picture, top, bottom, left, right, cv2.BORDER_CONSTANT, value=white)
    return np.asarray(padded, np.uint8)


def _wd_files(place: str) -> tuple[Path, Path]:
    """The .onnx file and the CSV of tags."""
    path = Path(place)
    if path.is_dir():
        path = path / "model.onnx"
    if path.suffix == ".onnx" or path.exists():
        return _existing(path, "wd"), _existing(path.with_name("selected_tags.csv"), "wd")
    try:
        from huggingface_hub import hf_hub_download
        from huggingface_hub.errors import HfHubHTTPError
    except ImportError as error:
        raise WeightsMissing(
            f"{place}: no such file, and huggingface_hub is not installed to download it; "
            f"pip install huggingface_hub, or give a file from {PUBLISHED['wd']}"
        ) from error
    try:
        graph, tags = (hf_hub_download(place, f) for f in ("model.onnx", "selected_tags.csv"))
    except (OSError, ValueError, HfHubHTTPError) as error:
        raise WeightsMissing(
            f"{place}: cannot be downloaded ({str(error).splitlines()[0]}); check the name and the "
            f"network, or give a file from {PUBLISHED['wd']}"
        ) from error
    return Path(graph), Path(tags)


def _existing(path: Path, kind: str) -> Path:
    if not path.is_file():
        raise WeightsMissing(f"{path}: no such file; it is published at {PUBLISHED[kind]}")
    return path


def _checked(path: Path, scores: NDArray[np.floating], count: int, tags: int) -> Floats:
    """``scores`` if they are (count, tags). Raises WeightsMissing."""
    if scores.shape != (count, tags):
        raise WeightsMissing(
            f"{path}: {tags} tags, but the network gives {list(scores.shape)} scores for "
            f"{count} pictures; give the model and its own list of tags"
        )
    return np.asarray(scores, np.float32)


def _selected_tags(path: Path) -> Sequence[tuple[str, str]]:
    """Name and category of each output."""
    remedy = "give the selected_tags.csv of the model"
    with (
        reading(path, "a table of tags", remedy, WeightsMissing),
        path.open(encoding="utf-8", newline="") as file,
    ):
        rows = [(row["name"], row["category"]) for row in csv.DictReader(file)]
        if not rows or any(value is None for row in rows for value in row):
            raise ValueError("cells are missing")
        return rows


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
