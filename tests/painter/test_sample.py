"""What is drawn how often."""

from collections import Counter

import numpy as np
import pytest

from rosetail.painter import sample
from rosetail.painter.mouth import LIPS, MOUTHS
from rosetail.painter.palette import HAIR, SKIN, nearest
from rosetail.painter.params import CHOICES
from rosetail.painter.priors import BORDERS
from rosetail.painter.tags import tags_of
from rosetail.painter.worn import HATS, NO_HATS

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


def test_what_shows_is_often_enough_to_be_learnt(portraits):
    share = Counter(tag for params in portraits for tag in tags_of(params))
    rare = ("gradient_hair", "half-closed_eyes", "ahoge", "undercut", "hairband", "wide-eyed")
    assert not {tag: share[tag] / COUNT for tag in rare if not 0.025 < share[tag] / COUNT < 0.1}


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
        if params.ornament in HATS:
            assert params.hair_back not in NO_HATS
        if params.hair_fringe == "over_eye":
            assert params.wink_left == params.wink_right == 0
        if params.sex == "female":
            assert params.beard == "none"


def test_values_stay_off_the_borders_of_tags(portraits):
    for name, borders in BORDERS.items():
        values = np.array([getattr(params, name) for params in portraits])
        for border, gap in borders:
            assert np.abs(values - border).min() > gap - 1e-9, name
            assert (values < border).any()
            assert (values > border).any()


def test_poses_spread_like_those_of_portraits(portraits):
    """The photographs' spreads, found with `fit.turn_of`, and one head in five turned further."""
    yaw, pitch, roll = (
        np.array([getattr(p, n) for p in portraits]) for n in ("yaw", "pitch", "roll")
    )
    assert 8.5 < yaw.std() < 15
    assert 3.3 < pitch.std() < 6.5
    assert 4.3 < roll.std() < 8
    assert np.abs([yaw.mean(), pitch.mean(), roll.mean()]).max() < 1
    assert 5 < np.median(np.abs(yaw)) < 8.5  # 5.0 among 846 portraits
    assert np.abs(yaw).max() > 30


def test_expressions_are_sampled_around_the_named_mouths(portraits):
    for params in portraits[:200]:
        lips = np.array([getattr(params, name) for name in LIPS])
        named = np.array([list(each.values()) for each in MOUTHS.values()])
        assert np.abs(lips - named).max(axis=1).min() < 0.3
    gaze = np.array([params.gaze_x + 0.022 * params.yaw for params in portraits])
    assert np.mean(np.abs(gaze) < 0.35) > 0.75  # most look back at the viewer


def test_nobody_old_goes_to_school(portraits):
    old = [params for params in portraits if params.age > 0.62]
    assert len(old) > 50
    assert not {params.clothes for params in old} & {"sailor", "blazer"}
