"""Analyse the faces in a picture; results as objects, as JSON, or drawn over the picture."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from rosetail.faces import faces
from rosetail.faces.appearance import Appearance, read_appearance
from rosetail.faces.drawing import looks_drawn
from rosetail.faces.expression import INNER_LIPS, Expression, read_expression
from rosetail.faces.mesh import EYES, IRISES, PRESENT, Mesh, find_mesh
from rosetail.faces.person import person_mask
from rosetail.faces.pose import HeadPose, head_pose
from rosetail.images import read

if TYPE_CHECKING:
    from rosetail.images import Picture

Bytes = NDArray[np.uint8]

GREEN, BLUE, RED, YELLOW = (80, 230, 120), (90, 150, 255), (255, 90, 90), (255, 220, 70)
AXIS = 0.9  # length of the drawn axes, in distances of the outer eye corners
LEAST_SIDE = 768  # minimum longer side of an overlay, in pixels
DARKENED = 0.45  # brightness of the background
PANELS = 4  # maximum number of faces with a panel


@dataclass(frozen=True)
class FoundFace:
    """A face with its mesh, pose and expression.

    ``drawn``: whether the picture looks like a drawing, of which less is read exactly.
    ``appearance``: traits and colours, if they were asked for.
    """

    face: faces.Face
    mesh: Mesh
    pose: HeadPose
    expression: Expression
    drawn: bool
    appearance: Appearance | None = None

    def as_dict(self) -> dict[str, Any]:
        """Plain numbers, as ``rosetail faces --json`` prints them; pixels and degrees."""
        return {
            **(self.appearance.as_dict() if self.appearance else {}),
            "box": _rounded(self.face.box),
            "score": round(self.face.score, 4),
            "presence": round(self.mesh.presence, 4),
            "drawn": self.drawn,
            "pose": {
                "yaw": round(self.pose.yaw, 2),
                "pitch": round(self.pose.pitch, 2),
                "roll": round(self.pose.roll, 2),
            },
            "expression": {
                name: round(value, 4) for name, value in asdict(self.expression).items()
            },
            "landmarks": _rounded(self.face.landmarks),
            "points": _rounded(self.mesh.points),
        }


def find(
    picture: Picture,
    *,
    smallest: float = 40,
    appearance: bool = False,
    detector: faces.Detector = "auto",
) -> list[FoundFace]:
    """The faces in ``picture`` (path, PIL image or uint8 array [H, W, 3]), largest first.

    Faces smaller than ``smallest`` pixels are ignored, as are detections that the mesh model
    rejects. ``appearance`` also reads traits and colours, which takes a quarter of a second a face.
    ``detector``: see :func:`rosetail.faces.faces.find`.
    """
    rgb = read(picture)
    found = []
    for face in faces.find(rgb, smallest=smallest, detector=detector):
        mesh = find_mesh(rgb, face.landmarks)
        if mesh.presence >= PRESENT:
            pose = head_pose(mesh.points)
            expression = read_expression(rgb, mesh, pose)
            seen = read_appearance(rgb, mesh) if appearance else None
            drawn = looks_drawn(rgb, face.box)
            found.append(FoundFace(face, mesh, pose, expression, drawn, seen))
    return found


def overlay(rgb: Bytes, found: list[FoundFace]) -> Bytes:
    """Draw points, contours and pose axes over ``rgb``, enlarged if it is small, with a darkened
    background.

    Panels beside the picture show the pose and expression of the largest faces."""
    shown = DARKENED + (1 - DARKENED) * person_mask(rgb)[..., None]
    scale = max(1.0, LEAST_SIDE / max(rgb.shape[:2]))
    dimmed = (rgb * shown).astype(np.uint8)
    large = cv2.resize(dimmed, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
    drawn = np.asarray(large, np.uint8)
    half = np.array([0.5, 0.5, 0])  # from pixel centres to edges
    for number, each in enumerate(found, 1):
        points = (each.mesh.points + half) * scale - half
        _draw_face(drawn, points.astype(np.float32), number)
        _draw_axes(drawn, (_axes_of(each) + half) * scale - half)
    panels = [_panel(each, number, len(drawn)) for number, each in enumerate(found[:PANELS], 1)]
    return np.hstack([drawn, *panels])


def _draw_face(drawn: Bytes, points: NDArray[np.float32], number: int) -> None:
    size = float(np.linalg.norm(points[263, :2] - points[33, :2]))
    thick = max(1, round(size / 90))
    for x, y, _ in points[:468]:
        cv2.circle(drawn, (round(x), round(y)), thick, GREEN, -1, cv2.LINE_AA)
    contours = [
        [outer, *upper, inner, *lower[::-1]] for (outer, inner), upper, lower in EYES.values()
    ]
    for contour in (*contours, INNER_LIPS):
        line = np.rint(points[contour, :2]).astype(np.int32)
        cv2.polylines(drawn, [line], True, YELLOW, thick, cv2.LINE_AA)
    for iris in IRISES.values():
        centre = points[iris, :2].mean(0)
        radius = np.linalg.norm(points[iris, :2] - centre, axis=1)[1:].mean()
        place = (round(centre[0]), round(centre[1]))
        cv2.circle(drawn, place, max(1, round(radius)), BLUE, thick, cv2.LINE_AA)
    corner = (round(points[:, 0].min()), round(points[:, 1].min() - thick * 4))
    cv2.putText(drawn, str(number), corner, cv2.FONT_HERSHEY_SIMPLEX, size / 120, YELLOW, thick + 1)


def _axes_of(each: FoundFace) -> NDArray[np.float64]:
    """The tip of the nose and the ends of the head's three axes from there, [4, 3]."""
    nose = each.pose.to_head(each.mesh.points[1:2])
    return each.pose.to_picture(np.concatenate([nose, nose + AXIS * np.eye(3)]))


def _draw_axes(drawn: Bytes, axes: NDArray[np.float64]) -> None:
    """Draw the axes [4, 3]: right in red, down in green, forward in blue."""
    thick = max(2, round(float(np.linalg.norm(axes[1] - axes[0])) / 40))
    start, *rest = [(round(x), round(y)) for x, y, _ in axes]
    for end, colour in zip(rest, (RED, GREEN, BLUE), strict=True):
        cv2.arrowedLine(drawn, start, end, colour, thick, cv2.LINE_AA, tipLength=0.15)


def _panel(each: FoundFace, number: int, height: int) -> Bytes:
    """A panel with the pose and a bar per value of the expression, ``height`` pixels high."""
    values = asdict(each.expression)
    row = height / (len(values) + 3)
    width = round(16 * row)
    panel = Image.new("RGB", (width, height), (24, 26, 32))
    draw = ImageDraw.Draw(panel)
    font = ImageFont.load_default(row * 0.62)
    pose = each.pose
    turn = [
        f"{name} {value:.0f}\u00b0" for name, value in zip(pose._fields, pose[:3], strict=False)
    ]
    title = f"face {number}: {' '.join(turn)}"
    draw.text((row * 0.6, row * 0.7), title, (255, 255, 255), font)
    middle = 12.2 * row
    for place, (name, value) in enumerate(values.items(), 2):
        top = place * row + row * 0.2
        draw.text((row * 0.6, top), name.replace("_", " "), (210, 215, 225), font)
        ends = sorted((middle, middle + value * 3.2 * row))
        draw.rectangle((ends[0], top + row * 0.1, ends[1], top + row * 0.6), YELLOW)
        draw.line((middle, place * row, middle, (place + 1) * row), (90, 95, 110))
    return np.asarray(panel)


def _rounded(values: NDArray[np.floating]) -> list[Any]:
    return np.round(np.asarray(values, np.float64), 2).tolist()
