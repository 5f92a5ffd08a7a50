"""Speed of the stylizer: portraits, 1080p compared with a plain export, and a whole clip."""

from __future__ import annotations

import time
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import av
import numpy as np
import onnx
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from rosetail.engines.backend import open_backend
from rosetail.evaluate.costs import HD, PORTRAIT, covering, interleaved
from rosetail.images import to_tensor
from rosetail.methods.doubletail.rebuild import rebuild
from rosetail.stylizer.stylizer import Stylizer
from rosetail.video.clip import stylize_video
from rosetail.video.pipeline import parallel_map

Bytes = NDArray[np.uint8]

CLIP_SIZE, CLIP_FRAMES, CLIP_RATE = (720, 1280), 100, 25


def portrait(stylizer: Stylizer, photo: Bytes, rounds: int = 60) -> dict[str, Any]:
    """Frames per second at 256 pixels, bytes in and out, in the default engine."""
    square = covering(photo, PORTRAIT)
    taken = interleaved({"network": lambda: stylizer.network(square)}, rounds)["network"]
    return {
        "256 px fps": 1 / float(np.median(taken)),
        "256 px fps, best round": 1 / min(taken),
        "engine": stylizer.backend.name,
    }


def full_hd(model: Path, stylizer: Stylizer, photo: Bytes, rounds: int = 5) -> dict[str, Any]:
    """1080p: the plain export in ONNX Runtime and ours, and the error of bfloat16 in both.

    The plain export is timed from floats to floats, ours from bytes to bytes. Errors are PSNR
    over the range [-1, 1] against the plain export in single precision.
    """
    picture = covering(photo, HD)
    floats = to_tensor(picture)
    fast = onnx.load(model)
    with TemporaryDirectory() as scratch:
        graphs = {form: rebuild(fast, form, pixels=False) for form in ("plain", "fast")}
        paths = {name: Path(scratch, f"{name}.onnx") for name in graphs}
        for name, graph in graphs.items():
            onnx.save(graph, paths[name])
        exact = open_backend(paths["plain"], "onnxruntime")
        reference = exact.run({"image": floats})["anime"]
        found: dict[str, Any] = {}
        for name, path in paths.items():
            answer = open_backend(path, "openvino").run({"image": floats})["anime"]
            found[f"1080p {name} PSNR"] = psnr(answer, reference)
        taken = interleaved(
            {
                "plain": lambda: exact.run({"image": floats}),
                "ours": lambda: stylizer.network(picture),
            },
            rounds,
        )
    plain, ours = (float(np.median(taken[name])) for name in ("plain", "ours"))
    found |= {
        "1080p plain seconds": plain,
        "1080p ours seconds": ours,
        "1080p speed-up": plain / ours,
        "1080p speed-up, each round": [a / b for a, b in zip(*taken.values(), strict=True)],
        "1080p PSNR lost": found["1080p plain PSNR"] - found["1080p fast PSNR"],
    }
    return found


def clip(stylizer: Stylizer, source: Path | None, photo: Bytes) -> dict[str, Any]:
    """A clip from file to file: the share of time outside the network.

    The network's time is measured alone, with the same number of concurrent calls and the same
    working size, half before and half after the clip. A first run compiles the model for this size.
    Without ``source``, a clip that pans over ``photo`` is created.
    """
    with TemporaryDirectory() as scratch:
        path = source or _panning(Path(scratch, "clip.mp4"), photo)
        report = stylize_video(path, Path(scratch, "first.mp4"), stylizer)
        picture = covering(photo, report.working)
        drawer, count = stylizer.with_streams(report.parallel), report.parallel
        before = _alone(drawer, picture, count)
        report = stylize_video(path, Path(scratch, "out.mp4"), stylizer)
        after = _alone(drawer, picture, count)
    each = (before + after) / 2
    height, width = report.working
    return {
        "clip": path.name if source else "made from a photo, 1280x720",
        "clip frames": report.frames,
        "clip seconds": report.seconds,
        "clip network size": f"{width}x{height}",
        "clip network seconds a frame": each,
        "clip frames at a time": count,
        "clip frames a second": report.frames / report.seconds,
        "clip share outside the network": 1 - report.frames * each / report.seconds,
    }


def _alone(stylizer: Stylizer, picture: Bytes, count: int, pictures: int = 30) -> float:
    """Seconds per picture of the compiled network alone, with ``count`` concurrent calls."""
    list(parallel_map(stylizer.network, [picture] * count, count))
    began = time.perf_counter()
    list(parallel_map(stylizer.network, [picture] * pictures, count))
    return (time.perf_counter() - began) / pictures


def psnr(answer: NDArray[np.float32], reference: NDArray[np.float32]) -> float:
    error = np.sqrt(np.mean((answer.astype(np.float64) - reference) ** 2))
    return float(20 * np.log10(2 / error))


def _panning(path: Path, photo: Bytes) -> Path:
    """Write a clip that pans over a photo, with camera noise."""
    height, width = CLIP_SIZE
    wide = covering(photo, (height * 5 // 4, width * 5 // 4))
    rng = np.random.default_rng(0)
    with av.open(str(path), "w") as file:
        stream = file.add_stream("libx264", rate=CLIP_RATE, options={"preset": "veryfast"})
        stream.height, stream.width, stream.pix_fmt = height, width, "yuv420p"
        for index in range(CLIP_FRAMES):
            turn = 2 * np.pi * index / CLIP_FRAMES
            top = round(height / 8 * (1 + np.sin(turn)))
            left = round(width / 8 * (1 + np.cos(turn)))
            view = wide[top : top + height, left : left + width].astype(np.int16)
            noisy = view + rng.integers(-3, 4, (height, width, 1), np.int16)
            frame = VideoFrame.from_ndarray(np.clip(noisy, 0, 255).astype(np.uint8), "rgb24")
            frame.pts, frame.time_base = index, Fraction(1, CLIP_RATE)
            file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    return path
