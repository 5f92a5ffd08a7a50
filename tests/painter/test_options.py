"""Edits of the painter alone: each draws what it names, one of a choice at a time."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from rosetail.characters.tag_families import CHOICES as FAMILIES
from rosetail.characters.tag_families import choice_of, region
from rosetail.painter import sample
from rosetail.painter.code import columns, from_code, move_of, option_move, to_code
from rosetail.painter.edits import EDITS
from rosetail.painter.options import OPTIONS
from rosetail.painter.params import CHOICES, RANGES, SWITCHES, PaintParams
from rosetail.painter.tags import tags_of


def context(seed: int, hairdo: str = "short") -> PaintParams:
    """Somebody whom a beard and a hat fit, in plain view."""
    return replace(
        sample(seed), sex="male", hair_back=hairdo, hair_fringe="parted", hair_sides="none",
        ornament="none", glasses="none", earrings=False, eye_open=0.9, age=0.2, yaw=0.0,
    )  # fmt: skip


@pytest.mark.parametrize("name", OPTIONS)
def test_an_option_is_drawn_and_nothing_else_changes(name: str) -> None:
    worn = {"ornament": "beret", "glasses": "round", "beard": "full", "hair_fringe": "blunt",
            "hair_sides": "long"}  # fmt: skip
    for seed in (1, 2):
        who = context(seed)
        if name.startswith("no_"):
            who = replace(who, **{part: worn[part] for part in OPTIONS[name]})
        before = from_code(to_code(who), who)
        after = from_code(to_code(who) + option_move(name), who)
        for part, value in OPTIONS[name].items():
            if isinstance(value, float):
                assert getattr(after, part) == RANGES[part][value > 0]
            else:
                assert getattr(after, part) == value
        left = replace(after, **{part: getattr(before, part) for part in OPTIONS[name]})
        if name not in ("1girl", "bald"):  # who lose a beard, or bangs
            assert left == before


def test_names_are_tags_of_what_is_drawn() -> None:
    """Earrings show beside short hair, other tips on long hair. Without a tag are styles in
    colour and some glasses."""
    unnamed = {"oval_eyewear", "mole_under_eye", "short_slicked_hair"}
    unnamed |= {name for name in OPTIONS if name.endswith("_style") or name.startswith("no_")}
    for name in OPTIONS.keys() - unnamed:
        wanting = [
            tags_of(from_code(to_code(each) + option_move(name), each))
            for each in (context(seed, back) for seed in range(6) for back in ("short", "straight"))
        ]
        assert any(name in tags for tags in wanting), name


def test_every_option_of_the_painter_has_a_name() -> None:
    chosen = {
        (part, value) for each in OPTIONS.values() for part, value in each.items()
        if part in CHOICES
    }  # fmt: skip
    for name in EDITS:
        column = columns()[int(np.argmax(move_of(name)))]
        if "=" in column and not column.startswith("mouth="):
            chosen.add(tuple(column.split("=")))
    hidden = {"nose"}
    usual = {("eye_shape", each) for each in ("round", "almond", "narrow")}
    usual |= {("hair_sides", "short")}
    for part in CHOICES.keys() - hidden:
        rest = {(part, each) for each in CHOICES[part] if each != "none"} - chosen - usual
        assert not rest, rest
    assert {part for each in OPTIONS.values() for part in each} >= set(SWITCHES) - {"rim_light"}


def test_what_excludes_each_other_is_one_choice() -> None:
    by_part: dict[str, set[str]] = {}
    for name, change in OPTIONS.items():
        for part in change.keys() & CHOICES.keys():
            by_part.setdefault(part, set()).add(choice_of(name))
    assert all(len(names) == 1 and names != {""} for names in by_part.values()), by_part
    assert {choice_of(name) for name in ("long_hair", "ponytail")} == by_part["hair_back"]
    assert choice_of("blunt_bangs") in by_part["hair_fringe"]
    assert choice_of("cat_ears") in by_part["ornament"]
    assert choice_of("glasses") in by_part["glasses"]
    assert choice_of("lipstick") == choice_of("open_mouth") == ""
    assert not {tag for tags in FAMILIES.values() for tag in tags} - OPTIONS.keys() - EDITS.keys()


def test_parts_of_the_picture() -> None:
    wanted = {"hair_between_eyes": "hair", "no_headwear": "hair", "no_beard": "face",
              "kimono": "clothes", "night_sky": "ground", "beret": "hair", "goatee": "face",
              "lipstick": "mouth", "oval_eyewear": "eyes", "monochrome": "whole"}  # fmt: skip
    assert {name: region(name) for name in wanted} == wanted
