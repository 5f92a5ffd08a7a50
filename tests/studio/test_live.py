"""The live character over HTTP: pictures, what frames do, and bad requests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from starlette.testclient import TestClient

import rosetail
from rosetail.characters.live import AT_REST, LiveFigure
from rosetail.studio.app import create_app
from rosetail.studio.settings import StudioSettings
from tests.studio.conftest import HERE

SAMPLES = Path(rosetail.__file__).parent / "samples"
BLANK = cv2.imencode(".jpg", np.full((240, 320, 3), 127, np.uint8))[1].tobytes()


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    settings = StudioSettings(tmp_path_factory.mktemp("home"), model="painter")
    with TestClient(create_app(settings), base_url=HERE) as asking:
        yield asking


@pytest.fixture(scope="module")
def character(client: TestClient) -> str:
    """A random one, made without a photo of one's own."""
    made = client.post("/api/cast", json={"n": 1, "seed": 3})
    assert made.status_code == 201, made.text
    return made.json()[0]["id"]


def test_a_face_moves_the_character(client: TestClient, character: str, tmp_path: Path) -> None:
    path = f"/api/characters/{character}/frame"
    rest = client.post(path, content=BLANK, params={"seconds": 1, "size": 256})
    assert rest.status_code == 200, rest.text
    assert (rest.headers["X-Face"], rest.headers["X-Calibrating"]) == ("0", "0")
    assert rest.headers["Server-Timing"].startswith("track;dur=")
    picture = np.frombuffer(rest.content, np.uint8).reshape(256, 256, 4)
    file = tmp_path / "it.json"
    file.write_bytes(client.get(f"/api/characters/{character}/file.json").content)
    wanted = LiveFigure(rosetail.load("painter").read(file)).draw(AT_REST, 256)
    assert np.array_equal(picture, wanted)

    photo = (SAMPLES / "astronaut.jpg").read_bytes()
    asked = {"seconds": 2, "size": 256, "held": ["laugh", "wink"]}
    seen = client.post(path, content=photo, params=asked)
    assert seen.headers["X-Face"] == "1"
    assert seen.content != rest.content
    later = client.post(path, content=photo, params={"seconds": 2.1, "calibrate": True})
    assert later.headers["X-Calibrating"] == "1"
    assert len(later.content) == 512 * 512 * 4


@pytest.mark.parametrize(
    ("content", "params", "status", "said"),
    [
        (b"", {}, 400, "the frame is empty"),
        (b"not a picture", {}, 422, "not an image of at most a megapixel"),
        (BLANK, {"size": 64}, 422, "size"),
        (BLANK, {"seconds": "nan"}, 422, "seconds"),
        (BLANK, {"held": "sneeze"}, 422, "held"),
    ],
)
def test_bad_frames_are_refused(
    client: TestClient, character: str, content: bytes, params: dict, status: int, said: str
) -> None:
    asked = {"seconds": 9} | params
    answer = client.post(f"/api/characters/{character}/frame", content=content, params=asked)
    assert answer.status_code == status
    assert said in answer.json()["detail"]


def test_a_character_that_is_gone_is_said(client: TestClient) -> None:
    answer = client.post(f"/api/characters/{'x' * 22}/frame", content=BLANK, params={"seconds": 1})
    assert answer.status_code == 404
