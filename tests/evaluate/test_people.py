"""People in groups: what is read of them, and which groups are named."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import rosetail
from rosetail.data.folders import pictures
from rosetail.errors import InputError
from rosetail.evaluate.compare_settings import MeasureSettings
from rosetail.evaluate.people import (
    Subject,
    groups_of,
    read_people,
    region_of,
    served_worse,
    skin_group,
    typology_angle,
)
from rosetail.metrics.intervals import Estimate
from rosetail.painter.colour import Lch, from_rgb


def person(number: int, **traits: str) -> Subject:
    empty = np.zeros((8, 8, 3), np.uint8)
    return Subject(f"p{number}", empty, np.zeros((5, 2)), traits, 0.7)


def test_groups_by_every_trait() -> None:
    people = [person(n, sex="male" if n % 3 else "female", head="facing") for n in range(12)]
    people += [person(12, skin="dark"), person(13, skin="light")]
    found = groups_of(people, least=4)
    assert [(each.title, each.rows) for each in found] == [
        ("sex: female", (0, 3, 6, 9)),
        ("sex: male", (1, 2, 4, 5, 7, 8, 10, 11)),
    ], "one pose for all says nothing, groups of one are too small"


def test_margins_decide_who_is_named() -> None:
    def of(error: float, found: float, lighter: float) -> dict[str, Estimate]:
        values = {"error": error, "found": found, "lighter": lighter}
        return {name: Estimate(value, value, value) for name, value in values.items()}

    people = [person(n, sex="male" if n % 2 else "female") for n in range(4)]
    women, men = groups_of(people, least=2)
    margins = MeasureSettings(margin=0.2, found_margin=0.1, skin_margin=0.03)
    whole = of(0.05, 0.9, 0.01)
    assert (
        served_worse(whole, [(women, of(0.0599, 0.81, 0.0399)), (men, of(0.04, 1, -0.2))], margins)
        == {}
    )
    named = served_worse(
        whole, [(women, of(0.061, 0.79, 0.05)), (men, of(0.05, 0.9, 0.01))], margins
    )
    assert list(named) == [women]
    assert "landmark error 6.1%" in named[women]
    assert "faces found 79%" in named[women]
    assert "skin lighter by +0.050" in named[women]
    unknown = of(float("nan"), 0.9, 0.01)
    assert served_worse(whole, [(women, unknown)], margins) == {}


@pytest.mark.parametrize(
    ("rgb", "name"),
    [((0.95, 0.85, 0.78), "light"), ((0.78, 0.6, 0.47), "medium"), ((0.36, 0.24, 0.18), "dark")],
)
def test_skin_by_its_typology_angle(rgb: Lch, name: str) -> None:
    """Checked against CIELAB worked out by skimage."""
    from skimage.color import rgb2lab

    lightness, _, yellow = rgb2lab(np.array(rgb)[None, None])[0, 0]
    wanted = np.degrees(np.arctan((lightness - 50) / yellow))
    assert typology_angle(from_rgb(rgb)) == pytest.approx(wanted, abs=1)
    assert skin_group(from_rgb(rgb)) == name


def test_regions() -> None:
    wanted = {"Cote d'Ivoire": "Africa", "Côte d’Ivoire": "Africa", "The Gambia": "Africa",
              "Cocos (Keeling) Islands": "Oceania", "Virgin Islands, British": "Americas",
              "Republic of Korea": "Asia", "united kingdom": "Europe",
              "British Indian Ocean Territory (Chagos Archipelago)": "Africa"}  # fmt: skip
    assert {name: region_of(name) for name in wanted} == wanted
    assert region_of("Atlantis") is None


def test_people_of_a_folder(tmp_path: Path) -> None:
    sample = Path(rosetail.__file__).parent / "samples" / "astronaut.jpg"
    folder = tmp_path / "testA"
    folder.mkdir()
    (folder / "a.jpg").write_bytes(sample.read_bytes())
    (folder / "b.jpg").write_bytes(b"broken")
    line = {"file": "testA/a.jpg", "sex": "female", "age": 36, "country": "France"}
    (tmp_path / "metadata.jsonl").write_text(json.dumps(line) + "\n")
    (one,), (cause,) = read_people(pictures(folder), 128)
    assert one.rgb.shape == (128, 128, 3)
    assert (one.traits["sex"], one.traits["age"]) == ("female", "30 to 49")
    assert one.traits["region"] == "Europe"
    assert one.traits["head"] == "facing"
    assert one.traits["beard"] == "no beard"
    assert "b.jpg" in cause
    (tmp_path / "metadata.jsonl").write_text('{"name": "a"}\n')
    with pytest.raises(InputError, match=r"not a metadata\.jsonl"):
        read_people(pictures(folder), 128)
    (tmp_path / "metadata.jsonl").unlink()
    with pytest.raises(InputError, match="no face in any test photo"):
        read_people(pictures(folder)[1:], 128)
