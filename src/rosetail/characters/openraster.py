"""Layered pictures in OpenRaster (.ora), which Krita, GIMP and MyPaint open.

A zip archive with ``mimetype`` first, ``stack.xml`` with the layers from front to back, a PNG file
for each layer, the merged picture and a thumbnail (freedesktop.org, OpenRaster 0.0.6).
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import Element, SubElement, tostring
from zipfile import ZIP_STORED, ZipFile, ZipInfo

import numpy as np
from PIL import Image

from rosetail.arrays import Bytes, Floats
from rosetail.errors import OutputError
from rosetail.images import check_output, writing

if TYPE_CHECKING:
    from rosetail.painter.layered import Group, Layer

SUFFIX, MEDIA_TYPE = ".ora", "image/openraster"
THUMBNAIL = 256  # pixels
EPSILON = np.float32(1e-6)
# Blend modes of a colour above another (W3C, Compositing and Blending Level 1).
BLEND: dict[str, Callable[[Any, Any], Any]] = {
    "over": lambda above, below: above,
    "screen": lambda above, below: above + below - above * below,
    "multiply": lambda above, below: above * below,
}
COMPOSITE_OPS = {"over": "svg:src-over", "screen": "svg:screen", "multiply": "svg:multiply"}


def write_layers(layers: Sequence[Layer | Group], path: str | os.PathLike[str]) -> None:
    """Write ``layers`` to ``path``, complete or not at all. Raises OutputError."""
    target = check_layers_path(path)
    with writing(target) as part:
        part.write_bytes(open_raster(layers))


def check_layers_path(path: str | os.PathLike[str]) -> Path:
    """Return ``path`` if layers can be written there. Raises OutputError."""
    target = Path(path)
    if target.suffix.lower() != SUFFIX:
        raise OutputError(f"{target}: layers are written as OpenRaster; give a name in {SUFFIX}")
    check_output(target)
    return target


def open_raster(layers: Sequence[Layer | Group]) -> bytes:
    """The content of an .ora file; ``layers`` are of one size and ordered from back to front."""
    merged = merge_layers(layers)
    height, width = merged.shape[:2]
    image = Element("image", version="0.0.6", w=str(width), h=str(height))
    file = io.BytesIO()
    with ZipFile(file, "w", ZIP_STORED) as archive:
        _add(archive, "mimetype", MEDIA_TYPE.encode())
        _add_stack(archive, SubElement(image, "stack"), layers, count())
        _add(archive, "stack.xml", tostring(image, "UTF-8", xml_declaration=True))
        _add(archive, "mergedimage.png", _png(merged))
        small = Image.fromarray(merged)
        small.thumbnail((THUMBNAIL, THUMBNAIL))
        _add(archive, "Thumbnails/thumbnail.png", _png(np.asarray(small)))
    return file.getvalue()


def merge_layers(layers: Sequence[Layer | Group]) -> Bytes:
    """The visible layers composited: RGBA uint8 [S, S, 4], straight alpha."""
    visible = [each for each in _flat(layers) if each.visible]
    below: Floats = np.zeros(visible[0].picture.shape, np.float32)  # premultiplied alpha
    for layer in visible:
        above = layer.picture.astype(np.float32) / np.float32(255)
        alpha, under = above[..., 3:], below[..., 3:]
        colour, ground = above[..., :3], below[..., :3] / np.maximum(under, EPSILON)
        mixed = (1 - under) * colour + under * BLEND[layer.blend](colour, ground)
        lit = alpha * mixed + (1 - alpha) * below[..., :3]
        below = np.concatenate([lit, alpha + (1 - alpha) * under], axis=2)
    below[..., :3] /= np.maximum(below[..., 3:], EPSILON)
    return np.rint(255 * below.clip(0, 1)).astype(np.uint8)


def _flat(layers: Sequence[Any]) -> Iterator[Layer]:
    for each in layers:
        yield from getattr(each, "layers", [each])


def _add_stack(
    archive: ZipFile, stack: Element, layers: Sequence[Any], numbers: Iterator[int]
) -> None:
    """Add the layers' files and their elements, from front to back."""
    for each in reversed(layers):
        if hasattr(each, "layers"):
            _add_stack(archive, SubElement(stack, "stack", name=each.name), each.layers, numbers)
            continue
        # Crop to the visible area.
        rows, columns = (np.flatnonzero(each.picture[..., 3].any(axis)) for axis in (1, 0))
        top, left = (int(found[0]) if len(found) else 0 for found in (rows, columns))
        bottom, right = (int(found[-1]) + 1 if len(found) else 1 for found in (rows, columns))
        path = f"data/layer{next(numbers):03}.png"
        _add(archive, path, _png(each.picture[top:bottom, left:right]))
        SubElement(
            stack,
            "layer",
            {
                "name": each.name,
                "src": path,
                "x": str(left),
                "y": str(top),
                "opacity": "1.0",
                "visibility": "visible" if each.visible else "hidden",
                "composite-op": COMPOSITE_OPS[each.blend],
            },
        )


def _png(picture: Bytes) -> bytes:
    file = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(picture)).save(file, "PNG")
    return file.getvalue()


def _add(archive: ZipFile, name: str, content: bytes) -> None:
    """Add a file with a fixed date, so that equal layers give equal bytes."""
    archive.writestr(ZipInfo(name), content)
