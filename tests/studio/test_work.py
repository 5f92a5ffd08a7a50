"""Work is kept on the server, and what is deleted comes back."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from starlette.testclient import TestClient

import rosetail
from rosetail.studio.app import create_app
from rosetail.studio.settings import StudioSettings
from rosetail.studio.tables import DeletedRow, JobRow, ParticipantRow, StudyRow
from rosetail.studio.trash import KEPT_SECONDS
from rosetail.video.reader import ClipFrame, ClipReader
from tests.fixtures.make_clip import MakeClip
from tests.studio.conftest import HERE, waited
from tests.studio.test_api import pixels

ITEM = "a" * 22


def put(client: TestClient, version: int, value: str, page: str = "stage") -> int:
    body = {"version": version, "value": value}
    return client.put(f"/api/work/{page}/{ITEM}", json=body).status_code


def test_work_survives_a_restart(home: Path) -> None:
    path = f"/api/work/direct/{ITEM}"
    with TestClient(create_app(StudioSettings(home)), base_url=HERE) as client:
        assert client.get(path).json() == {"version": 0, "value": ""}
        for version, value in enumerate(("one", "two")):
            assert put(client, version, value, "direct") == 200
    with TestClient(create_app(StudioSettings(home)), base_url=HERE) as client:
        assert client.get(path).json() == {"version": 2, "value": "two"}


def test_of_two_windows_the_second_is_told(client: TestClient) -> None:
    assert put(client, 0, "mine") == 200
    for version in (0, 2):
        assert put(client, version, "theirs") == 409
    assert client.get(f"/api/work/stage/{ITEM}").json() == {"version": 1, "value": "mine"}
    with ThreadPoolExecutor(8) as several:
        codes = list(several.map(lambda n: put(client, 1, str(n)), range(8)))
    assert sorted(codes) == [200, *[409] * 7]


def test_the_last_work_is_named_first(client: TestClient) -> None:
    put(client, 0, "film", "film")
    put(client, 0, "cast", "cast")
    places = [(each["page"], each["item"]) for each in client.get("/api/work").json()]
    assert places.index(("cast", ITEM)) < places.index(("film", ITEM))


def test_a_deleted_photo_comes_back_with_its_work(client: TestClient, photo: bytes) -> None:
    made = client.post("/api/photos?name=me.png", content=photo).json()
    path = f"/api/photos/{made['id']}"
    work = f"/api/work/stage/{made['id']}"
    client.put(work, json={"version": 0, "value": "look"})
    view = client.get(f"{path}/view.jpg").content
    assert client.delete(path).status_code == 204
    assert client.delete(path).status_code == 404
    assert client.get(f"{path}/view.jpg").status_code == 404
    (gone,) = [each for each in client.get("/api/deleted").json() if each["id"] == made["id"]]
    assert (gone["kind"], gone["name"]) == ("photos", "me.png")
    assert made["id"] not in [each["item"] for each in client.get("/api/work").json()]
    assert client.post(f"/api/clips/{made['id']}/restore").status_code == 404  # of another kind
    assert client.post(f"{path}/restore").status_code == 204
    assert client.post(f"{path}/restore").status_code == 404
    assert made in client.get("/api/photos").json()
    assert client.get(f"{path}/view.jpg").content == view
    assert client.get(work).json()["value"] == "look"


def test_an_emptied_trash_leaves_nothing(client: TestClient, photo: bytes, home: Path) -> None:
    app_home = client.app.app.state.studio.settings.home  # type: ignore[attr-defined]
    made = client.post("/api/photos", content=photo).json()
    client.put(f"/api/work/cast/{made['id']}", json={"version": 0, "value": "wall"})
    client.delete(f"/api/photos/{made['id']}")
    assert [path for path in app_home.rglob("*") if made["id"] in path.name]
    assert client.delete("/api/deleted").status_code == 204
    assert client.get("/api/deleted").json() == []
    assert not [path for path in app_home.rglob("*") if made["id"] in path.name]
    assert client.get(f"/api/work/cast/{made['id']}").json()["version"] == 0
    assert client.post(f"/api/photos/{made['id']}/restore").status_code == 404


def test_what_was_deleted_a_day_ago_is_removed(client: TestClient, photo: bytes) -> None:
    studio = client.app.app.state.studio  # type: ignore[attr-defined]
    old, new = (client.post("/api/photos", content=photo).json()["id"] for _ in range(2))
    client.delete(f"/api/photos/{old}")
    with studio.database.begin() as session:
        session.get(DeletedRow, old).created = time.time() - KEPT_SECONDS - 1
    client.delete(f"/api/photos/{new}")
    assert [each["id"] for each in client.get("/api/deleted").json()] == [new]


def test_a_deleted_study_comes_back_with_its_answers(client: TestClient, photo: bytes) -> None:
    studio = client.app.app.state.studio  # type: ignore[attr-defined]
    id = client.post("/api/photos", content=photo).json()["id"]
    methods = [{"name": "a", "look": {"strength": 0}}, {"name": "b"}]
    made = client.post("/api/studies", json={"name": "x", "methods": methods, "photos": [id]})
    path, link = f"/api/studies/{made.json()['id']}", f"/api/answer/{made.json()['key']}"
    waited(lambda: client.get(link).status_code, lambda code: code == 200)
    person = client.post(link).json()["person"]
    client.post(f"{link}/{person}", json={"number": 0, "choice": "left"})
    client.delete(path)
    assert client.get(link).status_code == client.get(f"{path}/findings").status_code == 404
    client.post(f"{path}/restore")
    assert client.get(f"{path}/findings").json()["choices"] == 1
    client.delete(path)
    client.delete("/api/deleted")
    with studio.database.begin() as session:
        rows = [session.query(table).count() for table in (StudyRow, ParticipantRow)]
    assert rows == [0, 0]


@pytest.mark.parametrize("state", ["queued", "running"])
def test_a_deleted_job_waits(home: Path, state: str) -> None:
    client = TestClient(create_app(StudioSettings(home)), base_url=HERE)  # nothing works on it
    studio = client.app.app.state.studio  # type: ignore[attr-defined]
    job = studio.jobs.add("film", "x", "a", {})
    with studio.database.edit(JobRow, job.id) as row:
        row.state = state
    code = client.delete(f"/api/jobs/{job.id}").status_code
    assert code == (409 if state == "running" else 204)
    assert studio.jobs._claim() is None
    studio.database.close()


def test_a_frame_is_what_the_film_shows(client: TestClient, make_clip: MakeClip) -> None:
    made = client.post("/api/clips", content=make_clip(frames=30).read_bytes()).json()
    path = f"/api/clips/{made['id']}/frame"
    plain = {"look": {"strength": 0}}
    with ClipReader(make_clip(frames=30)) as clip:
        frames = [item.rgb for item in clip.items() if isinstance(item, ClipFrame)]
    for number in (0, 7, 29):
        time = (number + 0.5) * made["seconds"] / 30
        got = client.post(path, json={**plain, "time": time})
        assert got.headers["content-type"] == "image/jpeg"
        apart = [np.abs(pixels(got.content).astype(int) - rgb).mean() for rgb in frames]
        assert int(np.argmin(apart)) == number
    assert client.post(path, json={**plain, "time": 99}).content == got.content  # the last one
    drawn = pixels(client.post(path, json={"time": 0}).content)
    wanted = np.asarray(rosetail.load("cel").array(frames[0]))
    assert np.abs(drawn.astype(int) - wanted).mean() < 4


def test_a_proxy_is_made_once(client: TestClient, make_clip: MakeClip, tmp_path: Path) -> None:
    made = client.post("/api/clips", content=make_clip(frames=12).read_bytes()).json()
    path = f"/api/clips/{made['id']}"
    assert client.get(f"{path}/proxy.mp4").status_code == 404
    job = client.post(f"{path}/proxy").json()
    ended = waited(lambda: client.get(f"/api/jobs/{job['id']}").json(), lambda j: j["finished"])
    assert (ended["state"], ended["done"]) == ("done", 12)
    assert client.post(f"{path}/proxy").json()["id"] == job["id"]
    (tmp_path / "proxy.mp4").write_bytes(client.get(f"{path}/proxy.mp4").content)
    with ClipReader(tmp_path / "proxy.mp4") as clip:
        assert clip.video.codec_context.name == "h264"
        assert len([item for item in clip.items() if isinstance(item, ClipFrame)]) == 12
