"""What is drawn how often."""

from collections import Counter

import numpy as np
import pytest

from rosetail.data.painter import sample
from rosetail.data.painter.palette import HAIR, SKIN, nearest
from rosetail.data.painter.params import CHOICES
from rosetail.data.painter.tags import tags_of

COUNT = 1500


@pytest.fixture(scope="module")
def portraits():
    return [sample(seed) for seed in range(COUNT)]


def test_same_seed_same_person():
    assert sample(3) == sample(3) == sample(np.random.default_rng(3))
    assert sample(3) != sample(4)


def test_tags_are_neither_rare_nor_everywhere(portraits):
    share = Counter(tag for params in portraits for tag in tags_of(params))
    wanted = [
        "long_hair",
        "short_hair",
        "open_mouth",
        "closed_eyes",
        "blue_eyes",
        "blonde_hair",
        "glasses",
        "black_hair",
        "pink_hair",
        "twintails",
        "ponytail",
        "twin_braids",
        "hair_bun",
        "curly_hair",
        "spiked_hair",
        "bald",
        "blunt_bangs",
        "parted_bangs",
        "facial_hair",
        "dark_skin",
        "old",
        "head_tilt",
        "three_quarter_view",
        "hat",
        "cat_ears",
        "serafuku",
        "one_eye_closed",
        "outdoors",
        "blush",
        "lipstick",
    ]
    odd = {tag: share[tag] / COUNT for tag in wanted if not 0.01 < share[tag] / COUNT < 0.55}
    assert not odd


def test_every_choice_is_drawn(portraits):
    for name, allowed in CHOICES.items():
        assert {getattr(params, name) for params in portraits} == set(allowed), name


def test_men_and_women_alike_in_all_skins_and_hair_colours(portraits):
    men = sum(params.sex == "male" for params in portraits) / COUNT
    assert 0.35 < men < 0.5
    darkest, lightest = SKIN[-1][0], SKIN[0][0]
    skins = np.histogram([params.skin[0] for params in portraits], 4, (darkest, lightest))[0]
    assert skins.min() > 0.03 * COUNT
    assert {nearest(params.hair, HAIR) for params in portraits} == set(HAIR)


def test_nothing_absurd(portraits):
    for params in portraits:
        if params.hair_back == "bald":
            assert params.hair_fringe == "none"
            assert not params.ahoge
            assert params.ornament == "none"
        if params.ornament in ("beret", "cap"):
            assert params.hair_back not in ("spiky", "curly", "bun")
        if params.sex == "female":
            assert params.beard == "none"
