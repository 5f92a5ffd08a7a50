"""Import AnimeGANv2 generators of the public PyTorch port: ``face_paint_512_v2.pt``,
``paprika.pt`` and others (github.com/bryandlee/animegan2-pytorch), one state dict a file.

The port has the same layers in five named blocks. Its generator upsamples with aligned corners by
default (as through torch.hub), its ``test.py`` with half pixels. The original program, from which
most weights were converted, is TensorFlow 1, whose resize is a third convention, asymmetric.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import torch

from rosetail.methods.animegan2.network import AnimeGan2Generator, Resize
from rosetail.methods.foreign_weights import State, import_generator, renamed, shape_of

SOURCE = "github.com/bryandlee/animegan2-pytorch"
REMEDY = "give a generator's .pt of the public PyTorch port"

# Our numbers of the units (padding, convolution, norm, leaky ReLU) and the published names.
UNITS = {
    0: "block_a.0",
    1: "block_a.1",
    2: "block_a.2",
    3: "block_b.0",
    4: "block_b.1",
    5: "block_c.0",
    10: "block_c.5",
    12: "block_d.0",
    13: "block_d.1",
    15: "block_e.0",
    16: "block_e.1",
    17: "block_e.2",
}
INVERTED = {6: "block_c.1", 7: "block_c.2", 8: "block_c.3", 9: "block_c.4"}
LAST = 18  # our number of the last convolution


def import_animegan2(
    checkpoint: str | os.PathLike[str], out: str | os.PathLike[str], *, resize: Resize = "corners"
) -> Path:
    """Write the generator in ``checkpoint`` to ``out``, .onnx or .safetensors.

    ``resize``: see :class:`rosetail.methods.animegan2.network.Doubled`. Raises InputError, naming
    the first tensor that does not fit; OutputError.
    """

    def build(state: State) -> tuple[AnimeGan2Generator, dict[str, str]]:
        net = animegan2_from_published(state, resize)
        width = shape_of(state, "block_a.0.1.weight")[0]
        return net, {"width": str(width), "resize": resize, "source": SOURCE}

    return import_generator(checkpoint, out, build, REMEDY)


def animegan2_from_published(state: State, resize: Resize = "corners") -> AnimeGan2Generator:
    """Our generator with the published tensors. Raises ValueError naming one that does not fit."""
    width = shape_of(state, "block_a.0.1.weight")[0]
    with torch.device("meta"):
        net = AnimeGan2Generator(width, resize)
    found = renamed(state, dict(published_names()), net.state_dict())
    net.load_state_dict(found, assign=True)
    return net.eval()


def published_names() -> Iterator[tuple[str, str]]:
    """Pairs of our name and the published name of every tensor."""
    for ours, theirs in UNITS.items():
        yield from _unit(str(ours), theirs)
    for place, theirs in INVERTED.items():
        widen = f"{theirs}.layers.0"
        yield f"{place}.0.weight", f"{widen}.1.weight"
        yield f"{place}.1.weight", f"{widen}.2.weight"
        yield f"{place}.1.bias", f"{widen}.2.bias"
        yield from _unit(f"{place}.3", f"{theirs}.layers.1")
        yield f"{place}.3.1.bias", f"{theirs}.layers.1.1.bias"
        for number in (4, 5):
            yield f"{place}.{number}.weight", f"{theirs}.layers.{number - 2}.weight"
        yield f"{place}.5.bias", f"{theirs}.layers.3.bias"
    yield f"{LAST}.weight", "out_layer.0.weight"


def _unit(ours: str, theirs: str) -> Iterator[tuple[str, str]]:
    for end in ("1.weight", "2.weight", "2.bias"):
        yield f"{ours}.{end}", f"{theirs}.{end}"
