"""U-GAT-IT's published files, full and light: the same numbers."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import Tensor
from torch.nn import functional as F

from rosetail.errors import InputError
from rosetail.methods.ugatit.importer import import_ugatit, sizes, ugatit_from_published
from tests.methods.through import State, check, drawn


def published(width: int = 4, blocks: int = 2, size: int = 32, seed: int = 0) -> State:
    """The state of genA2B; ``size`` 0 is the light one."""
    g = torch.Generator().manual_seed(seed)
    deep = 4 * width
    convs = {"DownBlock.1": (width, 3, 7, 7), "DownBlock.5": (2 * width, width, 3, 3)}
    convs |= {"DownBlock.9": (deep, 2 * width, 3, 3), "conv1x1": (deep, 2 * deep, 1, 1)}
    for number in range(blocks):
        for layer in (1, 5):
            convs[f"DownBlock.{12 + number}.conv_block.{layer}"] = (deep, deep, 3, 3)
        for layer in (1, 2):
            convs[f"UpBlock1_{number + 1}.conv{layer}"] = (deep, deep, 3, 3)
    convs |= {"UpBlock2.2": (2 * width, deep, 3, 3), "UpBlock2.7": (width, 2 * width, 3, 3)}
    convs |= {"UpBlock2.11": (3, width, 7, 7)}
    inputs = deep * (size // 4) ** 2 if size else deep
    convs |= {"gap_fc": (1, deep), "gmp_fc": (1, deep), "FC.0": (deep, inputs)}
    convs |= {"FC.2": (deep, deep), "gamma": (deep, deep), "beta": (deep, deep)}
    state = {f"{name}.weight": drawn(shape, g) for name, shape in convs.items()}
    state["UpBlock2.11.weight"] *= 0.3
    state["conv1x1.bias"] = 0.1 * torch.randn(deep, generator=g)
    for number in range(blocks):
        for layer in (1, 2):
            state[f"UpBlock1_{number + 1}.norm{layer}.rho"] = torch.rand(1, deep, 1, 1, generator=g)
    for place, channels in ((3, 2 * width), (8, width)):
        state[f"UpBlock2.{place}.rho"] = torch.rand(1, channels, 1, 1, generator=g)
        state[f"UpBlock2.{place}.gamma"] = 1 + 0.3 * torch.randn(1, channels, 1, 1, generator=g)
        state[f"UpBlock2.{place}.beta"] = 0.3 * torch.randn(1, channels, 1, 1, generator=g)
    return state


def plain(state: State, x: Tensor, *, light: bool = False) -> Tensor:
    """The published network, line by line."""

    def conv(x: Tensor, name: str, *, stride: int = 1) -> Tensor:
        weight = state[f"{name}.weight"]
        border = weight.shape[-1] // 2
        return F.conv2d(F.pad(x, (border,) * 4, mode="reflect"), weight, stride=stride)

    def spread(x: Tensor, axes: tuple[int, ...], unbiased: bool) -> Tensor:
        mean = x.mean(axes, keepdim=True)
        return (x - mean) / torch.sqrt(x.var(axes, keepdim=True, unbiased=unbiased) + 1e-5)

    def instance(x: Tensor) -> Tensor:
        return spread(x, (2, 3), False)

    def lin(x: Tensor, name: str, gain: Tensor, offset: Tensor) -> Tensor:
        rho = state[f"{name}.rho"]
        x = rho * spread(x, (2, 3), True) + (1 - rho) * spread(x, (1, 2, 3), True)
        return x * gain + offset

    def linear(x: Tensor, name: str) -> Tensor:
        return x @ state[f"{name}.weight"].t()

    blocks = sum(name.endswith("conv1.weight") for name in state)
    x = F.relu(instance(conv(x, "DownBlock.1")))
    x = F.relu(instance(conv(x, "DownBlock.5", stride=2)))
    x = F.relu(instance(conv(x, "DownBlock.9", stride=2)))
    for place in range(12, 12 + blocks):
        y = F.relu(instance(conv(x, f"DownBlock.{place}.conv_block.1")))
        x = x + instance(conv(y, f"DownBlock.{place}.conv_block.5"))
    attended = [x * state[f"{name}.weight"][0].view(1, -1, 1, 1) for name in ("gap_fc", "gmp_fc")]
    x = F.relu(F.conv2d(torch.cat(attended, 1), state["conv1x1.weight"], state["conv1x1.bias"]))
    read = x.mean((2, 3)) if light else x.flatten(1)
    read = F.relu(linear(F.relu(linear(read, "FC.0")), "FC.2"))
    gain, offset = (linear(read, name)[:, :, None, None] for name in ("gamma", "beta"))
    for number in range(1, blocks + 1):
        name = f"UpBlock1_{number}"
        y = F.relu(lin(conv(x, f"{name}.conv1"), f"{name}.norm1", gain, offset))
        x = x + lin(conv(y, f"{name}.conv2"), f"{name}.norm2", gain, offset)
    for place in (2, 7):
        name = f"UpBlock2.{place + 1}"
        x = conv(x.repeat_interleave(2, 2).repeat_interleave(2, 3), f"UpBlock2.{place}")
        x = F.relu(lin(x, name, state[f"{name}.gamma"], state[f"{name}.beta"]))
    return torch.tanh(conv(x, "UpBlock2.11"))


def saved(path: Path, state: State) -> Path:
    """As the authors' program saves: both ways and critics in one dictionary."""
    torch.save({"genA2B": state, "genB2A": published(seed=9), "disGA": {}, "disLB": {}}, path)
    return path


def test_light_through_the_program(rosetail, tmp_path: Path) -> None:
    state, look = published(size=0), tmp_path / "look.onnx"
    file = saved(tmp_path / "selfie2anime_params_1000000.pt", state)
    ran = rosetail("import", "ugatit", file, "-o", look)
    assert ran.status == 0, ran.err
    check(rosetail, look, lambda x: plain(state, x, light=True), tmp_path)


def test_full_at_its_own_size(rosetail, tmp_path: Path) -> None:
    state = published(size=32)
    assert sizes(state) == (4, 2, 32)
    x = torch.randn(2, 3, 32, 32).clamp(-1, 1)
    net = ugatit_from_published(state)
    with torch.no_grad():
        torch.testing.assert_close(net(x), plain(state, x), atol=1e-4, rtol=0)
    file = saved(tmp_path / "params.pt", state)
    ran = rosetail("import", "ugatit", file, "-o", tmp_path / "look.onnx")
    assert ran.status == 0, ran.err


def test_the_published_size() -> None:
    """Light, of width 64 with four blocks; the full one has the same but for FC.0."""
    state = published(64, 4, 0)
    x = torch.randn(1, 3, 32, 32).clamp(-1, 1)
    with torch.no_grad():
        torch.testing.assert_close(
            ugatit_from_published(state)(x), plain(state, x, light=True), atol=1e-4, rtol=0
        )


def test_what_is_refused_and_why(tmp_path: Path) -> None:
    file, out = tmp_path / "params.pt", tmp_path / "look.onnx"
    torch.save({"genB2A": published()}, file)
    with pytest.raises(InputError, match="holds no genA2B"):
        import_ugatit(file, out)
    saved(file, published() | {"FC.0.weight": torch.zeros(16, 16 * 3)})
    with pytest.raises(InputError, match="fits no square picture"):
        import_ugatit(file, out)
    state = published()
    del state["UpBlock1_2.norm1.rho"]
    with pytest.raises(InputError, match=r"UpBlock1_2\.norm1\.rho is missing"):
        import_ugatit(saved(file, state), out)
