"""AnimeGANv2's files of the public PyTorch port: the same numbers, doubled in both ways."""

from __future__ import annotations

import itertools
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from torch import Tensor
from torch.nn import functional as F

from rosetail.errors import InputError
from rosetail.methods.animegan2.importer import animegan2_from_published, import_animegan2
from rosetail.stylizer.stylizer import Stylizer
from tests.methods.through import State, check, drawn

# Units of the port: name, channels in and out in parts of the width (0: RGB), kernel.
UNITS = [
    ("block_a.0", 0, 1, 7), ("block_a.1", 1, 2, 3), ("block_a.2", 2, 2, 3),
    ("block_b.0", 2, 4, 3), ("block_b.1", 4, 4, 3), ("block_c.0", 4, 4, 3),
    ("block_c.5", 8, 4, 3), ("block_d.0", 4, 4, 3), ("block_d.1", 4, 4, 3),
    ("block_e.0", 4, 2, 3), ("block_e.1", 2, 2, 3), ("block_e.2", 2, 1, 7),
]  # fmt: skip
INVERTED = [("block_c.1", 4), ("block_c.2", 8), ("block_c.3", 8), ("block_c.4", 8)]


def published(width: int = 4, seed: int = 0) -> State:
    g = torch.Generator().manual_seed(seed)
    state: State = {}

    def norm(name: str, channels: int) -> None:
        state[f"{name}.weight"] = 1 + 0.3 * torch.randn(channels, generator=g)
        state[f"{name}.bias"] = 0.3 * torch.randn(channels, generator=g)

    for name, inside, out, kernel in UNITS:
        shape = (out * width, inside * width or 3, kernel, kernel)
        state[f"{name}.1.weight"] = drawn(shape, g)
        norm(f"{name}.2", out * width)
    for name, times in INVERTED:
        inside, out = times * width, 8 * width
        wide = 2 * inside
        state[f"{name}.layers.0.1.weight"] = drawn((wide, inside, 1, 1), g)
        norm(f"{name}.layers.0.2", wide)
        state[f"{name}.layers.1.1.weight"] = drawn((wide, 1, 3, 3), g)
        state[f"{name}.layers.1.1.bias"] = 0.1 * torch.randn(wide, generator=g)
        norm(f"{name}.layers.1.2", wide)
        state[f"{name}.layers.2.weight"] = drawn((out, wide, 1, 1), g)
        norm(f"{name}.layers.3", out)
    state["out_layer.0.weight"] = drawn((3, width, 1, 1), g, 0.5)
    return state


def plain(state: State, x: Tensor, resize: str = "corners") -> Tensor:
    """The published network, line by line."""

    def norm(x: Tensor, name: str) -> Tensor:
        mean = x.mean((1, 2, 3), keepdim=True)
        x = (x - mean) / torch.sqrt(x.var((1, 2, 3), keepdim=True, unbiased=False) + 1e-5)
        gain, offset = (state[f"{name}.{end}"].view(1, -1, 1, 1) for end in ("weight", "bias"))
        return x * gain + offset

    def unit(x: Tensor, name: str, *, stride: int = 1, groups: int = 1) -> Tensor:
        weight, bias = state[f"{name}.1.weight"], state.get(f"{name}.1.bias")
        border = weight.shape[-1] // 2
        pad = (0, 1, 0, 1) if stride == 2 else (border,) * 4
        x = F.pad(x, pad, mode="reflect") if any(pad) else x
        x = F.conv2d(x, weight, bias, stride=stride, groups=groups)
        return F.leaky_relu(norm(x, f"{name}.2"), 0.2)

    def inverted(x: Tensor, name: str) -> Tensor:
        y = unit(x, f"{name}.layers.0")
        y = unit(y, f"{name}.layers.1", groups=y.shape[1])
        y = norm(F.conv2d(y, state[f"{name}.layers.2.weight"]), f"{name}.layers.3")
        return x + y if x.shape == y.shape else y

    def double(x: Tensor, size: torch.Size) -> Tensor:
        if resize == "asymmetric":  # as TensorFlow 1: place i of the result is i / 2 of the map
            for axis in (2, 3):
                place = torch.arange(2 * x.shape[axis]) / 2
                low = place.floor().long()
                high = (low + 1).clamp(max=x.shape[axis] - 1)
                share = (place - low).view(-1, *[1] * (3 - axis))
                x = (1 - share) * x.index_select(axis, low) + share * x.index_select(axis, high)
            return x
        return F.interpolate(x, size, mode="bilinear", align_corners=resize == "corners")

    full = x.shape[2:]
    x = unit(unit(unit(x, "block_a.0"), "block_a.1", stride=2), "block_a.2")
    half = x.shape[2:]
    x = unit(unit(x, "block_b.0", stride=2), "block_b.1")
    x = unit(x, "block_c.0")
    for name, _ in INVERTED:
        x = inverted(x, name)
    x = unit(x, "block_c.5")
    x = unit(unit(double(x, half), "block_d.0"), "block_d.1")
    x = unit(unit(unit(double(x, full), "block_e.0"), "block_e.1"), "block_e.2")
    return torch.tanh(F.conv2d(x, state["out_layer.0.weight"]))


@pytest.mark.parametrize("resize", ["corners", "half_pixel", "asymmetric"])
def test_through_the_program(rosetail, resize: str, tmp_path: Path) -> None:
    state = published()
    torch.save(state, tmp_path / "face_paint_512_v2.pt")
    look = tmp_path / "look.onnx"
    ran = rosetail(
        "import", "animegan2", tmp_path / "face_paint_512_v2.pt", "-o", look, "--resize", resize
    )
    assert ran.status == 0, ran.err
    check(rosetail, look, lambda x: plain(state, x, resize), tmp_path)


@pytest.mark.parametrize(("height", "width"), [(49, 66), (50, 63), (51, 65)])
def test_sides_of_any_length_as_in_the_port(rosetail, height: int, width: int, tmp_path) -> None:
    """The port resizes each map to the size that it had before it was halved."""
    state, look = published(), tmp_path / "look.onnx"
    torch.save(state, tmp_path / "net.pt")
    assert rosetail("import", "animegan2", tmp_path / "net.pt", "-o", look).status == 0
    check(rosetail, look, lambda x: plain(state, x), tmp_path, (height, width))


def test_faces_are_drawn_at_the_size_that_they_have(
    rosetail, astronaut: np.ndarray, tmp_path: Path
) -> None:
    """Our looks reduce large faces; networks of others get pictures as they are."""
    torch.save(published(), tmp_path / "net.pt")
    look = tmp_path / "look.onnx"
    assert rosetail("import", "animegan2", tmp_path / "net.pt", "-o", look).status == 0
    stylizer = Stylizer(look, "onnxruntime")
    face = cv2.resize(astronaut[40:200, 150:310], None, fx=1.5, fy=1.5)  # eyes 90 pixels apart
    assert np.array_equal(stylizer.array(face), stylizer.network(face))
    assert stylizer.scale_for(face.shape[:2], [500.0]) == 1


def test_the_ways_of_doubling_differ() -> None:
    state, x = published(), torch.randn(1, 3, 16, 16)
    drawings = [plain(state, x, way) for way in ("corners", "half_pixel", "asymmetric")]
    for first, second in itertools.combinations(drawings, 2):
        assert (first - second).abs().max() > 0.01


def test_the_published_size() -> None:
    state = published(32)
    assert sum(value.numel() for value in state.values()) == 2_143_552
    x = torch.randn(1, 3, 32, 48).clamp(-1, 1)
    with torch.no_grad():
        torch.testing.assert_close(
            animegan2_from_published(state)(x), plain(state, x), atol=1e-4, rtol=0
        )


def test_another_network_is_named(tmp_path: Path) -> None:
    state = published()
    del state["block_c.2.layers.1.1.bias"]
    torch.save(state, tmp_path / "net.pt")
    with pytest.raises(InputError, match=r"block_c\.2\.layers\.1\.1\.bias is missing\); give"):
        import_animegan2(tmp_path / "net.pt", tmp_path / "look.onnx")
