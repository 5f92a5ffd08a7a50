"""Is the face still there, and are eyes, nose and mouth where they were?"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rosetail.faces import faces

Bytes = NDArray[np.uint8]


class Kept(NamedTuple):
    """What became of the largest face of every photo that shows one."""

    photos: int  # with a face
    found: int  # of them, with a face at the same place in the anime picture
    errors: NDArray[np.float64]  # of those found, in eye distances

    @property
    def share(self) -> float:
        """Part of the faces that were found again; NaN without any."""
        return self.found / self.photos if self.photos else float("nan")

    @property
    def median_error(self) -> float:
        """Median landmark error in eye distances; NaN where no face was found again."""
        return float(np.median(self.errors)) if self.errors.size else float("nan")


def landmark_error(photo: ArrayLike, anime: ArrayLike) -> float:
    """Mean distance of the five landmarks (5, 2), divided by the photo's eye distance."""
    before, after = np.asarray(photo, np.float64), np.asarray(anime, np.float64)
    eyes = np.linalg.norm(before[1] - before[0])
    return float(np.linalg.norm(after - before, axis=1).mean() / eyes)


def faces_kept(pairs: Iterable[tuple[Bytes, Bytes]]) -> Kept:
    """Look for the faces of (photo, anime) pairs of one size, uint8 RGB (H, W, 3).

    The face in the anime picture is the one nearest to the photo's largest; one whose landmarks
    are on average a whole eye distance away is another face, and counts as not found.
    """
    photos, errors = 0, []
    for photo, anime in pairs:
        if photo.shape != anime.shape:
            raise ValueError(f"photo {photo.shape} and anime {anime.shape} must have one size")
        known = faces.find(photo)
        if not known:
            continue
        photos += 1
        apart = [landmark_error(known[0].landmarks, face.landmarks) for face in faces.find(anime)]
        if apart and min(apart) < 1:
            errors.append(min(apart))
    return Kept(photos, len(errors), np.array(errors))
