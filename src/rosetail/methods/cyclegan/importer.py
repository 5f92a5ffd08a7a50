"""Import CycleGAN generators of the authors' PyTorch program (``latest_net_G_A.pth``).

github.com/junyanz/pytorch-CycleGAN-and-pix2pix, ``resnet_6blocks`` or ``resnet_9blocks`` with
instance norm. Layers have the same numbers; in a residual block with dropout, which is inactive
at inference, the second convolution has the next higher number.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import torch

from rosetail.methods.cyclegan.network import ResNetGenerator
from rosetail.methods.foreign_weights import State, import_generator, renamed, shape_of

SOURCE = "github.com/junyanz/pytorch-CycleGAN-and-pix2pix"
REMEDY = "give a generator's .pth with resnet blocks and instance norm"
BLOCK = re.compile(r"model\.(\d+)\.conv_block\.1\.weight")
# Old PyTorch saved the statistics of instance norms, which inference does not use.
STATISTICS = ("running_mean", "running_var", "num_batches_tracked")


def import_cyclegan(checkpoint: str | os.PathLike[str], out: str | os.PathLike[str]) -> Path:
    """Write the generator in ``checkpoint`` to ``out``, .onnx or .safetensors.

    Raises InputError, naming the first tensor that does not fit; OutputError.
    """

    def build(state: State) -> tuple[ResNetGenerator, dict[str, str]]:
        net = cyclegan_from_published(state)
        width, blocks = shape_of(state, "model.1.weight")[0], len(_blocks(state))
        return net, {"width": str(width), "blocks": str(blocks), "source": SOURCE}

    return import_generator(checkpoint, out, build, REMEDY)


def cyclegan_from_published(state: State) -> ResNetGenerator:
    """Our generator with the published tensors. Raises ValueError naming one that does not fit."""
    width, blocks = shape_of(state, "model.1.weight")[0], _blocks(state)
    if not blocks:
        raise ValueError("it has no residual blocks")
    with torch.device("meta"):
        net = ResNetGenerator(width, len(blocks))
    names = {}
    for ours in net.state_dict():
        number, *rest = ours.split(".")
        if len(rest) == 2:  # inside a residual block
            late = f"model.{number}.conv_block.6.weight" in state and rest[0] == "5"
            names[ours] = f"model.{number}.conv_block.{6 if late else rest[0]}.{rest[1]}"
        else:
            names[ours] = f"model.{ours}"
    spare = {name for name in state if name.endswith(STATISTICS)}
    net.load_state_dict(renamed(state, names, net.state_dict(), spare), assign=True)
    return net.eval()


def _blocks(state: State) -> list[int]:
    """The layer numbers of the residual blocks."""
    return sorted(int(found[1]) for found in map(BLOCK.fullmatch, state) if found)
