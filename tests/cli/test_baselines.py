"""The methods to compare with, from folders to a drawn picture and clip, by the program alone."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest

from rosetail import images
from rosetail.weights import read_header
from tests.training.small_data import prepared, random_vgg

SMALL = {
    "cyclegan": ["width=2", "blocks=1", "pool=2"],
    "animegan2": ["width=2", "warmup_steps=1"],
    "stylegan2": [
        "net.widths=[2,4,4,4]",
        "net.latent=4",
        "net.mapping=1",
        "net.coarse=3",
        "gan_steps=2",
    ],
    "ugatit": ["width=2", "blocks=1", "data.size=96"],
}
WITHOUT_VGG = {"cyclegan", "ugatit"}


def written_clip(path: Path, frames: list[np.ndarray]) -> Path:
    with av.open(str(path), "w") as container:
        video = container.add_stream("libx264", rate=12)
        video.height, video.width, video.pix_fmt = *frames[0].shape[:2], "yuv420p"
        for frame in frames:
            container.mux(video.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
        container.mux(video.encode())
    return path


@pytest.mark.parametrize("method", SMALL)
def test_from_folders_to_a_stylized_picture_and_clip(
    rosetail, method: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OMP_WAIT_POLICY", "PASSIVE")  # training must not start the process anew
    photos, anime = prepared(tmp_path / "photos", 1), prepared(tmp_path / "anime", 2)
    changes = ["run.steps=2", "data.size=32", "data.batch=1", "run.sheet_every=2"]
    told = [word for change in [*changes, *SMALL[method]] for word in ("--set", change)]
    folders = ["--photos", photos, "--anime", anime]
    if method not in WITHOUT_VGG:
        folders += ["--vgg", random_vgg(tmp_path / "vgg.safetensors")]
    ran = rosetail("train", method, "--run", tmp_path / "run", *folders, *told)
    assert ran.status == 0, ran.err
    ran = rosetail("train", method, "--run", tmp_path / "run", "--resume", "--set", "run.steps=3")
    assert ran.status == 0, ran.err
    ran = rosetail("export", "run", tmp_path / "run", "-o", tmp_path / "look.onnx")
    assert ran.status == 0, ran.err
    header = read_header(tmp_path / "look.onnx")
    assert (header["network"], header["recipe"], header["steps"]) == (method, method, "3")
    noise = np.random.default_rng(0).integers(0, 256, (48, 40, 3), np.uint8)
    images.save(noise, tmp_path / "in.png")  # norms make one grey of a plain picture
    ran = rosetail(
        "stylize", tmp_path / "in.png", "-o", tmp_path / "out.png", "-s", tmp_path / "look.onnx"
    )
    assert ran.status == 0, ran.err
    drawn = images.read(tmp_path / "out.png")
    assert drawn.shape == (48, 40, 3)
    assert np.ptp(drawn) > 0
    clip = written_clip(tmp_path / "clip.mp4", [noise] * 3)
    ran = rosetail("video", clip, "-o", tmp_path / "drawn.mp4", "-s", tmp_path / "look.onnx")
    assert ran.status == 0, ran.err
    with av.open(str(tmp_path / "drawn.mp4")) as made:
        frames = [frame.to_ndarray(format="rgb24") for frame in made.decode(video=0)]
    assert len(frames) == 3
    assert frames[0].shape == (48, 40, 3)
    assert np.ptp(frames[0]) > 0
