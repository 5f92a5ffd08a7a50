"""Takes played on characters, and clips whose acting is kept."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest

from rosetail.characters.bust_pool import BustPool
from rosetail.errors import InputError, OutputError, SettingsError
from rosetail.video.perform import perform
from rosetail.video.play import Player, Shot, play
from rosetail.video.style_paths import Fixed
from rosetail.video.take import Take, acted_face, read_take
from tests.video.test_take import state, take

SAMPLE = Path(__file__).parents[2] / "src/rosetail/samples/astronaut.mp4"
SMALL = Shot(size=(160, 128), background="#204060")


@pytest.fixture(scope="module")
def painter():  # type: ignore[no-untyped-def]
    pytest.importorskip("skia")
    from rosetail.characters.painter_model import PainterModel

    return PainterModel()


@pytest.fixture(scope="module")
def path(painter):  # type: ignore[no-untyped-def]
    return Fixed(painter.random_w(1, 4)[0])


@pytest.fixture(scope="module")
def pool(painter):  # type: ignore[no-untyped-def]
    with BustPool(painter) as processes:
        yield processes


def frames(path: Path, layout: str = "rgb24") -> list[np.ndarray]:
    with av.open(str(path)) as clip:
        return [frame.to_ndarray(format=layout).astype(int) for frame in clip.decode(video=0)]


def test_the_acting_of_a_clip_is_kept() -> None:
    found = perform(SAMPLE)
    (face,) = found.faces
    assert (found.size, found.fps, found.seconds) == ((384, 384), 24.0, 3.0)
    assert len(face.times) == 72
    at = face.at(1.0)
    assert at is not None
    assert at[1].expression.smile_left > 0.6
    assert abs(at[1].yaw) < 8
    assert 40 < at[1].size < 110


def test_a_clip_without_a_face_is_named(make_clip) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InputError, match=r"no face found"):
        perform(make_clip(frames=3))


def test_a_take_is_drawn_with_its_times_and_sound(painter, path, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    acted = take(*(state(jaw_open=0.1 * n) for n in range(5)))
    out = tmp_path / "out.mp4"
    report = play(acted, out, painter, [path], replace(SMALL, fps=20), sound=SAMPLE)
    assert report.frames == 10
    with av.open(str(out)) as clip:
        video, sound = clip.streams.video[0], clip.streams.audio[0]
        assert (video.width, video.height, video.average_rate) == (160, 128, 20)
        heard = sum(frame.samples for frame in clip.decode(sound)) / sound.rate
    assert heard == pytest.approx(0.5, abs=0.1)
    drawn = frames(out)
    assert np.abs(drawn[0][:4, :4] - (0x20, 0x40, 0x60)).max() < 8
    assert np.abs(drawn[0] - drawn[-1]).max() > 60  # the mouth


def test_faces_are_where_the_take_says(painter, path, pool) -> None:  # type: ignore[no-untyped-def]
    """In a picture twice as high and wide, everything is."""
    acted = take(state(x=60.0, y=50.0, size=20.0))
    player = Player(acted, painter, [path], Shot(size=(200, 160), background=None), pool)
    figure = player(0.0)[..., 3] > 128
    xs = np.flatnonzero(figure[30:50].any(0))
    assert abs(0.5 * (xs[0] + xs[-1]) - 60) < 10
    assert not figure[:, 140:].any()
    large = Player(acted, painter, [path], Shot(size=(400, 320), background=None), pool)(0.0)
    assert (large[::2, ::2, 3] > 128).mean() == pytest.approx(figure.mean(), abs=0.01)


def test_nobody_is_drawn_who_is_away(painter, path, pool) -> None:  # type: ignore[no-untyped-def]
    rows = [(0.0, 1.0, state()), (0.1, 0.5, state()), (0.2, 0.0, state())]
    acted = Take((200, 160), 10, 3, (acted_face(0, rows),))
    player = Player(acted, painter, [path], Shot(size=(200, 160), background=None), pool)
    there, half, gone = (player(each)[..., 3].max() for each in (0.0, 0.1, 0.2))
    assert there == 255
    assert 120 < half < 136
    assert gone == 0
    assert player(2.0).max() == 0


def test_a_portrait_has_the_first_face_in_the_middle(painter, path, pool) -> None:  # type: ignore[no-untyped-def]
    acted = take(*(state(x=20.0, y=150.0, size=12.0) for _ in range(3)))
    alpha = Player(acted, painter, [path], Shot("portrait", (256, 256), background=None), pool)(0.0)
    figure = alpha[..., 3] > 128
    assert abs(np.flatnonzero(figure[70:110].any(0)).mean() - 128) < 16
    assert figure[-1].any()  # the shoulders reach the border
    assert 0.25 < figure.mean() < 0.8


def test_backgrounds(painter, path, pool, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    acted = take(state(x=100.0, y=80.0, size=20.0))
    plain = Player(acted, painter, [path], Shot(size=(160, 128), background="plain"), pool)(0.0)
    assert (plain[0] == plain[0, 0]).all()
    clear = tmp_path / "clear.mov"
    play(acted, clear, painter, [path], replace(SMALL, background=None))
    alpha = frames(clear, "rgba")[0][..., 3]
    assert (alpha[0, 0], alpha.max()) == (0, 255)
    with pytest.raises(OutputError, match=r"only \.mov"):
        play(acted, tmp_path / "clear.mp4", painter, [path], replace(SMALL, background=None))


@pytest.mark.parametrize(
    "shot",
    [{"size": (64, 128)}, {"size": (160, 9000)}, {"fps": 0.0}, {"fps": 1e9},
     {"background": "blue"}, {"background": "#12345"}, {"frame": "face"}],
)  # fmt: skip
def test_shots_out_of_range(shot: dict[str, object]) -> None:
    with pytest.raises(SettingsError):
        Shot(**shot)  # type: ignore[arg-type]


def test_networks_need_pictures(tiny_roses: Path, tmp_path: Path) -> None:
    from rosetail.characters.network_model import NetworkModel

    roses = NetworkModel(tiny_roses)
    with pytest.raises(SettingsError, match="need the picture of a face"):
        play(take(state()), tmp_path / "out.mp4", roses, [Fixed(roses.mean)])


def test_the_commands(painter, rosetail, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    character = painter.character(painter.random_w(1, 2)[0], "aiko").save(tmp_path / "aiko.json")
    made, out = tmp_path / "take.json", tmp_path / "out.mp4"
    take(*(state() for _ in range(4))).save(made)
    edited = rosetail("perform", made, "-o", tmp_path / "b.json", "--trim", "0.1..0.3",
                      "--scale", 0.5, "--smooth", 0.1)  # fmt: skip
    assert edited.out.strip() == str(tmp_path / "b.json")
    assert len(read_take(tmp_path / "b.json").faces[0].times) == 2
    rosetail("perform", made, "-o", tmp_path / "b.csv")
    assert len((tmp_path / "b.csv").read_text().splitlines()) == 5
    shot = ["--size", "160x128", "--background", "plain", "--frame", "portrait"]
    played = rosetail("video", "--performance", made, "--character", character, "-o", out, *shot)
    assert (played.status, played.err) == (0, "")
    assert len(frames(out)) == 4


@pytest.mark.parametrize(
    ("arguments", "cause"),
    [
        (["video", "-o", "a.mp4"], "nothing to draw"),
        (["video", "a.mp4", "--performance", "b.json", "-o", "c.mp4"], "exclude each other"),
        (["video", "a.mp4", "-o", "b.mp4", "--size", "9x9"], "--size has no effect"),
        (["video", "--performance", "b.json", "-o", "c.mp4"], "add --character"),
        (["perform", "a.mp4", "-o", "b.txt"], "use .json or .csv"),
        (["perform", "a.mp4", "-o", "b.json", "--trim", "1-2"], "write two times"),
    ],
)
def test_wrong_options(rosetail, arguments: list[str], cause: str) -> None:  # type: ignore[no-untyped-def]
    done = rosetail(*arguments)
    assert done.status == 2
    assert cause in done.err
