"""Random characters of many photos and their tags (Trần and Vòng 2022, section 5.3.1)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rosetail.arrays import Floats
from rosetail.characters.directions_file import Direction
from rosetail.characters.model import CharacterModel
from rosetail.directions.partial_results import Arrays, PartialResults
from rosetail.directions.taggers import Tagger
from rosetail.errors import InputError, NoFaceFound, RosetailError

Progress = Callable[[str, int, int], None]  # step, done, total

PHOTOS_PER_PART = 25
VARIED = (("open_mouth", "closed_mouth"), ("closed_eyes", "wide-eyed"))


@dataclass(frozen=True, eq=False)
class Draws:
    """Codes ``w`` (M, latent) and ``probabilities`` (M, T) of the ``tags`` of M pictures.

    ``photo`` (M,) is the index of each picture's photo; ``errors`` are those of unusable photos.
    """

    tags: tuple[str, ...]
    w: Floats
    probabilities: Floats
    photo: NDArray[np.int64]
    errors: list[RosetailError]

    def has(self, tags: Sequence[str]) -> NDArray[np.bool_]:
        """Whether each picture has each of ``tags``, (M, len(tags))."""
        return self.probabilities[:, [self.tags.index(tag) for tag in tags]] > 0.5

    def direction(
        self,
        tag: str,
        vector: NDArray[np.floating],
        *,
        scale: float = 0.0,
        reach: float = float("nan"),
    ) -> Direction:
        """The direction of ``tag`` with its support and score on these pictures.

        The score is the area under the ROC curve of w along the vector, summed over groups. It is
        NaN if the tagger does not know the tag, or all or none of the pictures have it.
        """
        from sklearn.metrics import roc_auc_score

        support, score = 0, float("nan")
        if tag in self.tags:
            has = self.has([tag])[:, 0]
            support = int(has.sum())
            if 0 < support < len(has):
                flat = vector if vector.ndim == 1 else vector.sum(0)
                score = float(roc_auc_score(has, self.w.astype(np.float64) @ flat))
        return Direction(tag, vector.astype(np.float32), support, score, scale, reach)


def draw_and_tag(
    model: CharacterModel,
    tagger: Tagger,
    photos: Sequence[Path],
    styles: int,
    *,
    seed: int,
    parts: PartialResults,
    progress: Progress,
    vary: bool = False,
) -> Draws:
    """Draw each photo in ``styles`` random codes and tag the pictures, which are not kept.

    With ``vary``, half of the characters get a mouth, and half get eyes, by the model's own edits.

    Raises InputError if no photo has a face.
    """
    results: list[Arrays] = []
    for first in range(0, len(photos), PHOTOS_PER_PART):
        some = dict(list(enumerate(photos))[first : first + PHOTOS_PER_PART])
        compute = partial(_draw_part, model, tagger, some, styles, seed, vary)
        results.append(parts.get(f"draws-{first:06d}", compute))
        progress("drawing and tagging", first + len(some), len(photos))
    joined = {name: np.concatenate([part[name] for part in results]) for name in results[0]}
    errors: list[RosetailError] = [
        NoFaceFound(f"{photos[number]}: {why}")
        for number, why in zip(joined["missing"], joined["why"], strict=True)
    ]
    if not len(joined["w"]):
        raise InputError(f"{errors[0]}; none of the photos can be used")
    return Draws(tagger.tags, joined["w"], joined["probabilities"], joined["photo"], errors)


def _draw_part(
    model: CharacterModel,
    tagger: Tagger,
    photos: dict[int, Path],
    styles: int,
    seed: int,
    vary: bool,
) -> Arrays:
    codes = [np.zeros((0, model.latent), np.float32)]
    probabilities = [np.zeros((0, len(tagger.tags)), np.float32)]
    photo, missing, why = [], [], []
    for number, path in photos.items():
        try:
            content = model.encode(path)
        except InputError as error:
            missing.append(number)
            why.append(str(error).removeprefix(f"{path}: "))
            continue
        w = model.random_w(styles, style_seed(seed, number))
        if vary:
            w = varied(model, w, np.random.default_rng([seed, number]))
        codes.append(w)
        probabilities.append(tagger(model.decode(content, w)))
        photo += [number] * styles
    return {
        "w": np.concatenate(codes),
        "probabilities": np.concatenate(probabilities),
        "photo": np.array(photo, np.int64),
        "missing": np.array(missing, np.int64),
        "why": np.array(why, np.str_),
    }


def varied(model: CharacterModel, w: Floats, rng: np.random.Generator) -> Floats:
    """Codes (N, latent) of which half get one of the VARIED mouths, and half one of the eyes, by
    the edits that the model has."""
    learned = model.learned
    made = w.copy()
    for tags in VARIED:
        known = [] if learned is None else [tag for tag in tags if tag in learned.tags]
        for row in made:
            if rng.random() < 0.5 and known:
                move = learned.move(known[int(rng.integers(len(known)))])[2]  # type: ignore[union-attr]
                row += move if move.ndim == 1 else move.mean(0)
    return made


def fingerprint(photos: Sequence[Path]) -> str:
    """A digest of the photos' names, sizes and first 4096 bytes."""
    digest = hashlib.sha256()
    for path in photos:
        digest.update(f"{path.name} {path.stat().st_size} ".encode())
        with path.open("rb") as file:
            digest.update(file.read(4096))
    return digest.hexdigest()


def style_seed(seed: int, number: int) -> int:
    """The random seed of photo ``number``, independent of the number of photos."""
    return int(np.random.SeedSequence([seed, number]).generate_state(1, np.uint64)[0] >> 1)
