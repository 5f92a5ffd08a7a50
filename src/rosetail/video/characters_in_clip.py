"""A clip whose faces are characters: the same pipeline as for looks, another painter.

Faces are followed through the clip, so that the crop does not shake and each person keeps a
character; who is missed for a moment stays, then fades. The rest of the frame is drawn by a look,
or clear.
"""

from __future__ import annotations

import os
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from rosetail.characters.framing import laid_on
from rosetail.characters.network_model import Content, Follow, Roses
from rosetail.errors import SettingsError
from rosetail.faces.tracks import Followed, Tracks
from rosetail.faces.warp import to_side
from rosetail.images import writing
from rosetail.stylizer.scale import scaled, shrink_or_enlarge
from rosetail.stylizer.stylizer import Stylizer
from rosetail.video.clip import Progress, Stylized, check_target, clip_scale, draw, naming
from rosetail.video.reader import ClipReader, Frame
from rosetail.video.style_paths import WALL, Fixed
from rosetail.video.style_paths import Path as StylePath

Bytes = NDArray[np.uint8]

WALL_SIDE = 256  # pixels of each of the nine pictures


def roses_video(
    src: str | os.PathLike[str],
    dst: str | os.PathLike[str],
    roses: Roses,
    paths: Sequence[StylePath],
    stylizer: Stylizer | None,
    *,
    wall: bool = False,
    bake: bool = True,
    progress: Progress | None = None,
) -> Stylized:
    """Draw the faces of the video ``src`` as characters and write it to ``dst``. Without a
    ``stylizer`` nothing else is drawn: dressed figures on a clear ground, as a .mov that an editor
    lays over anything (ProRes 4444).

    ``paths`` say which code each person has when, in the order in which they appear, and begin anew
    when there are more people. With ``wall`` the picture is three by three: the first person's
    head amid eight drawings of it, one for each path. ``bake``: a code that stays the same is
    folded into the network's weights once (:meth:`Roses.baked`).

    Frames, times, sound and errors are those of :func:`rosetail.video.clip.stylize_video`.
    """
    if not paths or (wall and len(paths) != WALL):
        raise SettingsError(f"{len(paths)} style paths: give at least one, and {WALL} for a wall")
    clear = stylizer is None and not wall
    target = check_target(src, dst, clear=clear)
    began = time.perf_counter()
    report = Stylized(target)
    with writing(target) as part, naming(target), ClipReader(src) as clip:
        painter: _Wall | _Faces
        if wall:
            painter = _Wall(roses, paths, clip.tick)
            size = (3 * WALL_SIDE, 3 * WALL_SIDE)
            report.working = (roses.size, roses.size)
        else:
            look = _look(stylizer, clip, report) if stylizer else None
            painter = _Faces(roses, paths, clip.tick, look, bake)
            size = clip.size
        draw(clip, painter, part, size, report, square=wall, clear=clear, progress=progress)
    report.seconds = time.perf_counter() - began
    return report


def _clear(rgb: Bytes) -> Bytes:
    return np.zeros((*rgb.shape[:2], 4), np.uint8)


def _look(stylizer: Stylizer, clip: ClipReader, report: Stylized) -> Callable[[Bytes], Bytes]:
    scale = clip_scale(stylizer, clip, "auto")
    report.working = scaled(clip.size, scale)
    return lambda rgb: stylizer.at_scale(rgb, scale)


class _Faces:
    """Whole frames: every followed face as its character, the rest as the look."""

    def __init__(
        self,
        roses: Roses,
        paths: Sequence[StylePath],
        tick: Fraction,
        look: Callable[[Bytes], Bytes] | None,
        bake: bool,
    ) -> None:
        self.roses, self.paths = roses, paths
        self.ground = look or _clear
        self.lay = self.on_look if look else self.on_nothing
        self._tick, self._tracks, self._bake = tick, Tracks(), bake
        self._baked: dict[int, Callable[[Content], Bytes]] = {}  # by the path's number
        self._readers: defaultdict[int, Follow] = defaultdict(roses.follow)  # by the face's

    def __call__(self, frame: Frame) -> Bytes:
        seconds = float(frame.pts * self._tick)
        drawn = self.ground(frame.rgb)
        # The nearest, which is largest, comes last, on top.
        for face in sorted(_followed(self._tracks, frame, seconds), key=_eye_distance):
            content = self._readers[face.number](frame.rgb, face.points, seconds)
            number = face.number % len(self.paths)
            strength = float(np.clip(2 - 2 * face.lost, 0, 1))
            drawn = self.lay(drawn, content, number, seconds, strength)
        return drawn

    def on_look(
        self, drawn: Bytes, content: Content, number: int, seconds: float, strength: float
    ) -> Bytes:
        """In the place of the person's own head."""
        head = self._head(number, content, seconds)
        # Of who fades nothing is taken away, so their shape is not asked for.
        own = self.roses.own_shape(content) if strength == 1 else None
        matrix = to_side(content.matrix, self.roses.size, len(head))
        return laid_on(drawn, head, matrix, own, strength)

    def on_nothing(
        self, drawn: Bytes, content: Content, number: int, seconds: float, strength: float
    ) -> Bytes:
        bust, matrix = self.roses.bust(content, self.paths[number](seconds))
        return laid_on(drawn, bust, matrix, strength=strength)

    def _head(self, number: int, content: Content, seconds: float) -> Bytes:
        path = self.paths[number]
        if not (self._bake and isinstance(path, Fixed)):
            return self.roses.heads(content, path(seconds)[None])[0]
        if number not in self._baked:
            self._baked[number] = self.roses.baked(path.w)
        return self._baked[number](content)


class _Wall:
    """Nine squares: the head as it is, and eight drawings of it."""

    def __init__(self, roses: Roses, paths: Sequence[StylePath], tick: Fraction) -> None:
        self.roses, self.paths = roses, paths
        self._tick, self._tracks = tick, Tracks()
        self._readers: defaultdict[int, Follow] = defaultdict(roses.follow)
        self._last: Bytes | None = None

    def __call__(self, frame: Frame) -> Bytes:
        from rosetail.characters.edits import stacked
        from rosetail.faces.faces import KEPT_ROLL, align

        seconds = float(frame.pts * self._tick)
        faces = _followed(self._tracks, frame, seconds)
        if not faces:  # until somebody comes, black; then what was drawn last
            return self._last if self._last is not None else self._grid([])
        face = min(faces, key=lambda face: face.number)
        first, content = face.points, self._readers[face.number](frame.rgb, face.points, seconds)
        heads = self.roses.decode(content, stacked([path(seconds) for path in self.paths]))
        source, _ = align(frame.rgb, first, WALL_SIDE, keep_roll=KEPT_ROLL)
        around = [shrink_or_enlarge(head, (WALL_SIDE, WALL_SIDE)) for head in heads]
        self._last = self._grid([*around[:4], source, *around[4:]])
        return self._last

    def _grid(self, pictures: list[Bytes]) -> Bytes:
        wall = np.zeros((3 * WALL_SIDE, 3 * WALL_SIDE, 3), np.uint8)
        for number, picture in enumerate(pictures):
            y, x = (WALL_SIDE * each for each in divmod(number, 3))
            wall[y : y + WALL_SIDE, x : x + WALL_SIDE] = picture
        return wall


def _followed(tracks: Tracks, frame: Frame, seconds: float) -> list[Followed]:
    from rosetail.faces.faces import find

    return tracks.follow(seconds, find(frame.rgb))


def _eye_distance(face: Followed) -> float:
    return float(np.linalg.norm(face.points[1] - face.points[0]))
