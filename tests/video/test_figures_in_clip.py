"""The painter's characters in clips: in place of the person, on a ground that is kept."""

from __future__ import annotations

import av
import cv2
import numpy as np
import pytest
from skimage import data

from rosetail.characters.inpainting import hidden_people, remove_people
from rosetail.faces.person import coarse_mask
from rosetail.faces.state import FaceState
from rosetail.faces.tracking import FaceTracker
from rosetail.video.characters_in_clip import character_video
from rosetail.video.ground import KeptGround
from rosetail.video.style_paths import Fixed

SIZE = (180, 240)
PHOTO = np.ascontiguousarray(data.astronaut()[:320, 60:380])


def face(size: tuple[int, int], index: int) -> np.ndarray:
    """The astronaut before a wall of one colour, moving to the right."""
    frame = np.full((*size, 3), (60, 120, 180), np.uint8)
    small = cv2.resize(PHOTO, (size[0], size[0]), interpolation=cv2.INTER_AREA)
    person = cv2.resize(coarse_mask(PHOTO), (size[0], size[0]))[..., None] > 0.5
    left = 20 + 2 * index
    part = frame[:, left : left + size[0]]
    part[:] = np.where(person, small, part)
    return frame


@pytest.fixture(scope="module")
def painter():  # type: ignore[no-untyped-def]
    pytest.importorskip("skia")
    from rosetail.characters.painter_model import PainterModel

    return PainterModel()


def test_the_figure_stands_in_place_of_the_person(painter, make_clip, inverter, tmp_path) -> None:  # type: ignore[no-untyped-def]
    source, out = make_clip(frames=4, size=SIZE, draw=face), tmp_path / "out.mp4"
    w = painter.random_w(1, 4)[0]
    report = character_video(source, out, painter, [Fixed(w)], inverter)
    assert report.frames == 4
    with av.open(str(out)) as clip:
        drawn = [frame.to_ndarray(format="rgb24").astype(int) for frame in clip.decode(video=0)]
    wall = 255 - np.array((60, 120, 180))
    for index, frame in enumerate(drawn):
        rgb = face(SIZE, index)
        (found,) = FaceTracker().follow(rgb, 0.0)
        bust, matrix = painter.bust(painter.encode_state(FaceState.of(found)), w)
        back = cv2.invertAffineTransform(matrix)
        figure = cv2.warpAffine(bust[..., 3], back, SIZE[::-1]) / 255
        person = cv2.resize(coarse_mask(rgb), SIZE[::-1])
        # Of the person beside the figure hardly anything is left.
        beside = (person > 0.8) & (figure < 0.02)
        beside[int(0.85 * SIZE[0]) :] = False
        if beside.sum() > 20:
            assert np.median(np.abs(frame - wall).max(-1)[beside]) < 40
        assert np.abs(frame[:20, :12] - wall).max() < 12
        assert np.abs(frame - wall).max(-1)[figure > 0.9].mean() > 40


def test_only_people_behind_busts_are_removed() -> None:
    picture = np.full((120, 200, 3), (60, 120, 180), np.uint8)
    mask = np.zeros((256, 256), np.float32)
    for left in (10, 130):
        picture[30:, left : left + 40] = (200, 40, 40)
        mask[64:, round(left * 1.28) : round((left + 40) * 1.28)] = 1
    matrix = np.array([[1.0, 0, 20], [0, 1.0, 0]])  # a bust of 100 pixels around the first person
    for strength in (1.0, 0.5, 0.0):
        hidden = hidden_people((120, 200), mask, [(matrix, 100, strength)])
        left = remove_people(picture, hidden).astype(int)
        wanted = (1 - strength) * np.array((200, 40, 40)) + strength * np.array((60, 120, 180))
        assert np.abs(left[45:65, 18:42] - wanted).max() < 25
        np.testing.assert_array_equal(left[50:, 135:165], picture[50:, 135:165])


def test_the_ground_is_kept_while_nothing_changes() -> None:
    calls: list[int] = []

    def draw(rgb: np.ndarray) -> np.ndarray:
        calls.append(1)
        return 255 - rgb

    ground, people = KeptGround(draw), np.zeros((256, 256), np.float32)
    people[100:, 100:160] = 1
    rng = np.random.default_rng(0)
    plain = np.full((120, 200, 3), 90, np.uint8)
    still = [(np.array([[1.0, 0, -50], [0, 1.0, 0]]), 110, 1.0)]
    for _ in range(5):
        noisy = np.clip(plain + rng.normal(0, 3, plain.shape), 0, 255).astype(np.uint8)
        drawn = ground(noisy, people, still)
    assert len(calls) == 1
    assert np.abs(drawn.astype(int) - 165).max() < 20
    moved = [(still[0][0] - np.array([[0, 0, 20], [0, 0, 0]]), 110, 1.0)]
    ground(plain, np.roll(people, 26, 1), moved)  # the person uncovers what was behind
    assert len(calls) == 2
    other = plain.copy()
    other[:40, :30] = 160
    drawn = ground(other, np.roll(people, 26, 1), moved)
    assert len(calls) == 3
    assert np.abs(drawn[:30, :20].astype(int) - 95).max() < 3
    ground(other, np.roll(people, 26, 1), [(*moved[0][:2], 0.5)])  # whoever fades is drawn
    assert len(calls) == 4


def test_busts_of_other_processes_are_the_same(painter) -> None:  # type: ignore[no-untyped-def]
    from rosetail.characters.bust_pool import BustPool

    (found,) = FaceTracker().follow(face(SIZE, 0), 0.0)
    content = painter.encode_state(FaceState.of(found))
    codes = painter.random_w(3, 1)
    with BustPool(painter) as pool:
        futures = [pool.submit(content, code) for code in codes]
        for code, future in zip(codes, futures, strict=True):
            bust, matrix = future.result()
            wanted, place = painter.bust(content, code)
            np.testing.assert_array_equal(bust, wanted)
            np.testing.assert_array_equal(matrix, place)


def test_who_comes_back_keeps_the_character() -> None:
    """Two people alike in place and pose are told apart by shape and colours."""
    rgb = face(SIZE, 0)
    other = np.clip(rgb.astype(int) * (0.45, 0.5, 0.6), 0, 255).astype(np.uint8)
    nobody = np.full_like(rgb, 100)
    tracker, numbers = FaceTracker(), []
    for step, frame in enumerate([rgb] * 3 + [nobody] * 15 + [other] * 3 + [nobody] * 15 + [rgb]):
        numbers.append([each.number for each in tracker.follow(frame, step / 25)])
    assert numbers[2] == [0]
    assert numbers[-1] == [0]
    assert numbers[20] == [1]
