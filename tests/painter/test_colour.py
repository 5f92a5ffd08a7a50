"""OKLCH against published values and its own inverse, and the tones that are made of a colour."""

import pytest

from rosetail.painter import colour, materials
from rosetail.painter.artist_styles import ARTIST_STYLES
from rosetail.painter.palette import HAIR, SKIN


def hue_distance(first, second):
    """Unsigned angle between two hues, 0..180 degrees."""
    return abs((first - second + 180) % 360 - 180)


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
    assert hue_distance(colour.from_rgb(rgb)[2], 145.0) < 6


def test_mix_ends_at_both_colours():
    one, two = (0.3, 0.1, 20.0), (0.8, 0.05, 250.0)
    assert colour.mix(one, two, 0.0) == pytest.approx(one)
    assert colour.mix(one, two, 1.0) == pytest.approx(two)


def test_hues_turn_the_shorter_way():
    assert colour.toward_hue(350.0, 20.0, 10.0) == pytest.approx(0.0)
    assert colour.toward_hue(20.0, 350.0, 90.0) == pytest.approx(350.0)


def test_shadows_are_darker_and_turn_to_violet_lights_lighter():
    blue = (0.6, 0.1, 250.0)
    once, twice = materials.shade(blue), materials.shade(blue, 2.0)
    assert twice[0] < once[0] < blue[0] < materials.light(blue)[0]
    off = [hue_distance(each[2], materials.SHADOW_HUE) for each in (blue, once, twice)]
    assert off == sorted(off, reverse=True)


@pytest.mark.parametrize("skin", [*SKIN, (0.2, 0.03, 40.0)])
def test_skin_is_never_so_dark_that_features_are_lost(skin):
    made = materials.skin(skin)
    assert made.base[0] >= 0.43
    for each in (made.shade, made.deep):
        assert each[0] < made.base[0]
        assert hue_distance(each[2], 24) <= hue_distance(made.base[2], 24)
    assert made.line[0] < made.deep[0] - 0.08
    for style in ARTIST_STYLES.values():
        drawn = materials.toned(made, style)
        assert drawn.base[0] >= 0.43
        assert drawn.line[0] < drawn.base[0] - 0.12


@pytest.mark.parametrize("name", HAIR)
def test_hair_has_lines_darker_and_shine_lighter_than_itself(name):
    made = materials.hair(HAIR[name])
    assert made.line[0] < made.shade[0] < made.base[0] < made.shine[0]
    assert made.line[1] > 0.005  # never black
    assert made.base[0] >= 0.33
