"""Redraw a photograph with image processing: flat tones, cel shadows, ink lines, painted eyes.

The shipped stylizers were trained on its results. It needs landmarks, takes about a second, fails
on some faces and flickers in video. Steps:

1. Remove texture with rolling guidance (Zhang and others, "Rolling Guidance Filter", 2014), flatten
   with L0 minimisation (Xu and others, 2011), and smooth edges by averaging along the strokes.
2. Quantise lightness; split skin into a lit and a shadowed tone about its own median.
3. Draw lines with the flow-based difference of Gaussians, in a darker shade of the colour beneath;
   drop short lines outside the face.
4. Fill the brows, painting any that the photograph barely shows; draw eyes at the landmarks, as
   wide open as in the photograph.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from rosetail.data.l0 import l0_smooth
from rosetail.data.rule_eyes import draw_eyes
from rosetail.faces.flow import Tangents, blur, edge_tangents, flow_lines, smooth_along
from rosetail.faces.parts import FaceAxes, FaceMasks, face_masks, masked_blur, soft_threshold

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]

# Distance between the eyes, in pixels, for which the lines and filters are tuned.
EYE_DISTANCE = 90
# A brow with a smaller area is painted; in squared eye distances.
LEAST_BROW = 0.02


@dataclass(frozen=True)
class RuleLook:
    """Parameters of a look. Lightness and tones are in CIELAB units."""

    step: float  # height of a lightness step
    sharpness: float  # of the transition between two steps: 0 is gradual, 10 is abrupt
    flatness: float  # weight of L0 minimisation
    chroma: float  # factor on chroma
    gamma: float  # below 1 lifts the mid-tones
    skin_gamma: float  # closer to 1, so that dark skin is not lightened
    shadow: float  # difference in L between the skin's lit and shadowed tones
    shadow_sharpness: float
    blush: float  # redness added to the cheeks
    line: float  # sigma of the lines at an eye distance of 90 pixels
    line_threshold: float
    ink: float  # opacity of the lines
    ink_lightness: float  # maximum L of the ink
    shortest: float = 0.0  # minimum length of lines outside the face, in eye distances


LOOKS = {
    "cel": RuleLook(22, 7, 0.012, 1.5, 0.72, 0.84, 13, 0.33, 2, 1.25, 0.0085, 1.0, 8, 0.45),
    "soft": RuleLook(24, 2.0, 0.0, 1.20, 0.72, 0.88, 11, 0.13, 4, 0.95, 0.0085, 0.60, 38),
}


def stylize_by_rule(rgb: Bytes, landmarks: NDArray[np.floating], look: RuleLook) -> Bytes:
    """Redraw ``rgb`` [H, W, 3], an upright face with ``landmarks`` [5, 2], in ``look``."""
    frame = FaceAxes.of(np.asarray(landmarks, np.float32))
    photo = rgb.astype(np.float32) / np.float32(255)
    smooth = _without_texture(photo, 0.035 * frame.distance)
    lab, smooth_lab = to_lab(photo), to_lab(smooth)
    flow = edge_tangents(blur(lab[..., 0], 1.0))
    face = face_masks(lab, smooth_lab, frame)
    flat = _flattened(smooth, look.flatness)
    flat_lab = to_lab(smooth_along(flat, flow, 6, 3.0))
    ink = _line_art(lab, smooth_lab, flow, face, frame, look)
    busy = _busy(ink, frame)
    # Foliage and fabric have no strokes to follow: keep their tones, without lines.
    plain_lab = to_lab(blur(flat, 0.02 * frame.distance))
    flat_lab = flat_lab + busy[..., None] * (plain_lab - flat_lab)
    ink = ink * (1 - 0.85 * busy)

    tones = _tones(flat_lab, flow, busy, look)
    skin_tones = _skin_tones(smooth_lab, face, frame, look)
    skin = face.skin * (1 - 0.85 * face.mouth)
    on_skin = (blur(skin, 1.5) * (1 - face.brows))[..., None]
    colours = to_rgb(tones + on_skin * (skin_tones - tones))
    bare = _without_eyes(colours, skin, face, frame)
    inked = _draw_lines(bare, ink, look)
    browed = _draw_brows(inked, lab, face, frame)
    picture = np.asarray(np.clip(browed, 0, 1) * 255 + 0.5, np.uint8)
    return draw_eyes(picture, frame, lab, bare, face.lightness)


def to_lab(rgb: Floats) -> Floats:
    """sRGB in [0, 1] to CIELAB (L 0..100), [H, W, 3]."""
    return np.asarray(cv2.cvtColor(np.asarray(rgb, np.float32), cv2.COLOR_RGB2LAB), np.float32)


def to_rgb(lab: Floats) -> Floats:
    """CIELAB to sRGB in [0, 1]; colours outside sRGB are clipped."""
    rgb = cv2.cvtColor(np.asarray(lab, np.float32), cv2.COLOR_LAB2RGB)
    return np.clip(np.asarray(rgb, np.float32), 0, 1)


def quantize(values: Floats, step: float, sharpness: float) -> Floats:
    """Pull ``values`` to the midpoints between multiples of ``step``, with a tanh at each."""
    border = np.round(values / step) * step
    within = np.tanh(sharpness * (values - border) / step) / np.tanh(sharpness / 2)
    return np.asarray(border + 0.5 * step * within, np.float32)


def _without_texture(photo: Floats, sigma: float) -> Floats:
    """Rolling guidance: remove detail smaller than ``sigma`` pixels, keep larger edges sharp."""
    smooth = cv2.ximgproc.rollingGuidanceFilter(
        photo, d=-1, sigmaColor=0.09, sigmaSpace=sigma, numOfIter=4
    )
    return np.asarray(smooth, np.float32)


def _flattened(smooth: Floats, weight: float) -> Floats:
    """L0 gradient minimisation, into regions of one colour. With weight 0, only smoothing."""
    if not weight:
        return smooth
    flat = l0_smooth(np.asarray(smooth * 255, np.uint8), weight)
    return flat.astype(np.float32) / np.float32(255)


def _busy(ink: Floats, frame: FaceAxes) -> Floats:
    """Density of lines, 0..1: high on texture, 0 on the head."""
    crowd = blur(np.asarray(ink, np.float32), 0.16 * frame.distance)
    x, y = frame.place(ink.shape, frame.eyes)
    head = soft_threshold((x / 1.5) ** 2 + ((y - 0.2) / 1.9) ** 2, 4)
    return np.asarray(np.clip((crowd - 0.17) / 0.13, 0, 1) * (1 - head), np.float32)


def _tones(lab: Floats, flow: Tangents, busy: Floats, look: RuleLook) -> Floats:
    """Tones outside the skin: quantised lightness, stronger colours, slightly violet shadows."""
    even = np.asarray(cv2.bilateralFilter(lab[..., 0], -1, 12, 5), np.float32)
    steps = quantize(even, look.step, look.sharpness)
    lightness = smooth_along(steps, flow, 6, 3.0)
    lightness = _apply_gamma(lightness + busy * (steps - lightness), look.gamma)
    depth = np.clip((50 - lightness) / 50, 0, 1)
    red_green = lab[..., 1] * look.chroma + 2 * depth
    yellow_blue = lab[..., 2] * look.chroma - 5 * depth
    return np.dstack([lightness, red_green, yellow_blue]).astype(np.float32)


def _skin_tones(lab: Floats, face: FaceMasks, frame: FaceAxes, look: RuleLook) -> Floats:
    """Skin: one lit and one shadowed tone about the median, even colour, blush on the cheeks."""
    distance = frame.distance
    lightness = 0.65 * masked_blur(lab[..., 0], face.skin, 0.07 * distance) + 0.35 * lab[..., 0]
    lit = np.tanh((lightness - (face.lightness - 9)) * look.shadow_sharpness)
    deep = 0.5 - 0.5 * np.tanh((lightness - (face.lightness - 30)) / 4)
    tone = face.lightness + 3 - look.shadow * (1 - lit) / 2 - 10 * deep
    red_green, yellow_blue = (
        1.12 * masked_blur(lab[..., axis], face.skin, 0.12 * distance) for axis in (1, 2)
    )
    cheeks = np.zeros(lit.shape, np.float32)
    for cheek in (frame.landmarks[[0, 3]].mean(0), frame.landmarks[[1, 4]].mean(0)):
        x, y = frame.place(lit.shape, np.asarray(cheek, np.float32))
        cheeks += np.exp(-((x / 0.28) ** 2) - ((y - 0.03) / 0.16) ** 2)
    shade = (1 - lit) / 2
    red_green, yellow_blue = _skin_hue(red_green, yellow_blue)
    coloured = np.clip((np.hypot(red_green, yellow_blue) - 3) / 4, 0, 1)
    red_green = red_green + coloured * (1.5 + 4.5 * shade + look.blush * cheeks)
    yellow_blue = yellow_blue - 2 * coloured * shade
    return np.dstack([_apply_gamma(tone, look.skin_gamma), red_green, yellow_blue]).astype(
        np.float32
    )


def _skin_hue(red_green: Floats, yellow_blue: Floats) -> tuple[Floats, Floats]:
    """Move hues into the range of skin under white light, 35 to 75 degrees, so that a colour cast
    does not give violet faces. Grey is unchanged (black and white photos)."""
    hue = np.clip(np.arctan2(yellow_blue, red_green), np.radians(35), np.radians(75))
    strength = np.hypot(red_green, yellow_blue)
    strength = strength + np.clip(12 - strength, 0, None) * np.clip((strength - 3) / 4, 0, 1)
    return strength * np.cos(hue), strength * np.sin(hue)


def _apply_gamma(lightness: NDArray[np.floating], gamma: float) -> Floats:
    return np.asarray(100 * (np.clip(lightness, 0, 100) / 100) ** gamma, np.float32)


def _line_art(
    lab: Floats,
    smooth_lab: Floats,
    flow: Tangents,
    face: FaceMasks,
    frame: FaceAxes,
    look: RuleLook,
) -> Floats:
    """Ink [H, W], with fewer lines on skin, where most dark areas are not contours."""
    plain = 0.75 * face.skin * (1 - face.mouth)
    grey = (lab[..., 0] * (1 - plain) + smooth_lab[..., 0] * plain) / 100
    threshold = look.line_threshold + 0.005 * blur(face.skin, 3.0) * (1 - face.mouth)
    # Keep lines visible on small faces in large pictures.
    sigma = look.line * max(frame.distance / EYE_DISTANCE, 0.75)
    ink = flow_lines(np.asarray(grey, np.float32), flow, sigma, threshold)
    if look.shortest:
        ink = _long_lines(ink, look.shortest * frame.distance, face.skin + face.mouth > 0.3)
    return look.ink * ink * (1 - face.eyes) * (1 - np.clip(1.3 * face.brows, 0, 1))


def _long_lines(ink: Floats, shortest: float, kept: NDArray[np.bool_]) -> Floats:
    """``ink`` without lines shorter than ``shortest`` pixels, except where ``kept``."""
    whole = (ink > 0.2).astype(np.uint8)
    _, labels, boxes, _ = cv2.connectedComponentsWithStats(whole, connectivity=8)
    long = np.hypot(boxes[:, cv2.CC_STAT_WIDTH], boxes[:, cv2.CC_STAT_HEIGHT]) > shortest
    long[0] = False  # background
    wanted = (long[labels] | kept).astype(np.float32)
    return np.asarray(ink * cv2.dilate(wanted, np.ones((3, 3))), np.float32)


def _without_eyes(colours: Floats, skin: Floats, face: FaceMasks, frame: FaceAxes) -> Floats:
    """Fill the eye regions with plain skin, to paint the eyes on."""
    bare_skin = skin * (face.eyes < 0.02)
    fill = np.dstack(
        [masked_blur(colours[..., axis], bare_skin, 0.13 * frame.distance) for axis in range(3)]
    )
    return colours + face.eyes[..., None] * (fill - colours)


def _draw_lines(colours: Floats, ink: Floats, look: RuleLook) -> Floats:
    """Draw lines in a darker shade of the colour beneath."""
    beneath = to_lab(blur(colours, 3.0))
    beneath[..., 0] = np.minimum(
        0.32 * beneath[..., 0] + 0.1 * look.ink_lightness, look.ink_lightness
    )
    return colours + ink[..., None] * (to_rgb(beneath) - colours)


def _draw_brows(colours: Floats, lab: Floats, face: FaceMasks, frame: FaceAxes) -> Floats:
    """Draw the brows as filled shapes in one darkened colour.

    Brows that the photograph barely shows (fair, or hidden by the eye's shadow) are painted: faces
    without brows are hard to read, for people and for face detectors.
    """
    inside = lab[face.brows > 0.6]
    own = np.median(inside, axis=0) if len(inside) > 20 else np.array([25, 6, 8])
    darkened = np.array([[[np.clip(0.62 * own[0], 8, 48), 1.1 * own[1], 1.1 * own[2]]]])
    weight = np.clip(1.3 * face.brows, 0, 1) * (1 - 0.9 * face.eyes)
    for eye, side in zip(frame.landmarks[:2], (-1, 1), strict=True):
        x, y = frame.place(weight.shape, eye)
        x = x * side
        band = (x > -0.36) & (x < 0.44) & (y > -0.5) & (y < -0.1)
        if weight[band].sum() < LEAST_BROW * frame.distance**2:
            weight = np.where(band, 0.95 * _painted_brow(x, y), weight)
    return colours + weight[..., None] * (to_rgb(darkened) - colours)


def _painted_brow(x: Floats, y: Floats) -> Floats:
    """A tapering arc [H, W]; ``x``, ``y`` are measured from the eye's centre, outwards and down."""
    part = np.clip((x - 0.04) / 0.34, -1, 1)
    arc = -0.335 - 0.055 * (1 - ((x - 0.1) / 0.34) ** 2)
    half = 0.04 * (1 - 0.25 * part) * np.sqrt(np.clip(1 - part**2, 1e-4, 1))
    return soft_threshold(np.asarray(np.abs(y - arc) / half, np.float32), 3)
