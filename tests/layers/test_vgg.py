"""VGG-19 features against a plain network that follows the published description."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor
from torch.nn import functional as F

from rosetail.errors import WeightsMissing
from rosetail.layers.vgg import Vgg19Features
from tests.fixtures.vgg import PLACES, vgg_weights

PICTURES = torch.rand(2, 3, 24, 16, generator=torch.Generator().manual_seed(0)) * 2 - 1


def plain_vgg(held: dict[str, Tensor], rgb: Tensor) -> dict[str, Tensor]:
    """Configuration E, one step after the other: 0-255, BGR, mean away, zero padding, pools."""
    x = ((rgb + 1) / 2 * 255)[:, [2, 1, 0]] - torch.tensor([103.939, 116.779, 123.68]).view(3, 1, 1)
    found, block, number = {}, 1, 0
    for place, after in zip(PLACES, (*PLACES[1:], None), strict=True):
        if f"features.{place}.weight" not in held:
            break
        number += 1
        weight, bias = held[f"features.{place}.weight"], held[f"features.{place}.bias"]
        found[f"conv{block}_{number}"] = F.conv2d(x, weight, bias, padding=1)
        x = found[f"relu{block}_{number}"] = found[f"conv{block}_{number}"].relu()
        if after is not None and after - place == 3:  # a ReLU and a pool between
            x, block, number = F.max_pool2d(x, 2, 2), block + 1, 0
    return found


def test_every_layer_of_the_first_eight(vgg_file: Path) -> None:
    vgg = Vgg19Features(vgg_file)
    wanted = plain_vgg(load_file(vgg_file), PICTURES)
    assert vgg.deepest == "conv3_4"
    assert len(wanted) == 16
    got = vgg(PICTURES, list(wanted))
    assert set(got) == set(wanted)
    for layer, found in got.items():
        torch.testing.assert_close(found, wanted[layer], rtol=1e-4, atol=1e-2)


def test_one_layer_alone_is_the_same(vgg_file: Path) -> None:
    """In-place steps on the way must not change what is kept."""
    vgg = Vgg19Features(vgg_file)
    together = vgg(PICTURES, ["conv2_2", "relu2_2", "conv3_1"])
    for layer, found in together.items():
        torch.testing.assert_close(vgg(PICTURES, [layer])[layer], found)
    assert together["conv2_2"].min() < 0 <= together["relu2_2"].min()


def test_full_network_and_its_classifier(tmp_path: Path) -> None:
    held = vgg_weights(16)
    held["classifier.0.weight"] = torch.zeros(1)
    save_file(held, tmp_path / "full.safetensors")
    vgg = Vgg19Features(tmp_path / "full.safetensors")
    assert vgg.deepest == "conv5_4"
    x = PICTURES[:1, :, :16, :16]
    wanted = plain_vgg(held, x)
    for layer in ("conv4_3", "conv4_4", "relu5_4"):
        torch.testing.assert_close(vgg(x, [layer])[layer], wanted[layer], rtol=1e-4, atol=1e-2)


def test_frozen_but_pictures_learn(vgg_file: Path) -> None:
    vgg = Vgg19Features(vgg_file)
    x = PICTURES.clone().requires_grad_()
    vgg(x, ["conv3_4"])["conv3_4"].square().mean().backward()
    assert x.grad.abs().sum() > 0
    assert all(not p.requires_grad and p.grad is None for p in vgg.parameters())


def test_bf16_agrees_with_float32(vgg_file: Path) -> None:
    vgg = Vgg19Features(vgg_file)
    plain = vgg(PICTURES, ["conv3_4"])["conv3_4"]
    with torch.autocast("cpu", torch.bfloat16):
        half = vgg(PICTURES, ["conv3_4"])["conv3_4"]
    assert half.dtype == torch.bfloat16
    assert (half.float() - plain).abs().mean() < 0.02 * plain.std()


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(WeightsMissing, match=r"none\.safetensors: no such file; give"):
        Vgg19Features(tmp_path / "none.safetensors")


def test_not_a_safetensors_file(tmp_path: Path) -> None:
    (tmp_path / "bad.safetensors").write_bytes(b"no header here")
    with pytest.raises(WeightsMissing, match=r"bad\.safetensors: not a safetensors file"):
        Vgg19Features(tmp_path / "bad.safetensors")


@pytest.mark.parametrize("key", ["features.0.weight", "features.12.bias", "features.16.weight"])
def test_a_missing_key_is_named(tmp_path: Path, key: str) -> None:
    held = vgg_weights(8)
    del held[key]
    save_file(held, tmp_path / "part.safetensors")
    with pytest.raises(WeightsMissing, match=rf"part\.safetensors: {key}.*is not in it"):
        Vgg19Features(tmp_path / "part.safetensors")


def test_a_wrong_shape_is_named(tmp_path: Path) -> None:
    held = vgg_weights(8)
    held["features.5.weight"] = torch.zeros(128, 64, 5, 5)
    save_file(held, tmp_path / "odd.safetensors")
    with pytest.raises(WeightsMissing, match=r"features\.5\.weight is \(128, 64, 5, 5\), wanted"):
        Vgg19Features(tmp_path / "odd.safetensors")


@pytest.mark.parametrize("layer", ["conv4_4", "conv3_5", "pool3_4", "3_4"])
def test_a_layer_that_is_not_there(vgg_file: Path, layer: str) -> None:
    with pytest.raises(WeightsMissing, match=rf"no layer {layer} \(deepest: conv3_4\)"):
        Vgg19Features(vgg_file)(PICTURES, [layer])


@pytest.mark.skipif("ROSETAIL_DATA" not in os.environ, reason="needs the data folder")
def test_real_weights_order_distances() -> None:
    """A shift of two pixels is nearer than strong noise, which is nearer than another picture."""
    from skimage import data

    folder = Path(os.environ["ROSETAIL_DATA"]) / "vgg19"
    vgg = Vgg19Features(next(folder.glob("*.safetensors")))

    def features(picture: Tensor) -> Tensor:
        return vgg(picture, ["relu3_4"])["relu3_4"]

    face, cat = (
        torch.from_numpy(picture[:128, 150:278].copy()).permute(2, 0, 1)[None] / 127.5 - 1
        for picture in (data.astronaut(), data.chelsea())
    )
    noisy = (face + 0.3 * torch.randn(face.shape, generator=torch.manual_seed(0))).clamp(-1, 1)
    shifted = face.roll(2, dims=-1)
    base = features(face)
    shift, noise, other = ((features(x) - base).abs().mean().item() for x in (shifted, noisy, cat))
    assert 0 < shift < noise < other
