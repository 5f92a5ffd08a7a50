"""DeepDanbooru's residual network (T1, table 5.1; ``resnet_custom_v3`` of its authors).

A ResNet with bottleneck blocks in six stages, down to 1/128 of the side. A 1x1 convolution gives a
score map per tag; the sigmoid of its mean is the probability. Strided convolutions use TensorFlow's
"same" padding: an odd pixel is added on the right and at the bottom. As in the published PyTorch
weights, batch norms are folded into the convolutions, which are numbered in graph order.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple, cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from rosetail.errors import WeightsMissing
from rosetail.reading import reading

SIDE = 512  # pixels, for the published weights; T1 says 299
STEM = 64


class Stage(NamedTuple):
    """A block that changes the size, then ``repeats`` more, all with ``width`` output channels.
    ``late``: the shortcut of the first is numbered after its other layers."""

    width: int
    repeats: int
    stride: int = 2
    late: bool = False


STAGES = (
    Stage(256, 2, stride=1),
    Stage(512, 7),
    Stage(1024, 19),
    Stage(1024, 19, late=True),
    Stage(2048, 2),
    Stage(4096, 2),
)


class Bottleneck(nn.Module):
    """1x1, 3x3 and 1x1 convolutions, added to their input or its 1x1 shortcut, then ReLU."""

    def __init__(self, inside: int, outside: int, stride: int, *, shortcut: bool) -> None:
        super().__init__()
        middle = outside // 4
        self.stride = stride
        self.first = nn.Conv2d(inside, middle, 1)
        self.second = nn.Conv2d(middle, middle, 3, stride, padding=1 if stride == 1 else 0)
        self.third = nn.Conv2d(middle, outside, 1)
        self.shortcut = nn.Conv2d(inside, outside, 1, stride) if shortcut else nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        y = F.relu(self.first(x))
        if self.stride == 2:
            y = F.pad(y, (0, 1, 0, 1))
        y = self.third(F.relu(self.second(y)))
        return F.relu(y + self.shortcut(x))


class DeepDanbooru(nn.Module):
    """Pictures (N, 3, S, S), RGB in [0, 1], S a multiple of 128, to probabilities (N, tags)."""

    def __init__(self, tags: int, stages: tuple[Stage, ...] = STAGES) -> None:
        super().__init__()
        self.stages = stages
        self.stem = nn.Conv2d(3, STEM, 7, 2)
        blocks, inside = [], STEM
        for stage in stages:
            blocks.append(Bottleneck(inside, stage.width, stage.stride, shortcut=True))
            inside = stage.width
            blocks += [Bottleneck(inside, inside, 1, shortcut=False) for _ in range(stage.repeats)]
        self.blocks = nn.ModuleList(blocks)
        self.scores = nn.Conv2d(inside, tags, 1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        x = F.relu(self.stem(F.pad(x, (2, 3, 2, 3))))
        x = F.max_pool2d(F.pad(x, (0, 1, 0, 1), value=float("-inf")), 3, 2)
        for block in self.blocks:
            x = block(x)
        return cast(Tensor, self.scores(x)).mean((2, 3)).sigmoid()

    def numbered(self) -> Iterator[nn.Conv2d]:
        """The convolutions in the published order."""
        yield self.stem
        blocks = iter(cast(Iterator[Bottleneck], self.blocks))
        for stage in self.stages:
            changing = next(blocks)
            shortcut = cast(nn.Conv2d, changing.shortcut)
            rest = [changing.first, changing.second, changing.third]
            yield from [*rest, shortcut] if stage.late else [shortcut, *rest]
            for _ in range(stage.repeats):
                block = next(blocks)
                yield from (block.first, block.second, block.third)
        yield self.scores


def load(path: Path, stages: tuple[Stage, ...] = STAGES) -> tuple[DeepDanbooru, tuple[str, ...]]:
    """Load the published weights from the .pt file ``path``; returns the network and its tags.

    The file holds the tensors ``n_Conv_0.weight``, ... and the list ``tags``. Raises
    WeightsMissing, naming the missing tensor, if the file does not fit.
    """
    remedy = "give model-resnet_custom_v3.pt"
    with reading(path, "DeepDanbooru's weights", remedy, WeightsMissing) as file:
        held = torch.load(file, map_location="cpu", weights_only=True)
        tags = tuple(str(tag) for tag in held["tags"])
        with torch.device("meta"):
            net = DeepDanbooru(len(tags), stages)
        _fill(net, held)
    return net.eval(), tags


def _fill(net: DeepDanbooru, held: Mapping[str, Any]) -> None:
    for number, conv in enumerate(net.numbered()):
        for part, value in list(conv.named_parameters()):
            name = f"n_Conv_{number}.{part}"
            given = held.get(name)
            if given is None or given.shape != value.shape:
                raise ValueError(f"no {name} of {list(value.shape)} in it")
            setattr(conv, part, nn.Parameter(given.float(), requires_grad=False))
