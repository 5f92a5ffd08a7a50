"""What all looks have in common: pictures of any kind in, a drawing of the same size out."""

from __future__ import annotations

from abc import ABC, abstractmethod

import cv2
import numpy as np
from PIL import Image

from rosetail.arrays import Bytes
from rosetail.errors import NoFaceFound, SettingsError
from rosetail.images import Picture, picture_name, read_rgba
from rosetail.stylizer.scale import Detail, working_scale


class Look(ABC):
    """Draws pictures in one style; ``style`` is its name."""

    style: str

    def __call__(
        self,
        image: Picture,
        *,
        strength: float = 1.0,
        anime: float = 0.0,
        faces_only: bool = False,
        detail: Detail = "auto",
    ) -> Image.Image:
        """Draw ``image`` (a path, PIL image or uint8 array): same size, transparency kept.

        See :meth:`array` for the options.

        Raises:
            InputError: the picture cannot be read; NoFaceFound if ``faces_only`` needs one.
            SettingsError: an option is out of range.
        """
        rgb, alpha = read_rgba(image)
        try:
            drawn = self.array(
                rgb, strength=strength, anime=anime, faces_only=faces_only, detail=detail
            )
        except NoFaceFound as error:
            raise NoFaceFound(f"{picture_name(image)}: {error}") from error
        return Image.fromarray(drawn if alpha is None else np.dstack([drawn, alpha]))

    def array(
        self,
        rgb: Bytes,
        *,
        detail: Detail = "auto",
        strength: float = 1.0,
        anime: float = 0.0,
        faces_only: bool = False,
    ) -> Bytes:
        """Draw uint8 [H, W, 3] RGB; returns uint8 [H, W, 3].

        ``strength`` 0..1 blends the photo (at 0, exactly) with the drawing. ``anime`` 0..1 first
        moves faces towards anime proportions, scaled by ``strength``. ``faces_only`` draws the
        heads and leaves the rest of the photo. ``detail`` is the working scale, ``auto`` or a
        number above 0 and at most 4.
        """
        check_fraction("strength", strength)
        check_fraction("anime", anime)
        working_scale(rgb.shape[:2], (), detail)  # refuses a bad detail early
        if strength == 0:
            return rgb
        moved, drawn = self._draw(rgb, detail, anime * strength, faces_only)
        return blend(moved, drawn, strength)

    @abstractmethod
    def _draw(
        self, rgb: Bytes, detail: Detail, anime: float, faces_only: bool
    ) -> tuple[Bytes, Bytes]:
        """The photo with its faces moved towards ``anime`` proportions, and its drawing, both
        uint8 [H, W, 3]."""


def check_fraction(name: str, value: float) -> None:
    """Raise SettingsError unless ``value`` is a number from 0 to 1."""
    if not isinstance(value, int | float) or not 0 <= value <= 1:
        raise SettingsError(f"{name} is {value!r}; give a number from 0 to 1")


def blend(photo: Bytes, drawing: Bytes, strength: float) -> Bytes:
    """Both uint8 [H, W, 3]; 0 returns the photo, 1 the drawing."""
    if strength == 1:
        return drawing
    return cv2.addWeighted(drawing, strength, photo, 1 - strength, 0)  # type: ignore[return-value]
