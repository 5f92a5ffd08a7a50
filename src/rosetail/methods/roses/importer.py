"""Import the published weights of GANs N' Roses (github.com/mchong6/GANsNRoses).

``GNR_checkpoint.pt`` and the files of the authors' training program are dictionaries of state
dicts: "G_A2B_ema" and "G_B2A_ema" are the averaged generators from photos to drawings and back,
"D_A" and "D_B" the critics of photos and drawings, "D_L" that of style codes. Tensors map one to
one onto ours, apart from axes of length 1; sizes are read from them, so that checkpoints of both
branches and of any ``num_down`` fit. Constant blur kernels are checked and not stored.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import safetensors.torch
import torch
from torch import Tensor, nn

from rosetail.images import check_output, make_folder, writing
from rosetail.methods.foreign_weights import check_kernel, read_pickle, renamed, shape_of, state_in
from rosetail.methods.roses.critics import critic_from_published, latent_critic_from_published
from rosetail.methods.roses.export import export_run
from rosetail.methods.roses.network import Roses, RosesShape
from rosetail.reading import parsing

SOURCE = "github.com/mchong6/GANsNRoses"
GENERATORS = {"to_anime": "G_A2B_ema", "to_photo": "G_B2A_ema"}
REMEDY = "give the authors' GNR_checkpoint.pt, or a checkpoint of their train.py"
BLOCK = re.compile(r"encoder\.stem\.(\d+)\.conv1\.0\.weight")

Build = Callable[[Mapping[str, Tensor]], nn.Module]
CRITICS: dict[str, tuple[str, Build]] = {
    "photo_critic": ("D_A", critic_from_published),
    "anime_critic": ("D_B", critic_from_published),
    "style_critic": ("D_L", latent_critic_from_published),
}


def import_gnr(checkpoint: str | Path, folder: str | Path) -> list[Path]:
    """Write the networks of a checkpoint into ``folder``: as weights to train on
    (``to_anime.safetensors``, ``to_photo.safetensors``, and the critics that the file has), and as
    models that draw, in the folders ``to_anime`` and ``to_photo``.

    No code in the file is run (``weights_only``). Raises InputError, naming the first tensor that
    does not fit, OutputError, and as :func:`rosetail.methods.roses.export.export_run`.
    """
    path, out = Path(checkpoint), Path(folder)
    states = read_pickle(path, REMEDY)
    published: dict[str, tuple[str, Build]] = {
        direction: (name, roses_from_published) for direction, name in GENERATORS.items()
    }
    published |= {ours: each for ours, each in CRITICS.items() if _holds(states, each[0])}
    networks = {}
    for ours, (name, build) in published.items():
        with parsing(path, f"GANs N' Roses with a fitting {name}", REMEDY):
            networks[ours] = build(state_in(states, name, path, REMEDY))
    make_folder(out)
    written = []
    for ours, network in networks.items():
        target = check_output(out / f"{ours}.safetensors")
        state = {key: each.contiguous() for key, each in network.state_dict().items()}
        with writing(target) as part:
            safetensors.torch.save_file(state, part, _header(ours, network))
        written.append(target)
    return written + [path for files in export_run(out, out) for path in files.paths.values()]


def _holds(states: Any, name: str) -> bool:
    return isinstance(states, dict) and bool(states.get(name))


def _header(name: str, network: nn.Module) -> dict[str, str]:
    header = {"class": type(network).__name__, "network": name, "source": SOURCE}
    header["licence"] = "see the source"
    if isinstance(network, Roses):
        side = network.shape.side
        header |= {
            "shape": json.dumps(asdict(network.shape)),
            "size": str(side),
            "frame": "selfie",  # the crop of the photos that the authors trained on
            "input": f"NCHW RGB in [-1, 1], {side}x{side}",
        }
    return header


def published_shape(state: Mapping[str, Tensor]) -> RosesShape:
    """The sizes of a published generator, from the shapes of its tensors.

    Raises ValueError naming a tensor that is missing or of a shape that no generator has.
    """
    widths = [shape_of(state, "encoder.stem.0.0.weight")[0]]
    blocks = sum(BLOCK.fullmatch(name) is not None for name in state)
    residual = 0
    for number in range(1, blocks + 1):
        if f"encoder.stem.{number}.skip.1.weight" in state:
            widths.append(shape_of(state, f"encoder.stem.{number}.conv2.1.weight")[0])
        else:
            residual += 1
    if residual != 1:
        raise ValueError(f"it has {residual} residual blocks (n_res); only 1 is supported")
    halvings = 0
    while f"encoder.style.{halvings}.1.weight" in state:
        halvings += 1
    deep, flat = shape_of(state, f"encoder.style.{halvings + 1}.weight")
    places = math.isqrt(flat // deep)
    if places * places * deep != flat:
        raise ValueError(
            f"tensor encoder.style.{halvings + 1}.weight is {(deep, flat)}, which fits no square "
            "picture"
        )
    mapping = sum(re.fullmatch(r"mapping\.\d+\.weight", name) is not None for name in state)
    latent, style = shape_of(state, "mapping.0.weight")
    return RosesShape(
        widths=tuple(widths),
        deep=deep,
        style=style,
        latent=latent,
        mapping=mapping,
        side=places * 2 ** (len(widths) - 1 + halvings),
        style_halvings=halvings,
        content_kernel=shape_of(state, "encoder.content.0.0.weight")[-1],
    )


def roses_from_published(state: Mapping[str, Tensor]) -> Roses:
    """Our network with the tensors of a published generator.

    Raises ValueError naming a tensor that is missing, extra, of another shape or not finite.
    """
    shape = published_shape(state)
    with torch.device("meta"):
        generator = Roses(shape)
    names = dict(published_names(shape))
    kernels = {name for name in state if name.endswith(".kernel")}
    found = renamed(state, names, generator.state_dict(), kernels)
    for name in sorted(kernels):
        check_kernel(name, state[name])
    generator.load_state_dict(found, assign=True)
    return generator


def published_names(shape: RosesShape) -> Iterator[tuple[str, str]]:
    """Pairs of our name and the published name of every tensor."""
    halvings = len(shape.widths) - 1
    convs = {"encoder.stem": ("encoder.stem.0", 0)}
    for number in range(halvings):
        ours, theirs = f"encoder.down.{number}", f"encoder.stem.{number + 1}"
        convs |= {f"{ours}.first": (f"{theirs}.conv1", 0), f"{ours}.second": (f"{theirs}.conv2", 1)}
        yield f"{ours}.skip.weight", f"{theirs}.skip.1.weight"
    last = f"encoder.stem.{halvings + 1}"
    convs |= {"encoder.kept.first": (f"{last}.conv1", 0)}
    convs |= {"encoder.kept.second": (f"{last}.conv2", 0)}
    for number in range(2):
        convs[f"encoder.content.{number}"] = (f"encoder.content.{number}", 0)
    down = shape.style_halvings
    for number in range(down):
        convs[f"encoder.style_down.{number}.conv"] = (f"encoder.style.{number}", 1)
    for ours, (theirs, place) in convs.items():  # a blur, if any, comes first
        yield f"{ours}.weight", f"{theirs}.{place}.weight"
        yield f"{ours}.bias", f"{theirs}.{place + 1}.bias"
    linear = {"encoder.style_hidden": f"encoder.style.{down + 1}"}  # after nn.Flatten
    linear["encoder.style_out"] = f"encoder.style.{down + 2}"
    linear |= {f"mapping.layers.{number}": f"mapping.{number}" for number in range(shape.mapping)}
    styled = {
        "decoder.block.first": "adain_bottleneck.0.conv1",
        "decoder.block.second": "adain_bottleneck.0.conv2",
        "decoder.first": "conv1",
    }
    rgb = {"decoder.first_rgb": "to_rgb1"}
    for number in range(halvings):
        styled[f"decoder.rise.{number}.up"] = f"convs.{2 * number}"
        styled[f"decoder.rise.{number}.same"] = f"convs.{2 * number + 1}"
        rgb[f"decoder.rise.{number}.rgb"] = f"to_rgbs.{number}"
    for ours, theirs in {**styled, **rgb}.items():
        yield f"{ours}.weight", f"{theirs}.conv.weight"
        linear[f"{ours}.modulation"] = f"{theirs}.conv.modulation"
        yield f"{ours}.bias", f"{theirs}.bias" if ours in rgb else f"{theirs}.activate.bias"
    for ours, theirs in linear.items():
        yield f"{ours}.weight", f"{theirs}.weight"
        yield f"{ours}.bias", f"{theirs}.bias"
