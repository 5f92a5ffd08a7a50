"""Parameters are checked and survive a trip through JSON."""

import json
from dataclasses import replace

import pytest

from rosetail.painter import PaintParams, sample
from rosetail.painter.params import CHOICES, RANGES


@pytest.mark.parametrize("name", sorted(RANGES))
def test_numbers_out_of_range_name_the_parameter_and_its_range(name):
    low, high = RANGES[name]
    for value in (low - 0.1, high + 0.1, float("nan")):
        with pytest.raises(ValueError, match=rf"^{name} is .* {low:g}\.\.{high:g}"):
            replace(sample(0), **{name: value})


@pytest.mark.parametrize("name", sorted(CHOICES))
def test_unknown_choices_list_the_known_ones(name):
    with pytest.raises(ValueError, match=rf"^{name} is 'nonsense'; .*{CHOICES[name][-1]}"):
        replace(sample(0), **{name: "nonsense"})


def test_colours_seed_and_beards_are_checked():
    params = sample(0)
    with pytest.raises(ValueError, match=r"hair chroma is 0\.7; its range is 0\.\.0\.4"):
        replace(params, hair=(0.5, 0.7, 30.0))
    with pytest.raises(ValueError, match="seed is -1"):
        replace(params, seed=-1)
    with pytest.raises(ValueError, match="rim_light is 1"):
        replace(params, rim_light=1)
    with pytest.raises(ValueError, match="beard is 'full'"):
        replace(params, sex="female", beard="full")


def test_json_round_trip():
    params = sample(5)
    assert PaintParams.from_dict(json.loads(json.dumps(params.to_dict()))) == params


def test_from_dict_refuses_unknown_names():
    with pytest.raises(ValueError, match="nose_ring"):
        PaintParams.from_dict(sample(5).to_dict() | {"nose_ring": True})
