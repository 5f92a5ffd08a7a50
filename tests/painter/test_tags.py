"""Tags say what the parameters say."""

from dataclasses import replace

import pytest

from rosetail.painter.mouth import MOUTHS, VISEMES
from rosetail.painter.palette import EYES, HAIR, nearest
from rosetail.painter.sheet import plain
from rosetail.painter.tags import tags_of

OF_MOUTH = {
    "open_mouth", "closed_mouth", "smile", "grin", "teeth", "laughing", "surprised", "pout",
    "frown", "expressionless",
}  # fmt: skip


def test_hair_eyes_and_mouth():
    params = replace(plain(), hair=HAIR["blonde"], eyes=EYES["green"], hair_back="twin_tails")
    found = set(tags_of(params.changed(MOUTHS["laugh"])))
    assert {"1girl", "blonde_hair", "green_eyes", "twintails", "long_hair", "open_mouth"} <= found
    assert not found & {"closed_mouth", "closed_eyes", "glasses"}


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("neutral", {"closed_mouth", "expressionless"}),
        ("smile", {"closed_mouth", "smile"}),
        ("small", {"closed_mouth"}),
        ("pout", {"closed_mouth", "pout"}),
        ("frown", {"closed_mouth", "frown"}),
        ("grin", {"closed_mouth", "smile", "grin", "teeth"}),
        ("open", {"open_mouth", "smile", "teeth"}),
        ("laugh", {"open_mouth", "smile", "laughing", "teeth"}),
        ("surprised", {"open_mouth", "surprised"}),
    ],
)
def test_named_mouths_have_the_tags_of_what_they_show(name, wanted):
    assert set(tags_of(plain().changed(MOUTHS[name]))) & OF_MOUTH == wanted


def test_a_mouth_is_open_or_closed():
    for lips in (*MOUTHS.values(), *VISEMES.values()):
        found = tags_of(plain().changed(lips))
        assert ("open_mouth" in found) != ("closed_mouth" in found)


def test_closed_eyes_have_no_colour():
    found = tags_of(replace(plain(), eye_open=0.0))
    assert "closed_eyes" in found
    assert not [tag for tag in found if tag.endswith("_eyes") and tag != "closed_eyes"]


def test_lids_say_how_far_the_eyes_are_open():
    def lids(**values):
        return set(tags_of(replace(plain(), **values))) & {
            "closed_eyes", "half-closed_eyes", "wide-eyed", "one_eye_closed",
        }  # fmt: skip

    assert lids(eye_open=0.95) == set()
    assert lids(eye_open=0.5) == {"half-closed_eyes"}
    assert lids(eye_open=1.2) == {"wide-eyed"}
    assert lids(eye_open=0.05) == {"closed_eyes"}
    assert lids(wink_left=1.0) == lids(wink_right=1.0) == {"one_eye_closed"}
    assert lids(wink_left=0.4) == set()


def test_whoever_turns_and_looks_back_looks_at_the_viewer():
    assert "looking_at_viewer" in tags_of(replace(plain(), yaw=30.0, gaze_x=-0.66))
    assert "looking_to_the_side" in tags_of(replace(plain(), yaw=30.0, gaze_x=0.0))


def test_bald_heads_have_no_hair_tags():
    found = tags_of(
        replace(plain(), hair_back="bald", hair_fringe="none", hair_sides="none", ahoge=True)
    )
    assert "bald" in found
    assert not [tag for tag in found if tag.endswith("_hair") or "bangs" in tag or tag == "ahoge"]


def test_a_scarf_hides_hair_and_all_about_it():
    found = tags_of(replace(plain(), ornament="headscarf", hair_tips=True, earrings=True))
    assert "hijab" in found
    assert not [tag for tag in found if "hair" in tag or "bangs" in tag or tag == "earrings"]


def test_named_colours_are_nearest_to_themselves():
    for table in (HAIR, EYES):
        assert [nearest(colour, table) for colour in table.values()] == list(table)


def test_tags_are_sorted_and_unique():
    found = tags_of(plain())
    assert list(found) == sorted(set(found))


def test_manga_is_monochrome():
    assert "monochrome" in tags_of(replace(plain(), artist_style="manga"))
    assert "monochrome" not in tags_of(replace(plain(), artist_style="retro"))


def test_what_hair_covers_has_no_tag():
    raised = replace(plain(), ahoge=True)
    assert "ahoge" in tags_of(raised)
    assert "ahoge" not in tags_of(replace(raised, hair_back="slicked"))
    assert "ahoge" not in tags_of(replace(raised, ornament="beret"))


@pytest.mark.parametrize("hair_back", ["curly", "afro", "locs", "slicked"])
def test_hairdos_without_a_fringe_have_no_tag_of_one(hair_back):
    found = tags_of(replace(plain(), hair_back=hair_back, hair_fringe="blunt"))
    assert "blunt_bangs" not in found


def test_only_hair_that_reaches_the_cheeks_has_tips_of_another_colour():
    tipped = replace(plain(), hair_tips=True)
    assert "gradient_hair" in tags_of(tipped)
    assert "gradient_hair" not in tags_of(replace(tipped, hair_back="pixie"))


def test_eyes_lean_by_their_shape_and_their_tilt():
    upright = replace(plain(), eye_tilt=0.0)
    assert not {"tsurime", "tareme"} & set(tags_of(upright))
    assert "tsurime" in tags_of(replace(upright, eye_tilt=10.0))
    assert "tareme" in tags_of(replace(upright, eye_shape="droopy"))
    assert "tareme" not in tags_of(replace(upright, eye_shape="droopy", eye_tilt=9.0))
