"""Casts: layouts and styles cross, and edits change what they say alone."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np

from rosetail.painter import PaintParams, sample
from rosetail.painter.casts import EDITS_SHOWN, LAYOUT, SIDE, cast_of, redressed
from rosetail.painter.colour import to_rgb
from rosetail.painter.edits import edited
from rosetail.painter.paint import describe, paint, paint_cut, paint_figure
from rosetail.painter.sample import on_flat_ground
from rosetail.painter.tags import tags_of


def test_layout_from_one_and_style_from_the_other() -> None:
    one, other = sample(1), sample(2)
    mixed = redressed(one, other)
    for field in fields(PaintParams):
        source = one if field.name in LAYOUT else other
        assert getattr(mixed, field.name) == getattr(source, field.name), field.name
    assert redressed(one, one) == one


def test_whatever_moves_a_landmark_is_layout() -> None:
    """The same layout in other styles: landmarks stay within a few hundredths of eye distance."""
    for seed in range(0, 40, 2):
        one, other = sample(seed), sample(seed + 1)
        points = describe(one).landmarks
        moved = np.linalg.norm(describe(redressed(one, other)).landmarks - points, axis=1)
        apart = np.linalg.norm(points[0] - points[1])
        assert moved.max() < 0.15 * apart, (seed, moved / apart)


def test_every_layout_in_every_style() -> None:
    portraits = cast_of(3)
    assert len(portraits) == SIDE**2 + EDITS_SHOWN
    for number, portrait in enumerate(portraits[: SIDE**2]):
        assert (portrait.layout, portrait.style) == divmod(number, SIDE)
        sitters = [sample(SIDE * 3 + each) for each in (portrait.layout, portrait.style)]
        assert portrait.params == on_flat_ground(redressed(*sitters))
        assert not portrait.edit


def test_edited_portraits_show_the_edit_alone() -> None:
    portraits = cast_of(5)
    plain = {(each.layout, each.style): each for each in portraits[: SIDE**2]}
    changed = portraits[SIDE**2 :]
    assert len({each[:3] for each in changed}) == EDITS_SHOWN
    for each in changed:
        assert each.params == edited(plain[each.layout, each.style].params, each.edit)
        assert each.edit in tags_of(each.params)


def test_a_cut_portrait_is_the_painting_with_its_figure() -> None:
    params = replace(on_flat_ground(sample(4)), artist_style="cel")
    cut, painting = paint_cut(params, 128), paint(params, 128, layers=True)
    np.testing.assert_array_equal(cut[..., :3], painting.image)
    np.testing.assert_array_equal(cut[..., 3], painting.layers["alpha"])
    ground = cut[cut[..., 3] == 0][:, :3].astype(int)
    assert len(ground) > 1000
    assert np.abs(ground - ground.mean(0)).max() < 12  # the flat colour, but for its light


def test_a_figure_has_no_ground_in_its_colours() -> None:
    """It is that of the painting; at its border, nothing of the ground is mixed in."""
    params = replace(on_flat_ground(sample(4)), scene_colour=(0.9, 0.1, 140.0), artist_style="cel")
    figure, painting = paint_figure(params, 128).astype(float), paint(params, 128)
    ground = 255 * np.array(to_rgb(params.scene_colour))
    alpha = figure[..., 3:] / 255
    solid = alpha[..., 0] == 1
    assert np.abs(figure[solid][:, :3] - painting.image[solid]).mean() < 3
    border = (alpha[..., 0] > 0.2) & (alpha[..., 0] < 0.8)
    assert border.sum() > 100
    apart = np.abs(figure[border][:, :3] - ground).sum(1).mean()
    assert apart > 1.3 * np.abs(painting.image[border] - ground).sum(1).mean()


def test_a_figure_without_clothes_ends_with_the_neck() -> None:
    """Nothing bare is laid over the clothes of a photographed person."""
    params = replace(sample(4), hair_back="short", hair_fringe="parted", ornament="none")
    bare, dressed = (
        paint_figure(params, 128, dressed=each)[..., 3] > 128 for each in (False, True)
    )
    chin = int(describe(params, 128).face_box[3])
    assert bare[chin + 3].any()
    below = bare.any(axis=1).nonzero()[0].max()
    assert chin + 5 < below < chin + 40
    assert bare[chin + 3 :].sum() < 0.3 * dressed[chin + 3 :].sum()
    assert (dressed | ~bare).mean() > 0.999
