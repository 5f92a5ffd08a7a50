"""The painter as a model: casts, edits, files, frames, and what it cannot do."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import pytest
from skimage import data

import rosetail
from rosetail.characters.capabilities import (
    HasStyleLayers,
    ReadsDrawings,
    encode_drawing,
    main_axes,
    set_follow,
)
from rosetail.characters.content import Content
from rosetail.characters.painter_model import PainterModel, _params_of_layout
from rosetail.errors import SettingsError
from rosetail.faces.faces import find, paste
from rosetail.faces.warp import inverse, resize_square, transform
from rosetail.images import read
from rosetail.metrics.landmarks import landmark_error
from rosetail.painter import paint_figure
from rosetail.painter.casts import LAYOUT
from rosetail.painter.code import from_code, move_of
from rosetail.painter.face_proportions import STYLE_STEPS
from rosetail.painter.params import PaintParams
from rosetail.painter.tags import tags_of
from rosetail.weights import PAINTER, catalog, default_model, models

SAMPLE = Path(rosetail.__file__).parent / "samples" / "astronaut.jpg"


@pytest.fixture(scope="module")
def painter() -> PainterModel:
    loaded = rosetail.load("painter")
    assert isinstance(loaded, PainterModel)
    return loaded


@pytest.fixture(scope="module")
def content(painter: PainterModel) -> Content:
    return painter.encode(SAMPLE)


def dressed_figure(content: Content, w: np.ndarray) -> np.ndarray:
    return paint_figure(PainterModel().params(content, w), 256)


def test_it_is_the_default_where_skia_is(monkeypatch: pytest.MonkeyPatch) -> None:
    assert default_model() == PAINTER
    monkeypatch.setattr(catalog, "works", lambda name: False)
    assert default_model() == (models() or [PAINTER])[0]


def test_a_cast_differs_and_stays_where_the_face_is(
    painter: PainterModel, content: Content
) -> None:
    from rosetail.faces.warp import transform
    from rosetail.painter.paint import describe

    cast = painter.cast(content, n=6, seed=1)
    pictures = np.stack([each.picture for each in cast]).astype(int)
    assert pictures.shape == (6, painter.size, painter.size, 3)
    apart = [np.abs(a - b).mean() for i, a in enumerate(pictures) for b in pictures[:i]]
    assert min(apart) > 8
    seen = transform(find(content.rgb)[0].landmarks, content.matrix)
    for each in cast:
        truth = describe(painter.params(content, each.w), painter.size)
        # Faces are drawn larger, with eyes a little lower and a smaller mouth: see painter.fit.
        off = (truth.landmarks - 0.5 - seen) / np.linalg.norm(seen[1] - seen[0])
        assert np.abs(off[:2]).max() < 0.25
        assert np.abs(off[:3, 0]).max() < 0.12
        assert landmark_error(seen, truth.landmarks - 0.5) < 0.3
    again = painter.cast(content, n=2, seed=1)
    np.testing.assert_array_equal(again[1].picture, cast[1].picture)


def test_a_face_followed_through_a_clip_does_not_flicker(painter: PainterModel) -> None:
    """Read alone, frames tremble by twice as much; she smiles in each of them."""
    from rosetail.faces.tracking import FaceTracker
    from rosetail.video.reader import ClipFrame, ClipReader

    tracker, alone, followed = FaceTracker(), [], []
    with ClipReader(SAMPLE.with_suffix(".mp4")) as clip:
        for frame in (item for item in clip.items() if isinstance(item, ClipFrame)):
            seconds = float(frame.pts * clip.tick)
            (face,) = tracker.follow(frame.rgb, seconds)
            alone.append(painter.encode_at(frame.rgb, face.landmarks).maps)
            followed.append(painter.encode_face(frame.rgb, face).maps)
            if seconds > 1:
                break
    assert min(row[LAYOUT.index("smile")] for row in followed) > 0.3
    for number in map(LAYOUT.index, ("smile_lids", "gaze_x", "brow_height", "brow_angle", "yaw")):
        before, after = (
            np.abs(np.diff([row[number] for row in rows], n=2)).mean() for rows in (alone, followed)
        )
        assert after < before / 2


def test_a_followed_face_is_drawn_where_it_is(painter: PainterModel, content: Content) -> None:
    """Eyes at the same place as from a photo, in the pose that is asked for."""
    from rosetail.faces.state import FaceState
    from rosetail.faces.tracking import FaceTracker
    from rosetail.painter.paint import describe

    (face,) = FaceTracker().follow(content.rgb, 0.0)
    followed = painter.encode_face(content.rgb, face)
    both = []
    for each in (content, followed):
        truth = describe(_params_of_layout(each.maps), painter.size).landmarks[:2] - 0.5
        both.append(transform(truth, inverse(each.matrix)))
    eyes = np.linalg.norm(face.landmarks[1] - face.landmarks[0])
    assert np.abs(both[0] - both[1]).max() < 0.08 * eyes
    turned = painter.encode_state(FaceState.of(face)._replace(yaw=30.0, pitch=-8.0, roll=12.0))
    layout = dict(zip(LAYOUT, turned.maps.tolist(), strict=True))
    assert (layout["yaw"], layout["pitch"], layout["roll"]) == pytest.approx((30, -8, 12))


def test_edits_are_exact_and_leave_the_rest(painter: PainterModel, content: Content) -> None:

    who = painter.cast(content, n=1, seed=3)[0]
    layout = _params_of_layout(content.maps)
    before = set(tags_of(from_code(who.w, layout)))
    edited = who.edit(long_hair=1, hair="blue", open_mouth=1)
    after = set(tags_of(from_code(edited.code, layout)))
    assert {"long_hair", "blue_hair", "open_mouth"} <= after
    about = ("hair", "mouth", "smile", "teeth", ":d", "laughing", "grin")
    assert not {tag for tag in before ^ after if not any(word in tag for word in about)}
    assert not np.array_equal(painter.draw(content, edited), painter.draw(content, who))
    unset = edited.unset("long_hair").unset("blue_hair").unset("open_mouth")
    np.testing.assert_array_equal(painter.draw(content, unset)[0], who.picture)


def test_likenesses_have_the_photos_colours(painter: PainterModel, content: Content) -> None:
    """Whose hair is dyed blue in the photo gets blue hair, and the same face otherwise."""
    from rosetail.faces.warp import inverse, transform
    from rosetail.painter.code import columns
    from rosetail.painter.colour import from_rgb

    own = dict(zip(columns(), painter.likeness(content).w, strict=True))
    x, y = transform(np.array([[128.0, 40.0]]), inverse(content.matrix))[0].astype(int)
    seen = content.rgb[y - 6 : y + 6, x - 6 : x + 6].mean((0, 1)) / 255  # her brown hair
    light, _, hue = from_rgb(tuple(seen.tolist()))
    assert own["hair.L"] == pytest.approx(light, abs=0.25)
    read_hue = np.degrees(np.arctan2(own["hair.b"], own["hair.a"]))
    assert abs((read_hue - hue + 180) % 360 - 180) < 40
    blue = content.rgb[..., ::-1].copy()  # red and blue exchanged
    dyed = dict(zip(columns(), painter.likeness(replace(content, rgb=blue)).w, strict=True))
    assert dyed["hair.b"] < 0 < own["hair.b"]
    assert len({tuple(painter.likeness(content).w) for _ in range(2)}) == 1


def test_three_likenesses_the_closest_first(painter: PainterModel, content: Content) -> None:
    three = painter.likenesses(content)
    assert [each.name for each in three] == [
        "likeness", "likeness, prettier", "likeness, bolder",
    ]  # fmt: skip
    np.testing.assert_array_equal(three[0].w, painter.likeness(content).w)
    apart = [np.abs(a.picture.astype(int) - b.picture).mean() for a, b in pairwise(three)]
    assert min(apart) > 1


def test_proportions_follow_the_person_by_degrees(painter: PainterModel) -> None:
    """Of a photo that is stretched, so that the face is long and narrow."""
    rgb = cv2.resize(read(SAMPLE), None, fx=0.88, fy=1.0)
    w = painter.random_w(1, 4)[0]

    def drawn(follow: float) -> PaintParams:
        model = PainterModel()
        set_follow(model, follow)
        return model.params(model.encode(rgb), w)

    none, half, whole = (drawn(follow) for follow in (0.0, 0.5, 1.0))
    assert (none.face_width, none.face_length, none.eye_spacing) == (1, 1, 1)
    own = from_code(w, none)
    for name in STYLE_STEPS:
        assert getattr(none, name) == pytest.approx(getattr(own, name), abs=1e-5)
    assert whole.face_length > half.face_length > 1
    assert half.face_length - 1 == pytest.approx((whole.face_length - 1) / 2, abs=1e-5)


def test_a_network_draws_proportions_as_they_are() -> None:
    with pytest.raises(SettingsError, match="leave out --follow"):
        set_follow(rosetail.load("roses"), 0.5)


def test_a_file_brings_the_character_back(
    painter: PainterModel, content: Content, tmp_path: Path
) -> None:
    who = painter.cast(content, n=1, seed=5)[0].edit(glasses=1)
    read = painter.read(who.save(tmp_path / "aiko.json"))
    np.testing.assert_array_equal(painter.draw(content, read), painter.draw(content, who))


def test_frames(painter: PainterModel, content: Content) -> None:
    who = painter.cast(content, n=1, seed=2)[0]
    face = np.asarray(who.apply(content, frame="face"))
    assert face.shape == (512, 512, 3)  # sharper than the photo, whose head is 100 pixels wide
    coarse = painter.draw(content, who)[0].astype(int)
    assert np.abs(resize_square(face, painter.size) - coarse).mean() < 4
    figure = np.asarray(who.apply(content, frame="figure"))
    assert figure.shape == (512, 512, 4)
    solid = figure[..., 3] == 255
    assert np.abs(figure[solid][:, :3].astype(int) - face[solid]).mean() < 2
    portrait = who.apply(content)
    assert portrait.size == (512, 512)
    full = who.apply(content, frame="full")
    assert full.size == content.rgb.shape[1::-1]


def test_heads_for_a_photo_are_as_sharp_as_it_and_bare(painter: PainterModel) -> None:
    """Clothes are the person's own; a close-up is not an enlarged small painting."""
    near = painter.encode(np.kron(data.astronaut()[40:210, 130:310], np.ones((4, 4, 1), np.uint8)))
    w = painter.random_w(1, 2) + move_of("short_hair")  # which does not hang over the shoulders
    head, dressed = painter.head(near, w[0]), dressed_figure(near, w[0])
    assert 600 < len(head) <= 1024
    assert len(dressed) == painter.size
    small = resize_square(head, painter.size).astype(int)
    face = np.s_[80:160, 90:170]
    assert np.abs(small[face] - dressed[face]).mean() < 6
    shoulders = np.s_[-12:]
    assert (small[shoulders][..., 3] > 128).mean() < 0.7 * (dressed[shoulders][..., 3] > 128).mean()
    drawn = painter.apply(near, painter.character(w[0], "x"), frame="full")
    assert drawn.size == near.rgb.shape[1::-1]


def test_a_bust_lies_where_the_head_does_and_goes_on_below(painter: PainterModel) -> None:
    far = painter.encode(data.astronaut())
    w = painter.random_w(1, 2)
    bust, matrix = painter.bust(far, w[0])
    assert len(bust) > 1.5 * len(painter.head(far, w[0]))
    canvas = np.zeros((512, 512, 4), np.uint8)
    laid = paste(canvas, bust, matrix, feather=0.01)
    head = paste(canvas, dressed_figure(far, w[0]), far.matrix, feather=0.01)
    middle = transform([[(painter.size - 1) / 2] * 2], inverse(far.matrix))[0].round().astype(int)
    around = np.s_[middle[1] - 30 : middle[1] + 30, middle[0] - 30 : middle[0] + 30]
    assert np.abs(laid[around].astype(int) - head[around]).mean() < 8
    lowest = [np.flatnonzero(each[..., 3].any(1)).max() for each in (laid, head)]
    assert lowest[0] > lowest[1] + 50


def test_a_character_comes_apart_in_layers(painter: PainterModel, content: Content) -> None:
    """The bust of a clip without its ground, and with it in the character's own colours."""
    who = painter.character(painter.random_w(1, 2)[0], "x").edit(open_mouth=1)
    found = painter.layers(content, who, 256)
    (mouth,) = (each for each in found if each.name == "mouth")
    assert [each.name for each in mouth.layers if each.visible] == ["as drawn"]
    named = {"open", "laugh", "surprised"} - {each.name for each in mouth.layers}
    assert len(named) == 1  # which is the one that is drawn
    assert "background" not in {each.name for each in found}
    assert painter.layers(content, who, 256, ground=True)[0].name == "background"
    with pytest.raises(SettingsError, match="size 64: choose 128 to 2048"):
        painter.layers(content, who, 64)


def test_what_it_cannot_do_is_said(painter: PainterModel) -> None:
    assert not isinstance(painter, ReadsDrawings | HasStyleLayers)
    for ask in (lambda: encode_drawing(painter, SAMPLE), lambda: main_axes(painter, 1)):
        with pytest.raises(SettingsError, match="--model"):
            ask()


def test_it_can_be_fitted_without_layers(painter: PainterModel, content: Content) -> None:
    """Its exact edits are candidates, and moves of its one group are drawn as they are."""
    from rosetail.directions.candidates import candidates, group_count, learned_edits, own_method
    from rosetail.directions.draws import Draws
    from rosetail.painter.edits import EDITS
    from rosetail.painter.options import OPTIONS

    known = learned_edits(painter)
    assert (own_method(painter), group_count(painter)) == ("painted", 1)
    assert set(known) == EDITS.keys() | OPTIONS.keys()
    assert min(known[name].reach for name in ("kimono", "bob_cut", "night_sky", "monochrome")) == 1
    assert 0.1 < known["goatee"].reach < 0.9  # women have none
    w = painter.random_w(20, 3)
    smiles = (w[:, :1] > w[:, :1].mean()).astype(np.float32)
    draws = Draws(("smile",), w, smiles, np.zeros(20, np.int64), [])
    found = candidates(painter, known, draws, ["smile"])
    assert not [kind for kind in found.kinds if kind.startswith("sefa")]
    opened = found.kinds.index("learned open_mouth")
    grouped = painter.decode(content, w[:1] + found.moves[opened : opened + 1])
    plain = painter.decode(content, w[:1] + found.moves[opened])
    np.testing.assert_array_equal(grouped, plain)
    assert (grouped != painter.decode(content, w[:1])).any()
