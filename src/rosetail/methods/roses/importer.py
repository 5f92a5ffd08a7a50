"""Import the published weights of GANs N' Roses (github.com/mchong6/GANsNRoses).

``GNR_checkpoint.pt`` is a dictionary of state dicts; "G_A2B_ema" and "G_B2A_ema" are the averaged
generators from photos to drawings and back. Their tensors map one to one onto
:class:`rosetail.methods.roses.network.Roses` of shape ``FULL``, apart from axes of length 1.
Constant blur kernels are checked and not stored.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path

import safetensors.torch
import torch
from torch import Tensor

from rosetail.errors import InputError
from rosetail.images import check_output, make_folder, writing
from rosetail.methods.foreign_weights import check_kernel, read_pickle, renamed, state_in
from rosetail.methods.roses.network import FULL, Roses, RosesShape

GENERATORS = {"to_anime": "G_A2B_ema", "to_photo": "G_B2A_ema"}
REMEDY = "give the authors' GNR_checkpoint.pt"


def import_gnr(checkpoint: str | Path, folder: str | Path) -> list[Path]:
    """Write both generators, to_anime.safetensors and to_photo.safetensors, into ``folder``.

    No code in the file is run (``weights_only``). Raises InputError, naming the first tensor that
    does not fit, and OutputError.
    """
    path, out = Path(checkpoint), Path(folder)
    states = read_pickle(path, REMEDY)
    published = {
        direction: state_in(states, name, path, REMEDY) for direction, name in GENERATORS.items()
    }
    make_folder(out)
    try:
        generators = {name: roses_from_published(state) for name, state in published.items()}
    except ValueError as error:
        raise InputError(f"{checkpoint}: {error}; {REMEDY}") from error
    written = []
    for direction, generator in generators.items():
        metadata = {
            "class": "Roses",
            "network": direction,
            "shape": json.dumps(asdict(FULL)),
            "size": str(FULL.side),
            "input": f"NCHW RGB in [-1, 1], {FULL.side}x{FULL.side}",
            "source": "github.com/mchong6/GANsNRoses",
            "licence": "see the source",
        }
        path = check_output(out / f"{direction}.safetensors")
        with writing(path) as part:
            safetensors.torch.save_file(generator.state_dict(), part, metadata)
        written.append(path)
    return written


def roses_from_published(state: Mapping[str, Tensor], shape: RosesShape = FULL) -> Roses:
    """Our network with the tensors of a published generator.

    Raises ValueError naming a tensor that is missing, extra, of another shape or not finite.
    """
    with torch.device("meta"):
        generator = Roses(shape)
    names = dict(published_names(shape))
    kernels = {name for name in state if name.endswith(".kernel")}
    found = renamed(state, names, generator.state_dict(), kernels)
    for name in sorted(kernels):
        check_kernel(name, state[name])
    generator.load_state_dict(found, assign=True)
    return generator


def published_names(shape: RosesShape = FULL) -> Iterator[tuple[str, str]]:
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
        convs[f"encoder.style_down.{number}.conv"] = (f"encoder.style.{number}", 1)
    for ours, (theirs, place) in convs.items():  # a blur, if any, comes first
        yield f"{ours}.weight", f"{theirs}.{place}.weight"
        yield f"{ours}.bias", f"{theirs}.{place + 1}.bias"
    linear = {"encoder.style_hidden": "encoder.style.3", "encoder.style_out": "encoder.style.4"}
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
