"""Named edits: they do what they say, and nothing else."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest

from rosetail.painter import PaintParams, sample
from rosetail.painter.edits import EDITS, any_edit, edited
from rosetail.painter.mouth import LIPS
from rosetail.painter.paint import describe
from rosetail.painter.tags import tags_of

SEEDS = range(60)
LIDS = {"eye_open", "wink_left", "wink_right"}
TOGETHER = (set(LIPS), LIDS, {"hair_back", "hair_sides"})  # short hair has no long locks


@pytest.mark.parametrize("name", list(EDITS))
def test_an_edit_gives_the_tag_it_is_named_after(name: str) -> None:
    done = 0
    for params in map(sample, SEEDS):
        changed = edited(params, name)
        if changed is None:
            continue
        done += 1
        assert name in tags_of(changed)
        assert name not in tags_of(params)
        moved = {each.name for each in fields(PaintParams)
                 if getattr(changed, each.name) != getattr(params, each.name)}  # fmt: skip
        assert len(moved) == 1 or any(moved <= each for each in TOGETHER), moved
    assert done >= 10, f"only {done} of {len(SEEDS)} portraits allow it"


def test_an_open_mouth_smiles_only_if_it_did() -> None:
    for params in map(sample, SEEDS):
        changed = edited(params, "open_mouth")
        if changed is not None:
            assert ("smile" in tags_of(changed)) == ("smile" in tags_of(params))


def test_the_face_stays_where_it_is() -> None:
    for name in ("open_mouth", "blonde_hair", "long_hair", "closed_eyes"):
        for params in map(sample, range(8)):
            changed = edited(params, name)
            if changed is not None:
                before, after = (describe(each).landmarks for each in (params, changed))
                distance = abs(before[0] - before[1]).max()
                assert abs(after - before)[:3].max() < 0.02 * distance


def test_every_named_edit_is_shown_while_a_network_learns() -> None:
    rng = np.random.default_rng(0)
    shown = set()
    for seed in range(300):
        params = sample(seed)
        name, after = any_edit(rng, params)
        assert after == edited(params, name)
        shown.add(name)
    assert {"open_mouth", "closed_eyes", "glasses", "short_hair"} <= shown


def test_what_is_so_already_is_left_alone() -> None:
    changed = edited(sample(0), "glasses") or sample(0)
    assert edited(changed, "glasses") is None
