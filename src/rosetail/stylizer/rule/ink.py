"""Lines traced from the photograph: long, joined where they go on, tapered, drawn as strokes.

A flow-based difference of Gaussians (Kang, Lee and Chui, "Coherent Line Drawing", 2007) finds them;
none of its pixels reach the picture.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from rosetail.arrays import Floats
from rosetail.stylizer.rule.fields import Flow, along, blur
from rosetail.stylizer.rule.looks import RuleLook
from rosetail.stylizer.rule.photo import PhotoFields
from rosetail.stylizer.rule.shapes import Flags
from rosetail.stylizer.rule.strokes import Path, Sheet, length, smooth_path, taper
from rosetail.stylizer.rule.tracing import join, trace

SIGMA = 0.0131  # of the lines, in units: 2.1 pixels at 160
LEAST_WIDTH, WIDTH = 1.8 / 160, 5.6 / 160  # units: of the faintest line, and what strength adds
STRONG = 5.5  # response in L of a line of full width
SHORTEST = {"face": 0.24, "hair": 0.30, "body": 0.38, "ground": 1.2}  # units
WEAKEST = {"face": 1.95, "hair": 2.2, "body": 2.0, "ground": 3.5}  # response in L
STEP = 2.0  # pixels between points of a line


@dataclass(frozen=True)
class Places:
    """Where lines run, masks [H, W] in 0..1: ``person``, ``hair``, ``skin``, ``face`` (the oval);
    ``closed``: where features are drawn by their own contours instead."""

    person: Floats
    hair: Floats
    skin: Floats
    face: Floats
    closed: Flags


@dataclass(frozen=True)
class Line:
    """A traced line: points [N, 2], response along it [N], its 75th percentile, length in units,
    and where it mostly runs: ``face``, ``hair``, ``body`` or ``ground``."""

    path: Path
    strength: Floats
    peak: float
    length: float
    kind: str


def response(lightness: Floats, flow: Flow, sigma: float) -> Floats:
    """How much darker each pixel is than both sides across the flow, in L, [H, W]."""
    smooth = blur(lightness, sigma)
    return along(blur(lightness, 1.6 * sigma) - smooth, flow, 4.0 * sigma)


def trace_lines(photo: PhotoFields, places: Places) -> list[Line]:
    """The lines that the photograph shows, those long and strong enough for where they run."""
    sigma = max(SIGMA * photo.unit, 1.5)
    plain = 0.8 * places.skin
    lightness = photo.lab[..., 0] + plain * (photo.smooth[..., 0] - photo.lab[..., 0])
    strength = response(np.asarray(lightness, np.float32), photo.flow, sigma)
    weak = strength > 0.55 + 0.2 * places.skin * places.face + (1 - places.person) ** 2
    paths = trace(ridge(strength, photo.flow) & weak & ~places.closed)
    lines = []
    for path in join(paths, 0.05 * photo.unit):
        if len(path) >= 0.8 * min(SHORTEST.values()) * photo.unit:
            line = _line(smooth_path(path, 0.018 * photo.unit, STEP), strength, places, photo.unit)
            if line is not None:
                lines.append(line)
    return lines


def ridge(strength: Floats, flow: Flow) -> Flags:
    """Where ``strength`` is not less than on either side across the flow."""
    height, width = strength.shape
    y, x = np.mgrid[:height, :width].astype(np.float32)
    step_x, step_y = (flow.forward[0] - x) / flow.step, (flow.forward[1] - y) / flow.step
    sides = (
        cv2.remap(strength, x + s * -step_y, y + s * step_x, cv2.INTER_LINEAR) for s in (1, -1)
    )
    return np.logical_and.reduce([strength >= side - np.float32(0.02) for side in sides])


def _line(path: Path, strength: Floats, places: Places, unit: float) -> Line | None:
    """The line along ``path``; None if it is too short or too weak."""
    height, width = strength.shape
    column, row = np.clip(np.rint(path).astype(int), 0, (width - 1, height - 1)).T
    person, hair, skin, face = (
        float(mask[row, column].mean())
        for mask in (places.person, places.hair, places.skin, places.face)
    )
    along_line = strength[row, column]
    if skin * face > 0.5:
        kind = "face"
    elif person >= 0.5:
        kind = "hair" if hair > 0.5 else "body"
    else:
        kind = "ground"
    peak, long = float(np.percentile(along_line, 75)), length(path) / unit
    if long < SHORTEST[kind] or peak < WEAKEST[kind]:
        return None
    return Line(path, along_line, peak, long, kind)


def draw_ink(
    lines: list[Line], size: tuple[int, int], unit: float, look: RuleLook
) -> tuple[Floats, Floats]:
    """Masks [H, W] in 0..1 of the outlines and of the lines on the face."""
    outlines, inside = Sheet(size), Sheet(size)
    factors = {"face": 0.6 if look.young else 0.74, "hair": 0.7, "body": 0.95}
    for line in lines:
        factor = factors.get(line.kind, 0.6 * look.ground_lines)
        faint = line.peak < 1.7 * WEAKEST["face"] and line.length < 0.6
        if not factor or (line.kind == "face" and look.young and faint):
            continue
        share = np.pad(np.clip(line.strength / STRONG, 0, 1), 6, "edge")
        even = np.sqrt(np.convolve(share, np.ones(13) / 13, "valid"))
        widths = (LEAST_WIDTH + WIDTH * even) * unit * look.line * factor
        widths *= taper(len(widths), 0.22, 0.22)
        (inside if line.kind == "face" else outlines).stroke(line.path, widths)
    return outlines.mask(), inside.mask()
