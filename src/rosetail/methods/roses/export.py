"""A trained Roses generator to the files that a runtime needs, each checked in every engine.

Both ways of a run: ``python -m rosetail.methods.roses.export RUN FOLDER [NAME=NUMBER...]``,
of larger, steep, ink and outline (:class:`rosetail.methods.roses.network.RosesShape`).
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open

from rosetail.characters.directions_file import SUFFIX, Direction, Directions
from rosetail.characters.network_model import model_digest
from rosetail.characters.scenes import write_scenes
from rosetail.engines.backend import open_backend
from rosetail.engines.ports import Backend, Precision
from rosetail.errors import InputError, RosetailError, SettingsError
from rosetail.export.agreement import ENGINES
from rosetail.images import check_output, make_folder, writing
from rosetail.layers.equalized import ROOT2, EqualConv, EqualLinear
from rosetail.layers.modulated import Modulated, StyledConv, ToRgb
from rosetail.methods.roses.graphs import (
    decode_graph,
    encode_graph,
    groups,
    map_graph,
    scales_graph,
)
from rosetail.methods.roses.network import Roses, RosesShape
from rosetail.methods.roses.scenes import painted_scenes
from rosetail.methods.roses.template import LANDMARKS
from rosetail.painter.style_code import usual_codes
from rosetail.training import checkpoint
from rosetail.weights.catalog import SCENES, STYLES

PARTS = ("encode", "map", "scales", "decode")
WAYS = ("to_anime", "to_photo")
CHARACTERS = 2048
# What the weights of a part are called, where there are any.
MADE_OF = {
    "edits": "edits",
    "palette": "decoder.palette.weight",
    "template": "decoder.template.numbers.weight",
    "close_up": "decoder.close_ups.0.numbers.weight",
}
MOST_LEVELS = 0.75  # half a level is lost by rounding to bytes
MOST_RELATIVE = 1e-4  # of codes and scales, to their largest
CHECKED_SIDE = 8  # in multiples, where any size goes


@dataclass(frozen=True)
class RosesFiles:
    """What was written, and how far the engines are from the network at most.

    ``levels``: of 0..255, before rounding, over pictures; ``relative``: content, style, w and
    scales, to the largest number of each.
    """

    paths: dict[str, Path]
    levels: float
    relative: float


class Outside(NamedTuple):
    """What files do that the network was not trained to, as in :class:`RosesShape`."""

    larger: int = 1
    steep: float = 1.0
    ink: float = 0.0
    outline: float = 0.0


def export_roses(
    weights: str | os.PathLike[str],
    folder: str | os.PathLike[str],
    *,
    facts: Mapping[str, str] | None = None,
    outside: Outside | None = None,
) -> RosesFiles:
    """Write encode.onnx, map.onnx, scales.onnx and decode.onnx of one generator into ``folder``.

    A generator that learned named edits gets them as ``directions.safetensors`` besides; one whose
    styles are the painter's, ``styles.npy``, float16 [CHARACTERS, style], to draw characters from,
    and ``scenes.safetensors`` that stand behind them.

    ``weights`` is a safetensors file of a Roses generator, from a run or an import; its header and
    ``facts`` become each file's metadata. ``outside`` is what the files do besides.

    Raises InputError for other weights, OutputError, and RosetailError where an engine's answer is
    not the network's; nothing is left under a final name then.
    """
    out = Path(folder)
    make_folder(out)
    for part in PARTS:
        check_output(out / f"{part}.onnx")
    roses, header = load_roses(weights, outside)
    roses = as_stored(roses)
    told = {**header, **(facts or {})}
    models = {
        "encode": encode_graph(roses, told),
        "map": map_graph(roses, told),
        "scales": scales_graph(roses, told),
        "decode": decode_graph(roses, told),
    }
    paths = {part: out / f"{part}.onnx" for part in PARTS}
    found = _write_checked(roses, models, paths)
    if roses.shape.edits:
        name = out.parent.name if out.name in WAYS else out.name
        learned(roses, told, name, paths).save(out / f"directions{SUFFIX}")
    if told.get("styles") == "painted" and out.name != WAYS[1]:
        with writing(out / STYLES) as hidden, hidden.open("wb") as file:
            np.save(file, usual_codes()[:CHARACTERS].astype(np.float16))
        if roses.shape.palette:  # which tells figure and ground apart
            write_scenes(painted_scenes(), out / SCENES)
    return RosesFiles(paths, *found)


def learned(
    roses: Roses, header: Mapping[str, str], name: str, paths: Mapping[str, Path]
) -> Directions:
    """The edits that ``roses`` learned, as directions of the model in ``paths``.

    Raises InputError where the header does not name them all.
    """
    tags = header.get("edits", "").split()
    if len(tags) != roses.shape.edits:
        raise InputError(
            f"the weights hold {roses.shape.edits} edits and name {len(tags)}; export the run again"
        )
    found = {}
    for tag, move in zip(tags, roses.directions().detach().numpy(), strict=True):
        scale = float(np.linalg.norm(move))
        if scale:  # an edit that was never shown has not moved
            found[tag] = Direction(tag, move / scale, scale=scale)
    return Directions(
        name,
        model_digest(paths),
        tuple(groups(roses)),
        {"learned": found} if found else {},
        {"learned": "with the network, from painted portraits with one thing changed"},
    )


def load_roses(
    weights: str | os.PathLike[str], outside: Outside | None = None
) -> tuple[Roses, dict[str, str]]:
    """The generator in a safetensors file, in evaluation mode, and the file's header."""
    outside = outside or Outside()
    try:
        with safe_open(os.fspath(weights), framework="pt") as file:
            header, names = dict(file.metadata() or {}), set(file.keys())
        values = json.loads(header.get("shape", "{}"))
        # A run's header tells of the way to drawings; the other has no edits and no palette.
        lacks = [part for part, name in MADE_OF.items() if name not in names]
        values |= {part: 0 for part in lacks if part in values}
        shape = RosesShape(**{**values, "widths": tuple(values["widths"]), **outside._asdict()})
    except (OSError, SafetensorError, ValueError, KeyError, TypeError) as error:
        raise InputError(
            f"{weights}: not weights of a Roses generator; give what `rosetail train roses` "
            "exported"
        ) from error
    roses = Roses(shape).eval().requires_grad_(False)
    checkpoint.load_weights(roses, Path(weights))
    header["shape"] = json.dumps(asdict(shape))
    if not shape.edits:
        header["edits"] = ""
    if "size" in header:
        header["size"] = str(outside.larger * int(header["size"]))
    return roses, header


def as_stored(roses: Roses) -> Roses:
    """``roses`` with the numbers that its files hold: half precision except for map and scales.

    Files hold weights with their equalised scales in them, so that is what is rounded.
    """
    for name, module in roses.named_modules():
        if name.endswith(("modulation", "palette")) or name.startswith("mapping"):
            continue
        if isinstance(module, EqualConv | EqualLinear | Modulated):
            _round(module.weight, module.scale)
        if isinstance(module, EqualConv):
            _round(module.bias, module.gain)
        elif isinstance(module, EqualLinear):
            _round(module.bias, module.bias_scale)
        elif isinstance(module, StyledConv | ToRgb):
            _round(module.bias, ROOT2 if isinstance(module, StyledConv) else 1.0)
    return roses


def _round(value: torch.Tensor | None, scale: float) -> None:
    if value is not None:
        value.data = (value.data * scale).half().float() / scale


def _write_checked(
    roses: Roses, models: Mapping[str, onnx.ModelProto], paths: Mapping[str, Path]
) -> tuple[float, float]:
    """Each file under its hidden name, asked in every engine, then all under their own."""
    with ExitStack() as stack:
        parts = {part: stack.enter_context(writing(path)) for part, path in paths.items()}
        for part, path in parts.items():
            path.write_bytes(models[part].SerializeToString())
        found = [differences(roses, parts, engine) for engine in ENGINES]
        for engine, (levels, relative) in zip(ENGINES, found, strict=True):
            if levels > MOST_LEVELS or relative > MOST_RELATIVE:
                raise RosetailError(
                    f"{engine} differs from torch by {levels:.2f} levels and {relative:.1e} of "
                    "codes; do not ship these files"
                )
    return max(levels for levels, _ in found), max(relative for _, relative in found)


@torch.no_grad()
def differences(
    roses: Roses, paths: Mapping[str, Path], engine: str, precision: Precision = "f32"
) -> tuple[float, float]:
    """The largest difference of pictures in levels, and of codes in parts of their largest.

    Every graph is asked on its own, with the network's numbers: one picture and two styles, and two
    pictures where any size goes.
    """
    backends = {
        part: open_backend(path, engine, precision=precision) for part, path in paths.items()
    }
    rng = np.random.default_rng(0)
    side = roses.shape.side or CHECKED_SIDE * roses.shape.multiple
    other = side if roses.shape.side else side + roses.shape.multiple
    levels, codes = [], []
    for height, width in ((side, side), (side, other)):
        image = rng.integers(0, 256, (1, height, width, 3), dtype=np.uint8)
        z = rng.standard_normal((2, roses.shape.style)).astype(np.float32)
        content, style = roses.encode(torch.from_numpy(image).permute(0, 3, 1, 2) / 127.5 - 1)
        w = roses.mapping(torch.from_numpy(z))
        landmarks = torch.from_numpy(rng.uniform(-0.5, 0.5, (1, LANDMARKS, 2)).astype(np.float32))
        landmarks[0, -1] = torch.nan
        drawn, figure = roses.figure(content.expand(2, -1, -1, -1), w, landmarks.expand(2, -1, -1))
        seen = backends["encode"].run({"image": image})
        codes += [_relative(seen["content"], content), _relative(seen["style"], style)]
        codes.append(_relative(backends["map"].run({"z": z})["w"], w))
        given = {"content": content.numpy()}
        if "landmarks" in backends["decode"].inputs:
            given["landmarks"] = landmarks.numpy()
        levels.append(_picture_levels(backends, given, w.numpy(), drawn, figure))
    return max(levels), max(codes)


def _picture_levels(
    backends: Mapping[str, Backend],
    given: Mapping[str, NDArray[Any]],
    w: NDArray[Any],
    drawn: torch.Tensor,
    figure: torch.Tensor,
) -> float:
    scales = backends["scales"].run({"w": w})["scales"]
    made = backends["decode"].run({**given, "scales": scales})
    apart = [made["anime"] - _levels(drawn)]
    if "figure" in made:
        apart.append(made["figure"][..., 3:] - _levels(2 * figure - 1))
    return max(float(np.abs(each).max()) for each in apart)


def _levels(pictures: torch.Tensor) -> NDArray[np.float32]:
    """(N, C, H, W) from -1 to 1 as what rounding makes bytes [N, H, W, C] of."""
    levels: NDArray[np.float32] = ((pictures.permute(0, 2, 3, 1).numpy() + 1) * 127.5).clip(0, 255)
    return levels


def _relative(answer: NDArray[Any], wanted: torch.Tensor) -> float:
    return float(np.abs(answer - wanted.numpy()).max() / wanted.abs().max())


def export_run(
    run: Path,
    folder: Path,
    facts: Mapping[str, str] | None = None,
    outside: Outside | None = None,
) -> list[RosesFiles]:
    """Both ways of a training run into ``folder``/to_anime and ``folder``/to_photo.

    The second way's ``encode`` reads the style of a drawing. ``run`` may also be what
    `rosetail import gnr` wrote.
    """
    made = []
    with TemporaryDirectory() as scratch:
        for way in WAYS:
            weights = run / f"{way}.safetensors"
            if not weights.is_file():
                weights = checkpoint.export_weights(run, Path(scratch, weights.name), way)
            made.append(export_roses(weights, folder / way, facts=facts, outside=outside))
    return made


def read_outside(words: Sequence[str]) -> Outside:
    """``name=number`` words. Raises SettingsError for what it does not know."""
    try:
        pairs = (word.partition("=") for word in words)
        kinds = {"larger": int, "steep": float, "ink": float, "outline": float}
        return Outside(**{name: kinds[name](value) for name, _, value in pairs})
    except (KeyError, ValueError) as error:
        known = ", ".join(Outside._fields)
        raise SettingsError(f"{' '.join(words)}: give name=number, of {known}") from error


if __name__ == "__main__":
    told = read_outside(sys.argv[3:])
    for written in export_run(Path(sys.argv[1]), Path(sys.argv[2]), outside=told):
        print(f"{written.levels:.2f} levels and {written.relative:.0e} of codes off at most")
        for path in written.paths.values():
            print(path, path.stat().st_size)
