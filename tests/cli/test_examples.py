"""Every example of the help runs, in the order of the help, on small inputs of its own."""

from __future__ import annotations

import re
import shlex
import wave
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
import typer.main

from rosetail import cli, images, weights
from tests.fixtures.program import Ran

pytestmark = pytest.mark.slow
Rosetail = Callable[..., Ran]

# Examples that no test can run as they stand, by their first words, and what they would need. The
# same verbs have tests with inputs of their own.
NEEDS = {
    "demo": "minutes",
    "data paint --sheet": "minutes",
    "studio": "a browser",
    "import": "published weights",
    "cast me.jpg --model gnr": "published weights",
    "cast anime.png --model gnr": "published weights",
    "stylize me.jpg -o me-anime.png --style anime.safetensors": "published weights",
    "stylize me.jpg -o me-anime.png --style look.onnx": "published weights",
    "invert anime.png -o character.json --vgg": "published weights",
    "video film.mkv -o film-anime.mkv --cluster": "a cluster",
    "train": "hours",
    "export run": "a trained run",
    "export start": "a trained run",
    "export web": "the sources of the page",
    "stylize me.jpg -o me-anime.png --style mine.onnx": "a trained run",
    "directions fit": "hours",
    "directions list --directions": "hours",
    "evaluate compare": "hours",
    "evaluate directions": "hours",
    "evaluate thesis": "hours",
    "evaluate rescorer": "hours",
    "evaluate tagger": "a trained run",
    "evaluate runs": "a trained run",
    "data inspect selfie2anime": "a published data set",
}
SMALLER = {"--count": "2", "--each": "1"}  # numbers of pictures


def examples() -> list[list[str]]:
    """The words of every example, without the name of the program, once each."""

    def epilogs(command: object) -> Iterator[str]:
        inner = getattr(command, "commands", None)
        for each in (inner or {}).values():
            yield from epilogs(each)
        if not inner:
            yield getattr(command, "epilog", None) or ""

    found: list[list[str]] = []
    for text in epilogs(typer.main.get_command(cli.app)):
        for quoted in text.split("`")[1::2]:
            words = shlex.split(" ".join(quoted.split()))
            if words[:1] == ["rosetail"] and words[1:] not in found:
                found.append(words[1:])
    return found


@pytest.fixture
def inputs(tmp_path: Path, astronaut: np.ndarray, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with everything that the examples name."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("me.jpg", "friend.jpg", "photos/a.jpg", "photos/b.png"):
        Path(name).parent.mkdir(exist_ok=True)
        images.save(astronaut, name)
    head = astronaut[:256, 96:352]
    images.save(np.hstack([head, head[:, ::-1]]), "group.jpg")
    for name, suffix in (("me", "mp4"), ("holiday", "mp4"), ("clip", "mp4")):
        write_clip(Path(f"{name}.{suffix}"), head[::2, ::2])
    with wave.open("speech.wav", "wb") as file:
        file.setparams((1, 2, 16_000, 0, "NONE", ""))
        loud = np.random.default_rng(0).normal(0, 4000, 16_000).astype("<i2")
        file.writeframes(loud.tobytes())
    return tmp_path


def write_clip(path: Path, picture: np.ndarray) -> None:
    with av.open(str(path), "w") as file:
        video = file.add_stream("libx264", rate=12)
        video.height, video.width, video.pix_fmt = *picture.shape[:2], "yuv420p"
        sound = file.add_stream("aac", rate=44_100, layout="mono")
        for number in range(18):
            shown = np.ascontiguousarray(np.roll(picture, number // 4, 1))
            frame = av.VideoFrame.from_ndarray(shown, "rgb24")
            frame.pts, frame.time_base = number, Fraction(1, 12)
            file.mux(video.encode(frame))
        file.mux(video.encode(None))
        heard = av.AudioFrame.from_ndarray(np.zeros((1, 66_150), np.float32), "fltp", "mono")
        heard.sample_rate, heard.pts = 44_100, 0
        for part in (heard, None):
            file.mux(sound.encode(part))


def made_before(rosetail: Rosetail) -> None:
    """Characters, a take, a drawing and folders of drawings, as the examples suppose them."""
    for words in (
        "cast me.jpg -o sheet.png -n 4 --save cast",
        "data paint drawings-set --count 2 --size 256",
        "perform me.mp4 -o take.json",
        "data prepare photos data/photos",
    ):
        ran = rosetail(*words.split())
        assert ran.status == 0, ran.err
    for name in ("aiko", "ren"):
        Path(f"{name}.json").write_bytes(Path("cast/character-0.3.json").read_bytes())
    first, second = sorted(Path("drawings-set/crops").glob("*.png"))
    for folder in ("drawings", "more"):
        images.make_folder(folder)
        images.save(images.read(second), f"{folder}/a.png")
    images.save(images.read(first), "anime.png")
    write_clip(Path("film.mkv"), images.read(first))
    Path("cel.onnx").write_bytes(weights.find("cel").read_bytes())
    ran = rosetail("invert", "anime.png", "-o", "character.json", "--encoder-only")
    assert ran.status == 0, ran.err
    import zipfile

    with zipfile.ZipFile("faces.zip", "w") as archive:
        archive.write("me.jpg", "faces/me.jpg")


def needs(words: list[str]) -> str:
    text = " ".join(words)
    return next((why for start, why in NEEDS.items() if re.match(rf"{start}\b", text)), "")


def test_every_example_runs(rosetail: Rosetail, inputs: Path) -> None:
    made_before(rosetail)
    failed = []
    todo = [words for words in examples() if not needs(words)]
    for words in todo:
        if "-" in words or ">" in words:  # pipes have tests of their own
            continue
        given = [
            SMALLER.get(words[place - 1], word) if place else word
            for place, word in enumerate(words)
        ]
        ran = rosetail(*given)
        if ran.status:
            failed.append(f"{' '.join(given)}: status {ran.status}: {ran.err.strip()}")
    assert not failed, "\n".join(failed)
    assert len(todo) > 50


def test_every_reason_is_of_an_example() -> None:
    texts = [" ".join(words) for words in examples()]
    for start in NEEDS:
        assert any(re.match(rf"{start}\b", text) for text in texts), start
