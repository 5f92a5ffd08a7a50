"""Settings of the ``dtgan`` recipe; the folder ``presets`` holds its presets."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

from rosetail.data.targets import SuperpixelMethod
from rosetail.methods.doubletail.network import Resize
from rosetail.training.crop_pool import BothDomains
from rosetail.training.loop import RunSettings
from rosetail.training.random_views import Augment


@dataclass(frozen=True)
class DataSettings(BothDomains):
    """Prepared folders (``rosetail data prepare``) and how batches are drawn from them."""

    vgg: str = "vgg19.safetensors"
    size: int = 256  # pixels; a multiple of 8
    batch: int = 8
    photo_views: Augment = field(default_factory=Augment)
    anime_views: Augment = field(default_factory=Augment)
    salt: float = 0.0  # share of the pixels of edge-smoothed drawings that become white

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.size < 16 or self.size % 8:
            raise ValueError("size must be a multiple of 8, at least 16")
        if not 0 <= self.salt < 1:
            raise ValueError("salt must be in [0, 1)")


@dataclass(frozen=True)
class Weights:
    """Weights of the loss terms. A term with weight 0 is not computed."""

    # support tail
    content: float = 0.5
    style: tuple[float, float, float] = (0.1, 2.0, 28.0)  # shallow to deep
    colour: float = 8.0
    region_own: float = 0.8
    region_photo: float = 0.5
    support_adversarial: float = 1.0
    support_variation: float = 1e-4
    # support critic
    real: float = 1.0  # drawings as real
    edges: float = 5.0  # drawings with smoothed edges as fakes
    # main tail
    revision_pixels: float = 50.0
    revision_features: float = 0.5
    main_adversarial: float = 0.02
    main_variation: float = 1e-4
    identity: float = 0.0
    identity_pixels: float = 0.1  # weight of L1 to the photo within the identity term
    # main critic
    main_critic: float = 1.0


@dataclass(frozen=True)
class DoubleTailSettings:
    """Settings of the ``dtgan`` recipe."""

    run: RunSettings = field(default_factory=RunSettings)
    data: DataSettings = field(default_factory=DataSettings)
    weights: Weights = field(default_factory=Weights)
    start: str = ""  # initial weights: a run, the safetensors of a generator, or a look
    width: int = 32  # channels of the first convolution, generator and critics
    norm_momentum: float = 0.01  # of the attention's batch norm
    resize: Resize = "half_pixel"  # of the generator; asymmetric is TensorFlow 1's
    grey_channels: Literal[1, 3] = 1  # of the support critic's input
    deep_layer: str = "conv4_4"  # VGG-19 layer of content and of the deepest style
    adversarial: Literal["least_squares", "hinge"] = "least_squares"
    epochs: int = 0  # passes over the data, warm-up included; sets run.steps unless 0
    warmup_epochs: int = 0  # sets warmup_steps if epochs is not 0
    warmup_steps: int = 530
    warmup_tails: Literal["both", "support"] = "both"  # support: the filtered support tail alone
    warmup_lr: float = 2e-4
    lr: float = 1e-4
    betas: tuple[float, float] = (0.5, 0.999)
    superpixels: SuperpixelMethod = "slic"  # of region smoothing
    min_region: int = 100  # pixels of a Felzenszwalb superpixel of the support picture
    revise: Literal["filtered", "raw"] = "filtered"  # target of the main tail
    published_filters: bool = False  # revision filters as in the authors' code
    generator_first: bool = False  # update the generator before the critics
    region_every: int = 1  # steps between superpixels of the support picture
    main_every: int = 1  # steps between updates of the main tail

    def __post_init__(self) -> None:
        if min(self.width, self.region_every, self.main_every) < 1:
            raise ValueError("width, region_every and main_every must be at least 1")
        if min(self.warmup_steps, self.epochs, self.warmup_epochs) < 0:
            raise ValueError("warmup_steps, epochs and warmup_epochs must not be negative")
        if self.epochs and self.warmup_epochs > self.epochs:
            raise ValueError("warmup_epochs must not exceed epochs")


def count_steps(settings: DoubleTailSettings, pictures: int) -> DoubleTailSettings:
    """``settings`` with ``epochs`` as steps: a pass covers ``pictures``, the larger of both data
    sets, without the last incomplete batch."""
    if not settings.epochs:
        return settings
    run = settings.run
    a_pass = max(pictures // (settings.data.batch * run.devices * run.nodes), 1)
    return replace(
        settings,
        run=replace(run, steps=settings.epochs * a_pass),
        warmup_steps=settings.warmup_epochs * a_pass,
    )
