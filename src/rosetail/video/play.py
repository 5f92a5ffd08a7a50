"""Play a take on characters: draw its acting without the picture of the actor.

``full`` shows the take's picture, every face in its place; ``portrait`` the first face alone, head
and shoulders in the middle.
"""

from __future__ import annotations

import math
import os
import re
import time
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Literal

import cv2
import numpy as np

from rosetail.arrays import Bytes
from rosetail.characters.bust_pool import BustPool
from rosetail.characters.capabilities import draws_states
from rosetail.characters.framing import paste_figure
from rosetail.characters.model import CharacterModel
from rosetail.errors import OutputError, SettingsError
from rosetail.faces.faces import FRAMES
from rosetail.faces.state import EYES_APART, FaceState
from rosetail.images import writing
from rosetail.output import check_output
from rosetail.video.clip import Progress, VideoReport, draw_frames, naming_errors
from rosetail.video.formats import format_of
from rosetail.video.reader import ClipFrame
from rosetail.video.sound import SoundFile
from rosetail.video.style_paths import CodePath
from rosetail.video.take import MAX_RATE, ActedFace, Take
from rosetail.video.timeline import Timeline

PORTRAIT_SIZE = (720, 720)  # pixels
PORTRAIT = 1.3  # shorter side of a portrait as a multiple of the head's
SIDES = (128, 4096)  # of a picture
GROUND_SIDE = 1024  # pixels of a background before it is resized


@dataclass(frozen=True)
class Shot:
    """What a played take shows.

    Attributes:
        frame: ``full`` the take's picture, ``portrait`` the first face, head and shoulders.
        size: (width, height) of the pictures; None for the take's, or 720x720 for a portrait.
        fps: frames a second; None for the take's.
        background: ``scene`` of the first character, ``plain`` (its colour), ``#rrggbb``, or None
            for a transparent one.
    """

    frame: Literal["full", "portrait"] = "full"
    size: tuple[int, int] | None = None
    fps: float | None = None
    background: str | None = "scene"

    def __post_init__(self) -> None:
        """Raise SettingsError for a value out of range."""
        if self.frame not in ("full", "portrait"):
            raise SettingsError(f"frame {self.frame!r}: choose full or portrait")
        if self.size and not all(SIDES[0] <= side <= SIDES[1] for side in self.size):
            width, height = self.size
            raise SettingsError(f"size {width}x{height}: sides are {SIDES[0]} to {SIDES[1]} pixels")
        if self.fps is not None and not 1 <= self.fps <= MAX_RATE:
            raise SettingsError(f"{self.fps:g} frames a second: choose 1 to {MAX_RATE:g}")
        colour = self.background or "plain"
        if colour not in ("scene", "plain") and not re.fullmatch(r"#[0-9a-fA-F]{6}", colour):
            raise SettingsError(f"background {colour!r}: choose scene, plain or a colour, #rrggbb")


def play(
    take: Take,
    dst: str | os.PathLike[str],
    model: CharacterModel,
    paths: Sequence[CodePath],
    shot: Shot | None = None,
    *,
    sound: str | os.PathLike[str] | None = None,
    progress: Progress | None = None,
) -> VideoReport:
    """Draw ``take`` as characters and write the video ``dst``.

    ``paths`` give each person's code over time, in order of appearance; further people start again
    with the first. ``sound`` is a clip or sound file whose sound is added. A transparent video is a
    .mov file (ProRes 4444) or an animated .webp, .png or .gif.

    Raises SettingsError for a model that needs photos, InputError for an unusable ``sound``,
    OutputError if ``dst`` cannot be written.
    """
    shot = shot or Shot()
    if not paths or not take.faces:
        raise SettingsError("a take is played with at least one face and one character")
    target = check_output(dst)
    format_of(target, transparent=shot.background is None)
    if sound is not None and target.exists() and Path(sound).exists() and target.samefile(sound):
        raise OutputError(f"{target}: is the source of the sound; give another name")
    start = time.perf_counter()
    report = VideoReport(target)
    rate = Fraction(shot.fps or take.fps).limit_denominator(1001)
    count = max(1, math.ceil(take.seconds * rate - 1e-6))
    with (
        writing(target) as part,
        naming_errors(target),
        nullcontext() if sound is None else SoundFile(sound) as heard,
        BustPool(model) as pool,
    ):
        player = Player(take, model, paths, shot, pool)
        report.parallel = pool.workers
        timeline = Timeline(count, rate, heard)

        def draw(frame: ClipFrame) -> Bytes:
            return player(float(frame.pts * timeline.tick))

        draw_frames(
            timeline,
            draw,
            part,
            player.size[::-1],
            report,
            transparent=shot.background is None,
            progress=progress,
        )
    report.seconds = time.perf_counter() - start
    return report


class Player:
    """Draws single pictures of a take: ``player(seconds)``, uint8 [H, W, 3], or [H, W, 4] before a
    transparent background. ``size`` is (width, height)."""

    def __init__(
        self,
        take: Take,
        model: CharacterModel,
        paths: Sequence[CodePath],
        shot: Shot,
        pool: BustPool,
    ) -> None:
        self._draws, self._paths, self._pool = draws_states(model), paths, pool
        if shot.frame == "portrait":
            self.size = shot.size or PORTRAIT_SIZE
            self._faces: tuple[ActedFace, ...] = (_centred(take.faces[0], self.size),)
        else:
            self.size = shot.size or take.size
            self._faces = (take if self.size == take.size else take.resized(self.size)).faces
        self._ground = self._background(shot.background)

    def __call__(self, seconds: float) -> Bytes:
        picture = self._ground
        there: list[tuple[FaceState, float, int]] = []
        for number, face in enumerate(self._faces):
            if at := face.at(seconds):
                there.append((at[1], at[0], number % len(self._paths)))
        # The largest face is the nearest: it is drawn last, on top.
        there.sort(key=lambda each: each[0].size)
        busts = [
            self._pool.submit(self._draws.encode_state(state), self._paths[path](seconds))
            for state, _, path in there
        ]
        for bust, (_, shown, _) in zip(busts, there, strict=True):
            picture = paste_figure(picture, *bust.result(), shown)
        return picture

    def _background(self, name: str | None) -> Bytes:
        width, height = self.size
        if name is None:
            return np.zeros((height, width, 4), np.uint8)
        if name.startswith("#"):
            colour = [int(name[place : place + 2], 16) for place in (1, 3, 5)]
            return np.full((height, width, 3), colour, np.uint8)
        longer = max(width, height)
        plain = name == "plain"
        ground = self._draws.background(self._paths[0](0.0), min(longer, GROUND_SIDE), plain=plain)
        large = cv2.resize(ground, (longer, longer), interpolation=cv2.INTER_CUBIC)
        left, top = (longer - width) // 2, (longer - height) // 2
        return np.ascontiguousarray(large[top : top + height, left : left + width], np.uint8)


def _centred(face: ActedFace, size: tuple[int, int]) -> ActedFace:
    """The face with its usual place and size in the middle of a portrait of ``size``."""
    apart, height = FRAMES["head"]
    x, y, usual = np.median(face.values[:, 1:4], axis=0)
    scale = min(size) / PORTRAIT * apart / EYES_APART / usual
    values = face.values.copy()
    values[:, 1:4] *= scale
    middle = 0.5 + (height - 0.5) / PORTRAIT
    values[:, 1] += size[0] / 2 - scale * x
    values[:, 2] += size[1] * middle - scale * y
    return replace(face, values=values)
