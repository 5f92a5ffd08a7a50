"""Tags say what the parameters say."""

from dataclasses import replace

from rosetail.data.painter.palette import EYES, HAIR, nearest
from rosetail.data.painter.sheet import plain
from rosetail.data.painter.tags import tags_of


def test_hair_eyes_and_mouth():
    params = replace(
        plain(), hair=HAIR["blonde"], eyes=EYES["green"], hair_back="twin_tails", mouth="laugh"
    )
    found = set(tags_of(params))
    assert {"1girl", "blonde_hair", "green_eyes", "twintails", "long_hair", "open_mouth"} <= found
    assert not found & {"closed_mouth", "closed_eyes", "glasses"}


def test_closed_eyes_have_no_colour():
    found = tags_of(replace(plain(), eye_open=0.0))
    assert "closed_eyes" in found
    assert not [tag for tag in found if tag.endswith("_eyes") and tag != "closed_eyes"]


def test_bald_heads_have_no_hair_tags():
    found = tags_of(
        replace(plain(), hair_back="bald", hair_fringe="none", hair_sides="none", ahoge=True)
    )
    assert "bald" in found
    assert not [tag for tag in found if tag.endswith("_hair") or "bangs" in tag or tag == "ahoge"]


def test_named_colours_are_nearest_to_themselves():
    for table in (HAIR, EYES):
        assert [nearest(colour, table) for colour in table.values()] == list(table)


def test_tags_are_sorted_and_unique():
    found = tags_of(plain())
    assert list(found) == sorted(set(found))


def test_a_hand_that_paints_no_blush_has_no_blush():
    flushed = replace(plain(), blush=0.9)
    assert "blush" in tags_of(flushed)
    assert "blush" not in tags_of(replace(flushed, hand="retro"))
