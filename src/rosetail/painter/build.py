"""What a body and a face are built like: the numbers that sex, age and the parameters decide.

Measured on drawings, in heads; see docs/painter.md.
"""

from __future__ import annotations

from dataclasses import dataclass

from rosetail.painter.curves import smoothstep
from rosetail.painter.params import PaintParams


@dataclass(frozen=True)
class Build:
    """Heights (y), half widths and factors in heads. jaw, chin, cheeks push the outline out;
    ``lower`` lengthens the face below y .70; ``old`` and ``child`` are 0..1."""

    eye_y: float
    eye_x: float
    eye_wide: float
    eye_high: float
    brow_y: float
    nose_y: float
    mouth_y: float
    mouth_wide: float
    wide: float
    jaw: float
    chin: float
    cheeks: float
    lower: float
    neck: float
    shoulder: float
    shoulder_y: float
    old: float
    child: float
    male: float


def _mix(female: float, male: float, child: float, weights: tuple[float, ...]) -> float:
    f, m, c = weights
    return female * f + male * m + child * c


def build_of(p: PaintParams) -> Build:
    """The build of a person."""
    old = float(smoothstep(p.age, 0.55, 0.85))
    child = 1.0 - float(smoothstep(p.age, 0.06, 0.16))
    male = float(p.sex == "male")
    rest = 1.0 - child
    w = (rest * (1 - male), rest * male, child)
    high = _mix(0.150, 0.150, 0.172, w) * p.eye_size * p.eye_height
    wide = _mix(0.200, 0.184, 0.194, w) * p.eye_size
    apart = _mix(0.158, 0.154, 0.164, w) * p.eye_spacing
    build = p.build - 0.5
    return Build(
        eye_y=_mix(0.662, 0.645, 0.682, w) - 0.008 * old,
        eye_x=apart,
        eye_wide=wide * (1 - 0.12 * old),
        eye_high=high * (1 - 0.20 * old),
        brow_y=_mix(0.546, 0.556, 0.572, w) + 0.014 * old,
        nose_y=_mix(0.786, 0.790, 0.802, w),
        mouth_y=_mix(0.864, 0.868, 0.872, w),
        mouth_wide=0.060 * p.mouth_size * _mix(1.0, 1.08, 0.9, w),
        wide=_mix(0.975, 0.985, 1.03, w) * p.face_width,
        jaw=_mix(-0.55, -0.22, -0.15, w) + 1.1 * p.jaw + 0.1 * old,
        chin=_mix(-0.15, 0.35, 0.15, w) + 0.7 * p.chin,
        cheeks=0.5 * p.cheeks + _mix(0.10, -0.10, 0.5, w) - 0.35 * old * (1 - p.cheeks) * 0.5,
        lower=_mix(-0.130, -0.070, -0.17, w) + 0.9 * (p.face_length - 1.0),
        neck=_mix(0.100, 0.132, 0.084, w) * (1 + 0.30 * build),
        shoulder=_mix(0.515, 0.605, 0.43, w) * (1 + 0.20 * build),
        shoulder_y=_mix(1.300, 1.300, 1.265, w),
        old=old,
        child=child,
        male=male * rest,
    )
