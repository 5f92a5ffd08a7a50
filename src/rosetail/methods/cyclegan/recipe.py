"""CycleGAN (Zhu and others 2017, arXiv 1703.10593).

One generator turns photos into drawings, one drawings into photos; each domain has a PatchGAN
critic. Losses: adversarial (least squares), *cycle* consistency, and *identity*: a generator leaves
pictures of its target domain unchanged. Critics also see earlier pictures, from a pool.

A batch holds uint8 pictures (N, size, size, 3): ``photo`` and ``anime``. All loss terms include
their weights.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast

from torch import Tensor, nn
from torch.nn import functional as F
from torch.optim import Adam, Optimizer

from rosetail.losses.adversarial import least_squares
from rosetail.methods.cyclegan.network import PatchGan, ResNetGenerator
from rosetail.training.context import Context, Terms, channels_last
from rosetail.training.image_pool import ImagePool
from rosetail.training.prefetch import Batch, to_network
from rosetail.training.unpaired import UnpairedRecipe, UnpairedSettings, level_then_falling

GENERATORS = ("to_anime", "to_photo")
SIDES = ("anime", "photo")  # the domains that the generators draw
# Of both directions: the generator, the one back, the domain that is drawn, the one it starts from.
DIRECTIONS = tuple(zip(GENERATORS, GENERATORS[::-1], SIDES, SIDES[::-1], strict=True))


@dataclass(frozen=True)
class CycleWeights:
    """Loss weights; 0 disables a term."""

    adversarial: float = 1.0
    cycle: float = 10.0
    identity: float = 5.0


@dataclass(frozen=True)
class CycleGanSettings(UnpairedSettings):
    """``lr`` is constant for the first half, then decays linearly to zero."""

    weights: CycleWeights = field(default_factory=CycleWeights)
    width: int = 64  # channels of the first convolution, generators and critics
    blocks: int = 9
    pool: int = 50  # earlier pictures kept for each critic

    def __post_init__(self) -> None:
        if min(self.width, self.blocks) < 1 or self.pool < 0:
            raise ValueError("width and blocks must be at least 1, pool at least 0")


class CycleRecipe(UnpairedRecipe):
    """Base of recipes with two generators and their critics."""

    shown = "to_anime"

    def optimizers(self, networks: dict[str, nn.Module]) -> dict[str, Optimizer]:
        groups: dict[str, list[nn.Parameter]] = {"generators": [], "critics": []}
        for name, network in networks.items():
            group = groups["generators" if name in GENERATORS else "critics"]
            group += network.parameters()
        betas, decay = self.settings.betas, getattr(self.settings, "weight_decay", 0.0)
        return {
            name: Adam(group, betas=betas, weight_decay=decay, fused=True)
            for name, group in groups.items()
        }

    def phase(self, step: int) -> str:
        return "level" if 2 * step < self.settings.run.steps else "falling"

    def rates(self, step: int) -> dict[str, float]:
        lr = level_then_falling(self.settings.lr, step, self.settings.run.steps)
        return {"generators": lr, "critics": lr}


class CycleGanRecipe(CycleRecipe):
    """The recipe of CycleGAN."""

    name = "cyclegan"
    settings: CycleGanSettings

    def networks(self) -> dict[str, nn.Module]:
        settings = self.settings
        networks: dict[str, nn.Module] = {
            name: ResNetGenerator(settings.width, settings.blocks) for name in GENERATORS
        }
        networks |= {f"{side}_critic": PatchGan(settings.width) for side in SIDES}
        pools = {f"{side}_pool": ImagePool(settings.pool, settings.data.size) for side in SIDES}
        return channels_last(networks) | pools

    def step(self, context: Context, batch: Batch, step: int) -> Terms:
        shown = {name: to_network(pictures) for name, pictures in batch.items()}
        networks = context.networks
        terms = context.update("generators", lambda: self.generator_terms(networks, shown))
        if not self.settings.weights.adversarial:
            return terms
        return terms | context.update("critics", lambda: critic_terms(networks, shown))

    def generator_terms(self, networks: Mapping[str, nn.Module], shown: dict[str, Tensor]) -> Terms:
        """Terms of both directions. Adds ``made_anime`` and ``made_photo`` to ``shown``."""
        weights, terms = self.settings.weights, {}
        for there, back, target, source in DIRECTIONS:
            made = shown[f"made_{target}"] = networks[there](shown[source]).float()
            if weights.adversarial:
                won = least_squares.generator(networks[f"{target}_critic"](made))
                terms[f"{target}_adversarial"] = weights.adversarial * won
            if weights.cycle:
                again = networks[back](made).float()
                terms[f"{source}_cycle"] = weights.cycle * F.l1_loss(again, shown[source])
            if weights.identity:
                kept = networks[there](shown[target]).float()
                terms[f"{target}_identity"] = weights.identity * F.l1_loss(kept, shown[target])
        return terms

    def about(self) -> dict[str, str]:
        settings = self.settings
        return self.facts(ResNetGenerator, width=settings.width, blocks=settings.blocks)


def critic_terms(networks: Mapping[str, nn.Module], shown: dict[str, Tensor]) -> Terms:
    """Half of the squared errors on real and on generated pictures, some of them from the pool."""
    terms: Terms = {}
    for side in SIDES:
        made = cast(ImagePool, networks[f"{side}_pool"]).exchange(shown[f"made_{side}"])
        critic = networks[f"{side}_critic"]
        terms[f"critic_{side}"] = least_squares.real(critic(shown[side])) / 2
        terms[f"critic_made_{side}"] = least_squares.fake(critic(made)) / 2
    return terms
