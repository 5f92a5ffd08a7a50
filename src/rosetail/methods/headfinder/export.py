"""Export the head finder to the ONNX file that :mod:`rosetail.faces.drawn_heads` runs.

The graph's input ``picture`` is NCHW RGB in [-1, 1]; its sides are multiples of 32. The outputs are
the maps of :class:`rosetail.methods.headfinder.network.HeadMaps`, ``head`` as a probability. Batch
norms are folded into the convolutions before them.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar, cast

import onnx
import torch
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from rosetail.export.tracing import Shape, reader_graph
from rosetail.faces.drawn_heads import MULTIPLE
from rosetail.images import check_output, writing
from rosetail.methods.headfinder.network import ConvNorm, HeadFinder
from rosetail.training.checkpoint import averaged_network

Network = TypeVar("Network", bound=nn.Module)

OUTPUTS = {"head": 1, "shift": 2, "size": 1, "landmarks": 10}  # channels


def export_headfinder(run: Path, out: Path) -> Path:
    """Write the head finder of training run ``run`` to ``out``; raises OutputError, InputError."""
    check_output(out)
    finder, facts = averaged_network(run, lambda facts: HeadFinder(int(facts["width"])))
    model = headfinder_graph(finder, facts)
    with writing(out) as part:
        part.write_bytes(model.SerializeToString())
    return out


def headfinder_graph(finder: HeadFinder, facts: Mapping[str, str]) -> onnx.ModelProto:
    """The head finder as an ONNX model with ``facts`` in its metadata."""
    shapes: dict[str, Shape] = {
        name: ["batch", channels, "rows", "columns"] for name, channels in OUTPUTS.items()
    }
    return reader_graph(
        _HeadFinderPorts(folded(finder)),
        torch.zeros(1, 3, 2 * MULTIPLE, 3 * MULTIPLE),
        {"picture": ["batch", 3, "height", "width"], **shapes},
        facts,
        network="headfinder",
        multiple=MULTIPLE,
    )


def folded(net: Network) -> Network:
    """A copy in evaluation mode with the batch norms of every ConvNorm folded into its weights."""
    net = copy.deepcopy(net).eval()
    for layer in net.modules():
        if isinstance(layer, ConvNorm):
            conv, norm = cast(nn.Conv2d, layer[0]), cast(nn.BatchNorm2d, layer[1])
            layer[0], layer[1] = fuse_conv_bn_eval(conv, norm), nn.Identity()
    return net


class _HeadFinderPorts(nn.Module):
    def __init__(self, net: HeadFinder) -> None:
        super().__init__()
        self.net = net

    def forward(self, picture: Tensor) -> tuple[Tensor, ...]:
        head, *others = self.net(picture)
        return head.sigmoid(), *others
