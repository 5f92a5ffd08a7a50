"""Export a trained Roses generator to the runtime's files; each is checked in every engine."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from safetensors import safe_open

from rosetail.characters.directions_file import SUFFIX, Direction, Directions
from rosetail.characters.network_model import model_digest
from rosetail.characters.scenes import Scenes, write_scenes
from rosetail.engines.backend import open_backend
from rosetail.engines.ports import Precision
from rosetail.errors import InputError, RosetailError
from rosetail.export.agreement import ENGINES, WORST_LEVELS
from rosetail.images import check_output, make_folder, writing
from rosetail.layers.equalized import ROOT2, EqualConv, EqualLinear
from rosetail.layers.modulated import Modulated, StyledConv
from rosetail.methods.roses.graphs import (
    decode_graph,
    encode_graph,
    groups,
    map_graph,
    scales_graph,
)
from rosetail.methods.roses.network import Roses, RosesShape
from rosetail.methods.roses.template import LANDMARKS
from rosetail.painter.colour import to_rgb
from rosetail.painter.paint import paint_ground
from rosetail.painter.sample import sample
from rosetail.painter.style_code import usual_codes
from rosetail.reading import reading
from rosetail.training import checkpoint
from rosetail.weights.catalog import SCENES, STYLES

GRAPHS = {
    "encode": encode_graph,
    "map": map_graph,
    "scales": scales_graph,
    "decode": decode_graph,
}
DIRECTIONS = ("to_anime", "to_photo")
READS = {"to_anime": "photos", "to_photo": "drawings"}
CHARACTERS = 2048  # number of stored style codes
SCENE_COUNT, SCENE_SIDE = 96, 256  # stored backgrounds, and their side in pixels
FIRST_SCENE = 30_000_000  # first seed; not used by training folders and benchmarks
# For each part, a weight that only networks with it have.
PART_WEIGHTS = {
    "edits": "edits",
    "palette": "decoder.palette.weight",
    "template": "decoder.template.numbers.weight",
    "close_up": "decoder.close_ups.0.numbers.weight",
}
MOST_RELATIVE = 1e-4  # difference of codes and scales, relative to their largest
CHECKED_SIDE = 8  # side of the pictures for the check, in multiples


@dataclass(frozen=True)
class RosesFiles:
    """The written files, and the largest differences of the engines' results from the network's.

    ``levels`` (0..255, before rounding) of pictures; ``relative`` of content, style, w and scales,
    relative to the largest number of each.
    """

    paths: dict[str, Path]
    levels: float
    relative: float


class PostProcessing(NamedTuple):
    """Operations that files add to the trained network; see :class:`RosesShape`."""

    larger: int = 1
    steep: float = 1.0
    ink: float = 0.0
    outline: float = 0.0


def export_run(
    run: Path,
    folder: Path,
    facts: Mapping[str, str] | None = None,
    post: PostProcessing | None = None,
) -> list[RosesFiles]:
    """Export both directions of a training run to ``folder``/to_anime and ``folder``/to_photo.

    The encoder of ``to_photo`` reads the styles of drawings. ``run`` may also be a folder with the
    weights of both. Raises as :func:`export_roses`.
    """
    written = []
    with TemporaryDirectory() as scratch:
        for direction in DIRECTIONS:
            weights = run / f"{direction}.safetensors"
            if not weights.is_file():
                weights = checkpoint.export_weights(run, Path(scratch, weights.name), direction)
            known = {**(facts or {}), "reads": READS[direction]}
            written.append(export_roses(weights, folder / direction, facts=known, post=post))
    return written


def export_roses(
    weights: str | os.PathLike[str],
    folder: str | os.PathLike[str],
    *,
    facts: Mapping[str, str] | None = None,
    post: PostProcessing | None = None,
) -> RosesFiles:
    """Write encode.onnx, map.onnx, scales.onnx and decode.onnx of one generator into ``folder``.

    A generator with learned edits also gets ``directions.safetensors``. One trained on the
    painter's style codes gets ``styles.npy``, float16 [CHARACTERS, style], from which characters
    are sampled, and ``scenes.safetensors``, backgrounds.

    ``weights`` is a safetensors file of a Roses generator, from a run or an import; its header and
    ``facts`` become the metadata of each file.

    Raises InputError for other weights, OutputError, and RosetailError if an engine differs from
    the network; then no file is left under its final name.
    """
    out = Path(folder)
    make_folder(out)
    paths = {part: check_output(out / f"{part}.onnx") for part in GRAPHS}
    roses, header = load_roses(weights, post)
    roses = as_stored(roses)
    metadata = {**header, **(facts or {})}
    models = {part: graph(roses, metadata) for part, graph in GRAPHS.items()}
    differences = _write_checked(roses, models, paths)
    if roses.shape.edits:
        name = out.parent.name if out.name in DIRECTIONS else out.name
        learned_directions(roses, metadata, name, paths).save(out / f"directions{SUFFIX}")
    if metadata.get("styles") == "painted" and out.name != "to_photo":
        with writing(out / STYLES) as part, part.open("wb") as file:
            np.save(file, usual_codes()[:CHARACTERS].astype(np.float16))
        if roses.shape.palette:  # a palette separates figure and background
            write_scenes(painted_scenes(), out / SCENES)
    return RosesFiles(paths, *differences)


def learned_directions(
    roses: Roses, header: Mapping[str, str], name: str, paths: Mapping[str, Path]
) -> Directions:
    """The edits that ``roses`` learned, as directions of the model in ``paths``.

    Raises InputError if the header does not name them all.
    """
    tags = header.get("edits", "").split()
    if len(tags) != roses.shape.edits:
        raise InputError(
            f"the weights hold {roses.shape.edits} edits but name {len(tags)}; export the run again"
        )
    directions = {}
    for tag, vector in zip(tags, roses.directions().detach().numpy(), strict=True):
        scale = float(np.linalg.norm(vector))
        if scale:  # an edit that was never trained is still zero
            directions[tag] = Direction(tag, vector / scale, scale=scale)
    return Directions(
        name,
        model_digest(paths),
        tuple(groups(roses)),
        {"learned": directions} if directions else {},
        {"learned": "with the network, from painted portraits with one thing changed"},
    )


def painted_scenes() -> Scenes:
    """Backgrounds of portraits that the painter might draw."""
    portraits = [sample(FIRST_SCENE + number) for number in range(SCENE_COUNT)]
    colours = 255 * np.array([to_rgb(each.scene_colour) for each in portraits])
    return Scenes(np.stack([paint_ground(each, SCENE_SIDE) for each in portraits]), colours)


def load_roses(
    weights: str | os.PathLike[str], post: PostProcessing | None = None
) -> tuple[Roses, dict[str, str]]:
    """The generator in a safetensors file, in evaluation mode, and the file's header.

    Raises InputError.
    """
    post = post or PostProcessing()
    remedy = "use what `rosetail train roses` exported"
    with reading(weights, "weights of a Roses generator", remedy):
        with safe_open(os.fspath(weights), framework="pt") as file:
            header, names = dict(file.metadata() or {}), set(file.keys())
        values = json.loads(header.get("shape", "{}"))
        # The header of a run describes to_anime; to_photo has no edits and no palette.
        missing = [part for part, name in PART_WEIGHTS.items() if name not in names]
        values |= {part: 0 for part in missing if part in values}
        shape = RosesShape(**{**values, "widths": tuple(values["widths"]), **post._asdict()})
        roses = Roses(shape).eval().requires_grad_(False)
    checkpoint.load_weights(roses, Path(weights))
    header["shape"] = json.dumps(asdict(shape))
    if not shape.edits:
        header["edits"] = ""
    if "size" in header:
        header["size"] = str(post.larger * int(header["size"]))
    return roses, header


def as_stored(roses: Roses) -> Roses:
    """Round the parameters of ``roses`` that its files store in half precision, in place."""
    for part in (roses.encoder, roses.decoder):
        for name, module in part.named_modules():
            if name.endswith(("modulation", "palette", "numbers")):
                continue  # in the graph of scales, which is in single precision
            if isinstance(module, EqualConv | EqualLinear | Modulated):
                _round(module.weight, module.scale)
            if isinstance(module, StyledConv):
                _round(module.bias, ROOT2)
    return roses


def _round(value: torch.Tensor, scale: float) -> None:
    value.data = (value.data * scale).half().float() / scale


def _write_checked(
    roses: Roses, models: Mapping[str, onnx.ModelProto], paths: Mapping[str, Path]
) -> tuple[float, float]:
    """Write all files under temporary names, run them in every engine, then rename them."""
    with ExitStack() as stack:
        parts = {part: stack.enter_context(writing(path)) for part, path in paths.items()}
        for part, path in parts.items():
            path.write_bytes(models[part].SerializeToString())
        found = [differences(roses, parts, engine) for engine in ENGINES]
        for engine, (levels, relative) in zip(ENGINES, found, strict=True):
            if levels > WORST_LEVELS or relative > MOST_RELATIVE:
                raise RosetailError(
                    f"{engine} differs from torch by {levels:.2f} levels and {relative:.1e} of "
                    "codes; do not ship these files"
                )
    return max(levels for levels, _ in found), max(relative for _, relative in found)


@torch.no_grad()
def differences(
    roses: Roses, paths: Mapping[str, Path], engine: str, precision: Precision = "f32"
) -> tuple[float, float]:
    """The largest differences of pictures, in levels, and of codes, relative to their largest.

    Each graph gets the network's own intermediate results, for one picture in two styles; with
    pictures of two sizes if any size is supported.
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
        picture, mask = roses.figure(content.expand(2, -1, -1, -1), w, landmarks.expand(2, -1, -1))
        encoded = backends["encode"].run({"image": image})
        codes += [_relative(encoded["content"], content), _relative(encoded["style"], style)]
        codes.append(_relative(backends["map"].run({"z": z})["w"], w))
        scales = backends["scales"].run({"w": w.numpy()})["scales"]
        inputs = {"content": content.numpy(), "scales": scales, "landmarks": landmarks.numpy()}
        decode = backends["decode"]
        decoded = decode.run({name: inputs[name] for name in decode.inputs})
        levels.append(np.abs(decoded["anime"] - _levels(picture)).max())
        if "figure" in decoded:
            levels.append(np.abs(decoded["figure"][..., 3:] - _levels(2 * mask - 1)).max())
    return float(max(levels)), max(codes)


def _levels(pictures: torch.Tensor) -> NDArray[np.float32]:
    """(N, C, H, W) in [-1, 1] as levels 0..255, not rounded, [N, H, W, C]."""
    levels: NDArray[np.float32] = ((pictures.permute(0, 2, 3, 1).numpy() + 1) * 127.5).clip(0, 255)
    return levels


def _relative(result: NDArray[Any], expected: torch.Tensor) -> float:
    return float(np.abs(result - expected.numpy()).max() / expected.abs().max())
