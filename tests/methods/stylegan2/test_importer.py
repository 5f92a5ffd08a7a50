"""StyleGAN2 in rosinality's layout: the same pictures, and photos drawn by projection."""

from __future__ import annotations

import argparse
import json
import math
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors import safe_open
from torch import Tensor
from torch.nn import functional as F

from benchmarks import plain_roses
from rosetail.errors import InputError, OutputError
from rosetail.methods.generators import export_any
from rosetail.methods.stylegan2.importer import (
    import_stylegan2,
    published_names,
    shape_in,
    stylegan2_from_published,
)
from rosetail.methods.stylegan2.projecting_look import ProjectingStylizer, ProjectionEngine
from tests.cli.test_baselines import written_clip
from tests.methods.through import Harm, State, photo, stylized

WIDTHS = (4, 6, 8)  # at 16, 8 and 4 pixels
LATENT, MAPPING = 5, 2


def published(
    widths: tuple[int, ...] = WIDTHS, latent: int = LATENT, mapping: int = MAPPING
) -> State:
    """The state of g_ema: names, shapes, deviations; noise and its strength as training leaves."""
    g = torch.Generator().manual_seed(0)
    kernel = torch.outer(*[torch.tensor([1.0, 3.0, 3.0, 1.0]) / 8] * 2)
    state: State = {"input.input": torch.randn(1, widths[-1], 4, 4, generator=g)}

    def linear(name: str, inside: int, outside: int, bias: float = 0.0, rate: float = 1.0) -> None:
        state[f"{name}.weight"] = torch.randn(outside, inside, generator=g) / rate
        state[f"{name}.bias"] = bias + 0.2 * torch.randn(outside, generator=g)

    def styled(name: str, inside: int, outside: int, noise: int, *, doubles: bool = False) -> None:
        state[f"{name}.conv.weight"] = torch.randn(1, outside, inside, 3, 3, generator=g)
        linear(f"{name}.conv.modulation", latent, inside, 1.0)
        state[f"{name}.noise.weight"] = torch.full((1,), 0.1)
        state[f"{name}.activate.bias"] = 0.2 * torch.randn(outside, generator=g)
        side = 2 ** ((noise + 5) // 2)
        state[f"noises.noise_{noise}"] = torch.randn(1, 1, side, side, generator=g)
        if doubles:
            state[f"{name}.conv.blur.kernel"] = 4 * kernel

    def rgb(name: str, inside: int) -> None:
        state[f"{name}.conv.weight"] = 0.3 * torch.randn(1, 3, inside, 1, 1, generator=g)
        linear(f"{name}.conv.modulation", latent, inside, 1.0)
        state[f"{name}.bias"] = 0.1 * torch.randn(1, 3, 1, 1, generator=g)

    for place in range(1, mapping + 1):
        linear(f"style.{place}", latent, latent, rate=0.01)
    rising = widths[::-1]
    styled("conv1", rising[0], rising[0], 0)
    rgb("to_rgb1", rising[0])
    for number, (inside, outside) in enumerate(pairwise(rising)):
        styled(f"convs.{2 * number}", inside, outside, 2 * number + 1, doubles=True)
        styled(f"convs.{2 * number + 1}", outside, outside, 2 * number + 2)
        rgb(f"to_rgbs.{number}", outside)
        state[f"to_rgbs.{number}.upsample.kernel"] = 4 * kernel
    return state


def plain(state: State, z: Tensor) -> tuple[Tensor, Tensor]:
    """The published network with its kept noise, line by line: w and the picture."""
    w = z * torch.rsqrt(z.square().mean(1, keepdim=True) + 1e-8)
    for place in range(1, sum(name.startswith("style.") for name in state) // 2 + 1):
        w = plain_roses.linear(state, f"style.{place}", w, rate=0.01, active=True)
    return w, drawing(state, w)


def drawing(state: State, w: Tensor) -> Tensor:
    def styled(name: str, x: Tensor, noise: int, *, doubles: bool = False) -> Tensor:
        x = plain_roses.modulated(state, f"{name}.conv", x, w, doubles=doubles)
        x = x + state[f"{name}.noise.weight"] * state[f"noises.noise_{noise}"]
        x = x + state[f"{name}.activate.bias"].view(1, -1, 1, 1)
        return F.leaky_relu(x, 0.2) * math.sqrt(2)

    x = styled("conv1", state["input.input"].repeat(len(w), 1, 1, 1), 0)
    picture = plain_roses.to_rgb(state, "to_rgb1", x, w)
    for number in range(sum(name.endswith("upsample.kernel") for name in state)):
        x = styled(f"convs.{2 * number}", x, 2 * number + 1, doubles=True)
        x = styled(f"convs.{2 * number + 1}", x, 2 * number + 2)
        kernel = state[f"to_rgbs.{number}.upsample.kernel"]
        picture = plain_roses.resample(picture, kernel, 2, 1, 2, 1)
        picture = picture + plain_roses.to_rgb(state, f"to_rgbs.{number}", x, w)
    return picture


def saved(path: Path, state: State, **more: object) -> Path:
    """A training checkpoint: generators, optimiser states and the options it was started with."""
    options = argparse.Namespace(size=16, batch=4, lr=0.002, augment=False)
    torch.save({"g": {}, "d": {}, "g_ema": state, "g_optim": {"state": {}}, "args": options,
                "ada_aug_p": 0.0, **more}, path)  # fmt: skip
    return path


@pytest.mark.parametrize("widths", [WIDTHS, (3, 4, 5, 6)])
def test_it_draws_the_same(widths: tuple[int, ...]) -> None:
    state, z = published(widths), torch.randn(3, LATENT)
    net = stylegan2_from_published(state, coarse=2)
    with torch.no_grad():
        w, picture = plain(state, z)
        torch.testing.assert_close(net.mapping(z), w, atol=1e-4, rtol=1e-4)
        torch.testing.assert_close(net.draw(w), picture, atol=1e-4, rtol=1e-4)
    assert picture.std() > 0.1
    assert (net.w_mean - w.mean(0)).norm() < 3 * w.std()


def test_published_files_have_no_noise_maps() -> None:
    """As 550000.pt: noise is drawn, from the seed, and everything else is as with those maps."""
    state, z = published(), torch.randn(2, LATENT)
    bare = {name: each for name, each in state.items() if not name.startswith("noises.")}
    first, again, other = (
        stylegan2_from_published(bare, coarse=2, seed=seed).state_dict() for seed in (0, 0, 1)
    )
    names = {ours: theirs for ours, theirs in published_names(shape_in(state)) if "noise" in ours}
    for ours, theirs in names.items():
        if theirs.startswith("noises."):
            assert first[ours].std() == pytest.approx(1, abs=0.5)
            assert torch.equal(first[ours], again[ours])
            assert not torch.equal(first[ours], other[ours])
            bare[theirs] = first[ours].reshape(state[theirs].shape)
    net = stylegan2_from_published(bare, coarse=2)
    with torch.no_grad():
        picture = plain(bare, z)[1]
        torch.testing.assert_close(net.draw(net.mapping(z)), picture, atol=1e-4, rtol=1e-4)


@pytest.mark.slow
def test_the_published_size() -> None:
    state = published((128, 256, 512, 512, 512, 512, 512), 512, 8)
    kept = {name for name in state if "kernel" in name or "noises" in name}
    assert sum(state[name].numel() for name in state.keys() - kept) == 30_034_338
    z = torch.randn(1, 512)
    with torch.no_grad():
        w, picture = plain(state, z)
        drawn = stylegan2_from_published(state).draw(w)
    torch.testing.assert_close(drawn, picture, atol=1e-4, rtol=1e-4)


def test_a_photo_through_the_program(rosetail, tmp_path: Path) -> None:
    """Pictures and clips; what the file says of itself is kept."""
    state = published()
    mean = torch.randn(1, LATENT)
    file, look = saved(tmp_path / "550000.pt", state, latent_avg=mean), tmp_path / "a.safetensors"
    ran = rosetail("import", "stylegan2", file, "-o", look, "--steps", 40, "--coarse", 4)
    assert ran.status == 0, ran.err
    with safe_open(look, framework="pt") as kept:
        facts, names = kept.metadata(), set(kept.keys())
        assert torch.equal(kept.get_tensor("w_mean"), mean[0])
    assert json.loads(facts["shape"])["widths"] == list(WIDTHS)
    assert (facts["reader"], facts["projection"]) == ("none", "40")
    assert not any(name.startswith("reader") for name in names)
    made = stylized(rosetail, look, photo(48, 64), tmp_path)
    assert made.shape == (48, 64, 3)
    clip = written_clip(tmp_path / "clip.mp4", [photo(48, 64)] * 3)
    ran = rosetail("video", clip, "-o", tmp_path / "out.mp4", "-s", look)
    assert ran.status == 0, ran.err


def test_the_codes_of_a_known_drawing_are_found() -> None:
    """With every layer coarse, a photo becomes its projection: a drawing of its own comes back."""
    net = stylegan2_from_published(published(), coarse=6)
    with torch.no_grad():
        z = torch.randn(1, LATENT, generator=torch.Generator().manual_seed(2))
        shown = net.draw(net.mapping(z)).clamp(-0.98, 0.98)
    picture = np.rint((shown[0].permute(1, 2, 0).numpy() + 1) * 127.5).astype(np.uint8)
    near, far = (
        np.abs(
            ProjectionEngine(net, steps).run({"image": picture[None]})["anime"][0] - picture * 1.0
        )
        for steps in (200, 1)
    )
    assert near.mean() < 0.25 * far.mean()


def test_a_frame_starts_where_the_one_before_it_ended() -> None:
    net = stylegan2_from_published(published(), coarse=6)
    picture = photo(16, 16)
    projection = ProjectionEngine(net, 50)
    first = projection.run({"image": picture[None]})["anime"][0].astype(float)
    second = projection.run({"image": picture[None]})["anime"][0].astype(float)
    alone = ProjectionEngine(net, 10).run({"image": picture[None]})["anime"][0].astype(float)
    assert np.abs(second - first).mean() < 0.5 * np.abs(alone - first).mean()
    projection.run({"image": 255 - picture[None]})
    again = projection.run({"image": picture[None]})["anime"][0]
    assert np.array_equal(again, first), "another picture starts from the mean"


def test_what_is_refused_and_why(rosetail, tmp_path: Path) -> None:
    file, out, mark = tmp_path / "net.pt", tmp_path / "out.safetensors", tmp_path / "mark"
    state = published()
    bare = {name: value for name, value in state.items() if not name.startswith("style")}
    still = {name: value for name, value in state.items() if name != "conv1.noise.weight"}
    other_blur = state | {"convs.0.conv.blur.kernel": torch.ones(4, 4)}
    for says, held in (
        (r"style\.1\.weight is missing", bare),
        (r"conv1\.noise\.weight is missing", still),
        (r"convs\.0\.conv\.blur\.kernel is not the \[1, 3, 3, 1\] blur", other_blur),
    ):
        with pytest.raises(InputError, match=says):
            import_stylegan2(saved(file, held), out)
    with pytest.raises(InputError, match="latent_avg is not 5 finite numbers"):
        import_stylegan2(saved(file, state, latent_avg=torch.zeros(3)), out)
    with pytest.raises(InputError, match="not a readable checkpoint"):
        import_stylegan2(saved(file, state, harm=Harm(mark)), out)
    with pytest.raises(OutputError, match=r"kept as \.safetensors"):
        import_stylegan2(saved(file, state), tmp_path / "out.onnx")
    assert not mark.exists()
    import_stylegan2(saved(file, state), out, coarse=2)
    with pytest.raises(InputError, match=r"no encoder of photos.*--style"):
        export_any(out, tmp_path / "out.onnx")
    ran = rosetail("stylize", "x.png", "-o", tmp_path / "y.png", "-s", tmp_path / "no.safetensors")
    assert ran.status == 2
    assert "no such file" in ran.err


def test_only_a_stylegan2_is_projected_into(tmp_path: Path) -> None:
    from safetensors.torch import save_file

    save_file({"a": torch.zeros(1)}, tmp_path / "a.safetensors", {"class": "ResNetGenerator"})
    with pytest.raises(InputError, match="only a StyleGAN2"):
        ProjectingStylizer(tmp_path / "a.safetensors")
