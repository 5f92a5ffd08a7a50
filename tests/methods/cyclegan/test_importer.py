"""CycleGAN's published files: the same numbers, from every variant of them, and nothing else."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest
import torch
from safetensors import safe_open
from torch import Tensor
from torch.nn import functional as F

from rosetail.errors import InputError, OutputError
from rosetail.methods.cyclegan.importer import cyclegan_from_published, import_cyclegan
from tests.methods.through import Harm, State, check, drawn


def published(width: int = 4, blocks: int = 2, *, second: int = 5, seed: int = 0) -> State:
    """Names and shapes of a saved generator; deviation of weights as training leaves it."""
    g = torch.Generator().manual_seed(seed)
    shapes = {"model.1": (width, 3, 7, 7)}
    shapes |= {"model.4": (2 * width, width, 3, 3), "model.7": (4 * width, 2 * width, 3, 3)}
    for place in range(10, 10 + blocks):
        for layer in (1, second):
            shapes[f"model.{place}.conv_block.{layer}"] = (4 * width, 4 * width, 3, 3)
    at = 10 + blocks
    shapes |= {f"model.{at}": (4 * width, 2 * width, 3, 3)}  # transposed: inputs come first
    shapes |= {f"model.{at + 3}": (2 * width, width, 3, 3), f"model.{at + 7}": (3, width, 7, 7)}
    state = {}
    for name, shape in shapes.items():
        state[f"{name}.weight"] = drawn(shape, g, 0.5)
        outside = shape[1] if name in (f"model.{at}", f"model.{at + 3}") else shape[0]
        state[f"{name}.bias"] = 0.1 * torch.randn(outside, generator=g)
    return state


def plain(state: State, x: Tensor, *, second: int = 5) -> Tensor:
    """The published network, line by line."""

    def mirror(x: Tensor, border: int) -> Tensor:
        return F.pad(x, (border,) * 4, mode="reflect")

    def norm(x: Tensor) -> Tensor:
        mean = x.mean((2, 3), keepdim=True)
        return (x - mean) / torch.sqrt(x.var((2, 3), keepdim=True, unbiased=False) + 1e-5)

    def weights(name: str) -> tuple[Tensor, Tensor]:
        return state[f"{name}.weight"], state[f"{name}.bias"]

    x = F.relu(norm(F.conv2d(mirror(x, 3), *weights("model.1"))))
    x = F.relu(norm(F.conv2d(x, *weights("model.4"), stride=2, padding=1)))
    x = F.relu(norm(F.conv2d(x, *weights("model.7"), stride=2, padding=1)))
    blocks = sum(name.endswith("conv_block.1.weight") for name in state)
    for place in range(10, 10 + blocks):
        block = f"model.{place}.conv_block"
        y = F.relu(norm(F.conv2d(mirror(x, 1), *weights(f"{block}.1"))))
        x = x + norm(F.conv2d(mirror(y, 1), *weights(f"{block}.{second}")))
    for place in (10 + blocks, 13 + blocks):
        rise = F.conv_transpose2d(
            x, *weights(f"model.{place}"), stride=2, padding=1, output_padding=1
        )
        x = F.relu(norm(rise))
    return torch.tanh(F.conv2d(mirror(x, 3), *weights(f"model.{17 + blocks}")))


def test_through_the_program(rosetail, tmp_path: Path) -> None:
    state = published()
    torch.save(state, tmp_path / "latest_net_G_A.pth")
    look = tmp_path / "look.onnx"
    ran = rosetail("import", "cyclegan", tmp_path / "latest_net_G_A.pth", "-o", look)
    assert (ran.status, ran.out.strip()) == (0, str(look)), ran.err
    check(rosetail, look, lambda x: plain(state, x), tmp_path)


def test_the_published_size() -> None:
    state = published(64, 9)
    assert sum(value.numel() for value in state.values()) == 11_378_179
    x = torch.randn(1, 3, 32, 32).clamp(-1, 1)
    with torch.no_grad():
        torch.testing.assert_close(
            cyclegan_from_published(state)(x), plain(state, x), atol=1e-4, rtol=0
        )


@pytest.mark.parametrize("variant", ["statistics", "parallel", "dropout"])
def test_variants_of_the_file(variant: str, tmp_path: Path) -> None:
    """Old statistics of norms, DataParallel's prefix, blocks with dropout: the same picture."""
    second = 6 if variant == "dropout" else 5
    state = published(second=second)
    x, held = torch.randn(1, 3, 16, 16), dict(state)
    if variant == "statistics":
        held |= {"model.2.running_mean": torch.ones(4), "model.2.running_var": torch.ones(4)}
        held |= {"model.2.num_batches_tracked": torch.tensor(7)}
    if variant == "parallel":
        held = {f"module.{name}": value for name, value in state.items()}
    torch.save(held, tmp_path / "net.pth")
    out = import_cyclegan(tmp_path / "net.pth", tmp_path / "net.safetensors")
    with safe_open(out, framework="pt") as file:
        assert file.metadata()["class"] == "ResNetGenerator"
        assert file.metadata()["licence"] == "see the source"
        net = cyclegan_from_published(state)
        for name in file.keys():  # noqa: SIM118
            assert torch.equal(file.get_tensor(name), net.state_dict()[name])
    torch.testing.assert_close(net(x), plain(state, x, second=second), atol=1e-4, rtol=0)


def test_what_is_refused_and_why(tmp_path: Path) -> None:
    file, out, mark = tmp_path / "net.pth", tmp_path / "out.onnx", tmp_path / "mark"
    faults = {
        "model.1.weight is missing": {"other": torch.zeros(1)},
        "no residual blocks": {k: v for k, v in published().items() if "conv_block" not in k},
        "tensor model.2.weight is extra": published() | {"model.2.weight": torch.ones(4)},
        r"model.4.bias is \(3,\), not \(8,\)": published() | {"model.4.bias": torch.ones(3)},
        "model.4.bias holds numbers that are not finite": published()
        | {"model.4.bias": torch.full((8,), torch.nan)},
        "no dictionary of tensors": [1, 2],
    }
    for says, held in faults.items():
        torch.save(held, file)
        with pytest.raises(InputError, match=rf"net\.pth: .*{says}.*; give a generator"):
            import_cyclegan(file, out)
    torch.save({"model.1.weight": Harm(mark)}, file)
    with pytest.raises(InputError, match=r"not a readable checkpoint.*Unsupported"):
        import_cyclegan(file, out)
    file.write_bytes(pickle.dumps({"model.1.weight": Harm(mark)}))
    with pytest.raises(InputError, match="not a readable checkpoint"):
        import_cyclegan(file, out)
    torch.jit.script(torch.nn.Conv2d(3, 3, 1)).save(str(file))
    with pytest.raises(InputError, match=r"not a readable checkpoint.*TorchScript"):
        import_cyclegan(file, out)
    with pytest.raises(InputError, match="no such file"):
        import_cyclegan(tmp_path / "none.pth", out)
    torch.save(published(), file)
    with pytest.raises(OutputError, match=r"cannot write '\.pt' files"):
        import_cyclegan(file, tmp_path / "out.pt")
    assert not mark.exists()
    assert not out.exists()
