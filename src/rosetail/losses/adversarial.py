"""Three adversarial objectives: losses of the critic and the generator from a critic's logits.

Each has three scalars, so that a recipe can weight them: ``real`` and ``fake`` for the critic
(pictures it should score high and low), ``generator`` for the generator. Logits have any shape.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from torch import Tensor
from torch.nn import functional as F


class Adversarial(Protocol):
    """Interface of an adversarial objective."""

    def real(self, logits: Tensor) -> Tensor: ...

    def fake(self, logits: Tensor) -> Tensor: ...

    def generator(self, logits: Tensor) -> Tensor: ...


class Hinge:
    """Hinge loss (Lim and Ye 2017): max(0, 1 - D(y)), max(0, 1 + D(G(x))) and -D(G(x))."""

    def real(self, logits: Tensor) -> Tensor:
        return F.relu(1 - logits.float()).mean()

    def fake(self, logits: Tensor) -> Tensor:
        return F.relu(1 + logits.float()).mean()

    def generator(self, logits: Tensor) -> Tensor:
        return -logits.float().mean()


@dataclass(frozen=True)
class LeastSquares:
    """Least squares (Mao and others 2017): the squared distance to ``high`` or ``low``.

    AnimeGANv3's code uses 0.9 and 0.1 for the support tail, 1 and 0 for the main tail.
    """

    high: float = 1.0
    low: float = 0.0

    def real(self, logits: Tensor) -> Tensor:
        return (logits.float() - self.high).square().mean()

    def fake(self, logits: Tensor) -> Tensor:
        return (logits.float() - self.low).square().mean()

    def generator(self, logits: Tensor) -> Tensor:
        return self.real(logits)


class NonSaturating:
    """The first GAN's loss (Goodfellow and others 2014), as StyleGAN2 uses it.

    softplus(-D(y)), softplus(D(G(x))) and softplus(-D(G(x))).
    """

    def real(self, logits: Tensor) -> Tensor:
        return F.softplus(-logits.float()).mean()

    def fake(self, logits: Tensor) -> Tensor:
        return F.softplus(logits.float()).mean()

    def generator(self, logits: Tensor) -> Tensor:
        return self.real(logits)


hinge = Hinge()
least_squares = LeastSquares()
non_saturating = NonSaturating()
