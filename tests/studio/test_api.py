"""What the page asks for, asked over HTTP."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from starlette.testclient import TestClient

import rosetail
from rosetail import images
from rosetail.studio import schemas
from rosetail.studio.character_previews import CharacterPreviews
from rosetail.studio.previews import VIEW
from rosetail.studio.uploads import display_name, file_title
from tests.fixtures.make_clip import MakeClip
from tests.studio.conftest import waited


def ended(job: dict) -> bool:
    return job["state"] not in ("queued", "running")


def pixels(data: bytes) -> np.ndarray:
    image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    assert image is not None
    return image[:, :, [2, 1, 0, 3][: image.shape[2]]]


def sent(client: TestClient, photo: bytes, name: str = "me.png") -> dict:
    answer = client.post("/api/photos", params={"name": name}, content=photo)
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_health_and_status(client: TestClient) -> None:
    health = client.get("/api/health").json()
    assert (health["status"], health["version"]) == ("ok", rosetail.__version__)
    status = client.get("/api/status").json()
    assert [style["name"] for style in status["styles"]] == rosetail.styles()
    assert status["model"]["name"] == rosetail.weights.default_model()
    assert status["model"]["ready"] is True  # without weights the painter draws
    assert status["model"]["ready"] or "rosetail studio --model" in status["model"]["why"]


def test_what_the_painter_draws_one_of_is_a_choice() -> None:
    previews = CharacterPreviews("painter", "auto", images.read, rosetail.load)
    known = {each["tag"]: schemas.AttributeOut(**each) for each in previews.attributes()}
    assert known["twintails"].choice == known["bob_cut"].choice == "hairdo"
    assert known["night_sky"].region == "ground"
    assert known["lipstick"].choice == known["blue_hair"].choice == ""


def test_a_drawing_is_what_the_library_draws(client: TestClient, photo: bytes) -> None:
    id = sent(client, photo)["id"]
    asked = {"look": {"style": "cel", "strength": 0.6}, "form": "png"}
    wanted = np.asarray(rosetail.load("cel").array(pixels(photo), strength=0.6))
    for whole in (False, True):
        got = client.post(f"/api/photos/{id}/drawing", json={**asked, "whole": whole})
        assert got.headers["content-type"] == "image/png"
        assert np.abs(pixels(got.content).astype(int) - wanted).max() <= 1
    nothing = client.post(
        f"/api/photos/{id}/drawing", json={"look": {"strength": 0}, "form": "png"}
    )
    assert np.array_equal(pixels(nothing.content), pixels(photo))


def test_photos_are_listed_shown_and_forgotten(client: TestClient, photo: bytes) -> None:
    made = sent(client, photo, "../../etc/passwd")
    assert (made["name"], made["width"], made["height"], made["faces"]) == ("passwd", 96, 64, 0)
    assert made in client.get("/api/photos").json()
    view = client.get(f"/api/photos/{made['id']}/view.jpg")
    assert view.headers["content-type"] == "image/jpeg"
    assert pixels(view.content).shape == (64, 96, 3)
    assert client.delete(f"/api/photos/{made['id']}").status_code == 204
    for path in ("view.jpg", "drawing"):
        method = "GET" if path == "view.jpg" else "POST"
        gone = client.request(method, f"/api/photos/{made['id']}/{path}", json={})
        assert (gone.status_code, gone.json()["code"]) == (404, "not_found")
    assert made not in client.get("/api/photos").json()


def test_the_view_is_bounded_and_the_whole_is_whole(client: TestClient) -> None:
    rgb = np.full((40, 2 * VIEW, 3), 120, np.uint8)
    id = sent(client, cv2.imencode(".png", rgb)[1].tobytes())["id"]
    assert pixels(client.get(f"/api/photos/{id}/view.jpg").content).shape == (20, VIEW, 3)
    drawn = client.post(f"/api/photos/{id}/drawing", json={"look": {"detail": 0.2}, "whole": True})
    assert pixels(drawn.content).shape == (40, 2 * VIEW, 3)
    assert (drawn.headers["x-width"], drawn.headers["x-height"]) == (str(2 * VIEW), "40")


def test_kept_pictures_are_renamed_and_deleted(client: TestClient, photo: bytes) -> None:
    id = sent(client, photo)["id"]
    wish = {"photo": id, "name": "mine", "look": {"strength": 0.0}}
    kept = client.post("/api/pictures", json=wish)
    assert kept.status_code == 201
    picture = kept.json()
    file = client.get(f"/api/pictures/{picture['id']}/file.png").content
    assert np.array_equal(pixels(file), pixels(photo))
    assert picture["bytes"] == len(file)
    renamed = client.patch(f"/api/pictures/{picture['id']}", json={"name": "a\x00b\n/c"})
    assert renamed.json()["name"] == "ab/c"  # a name, not a path
    assert renamed.json() in client.get("/api/pictures").json()
    assert client.delete(f"/api/pictures/{picture['id']}").status_code == 204
    assert client.get(f"/api/pictures/{picture['id']}/file.png").status_code == 404


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({"look": {"strength": 2}}, "look.strength"),
        ({"look": {"strength": "NaN"}}, "look.strength"),
        ({"look": {"stile": "cel"}}, "look.stile"),
        ({"look": {"style": "../cel"}}, "look.style"),
        ({"form": "gif"}, "form"),
        ({"look": {"detail": 0}}, "look.detail"),
    ],
)
def test_wishes_that_make_no_sense(client: TestClient, body: dict, where: str) -> None:
    refused = client.post(f"/api/photos/{'a' * 22}/drawing", json=body)
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid")
    assert where in refused.json()["detail"]


def test_looks_that_there_are_not(client: TestClient, photo: bytes) -> None:
    id = sent(client, photo)["id"]
    refused = client.post(f"/api/photos/{id}/drawing", json={"look": {"style": "cell"}})
    assert refused.status_code == 409
    assert "did you mean 'cel'" in refused.json()["detail"]


def test_faces_only_needs_a_face(client: TestClient, photo: bytes) -> None:
    id = sent(client, photo)["id"]
    refused = client.post(f"/api/photos/{id}/drawing", json={"look": {"faces_only": True}})
    assert (refused.status_code, refused.json()["code"]) == (422, "no_face")


def test_a_part_of_a_clip_is_rendered_with_its_sound(
    client: TestClient, make_clip: MakeClip, tmp_path: Path
) -> None:
    from rosetail.video.reader import ClipFrame, ClipReader

    clip = make_clip(frames=60)
    made = client.post("/api/clips", params={"name": "c.mp4"}, content=clip.read_bytes()).json()
    assert (made["width"], made["height"], made["frames"]) == (96, 64, 60)
    assert made["sound"]
    assert pixels(client.get(f"/api/clips/{made['id']}/poster.jpg").content).shape == (64, 96, 3)
    wish = {"clip": made["id"], "name": "film", "start": 1.0, "seconds": 0.5, "compare": True}
    queued = client.post("/api/jobs", json={**wish, "look": {"strength": 0}})
    assert queued.status_code == 202
    path = f"/api/jobs/{queued.json()['id']}"
    done = waited(lambda: client.get(path).json(), ended)
    assert (done["state"], done["message"], done["done"]) == ("done", "", 15)
    film = tmp_path / "film.mp4"
    film.write_bytes(client.get(f"{path}/film.mp4").content)
    with ClipReader(film) as got, ClipReader(clip) as source:
        frames = [item for item in got.items() if isinstance(item, ClipFrame)]
        wanted = [item.rgb for item in source.items() if isinstance(item, ClipFrame)][30:45]
        assert len(got.sound_streams) == 1
        assert got.size == (64, 192)
    assert frames[0].pts < frames[0].duration
    for frame, rgb in zip(frames, wanted, strict=True):
        for half in (frame.rgb[:, :96], frame.rgb[:, 96:]):
            assert np.abs(half.astype(int) - rgb).mean() < 6
    ranged = client.get(f"{path}/film.mp4", headers={"Range": "bytes=0-99"})
    assert (ranged.status_code, len(ranged.content)) == (206, 100)
    assert client.delete(path).status_code == 204
    assert client.get(f"{path}/film.mp4").status_code == 404


def test_a_film_past_the_end_says_so(client: TestClient, make_clip: MakeClip) -> None:
    made = client.post("/api/clips", content=make_clip().read_bytes()).json()
    wish = {"clip": made["id"], "name": "film", "start": 50.0, "seconds": 1}
    path = f"/api/jobs/{client.post('/api/jobs', json=wish).json()['id']}"
    done = waited(lambda: client.get(path).json(), ended)
    assert done["state"] == "failed"
    assert "the clip" in done["message"]
    assert "/" not in done["message"]


def test_nothing_leads_out_of_the_library(client: TestClient) -> None:
    for id in ("..%2f..%2fetc%2fpasswd", "a" * 21 + "%00", "a" * 23, "..", "%2e%2e", "a" * 22):
        for path in (f"/api/photos/{id}/view.jpg", f"/api/jobs/{id}/film.mp4", f"/assets/x/{id}"):
            assert client.get(path).status_code in (404, 405, 422)


def test_names_of_files_lose_their_folders_and_titles_keep_slashes() -> None:
    for name in ("../../x", "a\\b\\x", "/x", "\x00x", "x\u202e", " .x. ", "x\n"):
        assert file_title(name, "?") == "x"
    for name in ("", "..", "\x07"):
        assert file_title(name, "photo") == "photo"
    assert display_name(" night / day\n", "?") == "night / day"
    assert display_name("\x00 ", "clip") == "clip"
    assert len(display_name("y" * 4000, "?")) == 120
