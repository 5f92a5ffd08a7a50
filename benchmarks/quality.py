"""How the drawings are: faces kept, flatness, contours, distance to the style."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rosetail import images
from rosetail.data import drawings as drawn
from rosetail.data.folders import Crops, PictureFile, pictures
from rosetail.data.prepare import photo_crops
from rosetail.errors import InputError, RosetailError
from rosetail.metrics.flatness import edge_strength, flatness
from rosetail.metrics.kid import Distance, kid_with_interval
from rosetail.metrics.landmarks import faces_kept
from rosetail.stylizer.stylizer import Stylizer

Bytes = NDArray[np.uint8]

CROP = 256


def on_whole_photos(stylizer: Stylizer, photos: Sequence[Path]) -> dict[str, Any]:
    """Faces, landmarks, flatness and contours of photos as anyone would stylize them."""
    pairs = [(photo, stylizer.array(photo)) for photo in map(images.read, photos)]
    kept = faces_kept(pairs)
    return {
        "photos": len(pairs),
        "photos with a face": kept.photos,
        "faces still found": kept.share,
        "landmark error": kept.median_error,
        "flatness": float(np.nanmedian([flatness(*pair) for pair in pairs])),
        "edge strength": float(np.nanmedian([edge_strength(*pair) for pair in pairs])),
    }


def style_distance(
    stylizer: Stylizer, photos: Sequence[Path], style: Path, vgg: Path
) -> dict[str, Any]:
    """KID of heads in the drawings made, and in the photos, to heads in the drawings of ``style``.

    Heads are 256 pixels square. ``style`` is a prepared folder, of which the head crops are taken,
    or drawings as they are.
    """
    from rosetail.metrics.features import pooled_features

    heads = [crop for path in photos for crop in _photo_heads(path)]
    drawn_heads = list(_style_heads(style))
    for name, found in ((photos[0].parent, heads), (style, drawn_heads)):
        if len(found) < 2:
            raise InputError(f"{name}: {len(found)} heads found; a distance needs two at least")
    target = pooled_features(drawn_heads, vgg)
    before = pooled_features(heads, vgg)
    after = pooled_features((stylizer.network(head) for head in heads), vgg)
    photo, anime = (kid_with_interval(each, target, seed=0) for each in (before, after))
    return {
        "heads": len(heads),
        "style heads": len(target),
        "KID photo": photo.value,
        "KID anime": anime.value,
        "KID anime interval": _interval(anime),
        "KID ratio": anime.value / photo.value,
    }


def _interval(distance: Distance) -> list[float]:
    return [distance.low, distance.high]


def _photo_heads(path: Path) -> list[Bytes]:
    file = PictureFile(path.name, path.parent)
    try:
        return [pixels for _, pixels in photo_crops(file, path.stem, CROP)]
    except RosetailError:
        return []  # no face, or too small a one: no head to compare


def _style_heads(style: Path) -> Iterator[Bytes]:
    if (style / "manifest.jsonl").is_file():
        crops = Crops(style)
        for index in range(len(crops)):
            if crops[index].is_head:
                yield crops.picture(index)
        return
    for file in pictures(style):
        try:
            for crop, pixels in drawn.crops(file, file.name, CROP, 0):
                if crop.is_head:
                    yield pixels
        except RosetailError:
            continue  # no head in this drawing
