"""Pictures drawn by rule: the person stays who it is, in every size and kind of picture."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from PIL import Image
from skimage import data as samples

import rosetail
from rosetail import RuleStylizer
from rosetail.arrays import Bytes
from rosetail.errors import NoFaceFound, SettingsError, UnknownStyle
from rosetail.faces.faces import find
from rosetail.faces.mesh import find_mesh
from rosetail.metrics.flatness import edge_strength, flatness
from rosetail.stylizer.rule import picture
from rosetail.stylizer.rule.face_shape import FaceShape
from rosetail.stylizer.rule.features import read_features
from rosetail.stylizer.rule.looks import LOOKS


@pytest.fixture(scope="module")
def photo() -> Bytes:
    """A portrait of Eileen Collins (NASA, public domain), cut to 288x256."""
    return np.ascontiguousarray(samples.astronaut()[:288, 100:356])


@pytest.fixture(scope="module")
def drawn(photo: Bytes) -> dict[str, Bytes]:
    return {style: RuleStylizer(style).array(photo) for style in LOOKS}


def shape_of(rgb: Bytes) -> FaceShape:
    return FaceShape.of(rgb, find_mesh(rgb, find(rgb)[0].landmarks))


def skin_lab(rgb: Bytes, face: FaceShape) -> np.ndarray:
    """Median CIELAB of clear skin inside the face."""
    features = read_features(face, (rgb.shape[0], rgb.shape[1]))
    clear = (features.oval > 0.9) & ~features.room & ~features.nose_room & (features.y > -0.3)
    lab = cv2.cvtColor(rgb.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    return np.median(lab[clear], axis=0)


@pytest.mark.parametrize("style", ["cel", "ink"])
def test_gaze_and_features_stay(photo: Bytes, drawn: dict[str, Bytes], style: str) -> None:
    before = shape_of(photo)
    after = FaceShape.of(drawn[style], find_mesh(drawn[style], find(photo)[0].landmarks))
    for eye, other in zip(before.eyes, after.eyes, strict=True):
        width = np.hypot(*(eye.upper[-1] - eye.upper[0]))
        middle, moved = (each.upper[[0, -1]].mean(0) for each in (eye, other))
        # Where the iris looks to, in widths of the eye.
        assert np.hypot(*((eye.centre - middle) - (other.centre - moved))) < 0.08 * width
    apart = np.hypot(*(before.points - after.points).T).mean() / before.distance
    assert apart < 0.06


def test_anime_has_larger_eyes_than_cel(photo: Bytes) -> None:
    from rosetail.stylizer.rule.eyes import drawn_eye
    from rosetail.stylizer.rule.figure import read_figure

    placed = picture.place_head(photo, shape_of(photo))
    head = read_figure(placed.rgb, placed.face)
    cel, anime = (drawn_eye(head.face.eyes[0], head, LOOKS[name]) for name in ("cel", "anime"))
    assert anime.radius > 1.1 * cel.radius
    assert anime.height > 1.15 * cel.height
    np.testing.assert_array_equal(anime.centre, cel.centre)


def test_flat_with_strong_contours(photo: Bytes, drawn: dict[str, Bytes]) -> None:
    grain = np.random.default_rng(0).normal(0, 14, photo.shape)
    rough = np.clip(photo + grain, 0, 255).astype(np.uint8)
    assert flatness(rough, RuleStylizer("cel").array(rough)) < 0.7
    assert edge_strength(photo, drawn["cel"]) > 0.9
    assert np.abs(drawn["cel"].astype(int) - drawn["anime"]).mean() > 4


@pytest.mark.parametrize("style", ["cel", "anime"])
@pytest.mark.parametrize("factor", [1.0, 0.45])
def test_skin_keeps_its_lightness_and_hue(photo: Bytes, style: str, factor: float) -> None:
    """Dark skin stays dark: it is neither lightened nor greyed, nor made darker still."""
    lab = cv2.cvtColor(photo.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    face = shape_of(photo)
    features = read_features(face, (photo.shape[0], photo.shape[1]))
    lab[features.oval > 0.5, 0] *= factor
    rgb = (np.clip(cv2.cvtColor(lab, cv2.COLOR_LAB2RGB), 0, 1) * 255).astype(np.uint8)
    seen = skin_lab(rgb, face)
    painted = skin_lab(RuleStylizer(style).array(rgb), face)
    assert abs(painted[0] - seen[0]) < 9
    hues = [np.degrees(np.arctan2(each[2], each[1])) for each in (seen, painted)]
    assert abs(hues[0] - hues[1]) < 15
    assert np.hypot(*painted[1:]) > 0.9 * np.hypot(*seen[1:])


def test_black_and_white_stays_grey(photo: Bytes, drawn: dict[str, Bytes]) -> None:
    grey = cv2.cvtColor(cv2.cvtColor(photo, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
    result = RuleStylizer("cel").array(np.asarray(grey, np.uint8))
    lab = cv2.cvtColor(result.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    chroma = np.hypot(lab[..., 1], lab[..., 2])
    assert np.percentile(chroma, 99) < 8
    ink = drawn["ink"].astype(int)
    assert np.ptp(ink, axis=-1).max() <= 1
    tones = np.bincount(ink[..., 0].ravel(), minlength=256)
    assert np.sort(tones)[-6:].sum() > 0.75 * tones.sum()  # flat tones


def test_without_a_face_nothing_is_invented() -> None:
    even = np.full((90, 120, 3), (180, 120, 60), np.uint8)
    result = RuleStylizer("cel").array(even)
    assert np.ptp(result.reshape(-1, 3), axis=0).max() <= 2
    assert np.abs(result.astype(int) - even).max() < 40
    x = np.linspace(40, 220, 200)
    slope = np.repeat(np.repeat(x[None, :, None], 150, 0), 3, 2).astype(np.uint8)
    result = RuleStylizer("cel").array(slope)
    assert (np.diff(result[75, :, 0].astype(int)) >= -2).all()  # steps, but no lines
    with pytest.raises(NoFaceFound, match="no face found"):
        RuleStylizer("cel").array(even, faces_only=True)


@pytest.mark.parametrize("size", [(1, 1), (1, 60), (45, 2), (37, 53), (8, 300)])
def test_any_size(size: tuple[int, int]) -> None:
    rgb = np.random.default_rng(0).integers(0, 256, (*size, 3), np.uint8)
    for style in LOOKS:
        result = RuleStylizer(style).array(rgb)
        assert result.shape == rgb.shape
        assert result.dtype == np.uint8


def test_the_same_every_time(photo: Bytes, drawn: dict[str, Bytes]) -> None:
    np.testing.assert_array_equal(RuleStylizer("cel").array(photo), drawn["cel"])


def test_small_faces_are_drawn_at_their_own_size(photo: Bytes) -> None:
    rgb = np.full((420, 560, 3), (120, 150, 170), np.uint8)
    small = cv2.resize(photo, (100, 112), interpolation=cv2.INTER_AREA)
    for left in (60, 380):
        rgb[180:292, left : left + 100] = small
    seen: list[tuple[int, int]] = []
    rule = RuleStylizer("cel", progress=lambda part, parts: seen.append((part, parts)))
    result = rule.array(rgb)
    assert result.shape == rgb.shape
    assert seen == [(1, 3), (2, 3), (3, 3)]
    for face in find(rgb):
        before, after = (find_mesh(each, face.landmarks).points[:, :2] for each in (rgb, result))
        eyes = np.hypot(*(face.landmarks[1] - face.landmarks[0]))
        apart = np.hypot(*(before - after).T).mean() / eyes
        assert apart < 0.12
    heads = rule.array(rgb, faces_only=True)
    far = np.ones(rgb.shape[:2], bool)
    far[150:320, 40:180] = far[150:320, 360:500] = False
    np.testing.assert_array_equal(heads[far], rgb[far])
    assert np.abs(heads.astype(int) - rgb)[~far].max() > 30


def test_options_and_pictures_of_all_kinds(photo: Bytes, drawn: dict[str, Bytes]) -> None:
    rule = RuleStylizer("cel")
    np.testing.assert_array_equal(rule.array(photo, strength=0), photo)
    half = rule.array(photo, strength=0.5)
    mean = (photo.astype(int) + drawn["cel"]) / 2
    assert np.abs(half - mean).max() <= 1
    wider = rule.array(photo, anime=0.8)
    assert np.abs(wider.astype(int) - drawn["cel"]).mean() > 0.3
    fine = rule.array(photo, detail=1.0)
    assert fine.shape == photo.shape
    alpha = np.zeros(photo.shape[:2], np.uint8)
    alpha[:, 40:] = 255
    result = rule(Image.fromarray(np.dstack([photo, alpha])))
    assert result.mode == "RGBA"
    np.testing.assert_array_equal(np.asarray(result)[..., 3], alpha)
    for bad in ({"strength": 2}, {"anime": -1}, {"detail": 9}):
        with pytest.raises(SettingsError):
            rule.array(photo, **bad)
    with pytest.raises(UnknownStyle, match="anime, cel, ink"):
        rosetail.RuleStylizer("oil")


def test_folds_are_drawn_where_they_are(photo: Bytes) -> None:
    """A dark line beside the nose is found where it is painted; smooth skin has none."""
    from rosetail.stylizer.rule.folds import FOLDS, read_folds
    from rosetail.stylizer.rule.photo import read_photo
    from rosetail.stylizer.rule.strokes import Sheet, curve

    placed = picture.place_head(photo, shape_of(photo))
    face, unit = placed.face, placed.face.distance
    even = np.full_like(placed.rgb, (200, 150, 120))
    assert read_folds(read_photo(even, unit), face) == []
    path = curve(face.points[FOLDS[0]], 40) + 0.04 * unit * face.right
    mask = Sheet(even.shape[:2]).stroke(path, 0.05 * unit).mask()
    lined = (even * (1 - 0.5 * mask[..., None])).astype(np.uint8)
    (fold,) = read_folds(read_photo(lined, unit), face)
    near = np.array([np.hypot(*(path - point).T).min() for point in fold.path])
    assert np.median(near) < 0.03 * unit


def test_thin_rims_follow_what_is_seen(photo: Bytes) -> None:
    from rosetail.stylizer.rule.glasses import _outlines, _rims
    from rosetail.stylizer.rule.strokes import Sheet

    placed = picture.place_head(photo, shape_of(photo))
    wanted = Sheet(placed.rgb.shape[:2])
    for outline in _outlines(placed.face, 0.5, 0.37, 0.21, 0.10):
        wanted.stroke(outline, 3.0)
    rims = _rims(12 * wanted.mask(), placed.face)
    drawn = wanted.mask() > 0.5
    assert (rims[drawn] > 0.3).mean() > 0.4
    assert rims.max() <= 0.8


def test_strands_run_along_the_hair() -> None:
    from rosetail.stylizer.rule.photo import read_photo
    from rosetail.stylizer.rule.strands import read_strands

    y, x = np.mgrid[:200, :200]
    stripes = (90 + 40 * np.sin(2 * np.pi * (x + 0.3 * y) / 9)).astype(np.uint8)
    photo = read_photo(np.dstack([stripes] * 3), 140.0)
    dark, light = read_strands(photo, np.ones((200, 200), np.float32))
    assert len(dark) > 5
    assert len(light) > 5
    for strand in (*dark, *light):
        across, down = strand.path[-1] - strand.path[0]
        assert abs(across / down + 0.3) < 0.15
    assert read_strands(photo, np.zeros((200, 200), np.float32)) == ([], [])
