"""Draw the faces of a clip as characters.

Faces are tracked, so that the crop is steady and each person keeps a character. A lost face is kept
briefly, then fades out. The rest of the frame is drawn in a style, or transparent.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from fractions import Fraction

import numpy as np

from rosetail.arrays import Bytes
from rosetail.characters.content import Content
from rosetail.characters.edits import stack_codes
from rosetail.characters.framing import paste_figure, paste_head, person_in_head
from rosetail.characters.model import CharacterModel
from rosetail.errors import SettingsError
from rosetail.faces.faces import KEPT_ROLL, align
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
from rosetail.video.perform import shown
from rosetail.video.reader import ClipFrame
from rosetail.video.style_paths import WALL, CodePath, Fixed

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
) -> VideoReport:
    """Draw the faces of the video ``src`` as characters and write it to ``dst``.

    ``paths`` give each person's code over time, in order of appearance; further people start again
    with the first. The rest of the frame is drawn by ``stylizer``. If it is None, only the dressed
    figures are drawn, on a transparent background, which ``dst`` must support (.mov, .webp, .png,
    .gif).
    ``wall`` writes three by three pictures: the first person's head, surrounded by eight drawings
    of it, one for each path. ``specialize`` folds a fixed code into the network's weights
    (:meth:`CharacterModel.specialized`).

    Frames, times, sound and errors are as in :func:`rosetail.video.clip.stylize_video`.
    """
    if not paths or (wall and len(paths) != WALL):
        raise SettingsError(f"{len(paths)} style paths: give at least one, and {WALL} for a wall")
    transparent = stylizer is None and not wall
    target = check_target(src, dst, transparent=transparent)
    start = time.perf_counter()
    report = VideoReport(target)
    with writing(target) as part, naming_errors(target), open_clip(src) as clip:
        draw: Callable[[ClipFrame], Bytes]
        size = clip.size
        if clip.transparent and not transparent:
            clip.notes.append("its transparent background became white")
        if wall:
            draw = _Wall(model, paths, clip.tick)
            size = (3 * TILE, 3 * TILE)
            report.working = (model.size, model.size)
        else:
            background = _background(stylizer, clip, report) if stylizer else None
            draw = _Faces(model, paths, clip.tick, background, specialize)
        draw_frames(
            clip,
            draw,
            part,
            size,
            report,
            square_pixels=wall,
            transparent=transparent,
            progress=progress,
        )
    report.seconds = time.perf_counter() - start
    return report


def _background(stylizer: Stylizer, clip: Clip, report: VideoReport) -> Callable[[Bytes], Bytes]:
    scale = clip_scale(stylizer, clip, "auto")
    report.working = scaled(clip.size, scale)
    return lambda rgb: stylizer.at_scale(rgb, scale)


class _Faces:
    """Draws each tracked face as its character on the ``background``, or on a transparent one."""

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
        self._tracker = FaceTracker()
        self._specialized: dict[int, Callable[[Content], Bytes]] = {}  # by index of the path

    def __call__(self, frame: ClipFrame) -> Bytes:
        seconds = float(frame.pts * self._tick)
        rgb = frame.rgb
        drawn = (
            self._background(rgb) if self._background else np.zeros((*rgb.shape[:2], 4), np.uint8)
        )
        # The largest face is the nearest: it is pasted last, on top.
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
