"""Facial expression as numeric values, from dense landmarks and the picture.

All geometry is measured in head space (:mod:`rosetail.faces.pose`), so that head rotation does not
affect the expression. Names follow ARKit's blend shapes where one fits (jawOpen,
mouthSmileLeft, mouthFrownLeft, mouthPucker, eyeBlinkLeft, eyeSquintLeft, browInnerUp,
browOuterUpLeft, browDownLeft); left and right are as seen in the picture.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from rosetail.faces.drawing import looks_drawn
from rosetail.faces.mesh import EYES, IRISES, MOUTH_CORNERS, Mesh
from rosetail.faces.pose import HeadPose, head_pose
from rosetail.faces.shut_eyes import read_shut

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float64]

# Points of the canonical mesh; the left one of a pair is on the left of the picture.
INNER_LIPS = [
    78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308, 324, 318, 402, 317, 14, 87, 178, 88, 95,
]  # fmt: skip
OUTER_LIPS = [
    61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291, 375, 321, 405, 314, 17, 84, 181, 91, 146,
]  # fmt: skip
UPPER_LIP, LOWER_LIP = 13, 14  # inner borders, middle
NOSE_BASE, CHIN = 2, 152
BROWS = {"left": (70, 63, 105, 66, 107), "right": (300, 293, 334, 296, 336)}  # outer to inner
LIDS = {"left": ((159, 158, 160), (145, 153, 144)), "right": ((386, 385, 387), (374, 380, 373))}
CHEEKS = {"left": (205, 50), "right": (425, 280)}


# Thresholds above which most people see a smile, and visible teeth (751 labelled photos).
SMILING, TEETH_SHOWN = 0.4, 0.26
WIDE = 1.25, 1.4  # times that lids are as far apart as usual: from here on an eye is surely open
SHUT = 0.3  # openness below which most people see a shut eye
# What a mouth half as wide again, bare teeth, and lips that shine count, in lifts of the corners.
BY_WIDTH, BY_TEETH, BY_SHINE = 0.06, 0.03, 0.03


class Range(NamedTuple):
    """A measured value for a neutral face and for the full expression."""

    neutral: float
    full: float

    def of(self, value: float, low: float = 0.0) -> float:
        return float(np.clip((value - self.neutral) / (self.full - self.neutral), low, 1))


@dataclass(frozen=True)
class Expression:
    """Values from 0 (absent) to 1 (full), except ``mouth_width``, ``gaze_x`` and ``gaze_y``,
    which range from -1 to 1.

    ``mouth_width`` is negative for a narrow mouth. ``gaze_x`` is positive towards the picture's
    right, ``gaze_y`` positive downwards, both relative to the head. ``eye_open`` is 0 for a shut
    eye and 1 for a normally open one.
    """

    jaw_open: float
    mouth_width: float
    smile_left: float
    smile_right: float
    frown_left: float
    frown_right: float
    pucker: float
    lips_closed: float
    teeth: float
    eye_open_left: float
    eye_open_right: float
    squint_left: float
    squint_right: float
    gaze_x: float
    gaze_y: float
    brow_raise_left: float
    brow_raise_right: float
    brow_inner_raise: float
    brow_furrow: float

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """The names of the values, in order."""
        return tuple(field.name for field in fields(cls))

    def row(self) -> Floats:
        """The values as an array [19]."""
        return np.array([getattr(self, name) for name in self.names()])


class Measures(NamedTuple):
    """Measurements of a face in head space, before comparison with a neutral face.

    The unit is the distance between the outer eye corners; for ``lids``, the eye's width. ``teeth``
    is the share of bright pixels between the lips, less those of lips that shine; ``shine`` the
    lightness of the mouth's brightest tenth above its median, relative to the whites of the eyes;
    ``shut`` the probability that an eye is shut.
    """

    gap: float  # between the inner lips
    width: float  # of the mouth
    corners: tuple[float, float]  # height of the corners above the middle of the lips
    lids: tuple[float, float]
    below: tuple[float, float]  # from the lower lid to the cheek
    brows: tuple[float, float]  # outer half above the eye
    inner: float  # inner ends of the brows above the eyes
    apart: float  # inner ends of the brows
    gaze: tuple[float, float]
    teeth: float
    shine: float
    shut: tuple[float, float]


# Medians of 48 faces labelled calm among the CC0 and public-domain portraits.
NEUTRAL = Measures(
    gap=0.017,
    width=0.608,
    corners=(0.018, 0.018),
    lids=(0.255, 0.255),
    below=(0.363, 0.363),
    brows=(0.204, 0.204),
    inner=0.221,
    apart=0.318,
    gaze=(0.0, -0.057),
    teeth=0.0,
    shine=0.41,
    shut=(0.0, 0.0),
)

# One and a half standard deviations of 108 calm faces; lips closed in speech show no teeth.
SPREAD = Measures(
    gap=0.02,
    width=0.05,
    corners=(0.018, 0.018),
    lids=(0.06, 0.06),
    below=(0.027, 0.027),
    brows=(0.04, 0.04),
    inner=0.04,
    apart=0.03,
    gaze=(0.06, 0.045),
    teeth=0.0,
    shine=0.3,
    shut=(0.0, 0.0),
)


def read_expression(
    rgb: Bytes, mesh: Mesh, pose: HeadPose | None = None, neutral: Measures = NEUTRAL
) -> Expression:
    """The expression of the face ``mesh`` in ``rgb`` (uint8 [H, W, 3]).

    ``neutral`` are the measures of the same person without an expression, if known
    (:func:`neutral_of`); otherwise those of the average face.
    """
    return expression_of(measure(rgb, mesh, pose), neutral)


def expression_of(seen: Measures, neutral: Measures = NEUTRAL) -> Expression:
    """The expression with which the face ``neutral`` measures as ``seen``."""
    gap = seen.gap - neutral.gap
    wide = (seen.width - neutral.width) / neutral.width
    smiles, frowns = [], []
    # A smile also widens the mouth and bares teeth; raised corners alone are not a smile.
    beside = BY_WIDTH * max(wide, 0) + BY_TEETH * (seen.teeth - neutral.teeth)
    beside -= BY_SHINE * (seen.shine - neutral.shine)
    for side in range(2):
        lift = seen.corners[side] - neutral.corners[side]
        smiles.append(Range(0.0, 0.075).of(lift + beside))
        frowns.append(Range(-0.015, -0.07).of(lift))
    opened = [_opened(seen.lids[side], neutral.lids[side], seen.shut[side]) for side in range(2)]
    squints = [
        Range(0.0, 0.09).of(neutral.below[side] - seen.below[side]) * (0.3 + 0.7 * opened[side])
        for side in range(2)
    ]
    raised = [Range(0.015, 0.13).of(seen.brows[side] - neutral.brows[side]) for side in range(2)]
    return Expression(
        jaw_open=Range(0.02, 0.42).of(gap),
        mouth_width=float(np.clip(wide / 0.35, -1, 1)),
        smile_left=smiles[0],
        smile_right=smiles[1],
        frown_left=frowns[0],
        frown_right=frowns[1],
        pucker=Range(0.08, 0.35).of(-wide),
        lips_closed=1 - Range(0.02, 0.06).of(seen.gap),
        teeth=Range(0.04, 0.3).of(seen.teeth) * Range(0.03, 0.1).of(seen.gap),
        eye_open_left=opened[0],
        eye_open_right=opened[1],
        squint_left=squints[0],
        squint_right=squints[1],
        gaze_x=float(np.clip((seen.gaze[0] - neutral.gaze[0]) / 0.28, -1, 1)),
        gaze_y=float(np.clip((seen.gaze[1] - neutral.gaze[1]) / 0.22, -1, 1)),
        brow_raise_left=raised[0],
        brow_raise_right=raised[1],
        brow_inner_raise=Range(0.015, 0.11).of(seen.inner - neutral.inner),
        brow_furrow=Range(0.01, 0.09).of(neutral.apart - seen.apart),
    )


def measure(rgb: Bytes, mesh: Mesh, pose: HeadPose | None = None) -> Measures:
    """Measure the face ``mesh`` in ``rgb``."""
    head = (pose or head_pose(mesh.points)).to_head(mesh.points)
    lip_middle = (head[UPPER_LIP, 1] + head[LOWER_LIP, 1]) / 2
    eyes = {name: head[[*corners]].mean(0) for name, (corners, _, _) in EYES.items()}
    lids, below, brows, gazes = [], [], [], []
    for name, ((outer, inner), _, _) in EYES.items():
        width = float(np.linalg.norm(head[outer, :2] - head[inner, :2]))
        upper, lower = (head[list(points), 1].mean() for points in LIDS[name])
        lids.append(float(lower - upper) / width)
        below.append(float(head[list(CHEEKS[name]), 1].mean() - lower))
        brows.append(float(eyes[name][1] - head[list(BROWS[name][:3]), 1].mean()))
        iris = head[IRISES[name], :2].mean(0)
        gazes.append((iris - eyes[name][:2]) / width)
    inner_ends = head[[BROWS[name][-1] for name in BROWS]]
    gaze = np.mean(gazes, axis=0)
    teeth, shine = _teeth_and_shine(rgb, mesh)
    return Measures(
        gap=float(head[LOWER_LIP, 1] - head[UPPER_LIP, 1]),
        width=float(np.linalg.norm(head[MOUTH_CORNERS[0], :2] - head[MOUTH_CORNERS[1], :2])),
        corners=(
            float(lip_middle - head[MOUTH_CORNERS[0], 1]),
            float(lip_middle - head[MOUTH_CORNERS[1], 1]),
        ),
        lids=(lids[0], lids[1]),
        below=(below[0], below[1]),
        brows=(brows[0], brows[1]),
        inner=float(np.mean([eye[1] for eye in eyes.values()]) - inner_ends[:, 1].mean()),
        apart=float(np.linalg.norm(inner_ends[0, :2] - inner_ends[1, :2])),
        gaze=(float(gaze[0]), float(gaze[1])),
        teeth=teeth,
        shine=shine,
        shut=_shut(rgb, mesh),
    )


def neutral_of(seen: list[Measures], known: float = 1.0) -> Measures:
    """A person's neutral face: the median of measures over the first seconds of a clip.

    ``known`` 0..1 blends from the average face. Each value is limited to the range of most calm
    faces, so that somebody who smiles all the time is not taken for a calm person with a wide
    mouth.
    """
    values: list[Any] = []
    for usual, spread, *measured in zip(NEUTRAL, SPREAD, *seen, strict=True):
        off = np.median(measured, axis=0) - usual
        value = usual + known * np.clip(off, -np.array(spread), spread)
        values.append(tuple(value.tolist()) if np.ndim(value) else float(value))
    return Measures(*values)


def _opened(lids: float, usual: float, shut: float) -> float:
    """How open an eye is, by the distance of its lids and the probability that it is shut. The lids
    of the mesh hardly follow those of a shut eye; but where they are wider than eyes are, as those
    of drawn eyes, the picture is not asked."""
    asked = Range(WIDE[1], WIDE[0]).of(lids / usual)
    return Range(0.06, usual).of(lids) * (1 - asked * Range(0.2, 0.8).of(shut))


def _shut(rgb: Bytes, mesh: Mesh) -> tuple[float, float]:
    """Of photos only: eyes are drawn in too many ways."""
    points = mesh.points[:, :2]
    box = np.concatenate([points.min(0), points.max(0)])
    return (0.0, 0.0) if looks_drawn(rgb, box) else read_shut(rgb, points)


def _teeth_and_shine(rgb: Bytes, mesh: Mesh) -> tuple[float, float]:
    """``teeth`` and ``shine`` of :class:`Measures`.

    Teeth are as bright as the white of the same person's eyes, which are equally lit, and as pale.
    """
    between, mouth = (_inside(rgb, mesh.points[part, :2]) for part in (INNER_LIPS, OUTER_LIPS))
    whites = [
        _inside(rgb, mesh.points[[*corners, *upper, *lower], :2], hull=True)
        for corners, upper, lower in EYES.values()
    ]
    sclera = np.concatenate(whites)
    if len(mouth) < 6 or not len(sclera):
        return 0.0, NEUTRAL.shine
    bright = float(np.percentile(sclera[:, 0], 85)) + 1e-6

    def white(pixels: Floats) -> float:
        pale = np.abs(pixels[:, 1] - 128) < 22
        return float(np.mean((pixels[:, 0] > 0.7 * bright) & pale)) if len(pixels) >= 6 else 0.0

    brightest, middle = np.percentile(mouth[:, 0], (90, 50))
    return max(white(between) - 0.5 * white(mouth), 0.0), float(brightest - middle) / bright


def _inside(rgb: Bytes, outline: NDArray[np.float32], hull: bool = False) -> NDArray[np.float64]:
    """CIELAB (0..255) of the pixels inside a polygon, [N, 3]."""
    height, width = rgb.shape[:2]
    points = np.rint(outline).astype(np.int32)
    if hull:
        points = cv2.convexHull(points)[:, 0].astype(np.int32)
    low = np.clip(points.min(0), 0, (width, height))
    high = np.clip(points.max(0) + 1, 0, (width, height))
    if np.any(high <= low):
        return np.empty((0, 3))
    part = rgb[low[1] : high[1], low[0] : high[0]]
    mask = np.zeros(part.shape[:2], np.uint8)
    cv2.fillPoly(mask, [points - low], 1)
    lab = cv2.cvtColor(part, cv2.COLOR_RGB2LAB)
    return lab[mask > 0].astype(np.float64)
