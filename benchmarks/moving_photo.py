"""Clips made by moving a photo, so that what the face does is known.

The dense mesh of the face is moved in head space (jaw, lids, brows, turn of the head); the picture
follows it in triangles between the points, and stays at the borders.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.spatial import Delaunay

from rosetail.faces import faces
from rosetail.faces.expression import BROWS, INNER_LIPS, LOWER_LIP, UPPER_LIP
from rosetail.faces.mesh import EYES, find_mesh
from rosetail.faces.pose import POINTS, angles, head_pose

Bytes = NDArray[np.uint8]
Doubles = NDArray[np.float64]

JAW = 0.30  # eye distances that a jaw of 1 drops
LID = 0.97  # share of an open eye that a blink of 1 closes
BROW = 0.10  # that brows of 1 rise
LOWER_INNER = INNER_LIPS[11:]  # the inner border of the lower lip
INSIDE = (52, 18, 22)  # colour of an open mouth
RIM = 1.9  # around the face, in its own radius: the picture stays from here on


class MovingPhoto:
    """One face of a photo (uint8 [H, W, 3]) as an actor. Raises ValueError without a face."""

    def __init__(self, rgb: Bytes) -> None:
        found = faces.find(rgb)
        if not found:
            raise ValueError("no face in the photo")
        self.rgb = rgb
        self._mesh = find_mesh(rgb, found[0].landmarks).points[:POINTS].astype(np.float64)
        self._pose = head_pose(self._mesh)
        self._head = self._pose.to_head(self._mesh)
        self._fixed = self._rim()
        self._source = np.concatenate([self._mesh[:, :2], self._fixed])
        self._triangles = Delaunay(self._source).simplices
        behind = np.full(len(self._fixed), self._mesh[:, 2].max())
        depth = np.concatenate([self._mesh[:, 2], behind])
        self._order = np.argsort(-depth[self._triangles].mean(1))  # far ones first

    def frame(self, acting: Mapping[str, float]) -> Bytes:
        """The photo with ``jaw``, ``blink`` and ``brows`` from 0 to 1, and turned by ``yaw``,
        ``pitch`` and ``roll`` degrees."""
        moved = self._head.copy()
        self._drop_jaw(moved, acting.get("jaw", 0.0))
        self._blink(moved, acting.get("blink", 0.0))
        self._raise_brows(moved, acting.get("brows", 0.0))
        turn = _rotation(*(acting.get(name, 0.0) for name in ("yaw", "pitch", "roll")))
        pose = self._pose._replace(rotation=turn @ self._pose.rotation)
        places = pose.to_picture(moved)[:, :2]
        picture = self._warped(places)
        if acting.get("jaw", 0.0) > 0.02:
            _fill_mouth(picture, places[INNER_LIPS])
        return picture

    def turned(self, yaw: float, pitch: float, roll: float) -> tuple[float, float, float]:
        """The pose of :meth:`frame` after such a turn, in degrees."""
        return angles(_rotation(yaw, pitch, roll) @ self._pose.rotation)

    def _drop_jaw(self, moved: Doubles, jaw: float) -> None:
        x, y = self._head[:, 0], self._head[:, 1]
        lips = 0.5 * (y[UPPER_LIP] + y[LOWER_LIP])
        below = np.clip((y - lips) / 0.05, 0, 1)
        below[LOWER_INNER] = np.clip(1.2 - (x[LOWER_INNER] / x[INNER_LIPS].max()) ** 2, 0, 1)
        inside = np.clip(1.25 - (x / 0.62) ** 2, 0, 1)
        moved[:, 1] += JAW * jaw * below * inside

    def _blink(self, moved: Doubles, blink: float) -> None:
        for _, upper, lower in EYES.values():
            for high, low in zip(upper, lower, strict=True):
                moved[high, 1] += LID * blink * (self._head[low, 1] - self._head[high, 1])

    def _raise_brows(self, moved: Doubles, brows: float) -> None:
        for points in BROWS.values():
            middle = self._head[list(points)].mean(0)
            near = np.exp(-0.5 * (np.linalg.norm(self._head - middle, axis=1) / 0.2) ** 2)
            above = self._head[:, 1] < middle[1] + 0.08  # lids stay
            moved[:, 1] -= BROW * brows * near * above

    def _rim(self) -> Doubles:
        """Points [N, 2] of the picture that do not move."""
        height, width = self.rgb.shape[:2]
        middle = 0.5 * (self._mesh[:, :2].min(0) + self._mesh[:, :2].max(0))
        radius = RIM * 0.5 * np.ptp(self._mesh[:, :2], axis=0)
        turn = np.linspace(0, 2 * np.pi, 24, endpoint=False)
        ring = middle + radius * np.stack([np.cos(turn), np.sin(turn)], 1)
        far = 2.0 * max(height, width)
        return np.concatenate([ring, [(-far, -far), (far, -far), (-far, far), (far, far)]])

    def _warped(self, places: Doubles) -> Bytes:
        """Each triangle between the points goes where its corners go, the nearest ones on top."""
        height, width = self.rgb.shape[:2]
        known = np.concatenate([places, self._fixed])
        owner = np.zeros((height, width), np.int32)
        for number in self._order:
            corners = np.rint(16 * known[self._triangles[number]]).astype(np.int32)
            cv2.fillConvexPoly(owner, corners, int(number), shift=4)
        corners = np.concatenate([known, np.ones((len(known), 1))], 1)[self._triangles]
        back = np.linalg.pinv(corners) @ self._source[self._triangles]  # [T, 3, 2]
        here = back[owner].astype(np.float32)
        y, x = np.mgrid[:height, :width].astype(np.float32)
        dense = x[..., None] * here[..., 0, :] + y[..., None] * here[..., 1, :] + here[..., 2, :]
        return np.asarray(
            cv2.remap(self.rgb, dense, None, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE),  # type: ignore[call-overload]
            np.uint8,
        )


def talking(seconds: float, fps: float, seed: int = 0) -> list[dict[str, float]]:
    """Acting of somebody who talks, blinks and moves: one row a frame."""
    rng = np.random.default_rng(seed)
    times = np.arange(round(seconds * fps)) / fps
    jaw, blink = np.zeros_like(times), np.zeros_like(times)
    at = 0.3
    while at < seconds - 0.2:
        length, height = rng.uniform(0.14, 0.26), rng.uniform(0.35, 1.0)
        jaw = np.maximum(jaw, height * np.clip(1 - np.abs(times - at) / (0.5 * length), 0, 1))
        at += length * (1.0 if rng.random() > 0.2 else 3.0)
    for at in np.arange(1.0, seconds, 2.3):
        blink = np.maximum(blink, np.clip(1.6 - np.abs(times - at) / 0.07, 0, 1))
    waves = {
        name: high * np.sin(2 * np.pi * rate * times + rng.uniform(0, 6))
        for name, high, rate in (("yaw", 14, 0.31), ("pitch", 6, 0.43), ("roll", 6, 0.23))
    }
    brows = np.clip(np.sin(2 * np.pi * 0.35 * times), 0, 1)
    rows = {"jaw": jaw, "blink": blink, "brows": brows, **waves}
    return [{name: float(row[n]) for name, row in rows.items()} for n in range(len(times))]


def write_clip(frames: Iterator[Bytes], path: Path, fps: int) -> None:
    """Write frames as H.264 with little loss."""
    with av.open(str(path), "w") as file:
        stream = file.add_stream("libx264", rate=Fraction(fps), options={"crf": "12"})
        for number, rgb in enumerate(frames):
            if number == 0:
                stream.height, stream.width = rgb.shape[:2]
                stream.pix_fmt = "yuv420p"
            file.mux(stream.encode(av.VideoFrame.from_ndarray(rgb, "rgb24")))
        file.mux(stream.encode(None))


def _fill_mouth(picture: Bytes, lips: Doubles) -> None:
    mask = np.zeros(picture.shape[:2], np.uint8)
    cv2.fillPoly(mask, [np.rint(lips).astype(np.int32)], 255, cv2.LINE_AA)
    soft = cv2.GaussianBlur(mask, (0, 0), 1.0)[..., None] / 255.0
    picture[:] = np.rint(picture + soft * (np.array(INSIDE) - picture)).astype(np.uint8)


def _rotation(yaw: float, pitch: float, roll: float) -> Doubles:
    """As :func:`rosetail.faces.pose.angles` reads it: lean @ nod @ turn."""
    y, p, r = np.radians((yaw, pitch, roll))
    turn = np.array([[np.cos(y), 0, np.sin(y)], [0, 1, 0], [-np.sin(y), 0, np.cos(y)]])
    nod = np.array([[1, 0, 0], [0, np.cos(p), -np.sin(p)], [0, np.sin(p), np.cos(p)]])
    lean = np.array([[np.cos(r), -np.sin(r), 0], [np.sin(r), np.cos(r), 0], [0, 0, 1]])
    return np.asarray(lean @ nod @ turn)
