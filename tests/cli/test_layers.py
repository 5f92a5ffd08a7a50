"""``rosetail layers``."""

from __future__ import annotations

from pathlib import Path
from zipfile import ZipFile

import rosetail as package

SAMPLE = Path(package.__file__).parent / "samples" / "astronaut.jpg"


def test_a_character_in_layers(rosetail, tiny_roses: Path, tmp_path: Path) -> None:
    cast = tmp_path / "cast"
    ran = rosetail("cast", SAMPLE, "-o", tmp_path / "sheet.png", "-n", 1, "--save", cast)
    assert ran.status == 0, ran.err
    who = cast / "character-0.0.json"
    out = tmp_path / "who.ora"
    ran = rosetail("layers", SAMPLE, "--character", who, "-o", out, "--size", 256)
    assert (ran.status, ran.out.strip()) == (0, str(out)), ran.err
    with ZipFile(out) as archive:
        assert archive.testzip() is None
        assert b'name="mouth"' in archive.read("stack.xml")
    ran = rosetail("layers", SAMPLE, "--character", who, "-o", tmp_path / "who.psd")
    assert ran.status == 2
    assert "give a name in .ora" in ran.err
    ran = rosetail("layers", SAMPLE, "--character", who, "-o", out, "--size", 64)
    assert (ran.status, ran.err) == (2, "rosetail: size 64: choose 128 to 2048 pixels\n")
    other = tmp_path / "other"
    assert rosetail("cast", SAMPLE, "-o", tmp_path / "s.png", "-n", 1, "--save", other,
                    "--model", tiny_roses).status == 0  # fmt: skip
    ran = rosetail("layers", SAMPLE, "--character", other / "character-0.0.json", "-o", out)
    assert ran.status == 2
    assert "character-0.0" in ran.err or "model" in ran.err
