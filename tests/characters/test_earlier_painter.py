"""Characters kept from the painter before it was drawn anew."""

import base64
import json
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("skia")

from rosetail.characters.character_file import EARLIER_PAINTER, read_fields
from rosetail.characters.painter_model import PainterModel
from rosetail.painter.code import columns, from_code
from rosetail.painter.earlier import COLUMNS
from rosetail.painter.sample import sample


def kept(path: Path, row: dict[str, float], move: dict[str, float]) -> Path:
    """A character file as the earlier painter wrote it."""

    def packed(values: dict[str, float]) -> str:
        numbers = np.array([values.get(name, 0.0) for name in COLUMNS], "<f4")
        return base64.b64encode(numbers.tobytes()).decode()

    edit = {"name": "glasses", "strength": 1.0, "method": "painted", "move": packed(move)}
    data = {"format": "rosetail character", "version": 2, "name": "Aiko",
            "model": EARLIER_PAINTER._asdict(), "w": packed(row), "edits": [edit]}  # fmt: skip
    path.write_text(json.dumps(data))
    return path


def test_an_earlier_character_is_drawn_with_what_its_row_said(tmp_path: Path) -> None:
    row = {"sex=male": 1.0, "hair_back=spiky": 1.0, "hair.L": 0.6, "hand=retro": 1.0,
           "nose=bridge": 1.0, "hair_fringe=messy": 1.0, "brow_weight": 1.0}  # fmt: skip
    fields = read_fields(kept(tmp_path / "aiko.json", row, {"glasses=round": 1.5}))
    assert fields["model"] == PainterModel().id
    drawn = from_code(fields["w"], sample(0))
    assert (drawn.sex, drawn.hair_back, drawn.hair_fringe) == ("male", "spiky", "messy")
    assert (drawn.artist_style, drawn.nose) == ("retro", "straight")
    assert drawn.hair[0] == pytest.approx(0.6)
    assert drawn.brow_weight == pytest.approx(2.2)
    (edit,) = fields["edits"]
    assert edit.move[columns().index("glasses=round")] == 1.5
    assert np.count_nonzero(edit.move) == 1
    assert from_code(fields["w"] + edit.move, sample(0)).glasses == "round"


def test_all_earlier_columns_have_a_place() -> None:
    assert len(COLUMNS) == len(set(COLUMNS)) == 168
