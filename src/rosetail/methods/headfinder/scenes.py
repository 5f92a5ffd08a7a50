"""Random training scenes for the head finder: painted figures among clutter.

A scene has a background, clutter, some figures (rotated, stretched, recoloured, with hats or plain
eyes) and clutter over their bodies. Finally the whole picture gets random colours, line width,
tones, blur and grain.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from rosetail.arrays import Bytes, Floats
from rosetail.data.backgrounds import random_background
from rosetail.faces.warp import Matrix, transform
from rosetail.methods.headfinder.clutter import clutter, hat
from rosetail.methods.headfinder.figures import Figure

Rng = np.random.Generator

MOST_COVERED = 0.06  # largest share of a head that another figure may cover


@dataclass(frozen=True)
class SceneSettings:
    """``sides``: smallest and largest side of a head's box as a share of the scene's side."""

    sides: tuple[float, float] = (0.08, 0.85)
    most_figures: int = 4
    turn: float = 14.0  # degrees, standard deviation
    stretch: float = 0.12  # of width against height, standard deviation of the logarithm
    hats: float = 0.25  # shares of figures
    plain_eyes: float = 0.25
    faceless: float = 0.12
    most_clutter: int = 12

    def __post_init__(self) -> None:
        if not 0 < self.sides[0] <= self.sides[1]:
            raise ValueError("sides must be two numbers above 0, the smaller one first")


class Scene(NamedTuple):
    """``picture`` uint8 [S, S, 3]; square head ``boxes`` [N, 4]; ``landmarks`` [N, 5, 2]."""

    picture: Bytes
    boxes: Floats
    landmarks: Floats


def compose(
    figures: Sequence[Figure],
    size: int,
    rng: Rng,
    settings: SceneSettings,
    photos: Sequence[Bytes] = (),
) -> Scene:
    """A square scene of side ``size``; a quarter of them have a patch of a photo as background."""
    scene = _background(size, rng, photos)
    for _ in range(rng.integers(0, settings.most_clutter + 1)):
        clutter(scene, rng)
    boxes: list[Floats] = []
    landmarks: list[Floats] = []
    for _ in range(rng.integers(0, settings.most_figures + 1)):
        figure = figures[int(rng.integers(len(figures)))]
        matrix = _placement(figure, size, rng, settings)
        box = _moved_box(figure.box, matrix)
        places = transform(figure.landmarks, matrix).astype(np.float32)
        if np.linalg.det(matrix[:, :2]) < 0:
            places = places[[1, 0, 2, 4, 3]]
        drawn = scene.copy()
        _paste(drawn, figure, matrix, rng, box)
        faceless = rng.random() < settings.faceless
        if faceless:
            _cover_face(drawn, box, rng)
        else:
            _add_hat_and_eyes(drawn, box, places, rng, settings)
        changed = (drawn != scene).any(-1)
        if any(
            _changed_share(changed, other) > MOST_COVERED or _overlap(box, other) for other in boxes
        ):
            continue
        scene = drawn
        if not faceless:
            boxes.append(box)
            landmarks.append(places)
    picture = restyled(scene, rng)
    return Scene(
        picture,
        np.array(boxes, np.float32).reshape(-1, 4),
        np.array(landmarks, np.float32).reshape(-1, 5, 2),
    )


def restyled(scene: Bytes, rng: Rng) -> Bytes:
    """The scene with random line width, tones, colours, blur and grain."""
    picture = scene
    if rng.random() < 0.3:
        # Erosion makes dark lines thicker.
        reach = int(rng.choice([2, 3, 4], p=[0.6, 0.3, 0.1]))
        picture = cv2.erode(picture, np.ones((reach, reach), np.uint8))  # type: ignore[assignment]
    if rng.random() < 0.12:
        picture = _line_drawing(picture, rng)
    if rng.random() < 0.2:
        steps = rng.integers(3, 8)
        picture = np.rint(np.rint(picture / 255 * steps) * (255 / steps)).astype(np.uint8)
    picture = _recoloured(picture, rng)
    blur = rng.random()
    if blur < 0.25:
        picture = cv2.GaussianBlur(picture, (0, 0), rng.uniform(0.3, 1.3))  # type: ignore[assignment]
    elif blur < 0.4:
        soft = cv2.GaussianBlur(picture, (0, 0), 1.2)
        picture = cv2.addWeighted(picture, 1.8, soft, -0.8, 0)  # type: ignore[assignment]
    if rng.random() < 0.3:
        grain = rng.standard_normal((*picture.shape[:2], 1), np.float32) * rng.uniform(1, 12)
        picture = np.clip(picture + grain, 0, 255).astype(np.uint8)
    return picture


def _background(size: int, rng: Rng, photos: Sequence[Bytes]) -> Bytes:
    if not photos or rng.random() < 0.75:
        small = random_background(96, rng)
        return cv2.resize(small, (size, size), interpolation=cv2.INTER_CUBIC)  # type: ignore[return-value]
    photo = photos[int(rng.integers(len(photos)))]
    side = int(rng.uniform(0.15, 0.28) * photo.shape[0])
    # Cropped from a corner, because the middle shows a face.
    y, x = (rng.integers(2, size=2) * (np.array(photo.shape[:2]) - side)).tolist()
    patch = photo[y : y + side, x : x + side]
    return cv2.resize(patch, (size, size), interpolation=cv2.INTER_CUBIC)  # type: ignore[return-value]


def _placement(figure: Figure, size: int, rng: Rng, settings: SceneSettings) -> Matrix:
    """A random affine matrix from the figure to the scene, with the head inside the scene."""
    low, high = np.log(settings.sides)
    side = size * np.exp(rng.uniform(low, high))
    scale = side / (figure.box[2] - figure.box[0])
    stretch = np.exp(rng.normal(0, settings.stretch) / 2)
    turn = np.radians(rng.normal(0, settings.turn))
    mirror = -1.0 if rng.random() < 0.5 else 1.0
    slant = rng.normal(0, 0.05)
    shape = scale * np.array([[mirror * stretch, slant], [0, 1 / stretch]])
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    linear = rotation @ shape
    reach = min(0.42 * side, 0.5 * size)
    centre = rng.uniform(reach, size - reach, 2)
    middle = (figure.box[:2] + figure.box[2:]) / 2
    return np.column_stack([linear, centre - linear @ middle])


def _moved_box(box: Floats, matrix: Matrix) -> Floats:
    """The square with the centre and area of the transformed box."""
    centre = transform((box[:2] + box[2:]) / 2, matrix)
    half = (box[2] - box[0]) / 2 * np.sqrt(abs(np.linalg.det(matrix[:, :2])))
    return np.concatenate([centre - half, centre + half]).astype(np.float32)


def _changed_share(changed: NDArray[np.bool_], box: Floats) -> float:
    """The share of changed pixels in the part of a box that is inside the picture, 0..1."""
    left, top = np.maximum(box[:2], 0).astype(int)
    right, bottom = np.ceil(box[2:]).astype(int)
    return float(changed[top:bottom, left:right].mean())


def _overlap(first: Floats, second: Floats) -> bool:
    """Whether two boxes are closer than 0.7 of their mean side on both axes."""
    sides = (first[2:] - first[:2] + second[2:] - second[:2]) / 2
    apart = np.abs(first[:2] + first[2:] - second[:2] - second[2:]) / 2
    return bool(np.all(apart < 0.7 * sides))


def _paste(scene: Bytes, figure: Figure, matrix: Matrix, rng: Rng, box: Floats) -> None:
    """Paste the figure into the scene; its last row is repeated so that the body continues."""
    rgba = figure.rgba
    if rng.random() < 0.5:
        rgba = np.dstack([_recoloured(rgba[..., :3], rng), rgba[..., 3]])
    rgba = np.concatenate([rgba, np.repeat(rgba[-1:], 2 * len(rgba), axis=0)])
    scale = np.sqrt(abs(np.linalg.det(matrix[:, :2])))
    if scale < 0.5:
        whole = max(1, round(rgba.shape[1] * scale)), max(1, round(rgba.shape[0] * scale))
        step = np.array([rgba.shape[1] / whole[0], rgba.shape[0] / whole[1]])
        rgba = cv2.resize(rgba, whole, interpolation=cv2.INTER_AREA)  # type: ignore[assignment]
        shift = transform(step / 2 - 0.5, matrix)
        matrix = np.column_stack([matrix[:, :2] * step, shift])
    size = scene.shape[0]
    cut = cv2.warpAffine(rgba, matrix, (size, size), flags=cv2.INTER_LINEAR)
    cover = cut[..., 3:].astype(np.float32) / 255
    scene[:] = np.rint(scene + cover * (cut[..., :3].astype(np.float32) - scene)).astype(np.uint8)
    _clutter_body(scene, cut[..., 3] > 128, box, rng)


def _clutter_body(scene: Bytes, shown: NDArray[np.bool_], box: Floats, rng: Rng) -> None:
    """Draw clutter on the figure below the chin: belts, ribbons, hands, objects."""
    side = box[2] - box[0]
    top, left = int(box[3] + 0.1 * side), int(max(box[0] - side, 0))
    body = np.s_[top : top + int(3 * side), left : left + int(3 * side)]
    clothes = scene[body].copy()
    if min(clothes.shape[:2]) < 4:
        return
    for _ in range(rng.integers(0, 8)):
        clutter(clothes, rng)
    scene[body] = np.where(shown[body][..., None], clothes, scene[body])


def _cover_face(scene: Bytes, box: Floats, rng: Rng) -> None:
    """Cover the face with hair, so that it looks like the back of a head."""
    centre, half = (box[:2] + box[2:]) / 2, (box[2] - box[0]) / 2
    x, y = np.clip(centre - [0, 0.75 * half], 0, scene.shape[0] - 1).astype(int)
    hair = tuple(int(value) for value in scene[y, x])
    axes = max(1, int(0.85 * half)), max(1, int(rng.uniform(0.85, 1.0) * half))
    at = tuple(np.rint(centre).astype(int).tolist())
    cv2.ellipse(scene, at, axes, 0, 0, 360, hair, -1, cv2.LINE_AA)
    dark = tuple(int(value * 0.6) for value in hair)
    for _ in range(rng.integers(0, 8)):
        ends = centre + rng.uniform(-0.8, 0.8, (2, 2)) * half
        first, last = (tuple(np.rint(end).astype(int).tolist()) for end in ends)
        cv2.line(scene, first, last, dark, 1 + int(half / 40), cv2.LINE_AA)


def _add_hat_and_eyes(
    scene: Bytes, box: Floats, places: Floats, rng: Rng, settings: SceneSettings
) -> None:
    """Add a hat and plain eyes, each with its probability in the settings."""
    side = float(box[2] - box[0])
    eyes, mouth = places[:2].mean(0), places[3:].mean(0)
    up = (eyes - mouth) / max(float(np.linalg.norm(eyes - mouth)), 1e-6)
    if rng.random() < settings.plain_eyes:
        _plain_eyes(scene, places[:2], side, rng)
    if rng.random() < settings.hats:
        hat(scene, eyes + up * side * rng.uniform(0.2, 0.45), up * side, rng)


def _plain_eyes(scene: Bytes, eyes: Floats, side: float, rng: Rng) -> None:
    """Draw eyes as ovals of one colour, mostly dark, with or without outline and highlight."""
    light = rng.random() < 0.2
    colour = tuple(rng.integers(110 * light, 110 + 146 * light, 3).tolist())
    ink = tuple(rng.integers(0, 60, 3).tolist())
    wide, high = side * rng.uniform(0.03, 0.075), side * rng.uniform(0.05, 0.1)
    axes, pen = (max(1, int(wide)), max(1, int(high))), int(rng.integers(0, 2 + round(side / 60)))
    lit = rng.random() < 0.5
    for eye in eyes:
        at = tuple(np.rint(eye).astype(int).tolist())
        cv2.ellipse(scene, at, axes, 0, 0, 360, colour, -1, cv2.LINE_AA)
        if pen:
            cv2.ellipse(scene, at, axes, 0, 0, 360, ink, pen, cv2.LINE_AA)
        if lit:
            spot = tuple(np.rint(eye - [0.4 * wide, 0.4 * high]).astype(int).tolist())
            cv2.circle(scene, spot, int(0.35 * wide), (255, 255, 255), -1, cv2.LINE_AA)


def _line_drawing(picture: Bytes, rng: Rng) -> Bytes:
    """Ink lines on paper, from a difference of Gaussians."""
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.float32)
    apart = cv2.GaussianBlur(grey, (0, 0), 0.8) - cv2.GaussianBlur(grey, (0, 0), 1.8)
    ink = np.clip(-apart / rng.uniform(6, 14), 0, 1)[..., None]
    paper, pen = rng.uniform(170, 255, 3), rng.uniform(0, 90, 3)
    keep = rng.uniform(0, 0.5)  # share of the colours that is kept
    base = paper + keep * (picture - paper)
    return np.rint(base + ink * (pen - base)).astype(np.uint8)


def _recoloured(picture: Bytes, rng: Rng) -> Bytes:
    """Random hue, saturation and contrast; sometimes greyscale, tinted or with channels swapped."""
    if rng.random() < 0.15:
        return picture
    kind = rng.random()
    if kind < 0.12:
        grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)[..., None].astype(np.float32) / 255
        dark, light = rng.uniform(0, 100, 3), rng.uniform(160, 255, 3)
        return np.rint(dark + grey * (light - dark)).astype(np.uint8)
    mixed = picture.astype(np.float32)
    if kind < 0.2:
        mixed = mixed[..., rng.permutation(3)]
    # Hue and saturation: a rotation about the grey axis.
    angle = rng.normal(0, 0.5) if rng.random() < 0.8 else rng.uniform(-np.pi, np.pi)
    mixed = mixed @ _hue_matrix(angle, rng.uniform(0.3, 1.5)).T.astype(np.float32)
    gain = np.exp(rng.normal(0, 0.15, 3)) if rng.random() < 0.5 else np.exp(rng.normal(0, 0.2))
    mixed = (mixed - 128) * gain + 128 + rng.normal(0, 18)
    return np.clip(mixed, 0, 255).astype(np.uint8)


def _hue_matrix(angle: float, saturation: float) -> NDArray[np.float64]:
    """Rotation of RGB about its grey axis (Rodrigues), with scaled saturation."""
    axis = np.ones((3, 3)) / 3
    cross = np.array([[0, -1, 1], [1, 0, -1], [-1, 1, 0]]) / np.sqrt(3)
    turn = np.cos(angle) * (np.eye(3) - axis) + np.sin(angle) * cross
    return axis + saturation * turn
