"""Draw the faces of a clip as characters.

Faces are followed, so that each person keeps a character. A lost face is kept briefly, then fades
out. The rest of the frame is drawn in a style, or transparent. The painter's characters are drawn
with their shoulders, in place of the person.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import nullcontext
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from rosetail.arrays import Bytes, Floats
from rosetail.characters.bust_pool import Bust, BustPool
from rosetail.characters.capabilities import DrawsStates, draws_states
from rosetail.characters.content import Content
from rosetail.characters.edits import stack_codes
from rosetail.characters.framing import paste_figure, paste_head, person_in_head
from rosetail.characters.model import CharacterModel
from rosetail.errors import SettingsError
from rosetail.faces.faces import KEPT_ROLL, align
from rosetail.faces.person import coarse_mask
from rosetail.faces.tracking import FaceTracker, TrackedFace
from rosetail.faces.warp import to_side
from rosetail.images import writing
from rosetail.stylizer.scale import resize_photo, scaled
from rosetail.stylizer.stylizer import Stylizer
from rosetail.video.animations import Clip, open_clip
from rosetail.video.clip import (
    Progress,
    VideoReport,
    check_target,
    clip_scale,
    draw_frames,
    naming_errors,
)
from rosetail.video.ground import KeptGround, Square
from rosetail.video.perform import DETECT_EVERY, shown
from rosetail.video.reader import ClipFrame, SoundPacket
from rosetail.video.style_paths import WALL, CodePath, Fixed

MASK_KEPT = 0.8  # of where people were in the frame before
TILE = 256  # pixels of each of the nine pictures of a wall


def character_video(
    src: str | os.PathLike[str],
    dst: str | os.PathLike[str],
    model: CharacterModel,
    paths: Sequence[CodePath],
    stylizer: Stylizer | None,
    *,
    wall: bool = False,
    specialize: bool = True,
    progress: Progress | None = None,
    parts: Path | None = None,
) -> VideoReport:
    """Draw the faces of the video ``src`` as characters and write it to ``dst``.

    ``paths`` give each person's code over time, in order of appearance; further people start again
    with the first. The rest of the frame is drawn by ``stylizer``. If it is None, only the dressed
    figures are drawn, on a transparent background, which ``dst`` must support (.mov, .webp, .png,
    .gif).
    ``wall`` writes three by three pictures: the first person's head, surrounded by eight drawings
    of it, one for each path. ``specialize`` folds a fixed code into the network's weights
    (:meth:`CharacterModel.specialized`).

    Frames, times, sound, errors and ``parts`` are as in :func:`rosetail.video.clip.stylize_video`.
    """
    if not paths or (wall and len(paths) != WALL):
        raise SettingsError(f"{len(paths)} style paths: give at least one, and {WALL} for a wall")
    transparent = stylizer is None and not wall
    target = check_target(src, dst, transparent=transparent)
    start = time.perf_counter()
    report = VideoReport(target)
    with (
        writing(target) as part,
        naming_errors(target),
        open_clip(src) as clip,
        BustPool(model) if isinstance(model, DrawsStates) and not wall else nullcontext() as pool,
    ):
        draw: Callable[[Any], Bytes]
        size, items = clip.size, clip.items()
        if clip.transparent and not transparent:
            clip.notes.append("its transparent background became white")
        if wall:
            draw = _Wall(model, paths, clip.tick)
            size = (3 * TILE, 3 * TILE)
            report.working = (model.size, model.size)
        else:
            background = _background(stylizer, clip, report) if stylizer else None
            if pool is None:
                draw = _Faces(model, paths, clip.tick, background, specialize)
            else:
                report.parallel = pool.workers
                draw = _Figures(model, paths, pool, background)
                items = followed(items, clip.tick, masked=background is not None)
        draw_frames(
            clip, draw, part, size, report, items=items, square_pixels=wall,
            transparent=transparent, progress=progress, parts=parts,
        )  # fmt: skip
    report.seconds = time.perf_counter() - start
    return report


def draw_one(rgb: Bytes, model: CharacterModel, code: Floats, stylizer: Stylizer) -> Bytes:
    """One frame, uint8 [H, W, 3], with its faces as the character ``code``, as
    :func:`character_video` draws it with ``stylizer``."""
    tracker = FaceTracker(detect_every=DETECT_EVERY)
    background, paths = stylizer.array, [Fixed(code)]
    if not isinstance(model, DrawsStates):
        return _Faces(model, paths, Fraction(1), background, False)(ClipFrame(rgb, 0, 0))
    faces = tracker.follow(rgb, 0.0)
    people = coarse_mask(rgb) if faces else None
    # Painting processes take longer to start than one bust to paint: the pool is not entered.
    figures = _Figures(model, paths, BustPool(model), background)
    return figures(FollowedFrame(rgb, 0, 0, faces=faces, people=people))


def _background(stylizer: Stylizer, clip: Clip, report: VideoReport) -> Callable[[Bytes], Bytes]:
    scale = clip_scale(stylizer, clip, "auto")
    report.working = scaled(clip.size, scale)
    return lambda rgb: stylizer.at_scale(rgb, scale)


@dataclass(frozen=True)
class FollowedFrame(ClipFrame):
    """A frame with its ``seconds``, its faces, and where people are: float32 [256, 256]."""

    seconds: float = 0.0
    faces: list[TrackedFace] = field(default_factory=list)
    people: Floats | None = None


def followed(
    items: Iterable[ClipFrame | SoundPacket], tick: Fraction, *, masked: bool
) -> Iterator[FollowedFrame | SoundPacket]:
    """The items of a clip, with the faces in each frame, and where people are if ``masked``."""
    tracker, people = FaceTracker(detect_every=DETECT_EVERY), None
    for item in items:
        if isinstance(item, SoundPacket):
            yield item
            continue
        seconds = float(item.pts * tick)
        faces = tracker.follow(item.rgb, seconds)
        if masked and faces:
            now = coarse_mask(item.rgb)
            # What was a person a moment ago is kept: outlines do not flicker.
            people = now if people is None else np.maximum(now, MASK_KEPT * people)
        yield FollowedFrame(
            item.rgb, item.pts, item.duration, seconds=seconds, faces=faces, people=people
        )


class _Figures:
    """Draws each followed face as the bust of its character on the ``background``, from which the
    person is removed, or on a transparent one. Calls may be made by several threads."""

    def __init__(
        self,
        model: CharacterModel,
        paths: Sequence[CodePath],
        pool: BustPool,
        background: Callable[[Bytes], Bytes] | None,
    ) -> None:
        self._model, self._draws = model, draws_states(model)
        self._paths, self._pool = paths, pool
        self._ground = None if background is None else KeptGround(background)

    def __call__(self, frame: FollowedFrame) -> Bytes:
        # The largest face is the nearest: it is pasted last, on top.
        faces = sorted(frame.faces, key=_eye_distance)
        painted = [self._submit(face, frame) for face in faces]
        if self._ground is None:
            drawn = np.zeros((*frame.rgb.shape[:2], 4), np.uint8)
        else:
            drawn = self._ground(frame.rgb, frame.people, self._squares(faces, frame))
        for bust, face in zip(painted, faces, strict=True):
            drawn = paste_figure(drawn, *bust.result(), shown(face))
        return drawn

    def _squares(self, faces: list[TrackedFace], frame: FollowedFrame) -> list[Square]:
        contents = (self._model.encode_face(frame.rgb, face) for face in faces)
        squares = (self._draws.bust_square(content) for content in contents)
        return [(*each, shown(face)) for each, face in zip(squares, faces, strict=True)]

    def _submit(self, face: TrackedFace, frame: FollowedFrame) -> Future[Bust]:
        content = self._model.encode_face(frame.rgb, face)
        code = self._paths[face.number % len(self._paths)](frame.seconds)
        return self._pool.submit(content, code)


class _Faces:
    """Draws each tracked face as its character on the ``background``, or on a transparent one.

    For models that need the photo: the head alone is drawn, on the person's own shoulders.
    """

    def __init__(
        self,
        model: CharacterModel,
        paths: Sequence[CodePath],
        tick: Fraction,
        background: Callable[[Bytes], Bytes] | None,
        specialize: bool,
    ) -> None:
        self._model, self._paths, self._tick = model, paths, tick
        self._background, self._specialize = background, specialize
        self._tracker = FaceTracker(detect_every=DETECT_EVERY)
        self._specialized: dict[int, Callable[[Content], Bytes]] = {}  # by index of the path

    def __call__(self, frame: ClipFrame) -> Bytes:
        seconds = float(frame.pts * self._tick)
        rgb = frame.rgb
        drawn = (
            self._background(rgb) if self._background else np.zeros((*rgb.shape[:2], 4), np.uint8)
        )
        for face in sorted(self._tracker.follow(rgb, seconds), key=_eye_distance):
            content = self._model.encode_face(rgb, face)
            number = face.number % len(self._paths)
            strength = shown(face)
            if self._background is None:
                bust, matrix = self._model.bust(content, self._paths[number](seconds))
                drawn = paste_figure(drawn, bust, matrix, strength)
                continue
            head = self._head(number, content, seconds)
            matrix = to_side(content.matrix, self._model.size, len(head))
            # The person's own head is removed only under an opaque one.
            mask = person_in_head(rgb, matrix, len(head)) if strength == 1 else None
            drawn = paste_head(drawn, head, matrix, mask, strength)
        return drawn

    def _head(self, number: int, content: Content, seconds: float) -> Bytes:
        path = self._paths[number]
        if not (self._specialize and isinstance(path, Fixed)):
            return self._model.head(content, path(seconds))
        if number not in self._specialized:
            self._specialized[number] = self._model.specialized(path.w)
        return self._specialized[number](content)


class _Wall:
    """Draws nine squares: the head of the photo, and eight characters around it."""

    def __init__(self, model: CharacterModel, paths: Sequence[CodePath], tick: Fraction) -> None:
        self._model, self._paths, self._tick = model, paths, tick
        self._tracker = FaceTracker()
        self._last = np.zeros((3 * TILE, 3 * TILE, 3), np.uint8)  # shown while there is no face

    def __call__(self, frame: ClipFrame) -> Bytes:
        seconds = float(frame.pts * self._tick)
        faces = self._tracker.follow(frame.rgb, seconds)
        if not faces:
            return self._last
        face = min(faces, key=lambda face: face.number)
        content = self._model.encode_face(frame.rgb, face)
        heads = self._model.decode(content, stack_codes([path(seconds) for path in self._paths]))
        source, _ = align(frame.rgb, face.landmarks, TILE, keep_roll=KEPT_ROLL)
        tiles = [resize_photo(head, (TILE, TILE)) for head in heads]
        tiles.insert(WALL // 2, source)
        rows = [np.hstack(tiles[first : first + 3]) for first in (0, 3, 6)]
        self._last = np.vstack(rows)
        return self._last


def _eye_distance(face: TrackedFace) -> float:
    return float(np.linalg.norm(face.landmarks[1] - face.landmarks[0]))
