"""Move a face towards anime proportions: larger eyes, smaller nose and mouth, a slimmer chin.

The warp is a chain of bumps: at the eyes, as wide as their contours; at nose and mouth; at the
chin, as wide as the jaw. A bump scales and shifts about its centre with
the weight (1 - t^2)^2, t being the distance from the centre relative to the bump's reach: it is
differentiable, exactly the identity from t = 1 on, and free of folds for the gains used here. A
chain of such maps is smooth and invertible too, for any pose.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from rosetail.errors import SettingsError
from rosetail.faces.mesh import EYES, Mesh

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]

GRID = 80  # points across the face at which the field is computed


LEAST_WIDTH = 0.2  # face sizes; of the far eye of a head in profile
CHIN = 152  # points of the mesh
JAW = (172, 397)  # its angles


class Bump(NamedTuple):
    """A local scaling and shift, in face sizes across and down the face.

    ``below`` is the distance of the centre below its part, ``reach`` the radius in the widths of
    the part (see :class:`FacePart`) across and in face sizes down; ``grow`` is the scale at the
    centre and ``move`` the shift there, both at amount 1.
    """

    part: str
    below: float
    reach: tuple[float, float]
    grow: tuple[float, float]
    move: tuple[float, float]


BUMPS = (
    Bump("left eye", 0.0, (1.44, 0.62), (1.30, 1.42), (0.0, 0.0)),
    Bump("right eye", 0.0, (1.44, 0.62), (1.30, 1.42), (0.0, 0.0)),
    Bump("nose", -0.05, (0.50, 0.55), (0.76, 0.84), (0.0, 0.0)),
    Bump("mouth", 0.0, (0.85, 0.55), (0.82, 0.86), (0.0, -0.05)),
    Bump("chin", -0.31, (0.74, 0.95), (0.78, 0.93), (0.0, -0.04)),
)


class FacePart(NamedTuple):
    """``place`` [2] in pixels; ``width`` in face sizes, 1 for nose and mouth."""

    place: NDArray[np.float64]
    width: float


class FacePose(NamedTuple):
    """Pose of a face: named parts, unit vectors across and down, size in pixels."""

    parts: dict[str, FacePart]
    across: NDArray[np.float64]
    down: NDArray[np.float64]
    size: float

    def bump(self, bump: Bump) -> tuple[NDArray[np.float64], tuple[float, float]]:
        """Centre in pixels, and reach across and down in face sizes."""
        part = self.parts[bump.part]
        centre = part.place + bump.below * self.size * self.down
        return centre, (bump.reach[0] * part.width, bump.reach[1])


def towards_anime(rgb: Bytes, meshes: Sequence[Mesh], amount: float) -> Bytes:
    """Move the faces ``meshes`` of ``rgb`` (uint8 [H, W, 3]) towards anime proportions.

    ``amount`` ranges from 0 (a copy) to 1 (eyes about 1.35 times as large). Raises SettingsError
    for any other amount.
    """
    if not 0 <= amount <= 1:
        raise SettingsError(f"amount {amount}: out of range; choose 0 to 1")
    warped = rgb.copy()
    if amount:
        for mesh in meshes:
            _warp_face(warped, face_pose(mesh), amount)
    return warped


def face_pose(mesh: Mesh) -> FacePose:
    """Pose of the face ``mesh``."""
    left, right, nose, *corners = mesh.landmarks.astype(np.float64)
    eyes, mouth = (left + right) / 2, np.mean(corners, axis=0)
    across = (right - left) / max(float(np.linalg.norm(right - left)), 1e-6)
    down = np.array([-across[1], across[0]])
    # Yaw shortens the distance between the eyes, pitch that to the mouth: use the larger.
    size = max(float(np.linalg.norm(right - left)), float(np.linalg.norm(mouth - eyes)), 1e-6)
    points = mesh.points[:, :2].astype(np.float64)

    def width(ends: tuple[int, int]) -> float:
        return max(abs(float((points[ends[1]] - points[ends[0]]) @ across)) / size, LEAST_WIDTH)

    parts = {
        "left eye": FacePart(left, width(EYES["left"][0])),
        "right eye": FacePart(right, width(EYES["right"][0])),
        "nose": FacePart(nose, 1.0),
        "mouth": FacePart(mouth, 1.0),
        "chin": FacePart(points[CHIN], width(JAW)),
    }
    return FacePose(parts, across, down, size)


def source_positions(x: Floats, y: Floats, pose: FacePose, amount: float) -> tuple[Floats, Floats]:
    """Positions in the photo from which pixels x, y of the result (equal shapes) are taken."""
    for bump in reversed(BUMPS):
        x, y = _invert_bump(x, y, bump, pose, amount)
    return x, y


def _invert_bump(
    x: Floats, y: Floats, bump: Bump, pose: FacePose, amount: float
) -> tuple[Floats, Floats]:
    """Map pixels back through one bump."""
    (ax, ay), (dx, dy) = pose.across.astype(np.float32), pose.down.astype(np.float32)
    centre, reach = pose.bump(bump)
    from_x, from_y = x - np.float32(centre[0]), y - np.float32(centre[1])
    unit = np.float32(1 / pose.size)
    across, down = (from_x * ax + from_y * ay) * unit, (from_x * dx + from_y * dy) * unit
    near = 1 - (across / np.float32(reach[0])) ** 2 - (down / np.float32(reach[1])) ** 2
    weight = np.square(np.maximum(near, 0)) * np.float32(pose.size)
    grow = [1 / (1 + amount * (gain - 1)) - 1 for gain in bump.grow]
    across = weight * (across * np.float32(grow[0]) - np.float32(amount * bump.move[0]))
    down = weight * (down * np.float32(grow[1]) - np.float32(amount * bump.move[1]))
    return x + across * ax + down * dx, y + across * ay + down * dy


def _warp_face(rgb: Bytes, pose: FacePose, amount: float) -> None:
    """Warp one face of ``rgb`` in place; only the area within its bumps is changed."""
    height, width = rgb.shape[:2]
    low, high = _affected_area(pose)
    low, high = np.maximum(low, 0), np.minimum(high, (width, height))
    if np.any(high - low < 2):
        return
    size = high - low
    # The field is smooth: compute it on a coarse grid and interpolate.
    coarse = np.minimum(size, np.maximum(2, np.ceil(size * GRID / pose.size / 2).astype(int)))
    step = size / coarse
    x = ((np.arange(coarse[0]) + 0.5) * step[0] - 0.5 + low[0]).astype(np.float32)
    y = ((np.arange(coarse[1]) + 0.5) * step[1] - 0.5 + low[1]).astype(np.float32)
    x, y = (np.ascontiguousarray(grid) for grid in np.meshgrid(x, y))
    to_x, to_y = source_positions(x, y, pose, amount)
    moved = [
        cv2.resize(shift, tuple(size.tolist()), interpolation=cv2.INTER_CUBIC)
        for shift in (to_x - x, to_y - y)
    ]
    map_x = moved[0] + np.arange(low[0], high[0], dtype=np.float32)
    map_y = moved[1] + np.arange(low[1], high[1], dtype=np.float32)[:, None]
    part = slice(low[1], high[1]), slice(low[0], high[0])
    rgb[part] = cv2.remap(rgb, map_x, map_y, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)


def _affected_area(pose: FacePose) -> tuple[NDArray[np.int_], NDArray[np.int_]]:
    """Corners x, y of the area that the bumps of the face can change."""
    corners = []
    for bump in BUMPS:
        centre, (wide, high) = pose.bump(bump)
        reach = pose.size * np.hypot(wide * pose.across, high * pose.down)
        corners += [centre - reach, centre + reach]
    return (
        np.floor(np.min(corners, axis=0)).astype(int),
        np.ceil(np.max(corners, axis=0)).astype(int) + 1,
    )
