"""Frozen VGG-19 features (Simonyan and Zisserman 2015) for perceptual losses."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional as F

from rosetail.errors import WeightsMissing
from rosetail.reading import reading

MEAN_BGR = (103.939, 116.779, 123.68)
BLOCKS = (2, 2, 4, 4, 4)  # convolutions in each block; a 2x2 max pool follows every block
WIDTHS = (64, 128, 256, 512, 512)
LEAST = 8  # convolutions a file must hold: conv1_1 to conv3_4
# The first plane (red) of the first filter of torchvision's weights, which expect other input.
TORCHVISION = (
    (-5.3474e-02, -4.9257e-02, -6.7942e-02),
    (1.5314e-02, 4.5068e-02, 2.1444e-03),
    (3.6226e-02, 1.9999e-02, 1.9864e-02),
)


def _layout() -> list[tuple[str, int, int, int]]:
    """(name, place in the published ``features`` list, in, out channels) of the 16 convolutions."""
    rows, place, channels = [], 0, 3
    for block, (count, width) in enumerate(zip(BLOCKS, WIDTHS, strict=True), start=1):
        for number in range(1, count + 1):
            rows.append((f"conv{block}_{number}", place, channels, width))
            channels = width
            place += 2  # the convolution and its ReLU
        place += 1  # the pool
    return rows


LAYOUT = _layout()


class Vgg19Features(nn.Module):
    """Features of RGB pictures in [-1, 1] from all VGG-19 convolutions that a file contains.

    ``path`` is a safetensors file with ``features.N.weight`` (O, I, 3, 3) and ``features.N.bias``
    for at least the first eight convolutions (to conv3_4), trained for BGR 0-255 minus the mean.
    Other keys (such as the classifier) are ignored. The parameters are frozen; gradients flow to
    pictures. Raises WeightsMissing if the file or one of its keys is missing.
    """

    mean: Tensor

    def __init__(self, path: str | Path) -> None:
        super().__init__()
        held = _load(Path(path))
        self.names: list[str] = []
        self.convs = nn.ModuleList()
        for name, place, channels, width in LAYOUT:
            if f"features.{place}.weight" not in held:
                break
            weight = held[f"features.{place}.weight"].float()
            if not self.names:
                # 0-255 from [-1, 1] and BGR from RGB are folded into the first convolution. The
                # mean is not: zero padding stands for the mean colour, which no bias expresses.
                weight = weight.flip(1) * 127.5
            conv = nn.Conv2d(channels, width, 3, padding=1)
            conv.weight = nn.Parameter(weight.contiguous(memory_format=torch.channels_last))
            conv.bias = nn.Parameter(held[f"features.{place}.bias"].float())
            self.names.append(name)
            self.convs.append(conv)
        mean_rgb = torch.tensor(MEAN_BGR[::-1]).view(1, 3, 1, 1)
        self.register_buffer("mean", mean_rgb / 127.5 - 1, persistent=False)
        self.requires_grad_(False).eval()

    @property
    def deepest(self) -> str:
        """The last convolution in the file, such as ``"conv3_4"``."""
        return self.names[-1]

    def forward(self, x: Tensor, layers: Sequence[str]) -> dict[str, Tensor]:
        """Maps by name: ``"conv3_4"`` is before the ReLU, ``"relu3_4"`` after it.

        ``x`` is (N, 3, H, W) RGB in [-1, 1]. Computation stops at the deepest requested layer.
        """
        for layer in layers:
            if "conv" + layer[4:] not in self.names or layer[:4] not in ("conv", "relu"):
                raise WeightsMissing(
                    f"these VGG-19 weights have no layer {layer} (deepest: {self.deepest}); "
                    "ask for one up to it, or give a full VGG-19 file"
                )
        last = max(self.names.index("conv" + layer[4:]) for layer in layers)
        found: dict[str, Tensor] = {}
        x = x - self.mean
        for name, conv in zip(self.names[: last + 1], self.convs, strict=False):
            if name.endswith("_1") and name != "conv1_1":
                x = F.max_pool2d(x, 2)
            x = conv(x)
            if name in layers:
                found[name] = x
            x = F.relu(x, inplace=name not in layers)
            if (after := "relu" + name[4:]) in layers:
                found[after] = x
        return found


def _load(path: Path) -> dict[str, Tensor]:
    """Load the file's tensors. Raises WeightsMissing naming the file and the missing key."""
    remedy = "give a file that `rosetail import vgg19` wrote"
    with reading(path, "a safetensors file", remedy, WeightsMissing) as file:
        held = load_file(file)
    # A deeper convolution is complete, or it and all later ones are absent.
    for number, (name, place, channels, width) in enumerate(LAYOUT):
        weight, bias = f"features.{place}.weight", f"features.{place}.bias"
        if number >= LEAST and weight not in held:
            break
        for key, shape in ((weight, (width, channels, 3, 3)), (bias, (width,))):
            if key not in held:
                raise WeightsMissing(f"{path}: {key} ({name}) is not in it; {remedy}")
            if held[key].shape != shape:
                got = tuple(held[key].shape)
                raise WeightsMissing(f"{path}: {key} is {got}, wanted {shape}; {remedy}")
    plane = held["features.0.weight"][0, 0].float()
    if torch.allclose(plane, torch.tensor(TORCHVISION), atol=1e-4):
        raise WeightsMissing(f"{path}: torchvision's weights, which expect other input; {remedy}")
    return held
