"""Quality of drawings: faces found again, flatness, edge strength, and distance to a style."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rosetail import images
from rosetail.data.folders import PictureFile
from rosetail.data.prepare import photo_crops
from rosetail.errors import InputError, RosetailError
from rosetail.faces import faces
from rosetail.metrics.flatness import edge_strength, flatness
from rosetail.metrics.landmarks import error_in_drawing
from rosetail.stylizer.stylizer import Stylizer

Bytes = NDArray[np.uint8]

CROP = 256  # pixels


def on_whole_photos(stylizer: Stylizer, photos: Sequence[Path]) -> dict[str, Any]:
    """Faces found again, landmark error, flatness and edge strength of stylized photos."""
    pairs = [(photo, stylizer.array(photo)) for photo in map(images.read, photos)]
    found = [(faces.find(photo), drawing) for photo, drawing in pairs]
    errors = np.array(
        [error_in_drawing(known[0].landmarks, drawing) for known, drawing in found if known]
    )
    kept = errors[np.isfinite(errors)]
    return {
        "photos": len(pairs),
        "photos with a face": len(errors),
        "faces still found": len(kept) / len(errors) if len(errors) else float("nan"),
        "landmark error": float(np.median(kept)) if len(kept) else float("nan"),
        "flatness": float(np.nanmedian([flatness(*pair) for pair in pairs])),
        "edge strength": float(np.nanmedian([edge_strength(*pair) for pair in pairs])),
    }


def style_distance(
    draw: Callable[[Bytes], Bytes], photos: Sequence[Path], style: Path, vgg: Path
) -> dict[str, Any]:
    """KID of heads drawn by ``draw``, and of photographed ones, to heads in folder ``style``."""
    from rosetail.evaluate.compare_data import drawn_heads
    from rosetail.metrics.kid import kid_with_interval

    heads = [crop for path in photos for crop in _photo_heads(path)]
    style_heads = list(drawn_heads(style, CROP))
    for name, found in ((photos[0].parent, heads), (style, style_heads)):
        if len(found) < 2:
            raise InputError(f"{name}: {len(found)} heads found; a distance needs two at least")
    target = vgg_features(style_heads, vgg)
    before = vgg_features(heads, vgg)
    after = vgg_features((draw(head) for head in heads), vgg)
    photo, anime = (kid_with_interval(each, target, seed=0) for each in (before, after))
    return {
        "heads": len(heads),
        "style heads": len(target),
        "KID photo": photo.value,
        "KID anime": anime.value,
        "KID anime interval": [anime.low, anime.high],
        "KID ratio": anime.value / photo.value,
    }


def vgg_features(pictures: Iterable[Bytes], vgg: Path) -> NDArray[np.float64]:
    """Pooled VGG-19 features of pictures, (N, 256)."""
    from rosetail.metrics.features import Vgg19Pooled

    backbone = Vgg19Pooled(vgg)
    return np.stack([backbone(picture) for picture in pictures])


def _photo_heads(path: Path) -> list[Bytes]:
    file = PictureFile(path.name, path.parent)
    try:
        return [pixels for _, pixels in photo_crops(file, path.stem, CROP)]
    except RosetailError:
        return []  # no face, or too small a face
