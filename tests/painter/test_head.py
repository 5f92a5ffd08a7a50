"""Features stay on the face at every pose."""

from dataclasses import replace

import numpy as np
import pytest
import skia

from rosetail.painter import nose, sample
from rosetail.painter.eyes import Eye
from rosetail.painter.head import Head
from rosetail.painter.mouth import Mouth
from rosetail.painter.portrait_context import PortraitContext
from rosetail.painter.sheet import plain


def outside(params):
    """Names of features that do not lie on the face."""
    context = PortraitContext(params)
    face = Head(context).face
    eyes = [Eye(context, side) for side in (-1.0, 1.0)]
    left, right = Mouth(context).corners()
    points = {
        "left eye": eyes[0].landmark(),
        "right eye": eyes[1].landmark(),
        "nose": nose.landmark(context),
        "left of mouth": left,
        "right of mouth": right,
    }
    # Seen from far aside, lashes may reach past the brow; that is how it is drawn.
    for name, eye in zip(("left", "right"), eyes if abs(params.yaw) < 30 else [], strict=False):
        points |= {f"{name} eye {index}": point for index, point in enumerate(eye.upper[2:15:4])}
    return [name for name, point in points.items() if not face.contains(*map(float, point))]


@pytest.mark.parametrize("yaw", [-35.0, -18.0, 0.0, 18.0, 35.0])
@pytest.mark.parametrize("pitch", [-20.0, 0.0, 20.0])
@pytest.mark.parametrize("roll", [-20.0, 20.0])
def test_features_at_the_limits_of_the_pose(yaw, pitch, roll):
    assert not outside(replace(plain(), yaw=yaw, pitch=pitch, roll=roll, mouth="laugh"))


def test_features_of_sampled_portraits():
    assert not {seed: found for seed in range(200) if (found := outside(sample(seed)))}


def test_the_chin_is_the_lowest_point_and_jaws_widen():
    head = Head(PortraitContext(plain()))
    assert head.chin_point[1] == pytest.approx(head.contour[:, 1].max(), abs=0.01)
    slim, broad = (Head(PortraitContext(replace(plain(), jaw=jaw))).contour for jaw in (0.0, 1.0))
    assert broad[14:27, 0].max() > slim[14:27, 0].max() + 0.05
    assert broad[0, 0] == pytest.approx(slim[0, 0], abs=0.02)


@pytest.mark.parametrize("yaw", [-35.0, 0.0, 35.0])
@pytest.mark.parametrize("roll", [-20.0, 0.0, 20.0])
@pytest.mark.parametrize("sex", ["female", "male"])
def test_the_neck_joins_head_and_shoulders(yaw, roll, sex):
    context = PortraitContext(replace(plain(), yaw=yaw, roll=roll, sex=sex))
    head = Head(context)
    neck = head.neck()
    shared = skia.Op(neck, head.face, skia.PathOp.kIntersect_PathOp).getBounds()
    assert shared.width() > 0.4
    for x in (-0.3, 0.0, 0.3):  # where every collar lies
        assert neck.contains(*map(float, context.body_pose.project(np.array([x, 1.6, 0.0]))))
    across = context.body_pose.project(np.array([[-1.0, 1.6, 0.0], [1.0, 1.6, 0.0]]))
    lean = np.degrees(np.arctan2(*(across[1] - across[0])[::-1]))
    assert abs(lean) <= 0.4 * abs(roll) + 1e-9
    assert lean * roll >= 0


def test_drowsy_lids_hang_over_half_of_the_eye_whatever_the_mouth():
    for mouth, closed in (("neutral", "resting"), ("laugh", "happy")):
        eye = Eye(
            PortraitContext(replace(plain(), mouth=mouth, closed_eyes=closed, eye_open=0.5)), 1.0
        )
        middle = len(eye.flat_upper) // 2
        opening = eye.flat_lower[middle, 1] - eye.flat_upper[middle, 1]
        assert opening < 0.5 * (eye.flat_lower[middle, 1] - eye.flat_fold[middle, 1])
        assert eye.droop == 1.0
    assert Eye(PortraitContext(plain()), 1.0).droop == 0.0
