"""Settings of the GANs N' Roses recipe; presets are TOML files of these."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from rosetail.methods.roses.critics import CriticShape
from rosetail.methods.roses.network import RosesShape
from rosetail.painter.edits import EDITS
from rosetail.training.augmentation import JitterSettings, loaded_side
from rosetail.training.crop_pool import BothDomains
from rosetail.training.loop import RunSettings


@dataclass(frozen=True)
class RosesData(BothDomains):
    """Prepared folders of both domains, painted data, and sizes."""

    painters: int = 0  # background processes that paint training pairs; 0: no painted data
    pool_sizes: tuple[int, int] = (100, 2000)  # painted casts and pairs that a step draws from
    new_per_step: tuple[float, float] = (0.02, 0.3)  # new casts and pairs
    vgg: str = "vgg19.safetensors"  # at least conv1_1 to conv3_4
    lpips: str = ""  # weights of LPIPS; empty: VGG-19 features instead
    size: int = 128  # pixels
    load_size: int = 0  # side of the pictures in memory; 0: as published, 286 for 256
    batch: int = 4
    supervised_batch: int = 8  # casts, and as many pairs
    views: JitterSettings = field(default_factory=JitterSettings)

    def __post_init__(self) -> None:
        super().__post_init__()
        if min(self.batch, self.supervised_batch, *self.pool_sizes) < 1 or self.size < 16:
            raise ValueError("batches and pool_sizes must be at least 1, size at least 16")
        least = loaded_side(self.size)
        if min(self.painters, *self.new_per_step) < 0 or 0 < self.load_size < least:
            raise ValueError(
                f"painters and new_per_step must be at least 0, load_size at least {least} "
                "for this size"
            )

    @property
    def side(self) -> int:
        """Side of the pictures in memory."""
        return self.load_size or loaded_side(self.size)


@dataclass(frozen=True)
class RosesWeights:
    """Weights of the published terms; 0 leaves a term out."""

    adversarial: float = 1.0
    latent: float = 2.0
    r1: float = 10.0  # gamma
    consistency: float = 50.0
    cycle: float = 20.0
    perceptual: float = 10.0
    style: float = 5.0
    identity: float = 0.0  # of the authors' train branch


@dataclass(frozen=True)
class PaintedWeights:
    """Weights of the terms on painted data; 0 leaves a term out.

    ``photo`` weighs the reconstruction of photos from drawings.
    """

    pixels: float = 10.0
    figure: float = 3.0
    points: float = 10.0
    features: float = 3.0
    parts: float = 0.8
    photo: float = 2.0
    style: float = 1.0
    latent: float = 0.5
    adversarial: float = 0.3
    eye_adversarial: float = 0.2


@dataclass(frozen=True)
class RosesSettings:
    """The defaults are the published ones, without painted data.

    Steps before ``unpaired_from`` train on painted data only. Until ``supervised_until`` every
    ``supervised_every``-th step does, with weights that decay linearly to ``supervised_last``;
    all other steps are published ones. From ``critic_from`` on, every ``critic_every``-th
    supervised step has adversarial terms, scaled by ``critic_every``.
    """

    run: RunSettings = field(default_factory=RunSettings)
    data: RosesData = field(default_factory=RosesData)
    weights: RosesWeights = field(default_factory=RosesWeights)
    supervised: PaintedWeights = field(default_factory=PaintedWeights)
    net: RosesShape = field(default_factory=RosesShape)
    critic: CriticShape = field(default_factory=CriticShape)
    consistency_loss: Literal["variance", "cosine"] = "variance"
    cycle_loss: Literal["mse", "l1"] = "mse"
    critic_from: int = 0
    critic_every: int = 1
    unpaired_from: int = 0
    supervised_until: int = 0
    supervised_every: int = 2
    supervised_last: float = 0.1
    start: str = ""  # initial weights: another run, or a folder of `export start` or `import gnr`
    lr: float = 2e-3
    halve_lr_every: int = 100_000  # steps
    warmup_steps: int = 0
    betas: tuple[float, float] = (0.0, 0.99)
    critic_betas: tuple[float, float] = (0.0, 0.99)

    def __post_init__(self) -> None:
        if self.supervised_every < 2 or min(self.halve_lr_every, self.critic_every) < 1:
            raise ValueError(
                "supervised_every must be at least 2, halve_lr_every and critic_every at least 1"
            )
        if self.data.size % self.net.multiple or self.data.size % self.critic.multiple:
            raise ValueError(
                f"data.size must be a multiple of {max(self.net.multiple, self.critic.multiple)}, "
                "the total stride of net and critic"
            )
        if self.net.edits not in (0, len(EDITS)):
            raise ValueError(f"net.edits must be 0 or {len(EDITS)}, one for each painted edit")

    def phase(self, step: int) -> Literal["supervised", "both", "unpaired"]:
        if step < self.unpaired_from:
            return "supervised"
        return "both" if step < self.supervised_until else "unpaired"

    def is_supervised(self, step: int) -> bool:
        """Whether ``step`` trains on painted data."""
        phase = self.phase(step)
        return phase == "supervised" or (phase == "both" and step % self.supervised_every == 0)

    def unpaired_before(self, step: int) -> int:
        """How many steps before ``step`` were not supervised."""
        first, every = self.unpaired_from, self.supervised_every
        until = max(first, min(step, self.supervised_until))
        supervised = -(-until // every) + first // -every  # both rounded up
        return step - first - supervised

    def supervised_scale(self, step: int) -> float:
        """Factor of the supervised terms at ``step``: 1, then decaying to ``supervised_last``."""
        length = max(self.supervised_until - self.unpaired_from, 1)
        done = min(max((step - self.unpaired_from) / length, 0.0), 1.0)
        return 1 + (self.supervised_last - 1) * done

    def lr_at(self, step: int) -> float:
        """Learning rate at ``step``: linear warm-up, halved every ``halve_lr_every`` steps."""
        warmup = min((step + 1) / max(self.warmup_steps, 1), 1)
        return self.lr * 0.5 ** (step // self.halve_lr_every) * warmup
