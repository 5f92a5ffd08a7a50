"""Layered pictures for drawing programs: OpenRaster (.ora), which Krita, GIMP and MyPaint open.

A zip whose first entry says what it is, ``stack.xml`` with the layers from front to back, and a PNG
for each, besides the whole picture and a small one (freedesktop.org, OpenRaster 0.0.6).
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import Element, SubElement, tostring
from zipfile import ZIP_STORED, ZipFile, ZipInfo

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from rosetail.errors import OutputError
from rosetail.images import check_output, writing

if TYPE_CHECKING:
    from rosetail.painter.layered import Group, Layer

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]
SUFFIX, MEDIA = ".ora", "image/openraster"
THUMBNAIL = 256  # pixels
EPSILON = np.float32(1e-6)
# Of a colour above another (W3C, Compositing and Blending Level 1).
MIXED: dict[str, Callable[[Any, Any], Any]] = {
    "over": lambda above, below: above,
    "screen": lambda above, below: above + below - above * below,
    "multiply": lambda above, below: above * below,
}
BLENDS = {"over": "svg:src-over", "screen": "svg:screen", "multiply": "svg:multiply"}


def write_layers(layers: Sequence[Layer | Group], path: str | os.PathLike[str]) -> None:
    """:func:`open_raster` to ``path``, which appears whole or not at all. Raises OutputError."""
    target = check_layers(path)
    with writing(target) as part:
        part.write_bytes(open_raster(layers))


def open_raster(layers: Sequence[Layer | Group]) -> bytes:
    """A file of ``layers``, from back to front and all of one size."""
    whole = flattened(layers)
    height, width = whole.shape[:2]
    image = Element("image", version="0.0.6", w=str(width), h=str(height))
    held = io.BytesIO()
    with ZipFile(held, "w", ZIP_STORED) as archive:
        _add(archive, "mimetype", MEDIA.encode())
        _Stack(archive).fill(SubElement(image, "stack"), layers)
        _add(archive, "stack.xml", tostring(image, "UTF-8", xml_declaration=True))
        _add(archive, "mergedimage.png", _png(whole))
        small = Image.fromarray(whole)
        small.thumbnail((THUMBNAIL, THUMBNAIL))
        _add(archive, "Thumbnails/thumbnail.png", _png(np.asarray(small)))
    return held.getvalue()


def check_layers(path: str | os.PathLike[str]) -> Path:
    """``path``, if layers can be written there. Raises OutputError."""
    target = Path(path)
    if target.suffix.lower() != SUFFIX:
        raise OutputError(f"{target}: layers are written as OpenRaster; give a name in {SUFFIX}")
    check_output(target)
    return target


def flattened(layers: Sequence[Layer | Group]) -> Bytes:
    """What the visible ones make, uint8 [S, S, 4] RGBA, colours not multiplied by alpha."""
    seen = [each for each in _singly(layers) if each.visible]
    below: Floats = np.zeros(seen[0].picture.shape, np.float32)  # multiplied by alpha
    for layer in seen:
        above = layer.picture.astype(np.float32) / np.float32(255)
        alpha, under = above[..., 3:], below[..., 3:]
        colour, ground = above[..., :3], below[..., :3] / np.maximum(under, EPSILON)
        mixed = (1 - under) * colour + under * MIXED[layer.blend](colour, ground)
        lit = alpha * mixed + (1 - alpha) * below[..., :3]
        below = np.concatenate([lit, alpha + (1 - alpha) * under], axis=2)
    below[..., :3] /= np.maximum(below[..., 3:], EPSILON)
    return np.rint(255 * below.clip(0, 1)).astype(np.uint8)


def _singly(layers: Sequence[Any]) -> Iterator[Layer]:
    for each in layers:
        yield from getattr(each, "layers", [each])


class _Stack:
    """Writes layers and numbers their files."""

    def __init__(self, archive: ZipFile) -> None:
        self.archive, self.written = archive, 0

    def fill(self, stack: Element, layers: Sequence[Layer | Group]) -> None:
        """The front one comes first."""
        for each in reversed(layers):
            if hasattr(each, "layers"):
                self.fill(SubElement(stack, "stack", name=each.name), each.layers)
            else:
                self._layer(stack, each)

    def _layer(self, stack: Element, layer: Layer) -> None:
        """Cut to what is drawn in it."""
        rows, columns = (np.flatnonzero(layer.picture[..., 3].any(axis)) for axis in (1, 0))
        top, left = (int(each[0]) if len(each) else 0 for each in (rows, columns))
        bottom, right = (int(each[-1]) + 1 if len(each) else 1 for each in (rows, columns))
        name = f"data/layer{self.written:03}.png"
        self.written += 1
        _add(self.archive, name, _png(layer.picture[top:bottom, left:right]))
        SubElement(
            stack,
            "layer",
            {
                "name": layer.name,
                "src": name,
                "x": str(left),
                "y": str(top),
                "opacity": "1.0",
                "visibility": "visible" if layer.visible else "hidden",
                "composite-op": BLENDS[layer.blend],
            },
        )


def _png(picture: Bytes) -> bytes:
    held = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(picture)).save(held, "PNG")
    return held.getvalue()


def _add(archive: ZipFile, name: str, content: bytes) -> None:
    """With a date that never changes: the same layers give the same bytes."""
    archive.writestr(ZipInfo(name), content)
