"""Features stay on the face at every pose."""

from dataclasses import replace

import numpy as np
import pytest
import skia

from rosetail.painter import sample
from rosetail.painter.eyes import eyes_of
from rosetail.painter.head import Head
from rosetail.painter.mouth import MOUTHS, Mouth
from rosetail.painter.params import PaintParams
from rosetail.painter.portrait import Portrait, marks
from rosetail.painter.portrait_context import PortraitContext
from rosetail.painter.sheet import plain
from rosetail.painter.torso import Body

NAMES = ("left eye", "right eye", "nose", "left of mouth", "right of mouth")


def head_of(params: PaintParams) -> Head:
    return Head(PortraitContext(params))


def outside(params: PaintParams) -> list[str]:
    """Names of landmarks that do not lie on the face."""
    face = head_of(params).face
    return [
        name
        for name, (x, y) in zip(NAMES, marks(params).tolist(), strict=True)
        if not face.contains(x, y)
    ]


@pytest.mark.parametrize("yaw", [-40.0, -18.0, 0.0, 18.0, 40.0])
@pytest.mark.parametrize("pitch", [-20.0, 0.0, 20.0])
@pytest.mark.parametrize("roll", [-20.0, 20.0])
def test_landmarks_at_the_limits_of_the_pose(yaw: float, pitch: float, roll: float) -> None:
    posed = replace(plain(), yaw=yaw, pitch=pitch, roll=roll)
    assert not outside(posed.changed(MOUTHS["laugh"]))


def test_landmarks_of_sampled_portraits() -> None:
    assert not {seed: found for seed in range(200) if (found := outside(sample(seed)))}


def test_landmarks_without_hair_or_body_are_those_of_the_portrait() -> None:
    for seed in range(4):
        np.testing.assert_array_equal(marks(sample(seed)), Portrait(sample(seed)).landmarks())


@pytest.mark.parametrize("shape", ["round", "almond", "sharp", "droopy", "narrow"])
def test_irises_lie_within_their_lids_wherever_they_look(shape: str) -> None:
    for gaze in (-1.0, 0.0, 1.0):
        head = head_of(replace(plain(), eye_shape=shape, gaze_x=gaze, gaze_y=0.5 * gaze))
        for eye in eyes_of(head):
            x, y = eye.iris_centre() / (eye.wide, eye.high)
            assert abs(x) < 0.3
            assert abs(y) < 0.3
        left, right = (eye.iris_centre()[0] * eye.side for eye in eyes_of(head))
        moved = 0.5 * (left + right)
        assert np.sign(round(float(moved), 6)) == gaze  # both to the same side of the picture


def test_the_chin_is_lowest_and_the_build_moves_the_outline_where_it_says() -> None:
    contour = head_of(plain()).contour
    low = contour[np.argmax(contour[:, 1])]
    assert low[0] == pytest.approx(0, abs=0.02)

    def half_width(height: float, **build: float) -> float:
        points = head_of(replace(plain(), **build)).contour
        right = points[points[:, 0] > 0]
        order = np.argsort(right[:, 1])
        return float(np.interp(height, right[order, 1], right[order, 0]))

    low = float(contour[:, 1].max())
    assert half_width(low - 0.13, jaw=1.0) > half_width(low - 0.13, jaw=0.0) + 0.02
    assert half_width(low - 0.02, chin=1.0) > half_width(low - 0.02, chin=0.0) + 0.01
    assert half_width(0.42, jaw=1.0) == pytest.approx(half_width(0.42, jaw=0.0), abs=0.003)
    wide, slim = (half_width(0.42, face_width=each) for each in (1.1, 0.9))
    assert wide / slim == pytest.approx(1.1 / 0.9, rel=0.02)


def test_a_mirrored_head_has_the_mirrored_outline() -> None:
    params = replace(plain(), yaw=22.0, roll=7.0, pitch=-6.0)
    one, other = head_of(params).contour, head_of(params.mirrored()).contour
    nearest = np.linalg.norm(one[:, None] - (other * (-1, 1))[None], axis=2).min(1)
    assert nearest.max() < 0.01


@pytest.mark.parametrize("yaw", [-35.0, 0.0, 35.0])
@pytest.mark.parametrize("roll", [-20.0, 0.0, 20.0])
@pytest.mark.parametrize("sex", ["female", "male"])
def test_the_neck_joins_head_and_shoulders(yaw: float, roll: float, sex: str) -> None:
    head = head_of(replace(plain(), yaw=yaw, roll=roll, sex=sex))
    skin = Body(head).skin_path
    shared = skia.Op(skin, head.face, skia.PathOp.kIntersect_PathOp).getBounds()
    assert shared.width() > 0.15
    assert skin.getBounds().bottom() > head.contour[:, 1].max() + 0.2


def test_corners_of_the_mouth_rise_when_it_smiles() -> None:
    def corners(smile: float, skew: float = 0.0) -> np.ndarray:
        return Mouth(head_of(replace(plain(), smile=smile, smile_skew=skew))).corners()

    heights = [corners(smile)[:, 1].mean() for smile in (-1.0, 0.0, 0.5, 1.0)]
    assert heights == sorted(heights, reverse=True)
    left, right = corners(0.3, skew=1.0)
    assert right[1] < left[1] - 0.01
