"""Everything that decides how a portrait looks, checked when it is made."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, fields, replace

from rosetail.painter.colour import Lch

# Inclusive ranges. Lengths are shares of the picture or multiples of the usual size.
RANGES: dict[str, tuple[float, float]] = {
    "scale": (0.10, 0.36),
    "centre_x": (0.2, 0.8),
    "centre_y": (0.2, 0.8),
    "yaw": (-35, 35),
    "pitch": (-20, 20),
    "roll": (-20, 20),
    "age": (0, 1),
    "face_width": (0.9, 1.1),
    "face_length": (0.85, 1.4),
    "jaw": (0, 1),
    "blush": (0, 1),
    "nose_size": (0.6, 1.6),
    "eye_size": (0.7, 1.25),
    "eye_height": (0.5, 1.2),
    "eye_tilt": (-12, 12),
    "eye_spacing": (0.9, 1.1),
    "eye_open": (0, 1.2),
    "gaze_x": (-1, 1),
    "gaze_y": (-1, 1),
    "lashes": (0, 1),
    "brow_angle": (-20, 20),
    "brow_height": (-1, 1),
    "brow_weight": (0.4, 2.2),
    "mouth_width": (0.6, 2.4),
    "lips": (0, 1),
    "hair_length": (0.8, 1.25),
    "hair_volume": (0, 1),
    "hair_part": (-1, 1),
    "light": (-1, 1),
}
SIDED = ("yaw", "roll", "gaze_x", "hair_part", "light")  # their sign says which side

CHOICES: dict[str, tuple[str, ...]] = {
    "sex": ("female", "male"),
    "eye_shape": ("round", "almond", "sharp", "droopy", "narrow"),
    "closed_eyes": ("resting", "happy"),
    "wink": ("none", "left", "right"),
    "nose": ("dot", "line", "shadow", "bridge", "button"),
    "mouth": ("neutral", "smile", "small", "pout", "frown", "grin", "open", "laugh", "surprised"),
    "beard": ("none", "stubble", "moustache", "goatee", "full"),
    "glasses": ("none", "round", "square", "half", "oval"),
    "hair_back": (
        "bald",
        "short",
        "undercut",
        "spiky",
        "pixie",
        "curly",
        "bob",
        "shoulder",
        "straight",
        "wavy",
        "ponytail",
        "side_tail",
        "twin_tails",
        "braids",
        "bun",
        "half_up",
    ),
    "hair_fringe": (
        "none",
        "blunt",
        "choppy",
        "wispy",
        "between_eyes",
        "parted",
        "side_swept",
        "over_eye",
        "messy",
        "swept_back",
    ),
    "hair_sides": ("none", "short", "long", "hime"),
    "ornament": (
        "none",
        "bow",
        "hairband",
        "hairclip",
        "flower",
        "beret",
        "cap",
        "straw_hat",
        "cat_ears",
    ),
    "clothes": (
        "t_shirt",
        "shirt",
        "suit",
        "blazer",
        "sailor",
        "hoodie",
        "turtleneck",
        "sweater",
        "dress",
        "kimono",
        "jacket",
    ),
    "scene": (
        "flat",
        "gradient",
        "split",
        "stripes",
        "dots",
        "bokeh",
        "sky",
        "sunset",
        "hills",
        "city",
        "room",
        "petals",
        "night",
    ),
    "hand": ("studio", "visual_novel", "manga", "pastel", "painterly", "retro", "poster", "ink"),
}

COLOURS = ("skin", "hair", "eyes", "cloth", "cloth_second", "accent", "scene_colour")
SWITCHES = ("ahoge", "rim_light", "earrings", "hair_tips")


@dataclass(frozen=True)
class PaintParams:
    """One portrait. Angles in degrees, colours in OKLCH, `seed` decides the small irregularities.

    `centre_x`, `centre_y` and `scale` place the head: the picture position of the point between the
    temples, and the half width of the face, in shares of the picture.
    """

    seed: int
    scale: float
    centre_x: float
    centre_y: float
    yaw: float
    pitch: float
    roll: float
    sex: str
    age: float
    skin: Lch
    face_width: float
    face_length: float
    jaw: float
    blush: float
    nose: str
    nose_size: float
    eyes: Lch
    eye_shape: str
    eye_size: float
    eye_height: float
    eye_tilt: float
    eye_spacing: float
    eye_open: float
    closed_eyes: str
    wink: str
    gaze_x: float
    gaze_y: float
    lashes: float
    brow_angle: float
    brow_height: float
    brow_weight: float
    mouth: str
    mouth_width: float
    lips: float
    beard: str
    glasses: str
    earrings: bool
    hair: Lch
    hair_tips: bool
    hair_back: str
    hair_fringe: str
    hair_sides: str
    hair_length: float
    hair_volume: float
    hair_part: float
    ahoge: bool
    ornament: str
    clothes: str
    cloth: Lch
    cloth_second: Lch
    accent: Lch
    scene: str
    scene_colour: Lch
    hand: str
    light: float
    rim_light: bool

    def __post_init__(self) -> None:
        """Raise ValueError that names the parameter and its range."""
        if not isinstance(self.seed, int) or isinstance(self.seed, bool) or self.seed < 0:
            raise ValueError(f"seed is {self.seed!r}; it must be a whole number from 0 up")
        for name, (low, high) in RANGES.items():
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, (int, float)):
                raise ValueError(f"{name} is {value!r}; it must be a number in {low:g}..{high:g}")
            if not (math.isfinite(value) and low <= value <= high):
                raise ValueError(f"{name} is {value:g}; its range is {low:g}..{high:g}")
        for name, allowed in CHOICES.items():
            if getattr(self, name) not in allowed:
                raise ValueError(
                    f"{name} is {getattr(self, name)!r}; it must be one of {', '.join(allowed)}"
                )
        for name in COLOURS:
            _check_colour(name, getattr(self, name))
        for name in SWITCHES:
            if not isinstance(getattr(self, name), bool):
                raise ValueError(f"{name} is {getattr(self, name)!r}; it must be true or false")
        if self.beard != "none" and self.sex != "male":
            raise ValueError(f"beard is {self.beard!r}; with sex 'female' it must be none")

    def mirrored(self) -> PaintParams:
        """The same portrait in a mirror, but for what the seed draws."""
        turned = {name: -getattr(self, name) for name in SIDED}
        return replace(self, centre_x=1 - self.centre_x, **turned)

    def to_dict(self) -> dict[str, object]:
        """Plain values that JSON can hold."""
        return {name: list(v) if isinstance(v, tuple) else v for name, v in asdict(self).items()}

    @classmethod
    def from_dict(cls, values: dict[str, object]) -> PaintParams:
        """The inverse of `to_dict`; unknown or missing names raise ValueError."""
        known = {field.name for field in fields(cls)}
        if known != set(values):
            odd = ", ".join(sorted(known ^ set(values)))
            raise ValueError(f"unknown or missing parameters: {odd}")
        ready = {name: tuple(v) if isinstance(v, list) else v for name, v in values.items()}
        return cls(**ready)  # type: ignore[arg-type]


def _check_colour(name: str, value: object) -> None:
    """OKLCH: lightness 0..1, chroma 0..0.4, hue in degrees."""
    if not (isinstance(value, tuple) and len(value) == 3):
        raise ValueError(f"{name} is {value!r}; it must be (lightness, chroma, hue)")
    for part, number, high in zip(
        ("lightness", "chroma", "hue"), value, (1, 0.4, 360), strict=True
    ):
        if not isinstance(number, (int, float)) or not 0 <= number <= high:
            raise ValueError(f"{name} {part} is {number!r}; its range is 0..{high}")
