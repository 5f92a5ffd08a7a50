"""Pairs of a photograph and its redrawing, from a prepared training folder.

Writes DST/crops/NAME.png, DST/drawn/NAME.png and DST/manifest.jsonl. Each crop is drawn unchanged
and with anime proportions (:mod:`rosetail.faces.proportions`). An interrupted run can be resumed.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rosetail import images
from rosetail.append_log import AppendLog
from rosetail.arrays import Bytes
from rosetail.data.folders import Crop, make_subfolders, read_manifest
from rosetail.errors import InputError, SettingsError
from rosetail.faces import faces
from rosetail.faces.mesh import find_meshes
from rosetail.faces.proportions import towards_anime
from rosetail.locks import locked_folder
from rosetail.stylizer.rule.looks import LOOKS
from rosetail.stylizer.rule.picture import draw_picture

Progress = Callable[[int, int], None]

LEAST_ANIME, MOST_ANIME = 0.35, 1.0  # amounts of the warped variant


def draw_pairs(
    prepared: str | Path,
    dst: str | Path,
    look: str,
    *,
    seed: int = 0,
    progress: Progress | None = None,
) -> int:
    """Redraw the photo crops of ``prepared`` in ``look``, a name of LOOKS; return the pair count.

    Raises InputError if ``prepared`` is not a training folder of photos, SettingsError if the look
    is unknown.
    """
    if look not in LOOKS:
        raise SettingsError(f"look {look!r}: unknown; choose one of {', '.join(LOOKS)}")
    prepared, dst = Path(prepared), Path(dst)
    crops = [crop for crop in read_manifest(prepared) if crop.kind == "photo"]
    if not crops:
        raise InputError(f"{prepared}: no photo crops; make them with `rosetail data prepare`")
    # A seeded order makes the pairs drawn so far a fair sample if training starts early.
    order = np.random.default_rng(seed).permutation(len(crops))
    todo = [(crops[index], warped) for warped in (False, True) for index in order]
    make_subfolders(dst, "crops", "drawn")
    with (
        locked_folder(dst, "the folder of pairs"),
        AppendLog(dst / "manifest.jsonl") as manifest,
    ):
        done = {crop.name for crop in read_manifest(dst)}
        for count, (crop, warped) in enumerate(todo, 1):
            pair = crop._replace(name=f"{crop.name}-anime") if warped else crop
            if pair.name not in done:
                photo = images.read(prepared / "crops" / f"{crop.name}.png")
                landmarks = np.asarray(crop.landmarks, np.float32)
                if warped:
                    photo, landmarks = _warped(photo, landmarks, crop, seed)
                images.save(photo, dst / "crops" / f"{pair.name}.png")
                meshes = find_meshes(photo, [landmarks])
                images.save(
                    draw_picture(photo, LOOKS[look], meshes=meshes),
                    dst / "drawn" / f"{pair.name}.png",
                )
                pair = pair._replace(landmarks=landmarks.round(2).tolist())
                manifest.append([pair])
            if progress:
                progress(count, len(todo))
    return len(todo)


def _warped(
    photo: Bytes, landmarks: NDArray[np.float32], crop: Crop, seed: int
) -> tuple[Bytes, NDArray[np.float32]]:
    """The crop with anime proportions, and landmarks detected in it."""
    name_seed = int.from_bytes(crop.name.encode(), "little") % 2**32
    amount = np.random.default_rng([seed, name_seed]).uniform(LEAST_ANIME, MOST_ANIME)
    photo = towards_anime(photo, find_meshes(photo, [landmarks]), float(amount))
    found = faces.find(photo, smallest=0.3 * crop.size)
    return photo, found[0].landmarks if found else landmarks
