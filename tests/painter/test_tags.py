"""Tags say what the parameters say."""

from dataclasses import replace

from rosetail.painter.palette import EYES, HAIR, nearest
from rosetail.painter.sheet import plain
from rosetail.painter.tags import tags_of


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


def test_what_hair_covers_has_no_tag():
    hung = replace(plain(), earrings=True, hair_back="ponytail", hair_sides="short")
    assert "earrings" in tags_of(hung)
    assert "earrings" not in tags_of(replace(hung, hair_sides="long"))
    assert "earrings" not in tags_of(replace(hung, hair_back="curly"))
    raised = replace(plain(), ahoge=True)
    assert "ahoge" in tags_of(raised)
    assert "ahoge" not in tags_of(replace(raised, hair_back="spiky"))
    assert "ahoge" not in tags_of(replace(raised, hair_back="bun"))
    assert "ahoge" not in tags_of(replace(raised, ornament="beret"))
    assert "ahoge" not in tags_of(replace(raised, ornament="cat_ears"))


def test_curls_have_no_fringe():
    found = tags_of(replace(plain(), hair_back="curly", hair_fringe="blunt", hair_sides="long"))
    assert "curly_hair" in found
    assert not {"blunt_bangs", "sidelocks"} & set(found)


def test_only_hair_that_reaches_the_cheeks_has_tips_of_another_colour():
    tipped = replace(plain(), hair_tips=True)
    assert "gradient_hair" in tags_of(tipped)
    assert "gradient_hair" not in tags_of(replace(tipped, hair_back="pixie"))


def test_eyes_lean_by_their_shape_and_their_tilt():
    upright = replace(plain(), eye_tilt=0.0)
    assert not {"tsurime", "tareme"} & set(tags_of(upright))
    assert "tsurime" in tags_of(replace(upright, eye_shape="sharp"))
    assert "tareme" in tags_of(replace(upright, eye_shape="droopy"))
    assert "tareme" not in tags_of(replace(upright, eye_shape="droopy", eye_tilt=9.0))
