"""The looks that the rule draws, in numbers."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class RuleLook:
    """Parameters of a look. Lengths are in eye distances, lightness in L of CIELAB.

    Attributes:
        line: factor on the width of lines.
        ink_lightness: greatest L of an outline; ``ink_tint``: share of the L beneath that it keeps.
        skin_ink: the same share for lines on skin. ink: opacity of outlines; skin_ink_opacity.
        opening: factor on the opening of the eyes. iris: factor on the iris. eye: on the eye.
        shadow: factor on the depth of skin shadows. shadow_sigma: smoothness of their border.
        least_shadow: side of the smallest shadow. modelling: share of the photograph's soft light
            on skin that stays (slow, middle). lift: on light skin, at most this much more L.
        step: height of a step of lightness in clothes and ground; step_sigma: smoothness.
        hair_levels: shares of the hair that are darker than each tone's border. hair_tones: factor
            and offset on L of each tone. hair_chroma: factor.
        chroma: factor on chroma outside skin and hair. blush: redness of the cheeks.
        ground_blur: blur of the ground behind a person; ground_light: L added; ground_lines:
            factor on lines there.
        contrast: strength of the final S-curve; light: of the final brightening.
        young: luminous, with fewer folds.
        greys: black and white in these tones: from the L of the first number on, the second.
    """

    line: float
    ink_lightness: float
    ink_tint: float
    skin_ink: float
    ink: float
    skin_ink_opacity: float
    opening: float
    iris: float
    eye: float
    shadow: float
    shadow_sigma: float
    least_shadow: float
    modelling: tuple[float, float]
    lift: float
    step: float
    step_sigma: float
    hair_levels: tuple[float, float, float]
    hair_tones: tuple[tuple[float, float], ...]
    hair_chroma: float
    chroma: float
    blush: float
    ground_blur: float
    ground_light: float
    ground_lines: float
    contrast: float
    light: float
    young: bool = False
    greys: tuple[tuple[float, float], ...] = ()


CEL = RuleLook(
    line=0.95,
    ink_lightness=16,
    ink_tint=0.22,
    skin_ink=0.34,
    ink=0.95,
    skin_ink_opacity=0.9,
    opening=1.05,
    iris=1.06,
    eye=1.0,
    shadow=1.0,
    shadow_sigma=0.10,
    least_shadow=0.38,
    modelling=(0.38, 0.30),
    lift=3.0,
    step=13.0,
    step_sigma=0.018,
    hair_levels=(0.14, 0.50, 0.86),
    hair_tones=((0.42, -1), (0.74, 0), (1.12, 2), (1.48, 11)),
    hair_chroma=1.22,
    chroma=1.12,
    blush=2.0,
    ground_blur=0.05,
    ground_light=0.0,
    ground_lines=0.7,
    contrast=0.06,
    light=0.0,
)
ANIME = RuleLook(
    line=0.62,
    ink_lightness=36,
    ink_tint=0.5,
    skin_ink=0.45,
    ink=0.85,
    skin_ink_opacity=0.5,
    opening=1.6,
    iris=1.34,
    eye=1.2,
    shadow=0.85,
    shadow_sigma=0.13,
    least_shadow=0.46,
    modelling=(0.28, 0.22),
    lift=7.0,
    step=16.0,
    step_sigma=0.034,
    hair_levels=(0.20, 0.62, 0.90),
    hair_tones=((0.58, -1), (0.92, 2), (1.10, 5), (1.42, 15)),
    hair_chroma=1.30,
    chroma=1.22,
    blush=5.0,
    ground_blur=0.075,
    ground_light=10.0,
    ground_lines=0.0,
    contrast=0.03,
    light=0.05,
    young=True,
)

INK = replace(
    CEL,
    line=1.1,
    ink_lightness=2,
    skin_ink=0.1,
    ink=1.0,
    skin_ink_opacity=1.0,
    modelling=(0.0, 0.0),
    blush=0.0,
    shadow=1.1,
    ground_light=12.0,
    greys=((0, 4), (24, 30), (42, 56), (60, 80), (76, 97)),
)

LOOKS = {"cel": CEL, "anime": ANIME, "ink": INK}
