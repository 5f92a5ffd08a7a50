"""OpenRaster files, read back by another hand."""

from __future__ import annotations

import io
from pathlib import Path
from xml.etree import ElementTree
from zipfile import ZIP_STORED, ZipFile

import numpy as np
import pytest
from PIL import Image

from rosetail.characters.openraster import merge_layers, write_layers
from rosetail.errors import OutputError
from rosetail.painter.layered import Group, Layer

SIZE = 24


def spot(colour: tuple[int, int, int, int], at: tuple[int, int], side: int = 8) -> np.ndarray:
    picture = np.zeros((SIZE, SIZE, 4), np.uint8)
    picture[at[0] : at[0] + side, at[1] : at[1] + side] = colour
    return picture


GROUND = Layer("ground", spot((120, 130, 140, 255), (0, 0), SIZE))
RED, BLUE = spot((255, 0, 0, 128), (4, 6)), spot((0, 0, 255, 255), (8, 10), 5)
STACK = [
    GROUND,
    Layer("red", RED),
    Group("blues", (Layer("one", BLUE), Layer("two", np.roll(BLUE, 4, 0), visible=False))),
]


def test_the_file_is_what_drawing_programs_read(tmp_path: Path) -> None:
    write_layers(STACK, tmp_path / "a.ora")
    with ZipFile(tmp_path / "a.ora") as archive:
        first = archive.infolist()[0]
        assert (first.filename, first.compress_type) == ("mimetype", ZIP_STORED)
        assert archive.read("mimetype") == b"image/openraster"
        image = ElementTree.fromstring(archive.read("stack.xml"))
        assert (image.tag, image.get("w"), image.get("h")) == ("image", str(SIZE), str(SIZE))
        (stack,) = image
        assert [(each.tag, each.get("name")) for each in stack] == [
            ("stack", "blues"), ("layer", "red"), ("layer", "ground"),
        ]  # fmt: skip
        assert [each.get("visibility") for each in stack[0]] == ["hidden", "visible"]
        # Laid over each other by Pillow, each where it says, they are the whole.
        canvas = Image.new("RGBA", (SIZE, SIZE))
        for layer in [stack[2], stack[1], stack[0][1]]:
            piece = Image.open(io.BytesIO(archive.read(layer.get("src"))))
            canvas.alpha_composite(piece, (int(layer.get("x")), int(layer.get("y"))))
        merged = np.asarray(Image.open(io.BytesIO(archive.read("mergedimage.png")))).astype(int)
        assert np.abs(merged - np.asarray(canvas)).max() <= 1
        assert Image.open(io.BytesIO(archive.read("Thumbnails/thumbnail.png"))).size == (SIZE,) * 2
        assert Image.open(io.BytesIO(archive.read(stack[1].get("src")))).size == (8, 8)


def test_blends_are_those_of_the_standard() -> None:
    over = np.array([200, 100, 50, 102], np.uint8)
    tint = np.broadcast_to(over, (SIZE, SIZE, 4))
    below, colour, alpha = np.array([120, 130, 140]) / 255, over[:3] / 255, 102 / 255
    for blend, mixed in (("multiply", colour * below),
                         ("screen", colour + below - colour * below)):  # fmt: skip
        made = merge_layers([GROUND, Layer("tint", tint, blend=blend)])[0, 0]
        wanted = 255 * ((1 - alpha) * below + alpha * mixed)
        assert made == pytest.approx([*wanted, 255], abs=1)


def test_a_clear_ground_stays_clear() -> None:
    made = merge_layers(STACK[1:])
    assert made[5, 7] == pytest.approx([255, 0, 0, 128], abs=1)
    assert not made[0].any()


def test_the_same_layers_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.ora", "b.ora"):
        write_layers(STACK, tmp_path / name)
    assert (tmp_path / "a.ora").read_bytes() == (tmp_path / "b.ora").read_bytes()


def test_other_names_and_places_are_refused(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"a\.psd: layers are written as OpenRaster"):
        write_layers(STACK, tmp_path / "a.psd")
    with pytest.raises(OutputError):
        write_layers(STACK, tmp_path / "gone" / "a.ora")
    assert not list(tmp_path.iterdir())
