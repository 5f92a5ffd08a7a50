"""Keep the acting of a clip as a take (:mod:`rosetail.video.take`)."""

from __future__ import annotations

import os
from collections import defaultdict
from contextlib import closing

import numpy as np

from rosetail.errors import NoFaceFound
from rosetail.faces.state import FaceState
from rosetail.faces.tracking import FaceTracker, TrackedFace
from rosetail.video.animations import open_clip
from rosetail.video.clip import QUEUE, Progress
from rosetail.video.pipeline import prefetch
from rosetail.video.reader import ClipFrame
from rosetail.video.take import Take, acted_face

DETECT_EVERY = 0.2  # seconds: somebody who arrives acts soon
PROFILE = (55.0, 75.0)  # degrees of yaw over which a character fades: its drawing ends at 45


def shown(face: TrackedFace) -> float:
    """How far a character shows for ``face``, 0 to 1: it fades while the face is lost, and with a
    head that turns further than characters can."""
    begin, end = PROFILE
    turned = (abs(face.pose.yaw) - begin) / (end - begin)
    return float(np.clip(min(2 - 2 * face.lost, 1 - turned), 0, 1))


def perform(clip: str | os.PathLike[str], *, progress: Progress | None = None) -> Take:
    """The acting of every face in ``clip``, at its frames' times from 0 on.

    ``progress(done, total or None)`` is called after each frame. Raises InputError for a file that
    is not a complete, readable video, NoFaceFound if no frame shows a face.
    """
    rows: defaultdict[int, list[tuple[float, float, FaceState]]] = defaultdict(list)
    tracker, frames, start, end = FaceTracker(detect_every=DETECT_EVERY), 0, 0.0, 0.0
    with open_clip(clip) as source, closing(prefetch(source.items(), QUEUE)) as items:
        for item in items:
            if not isinstance(item, ClipFrame):
                continue
            seconds = float(item.pts * source.tick)
            start = start if frames else seconds
            end = seconds + float(item.duration * source.tick)
            for face in tracker.follow(item.rgb, seconds):
                rows[face.number].append((seconds - start, shown(face), FaceState.of(face)))
            frames += 1
            if progress is not None:
                progress(frames, source.frames)
    if not rows:
        raise NoFaceFound(f"{clip}: no face found; give a clip with a larger, clearer face")
    height, width = source.size
    faces = tuple(acted_face(number, rows[number]) for number in sorted(rows))
    return Take((width, height), float(source.rate), end - start, faces)
