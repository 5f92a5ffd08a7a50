"""Every loss term of GANs N' Roses against its formula, written out in NumPy from the paper.

Equations 3.1 to 3.8 of the thesis are the paper's; where the published code differs (mean over
branches, squared error in the cycle) the code is transcribed. Tensors are fixed; tolerance 1e-5.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from rosetail.layers.lpips import LpipsVgg16
from rosetail.losses.adversarial import non_saturating
from rosetail.methods.roses.losses import (
    d_loss,
    g_loss,
    gradient_penalty,
    style_cosine,
    style_variance,
)

Doubles = NDArray[np.float64]
SIZES = ((4, 1, 6, 6), (4, 1, 3, 3), (4, 1))  # logits of a critic's three branches


def fixed(*size: int, seed: int = 0) -> Tensor:
    return torch.randn(*size, generator=torch.Generator().manual_seed(seed))


def doubles(x: Tensor) -> Doubles:
    return x.detach().double().numpy()


def softplus(x: Doubles) -> Doubles:
    return np.asarray(np.log1p(np.exp(x)))


def test_non_saturating() -> None:
    logits = fixed(5, 1)
    real, fake = softplus(-doubles(logits)).mean(), softplus(doubles(logits)).mean()
    assert float(non_saturating.real(logits)) == pytest.approx(real, rel=1e-5)
    assert float(non_saturating.fake(logits)) == pytest.approx(fake, rel=1e-5)
    assert float(non_saturating.generator(logits)) == float(non_saturating.real(logits))


def test_adversarial_losses() -> None:
    """Critics sum over branches: -E log D(y) - E log(1 - D(G(x))); generators average."""
    real = [fixed(*size, seed=1) for size in SIZES]
    fake = [fixed(*size, seed=2) for size in SIZES]
    expected = sum(
        softplus(-doubles(one)).mean() + softplus(doubles(other)).mean()
        for one, other in zip(real, fake, strict=True)
    )
    assert float(d_loss(real, fake)) == pytest.approx(expected, rel=1e-5)
    expected = np.mean([softplus(-doubles(each)).mean() for each in fake])
    assert float(g_loss(fake)) == pytest.approx(expected, rel=1e-5)


def test_gradient_penalty() -> None:
    """Branches tanh(W x) and a quadratic map, with gradients by hand."""
    x = fixed(3, 4).requires_grad_()
    weight = fixed(2, 4, seed=1).requires_grad_()
    branches = [torch.tanh(x @ weight.t()), (x.square()[:, :2] * 0.5)]
    penalty = gradient_penalty(branches, x)
    numbers, matrix = doubles(x), doubles(weight)
    tanh_gradient = (1 - np.tanh(numbers @ matrix.T) ** 2) @ matrix / (3 * 2)  # of the mean logit
    square_gradient = np.concatenate([numbers[:, :2], np.zeros((3, 2))], 1) / (3 * 2)
    expected = sum((each**2).sum(1).mean() for each in (tanh_gradient, square_gradient))
    assert float(penalty.detach()) == pytest.approx(expected, rel=1e-5)
    (gradient,) = torch.autograd.grad(penalty, weight)  # the critic can be trained on it
    assert float(gradient.abs().sum()) > 0


def test_style_consistency() -> None:
    """Eq. 3.6, the variance over the views; and the cosine distances of the train branch."""
    codes = fixed(4, 8)
    numbers = doubles(codes)
    centred = numbers - numbers.mean(0)
    expected = (centred**2).mean(0).sum()
    assert float(style_variance(codes)) == pytest.approx(expected, rel=1e-5)
    assert float(style_variance(codes[:1].expand(4, 8))) == pytest.approx(0, abs=1e-12)
    lengths = np.sqrt((numbers**2).sum(1))
    expected = sum(
        1 - numbers[i] @ numbers[j] / (lengths[i] * lengths[j]) for i in range(4) for j in range(4)
    )
    assert float(style_cosine(codes)) == pytest.approx(expected, rel=1e-5)
    assert float(style_cosine(codes[:1] * torch.tensor([[1.0], [3.0]]))) == pytest.approx(
        0, abs=1e-5
    )


def test_lpips_is_the_published_formula(tmp_path: Path) -> None:
    """Unit-length features, squared differences weighted by the heads; its gradient as well."""
    torch.manual_seed(0)
    layers: list[nn.Module] = []
    inside = 3
    for count, width in ((2, 64), (2, 128), (3, 256), (3, 512), (3, 512)):
        for _ in range(count):
            layers += [nn.Conv2d(inside, width, 3, padding=1), nn.ReLU()]
            inside = width
        layers.append(nn.MaxPool2d(2))
    vgg16 = nn.Sequential(*layers)
    widths = (64, 128, 256, 512, 512)
    heads = [torch.rand(1, width, 1, 1) for width in widths]
    state = {f"features.{name}": value for name, value in vgg16.state_dict().items()}
    state |= {f"lin{i}.model.1.weight": head for i, head in enumerate(heads)}
    torch.save(state, tmp_path / "lpips.pth")
    lpips = LpipsVgg16(tmp_path / "lpips.pth")
    assert not any(each.requires_grad for each in lpips.parameters())

    def features(x: Tensor) -> list[Tensor]:
        shift, scale = torch.tensor([-0.030, -0.088, -0.188]), torch.tensor([0.458, 0.448, 0.450])
        x, found = (x - shift.view(1, 3, 1, 1)) / scale.view(1, 3, 1, 1), []
        for number, layer in enumerate(vgg16[:-1]):
            x = layer(x)
            if number in (3, 8, 15, 22, 29):  # relu1_2, relu2_2, relu3_3, relu4_3, relu5_3
                found.append(x)
        return found

    one, other = fixed(2, 3, 16, 32).clamp(-1, 1), fixed(2, 3, 16, 32, seed=1).clamp(-1, 1)
    one.requires_grad_()
    total = torch.zeros(())
    for a, b, head in zip(features(one), features(other), heads, strict=True):
        difference = F.normalize(a, dim=1) - F.normalize(b, dim=1)
        total = total + (head * difference.square()).sum(1).mean((1, 2)).mean()
    distance = lpips(one, other)
    assert float(distance.detach()) == pytest.approx(float(total.detach()), rel=1e-5)
    (expected,), (gradient,) = torch.autograd.grad(total, one), torch.autograd.grad(distance, one)
    torch.testing.assert_close(gradient, expected, rtol=1e-3, atol=1e-6)
