"""CycleGAN's generators as the authors' PyTorch programs save them (``latest_net_G_A.pth``).

github.com/junyanz/pytorch-CycleGAN-and-pix2pix, ``resnet_6blocks`` or ``resnet_9blocks`` with
instance norm. Our layers stand under the same numbers; a residual block with dropout, which does
nothing when drawing, has its second convolution one place later.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import torch

from rosetail.errors import InputError
from rosetail.methods.cyclegan.network import ResNetGenerator
from rosetail.methods.foreign_weights import (
    State,
    check_suffix,
    read_pickle,
    renamed,
    shape_of,
    state_in,
    write,
)

SOURCE = "github.com/junyanz/pytorch-CycleGAN-and-pix2pix"
REMEDY = "give a generator's .pth with resnet blocks and instance norm"
BLOCK = re.compile(r"model\.(\d+)\.conv_block\.1\.weight")
# Old PyTorch saved statistics of instance norms, which take no part in drawing.
STATISTICS = ("running_mean", "running_var", "num_batches_tracked")


def import_cyclegan(checkpoint: str | os.PathLike[str], out: str | os.PathLike[str]) -> Path:
    """Write the generator in ``checkpoint`` to ``out``, .onnx or .safetensors.

    Raises InputError, naming the first tensor at fault, where it is another network; OutputError.
    """
    path = Path(checkpoint)
    check_suffix(Path(out))
    state = state_in(read_pickle(path, REMEDY), "", path, REMEDY)
    try:
        net = cyclegan_from_published(state)
    except ValueError as error:
        raise InputError(f"{path}: {error}; {REMEDY}") from error
    width, blocks = shape_of(state, "model.1.weight")[0], len(_blocks(state))
    facts = {"width": str(width), "blocks": str(blocks), "source": SOURCE}
    return write(net, facts, out)


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
        if len(rest) == 2:  # within a residual block
            late = f"model.{number}.conv_block.6.weight" in state and rest[0] == "5"
            names[ours] = f"model.{number}.conv_block.{6 if late else rest[0]}.{rest[1]}"
        else:
            names[ours] = f"model.{ours}"
    spare = {name for name in state if name.endswith(STATISTICS)}
    net.load_state_dict(renamed(state, names, net.state_dict(), spare), assign=True)
    return net.eval()


def _blocks(state: State) -> list[int]:
    """The places of the residual blocks."""
    return sorted(int(found[1]) for found in map(BLOCK.fullmatch, state) if found)
