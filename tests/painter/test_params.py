"""Parameters are checked, mirrored, and survive a trip through JSON."""

import json
from dataclasses import fields, replace

import pytest

from rosetail.painter import PaintParams, sample
from rosetail.painter.params import ACTING, CHOICES, COLOURS, RANGES, SIDED, SWITCHES


@pytest.mark.parametrize("name", sorted(RANGES))
def test_numbers_out_of_range_name_the_parameter_and_its_range(name):
    low, high = RANGES[name]
    for value in (low - 0.1, high + 0.1, float("nan"), "1", True):
        with pytest.raises(ValueError, match=rf"^{name} is .* {low:g}\.\.{high:g}"):
            replace(sample(0), **{name: value})
    for value in (low, high):
        assert getattr(replace(sample(0), **{name: value}), name) == value


@pytest.mark.parametrize("name", sorted(CHOICES))
def test_unknown_choices_list_the_known_ones(name):
    with pytest.raises(ValueError, match=rf"^{name} is 'nonsense'; .*{CHOICES[name][-1]}"):
        replace(sample(0), **{name: "nonsense"})


def test_colours_switches_and_beards_are_checked():
    params = sample(0)
    with pytest.raises(ValueError, match=r"hair chroma is 0\.7; its range is 0\.\.0\.4"):
        replace(params, hair=(0.5, 0.7, 30.0))
    with pytest.raises(ValueError, match=r"skin is \(0\.5, 0\.1\); it must be \(lightness"):
        replace(params, skin=(0.5, 0.1))
    with pytest.raises(ValueError, match="rim_light is 1"):
        replace(params, rim_light=1)
    with pytest.raises(ValueError, match="beard is 'full'"):
        replace(params, sex="female", beard="full")
    with pytest.raises(ValueError, match=r"smile is 3; its range is -1\.\.1"):
        params.changed({"smile": 3.0})


def test_every_parameter_is_a_number_a_choice_a_colour_or_a_switch():
    names = [*RANGES, *CHOICES, *COLOURS, *SWITCHES]
    assert sorted(names) == sorted(field.name for field in fields(PaintParams))
    assert {*ACTING, *SIDED} <= set(RANGES)


def test_json_round_trip():
    params = sample(5)
    assert PaintParams.from_dict(json.loads(json.dumps(params.to_dict()))) == params


@pytest.mark.parametrize("values", [{"nose_ring": True}, {"seed": 4}])
def test_from_dict_refuses_unknown_names(values):
    (name,) = values
    with pytest.raises(ValueError, match=name):
        PaintParams.from_dict(sample(5).to_dict() | values)


def test_from_dict_refuses_what_lacks_a_name():
    values = sample(5).to_dict()
    del values["jaw_open"]
    with pytest.raises(ValueError, match="jaw_open"):
        PaintParams.from_dict(values)


def test_a_mirror_turns_what_has_a_side_and_nothing_else():
    params = replace(sample(5), wink_left=0.7, wink_right=0.1, smile_skew=0.3, centre_x=0.45)
    turned = params.mirrored()
    assert (turned.wink_left, turned.wink_right) == (0.1, 0.7)
    assert turned.smile_skew == -0.3
    assert turned.centre_x == pytest.approx(0.55)
    moved = {
        f.name for f in fields(PaintParams) if getattr(params, f.name) != getattr(turned, f.name)
    }
    assert moved == {*SIDED, "centre_x", "wink_left", "wink_right"}
    again = turned.mirrored()
    assert again == replace(params, centre_x=again.centre_x)
