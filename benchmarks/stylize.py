"""Benchmark the stylizer: ``python -m benchmarks.stylize --photos DIR [--drawings DIR] ...``

Prints Markdown and appends one JSON line to ``benchmarks/results/stylize.jsonl``.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import Any

from benchmarks import machine, quality, report, speed
from benchmarks.report import Row
from rosetail import errors, images, weights
from rosetail.stylizer.stylizer import Stylizer

ROWS = (
    Row("face still found", "faces still found", "{:.1%}", "97 %", lambda x: x >= 0.97),
    Row("landmark error / eye distance, median", "landmark error", "{:.2%}", "at most 4 %",
        lambda x: x <= 0.04),
    Row("variance in superpixels, anime / photo", "flatness", "{:.2f}", "below 0.4",
        lambda x: x < 0.4),
    Row("strength of contours, anime / photo", "edge strength", "{:.2f}", "above 1.0",
        lambda x: x > 1),
    Row("KID to the style, anime / photo", "KID ratio", "{:.2f}", "below 0.6", lambda x: x < 0.6),
    Row("256 px, frames a second", "256 px fps", "{:.1f}", "25", lambda x: x >= 25),
    Row("1080p, plain ONNX Runtime / ours", "1080p speed-up", "{:.2f}", "3", lambda x: x >= 3),
    Row("1080p, dB lost to plain in this precision", "1080p PSNR lost", "{:+.2f}", "at most 1",
        lambda x: x <= 1),
    Row("video, time outside the network", "clip share outside the network", "{:.1%}",
        "below 15 %", lambda x: x < 0.15),
)  # fmt: skip


def measure(
    style: str, photos: Path, drawings: Path | None, vgg: Path | None, clip: Path | None
) -> dict[str, Any]:
    """All numbers that can be measured with the given files, by name."""
    paths = images.list_pictures(photos)
    if not paths:
        raise errors.InputError(f"{photos}: no pictures in it; give a folder of portraits")
    stylizer = Stylizer(style)
    first = images.read(max(paths, key=lambda path: path.stat().st_size))
    found: dict[str, Any] = {"style": stylizer.style}
    found |= speed.portrait(stylizer, first)
    found |= speed.full_hd(weights.find(style), stylizer, first)
    found |= speed.clip(stylizer, clip, first)
    found |= quality.on_whole_photos(stylizer, paths)
    if drawings is not None and vgg is not None:
        found |= quality.style_distance(stylizer.network, paths, drawings, vgg)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.stylize", description=__doc__)
    parser.add_argument("--photos", type=Path, required=True, help="portraits never trained on")
    parser.add_argument("--drawings", type=Path, help="drawings or head crops never trained on")
    parser.add_argument("--vgg", type=Path, default=os.environ.get("ROSETAIL_VGG19"),
                        help="VGG-19 safetensors for the KID row (or ROSETAIL_VGG19)")  # fmt: skip
    parser.add_argument("--clip", type=Path, help="a video; without it one is made from a photo")
    parser.add_argument("--style", default=None, help="name or .onnx file; the default style")
    options = parser.parse_args()
    where = machine.describe()
    try:
        style = options.style or next(iter(weights.styles()), "cel")
        vgg = Path(options.vgg) if options.vgg else None
        found = measure(style, options.photos, options.drawings, vgg, options.clip)
    except errors.RosetailError as error:
        print(error, file=sys.stderr)
        return 2
    print(f"Style {found['style']}. {machine.sentence(where)}.\n")
    print(report.table(ROWS, found))
    report.keep("stylize", where, found)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
