"""What every imported look must stand: the program draws what the plain transcription draws."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from rosetail import images

State = dict[str, Tensor]


class Harm:
    """Unpickling it would leave a mark."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self):
        return (Path.touch, (self.mark,))


def drawn(shape: tuple[int, ...], generator: torch.Generator, gain: float = 1.0) -> Tensor:
    """Weights as trained networks have them: about He's deviation, both signs."""
    fan = int(np.prod(shape[1:])) or 1
    return torch.randn(shape, generator=generator) * gain * (2 / fan) ** 0.5


def photo(height: int, width: int) -> np.ndarray:
    """uint8 [height, width, 3]: soft colour with noise, the same every time."""
    rng = np.random.default_rng(3)
    y, x = np.mgrid[:height, :width]
    soft = np.stack([x * 3, y * 3, 255 - x - y], 2) + rng.normal(0, 20, (height, width, 3))
    return np.clip(soft, 0, 255).astype(np.uint8)


def stylized(rosetail, look: Path, picture: np.ndarray, folder: Path, *more: object) -> np.ndarray:
    """What ``rosetail stylize`` makes of the picture, seen at its own size."""
    images.save(picture, folder / "in.png")
    ran = rosetail("stylize", folder / "in.png", "-o", folder / "out.png", "-s", look,
                   "--detail", "1", *more)  # fmt: skip
    assert ran.status == 0, ran.err
    return images.read(folder / "out.png")


def check(
    rosetail,
    look: Path,
    plain: Callable[[Tensor], Tensor],
    folder: Path,
    size: tuple[int, int] = (48, 64),
) -> None:
    """The program's picture is the transcription's, rounded: within half a level and 1e-4.

    ONNX Runtime computes in single precision whatever the processor likes.
    """
    picture = photo(*size)
    x = torch.from_numpy(images.to_tensor(picture))
    with torch.no_grad():
        wanted = ((plain(x)[0].permute(1, 2, 0) + 1) * 127.5).clamp(0, 255).numpy()
    made = stylized(rosetail, look, picture, folder, "--backend", "onnxruntime")
    assert np.abs(made - wanted).max() <= 0.5 + 1e-4 * 127.5
    assert wanted.std() > 5, "there is something to compare"
