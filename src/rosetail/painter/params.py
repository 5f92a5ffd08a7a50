"""Everything that decides how a portrait looks, checked when it is made."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace

from rosetail.painter.colour import Lch

# Inclusive ranges. Lengths are shares of the picture or multiples of the usual size.
RANGES: dict[str, tuple[float, float]] = {
    "scale": (0.10, 0.36),
    "centre_x": (0.2, 0.8),
    "centre_y": (0.2, 0.8),
    "yaw": (-45, 45),
    "pitch": (-25, 25),
    "roll": (-25, 25),
    "body_yaw": (-30, 30),
    "age": (0, 1),
    "face_width": (0.9, 1.1),
    "face_length": (0.85, 1.2),
    "cheeks": (-1, 1),
    "jaw": (0, 1),
    "chin": (0, 1),
    "build": (0, 1),
    "blush": (0, 1),
    "freckles": (0, 1),
    "nose_size": (0.6, 1.6),
    "eye_size": (0.7, 1.25),
    "eye_height": (0.5, 1.2),
    "eye_tilt": (-12, 12),
    "eye_spacing": (0.9, 1.1),
    "lashes": (0, 1),
    "brow_weight": (0.4, 2.2),
    "mouth_size": (0.7, 1.4),
    "lips": (0, 1),
    "hair_length": (0.8, 1.25),
    "hair_volume": (0, 1),
    "hair_part": (-1, 1),
    "light": (-1, 1),
    "eye_open": (0, 1.2),
    "wink_left": (0, 1),
    "wink_right": (0, 1),
    "smile_lids": (0, 1),
    "gaze_x": (-1, 1),
    "gaze_y": (-1, 1),
    "brow_height": (-1, 1),
    "brow_skew": (-1, 1),
    "brow_angle": (-20, 20),
    "jaw_open": (0, 1),
    "mouth_wide": (-1, 1),
    "smile": (-1, 1),
    "smile_skew": (-1, 1),
    "pucker": (0, 1),
    "teeth": (0, 1),
}
# What a face does: these move from one frame of a clip to the next.
ACTING = (
    "eye_open", "wink_left", "wink_right", "smile_lids", "gaze_x", "gaze_y", "brow_height",
    "brow_skew", "brow_angle", "jaw_open", "mouth_wide", "smile", "smile_skew", "pucker", "teeth",
)  # fmt: skip
# Their sign says which side.
SIDED = (
    "yaw", "roll", "body_yaw", "gaze_x", "hair_part", "light", "brow_skew", "smile_skew",
)  # fmt: skip

CHOICES: dict[str, tuple[str, ...]] = {
    "sex": ("female", "male"),
    "eye_shape": ("round", "almond", "sharp", "droopy", "narrow"),
    "nose": ("dot", "tick", "button", "straight", "broad", "hook"),
    "beard": ("none", "stubble", "moustache", "goatee", "short", "full"),
    "glasses": ("none", "round", "square", "half", "oval"),
    "hair_back": (
        "bald",
        "buzz",
        "short",
        "slicked",
        "undercut",
        "spiky",
        "messy",
        "pixie",
        "curly",
        "afro",
        "locs",
        "cornrows",
        "bob",
        "shoulder",
        "straight",
        "wavy",
        "ponytail",
        "low_ponytail",
        "side_tail",
        "twin_tails",
        "low_twin_tails",
        "braid",
        "braids",
        "bun",
        "two_buns",
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
        "beanie",
        "cat_ears",
        "headscarf",
        "headphones",
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
        "cardigan",
        "dress",
        "kimono",
        "jacket",
        "coat",
        "overalls",
        "lab_coat",
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
        "park",
        "city",
        "room",
        "classroom",
        "petals",
        "night",
    ),
    "artist_style": ("cel", "soft", "retro", "manga"),
}

COLOURS = ("skin", "hair", "eyes", "cloth", "cloth_second", "accent", "scene_colour")
SWITCHES = ("ahoge", "rim_light", "earrings", "hair_tips", "mole")


@dataclass(frozen=True)
class PaintParams:
    """One portrait. Angles in degrees, colours in OKLCH. Nothing else decides how it looks.

    ``centre_x``, ``centre_y`` and ``scale`` place the head: the picture position of the point
    between the temples, and half the width of the head with its hair, in shares of the picture.

    Acting is in numbers as well: ``eye_open`` 0 shut, 1 usual; ``wink_left`` and ``wink_right``
    shut an eye further, as seen in the picture; ``smile_lids`` raises the lower lids;
    ``brow_height`` and ``brow_skew`` raise both brows and the right one above the left;
    ``brow_angle`` is negative for anger and positive for sorrow; ``jaw_open`` opens the mouth;
    ``smile`` lifts its corners, ``smile_skew`` the right one more; ``teeth`` shows the upper teeth.
    """

    scale: float
    centre_x: float
    centre_y: float
    yaw: float
    pitch: float
    roll: float
    body_yaw: float
    sex: str
    age: float
    skin: Lch
    face_width: float
    face_length: float
    cheeks: float
    jaw: float
    chin: float
    build: float
    blush: float
    freckles: float
    mole: bool
    nose: str
    nose_size: float
    eyes: Lch
    eye_shape: str
    eye_size: float
    eye_height: float
    eye_tilt: float
    eye_spacing: float
    lashes: float
    brow_weight: float
    mouth_size: float
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
    artist_style: str
    light: float
    rim_light: bool
    eye_open: float
    wink_left: float
    wink_right: float
    smile_lids: float
    gaze_x: float
    gaze_y: float
    brow_height: float
    brow_skew: float
    brow_angle: float
    jaw_open: float
    mouth_wide: float
    smile: float
    smile_skew: float
    pucker: float
    teeth: float

    def __post_init__(self) -> None:
        """Raise ValueError that names the parameter and its range."""
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
        """The same portrait in a mirror."""
        turned = {name: -getattr(self, name) for name in SIDED}
        return replace(
            self,
            centre_x=1 - self.centre_x,
            wink_left=self.wink_right,
            wink_right=self.wink_left,
            **turned,
        )

    def changed(self, values: Mapping[str, object]) -> PaintParams:
        """The same portrait with other values of the named parameters. Raises ValueError as a new
        portrait does."""
        return replace(self, **values)  # type: ignore[arg-type]

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
