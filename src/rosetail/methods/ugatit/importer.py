"""Import U-GAT-IT generators of the authors' PyTorch program (``*_params_*.pt``,
github.com/znxlwm/UGATIT-pytorch): a dictionary with the state dicts of two generators and four
critics. "genA2B" turns photos into drawings. The first linear layer shows whether it is the full
or the light model.
"""

from __future__ import annotations

import math
import os
import re
from collections.abc import Iterator
from pathlib import Path

import torch

from rosetail.methods.foreign_weights import State, import_generator, renamed, shape_of
from rosetail.methods.ugatit.network import UGatItGenerator

SOURCE = "github.com/znxlwm/UGATIT-pytorch"
REMEDY = "give the params file of the authors' PyTorch program"
GENERATOR = "genA2B"
STYLED = re.compile(r"UpBlock1_(\d+)\.conv1\.weight")
RESIDUALS = 12  # number of the first residual block in the encoder
# Layer numbers in the decoder: convolutions, and norms.
UP_CONVS, UP_NORMS = (2, 7, 11), (3, 8)


def import_ugatit(checkpoint: str | os.PathLike[str], out: str | os.PathLike[str]) -> Path:
    """Write the generator from photos to drawings in ``checkpoint`` to ``out``, .onnx or
    .safetensors.

    Raises InputError, naming the first tensor that does not fit; OutputError.
    """

    def build(state: State) -> tuple[UGatItGenerator, dict[str, str]]:
        facts = dict(zip(("width", "blocks", "size"), map(str, sizes(state)), strict=True))
        return ugatit_from_published(state), {**facts, "source": SOURCE}

    return import_generator(checkpoint, out, build, REMEDY, GENERATOR)


def sizes(state: State) -> tuple[int, int, int]:
    """Arguments of :class:`rosetail.methods.ugatit.network.UGatItGenerator`: width, blocks and the
    side of the training pictures (0: light model). Raises ValueError."""
    width = shape_of(state, "DownBlock.1.weight")[0]
    deep, inputs = shape_of(state, "FC.0.weight")
    if deep != 4 * width or inputs % deep:
        raise ValueError(f"tensor FC.0.weight is {(deep, inputs)}, which fits no picture")
    blocks = sum(STYLED.fullmatch(name) is not None for name in state)
    side = math.isqrt(inputs // deep)
    if side * side * deep != inputs:
        raise ValueError(f"tensor FC.0.weight is {(deep, inputs)}, which fits no square picture")
    return width, blocks, 0 if side == 1 else 4 * side


def ugatit_from_published(state: State) -> UGatItGenerator:
    """Our generator with the published tensors. Raises ValueError naming one that does not fit."""
    width, blocks, size = sizes(state)
    with torch.device("meta"):
        net = UGatItGenerator(width, blocks, size)
    found = renamed(state, dict(published_names(blocks)), net.state_dict())
    net.load_state_dict(found, assign=True)
    return net.eval()


def published_names(blocks: int) -> Iterator[tuple[str, str]]:
    """Pairs of our name and the published name of every tensor."""
    for place in (1, 5, 9):
        yield f"down.{place}.weight", f"DownBlock.{place}.weight"
    for place in range(RESIDUALS, RESIDUALS + blocks):
        for layer in (1, 5):
            yield f"down.{place}.{layer}.weight", f"DownBlock.{place}.conv_block.{layer}.weight"
    yield "attention.mean.weight", "gap_fc.weight"
    yield "attention.peak.weight", "gmp_fc.weight"
    yield "attention.mix.weight", "conv1x1.weight"
    yield "attention.mix.bias", "conv1x1.bias"
    yield "read.0.weight", "FC.0.weight"
    yield "read.2.weight", "FC.2.weight"
    yield "gain.weight", "gamma.weight"
    yield "offset.weight", "beta.weight"
    for number in range(blocks):
        ours, theirs = f"styled.{number}", f"UpBlock1_{number + 1}"
        for place, part in ((1, "first"), (2, "second")):
            yield f"{ours}.{part}.1.weight", f"{theirs}.conv{place}.weight"
            yield f"{ours}.{part}_norm.rho", f"{theirs}.norm{place}.rho"
    for place in UP_CONVS:
        yield f"up.{place}.weight", f"UpBlock2.{place}.weight"
    for place in UP_NORMS:
        for our_part, their_part in (("rho", "rho"), ("gain", "gamma"), ("offset", "beta")):
            yield f"up.{place}.{our_part}", f"UpBlock2.{place}.{their_part}"
