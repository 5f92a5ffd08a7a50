"""OKLCH against published values and its own inverse."""

import pytest

from rosetail.painter import colour


@pytest.mark.parametrize(
    ("rgb", "lch"),
    [
        # CSS Color 4 gives these for the sRGB primaries.
        ((1.0, 0.0, 0.0), (0.6280, 0.2577, 29.23)),
        ((0.0, 1.0, 0.0), (0.8664, 0.2948, 142.50)),
        ((0.0, 0.0, 1.0), (0.4520, 0.3132, 264.05)),
    ],
)
def test_primaries(rgb, lch):
    assert colour.from_rgb(rgb) == pytest.approx(lch, abs=0.02)
    assert colour.to_rgb(lch) == pytest.approx(rgb, abs=0.01)


def test_round_trip_of_a_dull_colour():
    rgb = (0.55, 0.42, 0.36)
    assert colour.to_rgb(colour.from_rgb(rgb)) == pytest.approx(rgb, abs=1e-3)


def test_colours_out_of_range_lose_chroma_not_hue():
    rgb = colour.to_rgb((0.7, 0.4, 145.0))
    assert all(0 <= part <= 1 for part in rgb)
    assert colour.hue_distance(colour.from_rgb(rgb)[2], 145.0) < 6


def test_shadow_is_darker_and_turns_to_the_ambient_hue():
    skin = (0.9, 0.05, 60.0)
    shadow = colour.shade(skin, 1.0, ambient=18.0)
    assert shadow[0] < skin[0]
    assert colour.hue_distance(shadow[2], 18.0) < colour.hue_distance(skin[2], 18.0)
    assert colour.light(skin)[0] > skin[0]


def test_mix_ends_at_both_colours():
    one, two = (0.3, 0.1, 20.0), (0.8, 0.05, 250.0)
    assert colour.mix(one, two, 0.0) == pytest.approx(one)
    assert colour.mix(one, two, 1.0) == pytest.approx(two)
