"""A study from its making to its table, answered over HTTP by people with known tastes."""

from __future__ import annotations

import csv
import io

import numpy as np
import pytest
from starlette.testclient import TestClient

from tests.studio.conftest import waited
from tests.studio.test_api import pixels, sent


@pytest.fixture(scope="module")
def study(client: TestClient, photo: bytes) -> dict:
    photos = [sent(client, photo)["id"] for _ in range(4)]
    methods = [
        {"name": name, "look": {"strength": strength}}
        for name, strength in (("=photo", 0.0), ("half", 0.5), ("whole", 1.0))
    ]
    wish = {"name": "Looks", "methods": methods, "photos": photos, "repeats": 0.25}
    made = client.post("/api/studies", json=wish)
    assert made.status_code == 201, made.text

    def mine() -> dict:
        return next(s for s in client.get("/api/studies").json() if s["id"] == made.json()["id"])

    return waited(mine, lambda each: each["ready"])


def answer(client: TestClient, study: dict, photo: bytes, likes: str) -> int:
    """Answer as somebody who takes the side that is more ("photo") or less like the photo."""
    base = f"/api/answer/{study['key']}"
    begun = client.post(base).json()
    path = f"{base}/{begun['person']}"
    view = client.get(path).json()
    while not view["done"]:
        away = {
            side: np.abs(
                pixels(client.get(f"{path}/{view['number']}/{side}.webp").content).astype(int)
                - pixels(photo)
            ).mean()
            for side in ("left", "right")
        }
        choice = (min if likes == "photo" else max)(away, key=lambda side: away[side])
        said = {"number": view["number"], "choice": choice, "seconds": 1.5}
        view = client.post(path, json=said).json()
    return begun["trials"]


def test_a_study_counts_what_was_chosen(client: TestClient, study: dict, photo: bytes) -> None:
    invited = client.get(f"/api/answer/{study['key']}").json()
    assert invited == {"question": "Which picture do you prefer?", "trials": 15}
    for likes in ("photo", "photo", "drawing"):
        assert answer(client, study, photo, likes) == 15
    found = client.get(f"/api/studies/{study['id']}/findings").json()
    assert (found["people"], found["choices"], found["repeats"]) == (3, 36, 9)
    assert found["agreement"] == 1.0  # their taste does not change with the side
    assert (found["wins"], found["shown"]) == ([16, 12, 8], [24, 24, 24])
    for duel in found["duels"]:
        assert (duel["wins"], duel["losses"]) == (8, 4)
        assert (duel["people_for"], duel["people_against"]) == (2, 1)
        assert duel["low"] < 2 / 3 < duel["high"]
        assert duel["p"] <= duel["p_holm"] <= 1
    assert 0.2 < found["left"] < 0.8


def test_the_table_has_every_choice(client: TestClient, study: dict) -> None:
    got = client.get(f"/api/studies/{study['id']}/choices.csv")
    assert got.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(got.text)))
    assert len(rows) == 45
    assert {row["person"] for row in rows} == {"1", "2", "3"}
    assert sum(bool(row["repeats"]) for row in rows) == 9
    assert {row["chosen"] for row in rows} == {"'=photo", "half", "whole"}  # no formula
    for row in rows:
        assert row["chosen"] in (row["left"], row["right"])
        assert float(row["seconds"]) == 1.5


def test_answering_tells_no_method_and_takes_turns(client: TestClient, study: dict) -> None:
    base = f"/api/answer/{study['key']}"
    person = client.post(base).json()["person"]
    view = client.get(f"{base}/{person}")
    assert set(view.json()) == {"number", "trials", "done", "question"}
    picture = client.get(f"{base}/{person}/0/left.webp")
    assert "etag" not in picture.headers
    assert picture.headers["cache-control"] == "no-store"
    for said in ({"number": 1, "choice": "left"}, {"number": 99, "choice": "left"}):
        assert client.post(f"{base}/{person}", json=said).status_code == 409
    assert client.post(f"{base}/{person}", json={"number": 0, "choice": "both"}).status_code == 422
    assert client.post(f"{base}/{person}", json={"number": 0, "choice": "left"}).status_code == 200
    assert client.post(f"{base}/{person}", json={"number": 0, "choice": "right"}).status_code == 409
    assert client.get(f"{base}/{person}/99/left.webp").status_code == 404
    assert client.get(f"{base}/{'a' * 22}").status_code == 404


def test_a_closed_study_is_not_there(client: TestClient, study: dict) -> None:
    base = f"/api/answer/{study['key']}"
    client.patch(f"/api/studies/{study['id']}", json={"open": False})
    assert client.get(base).status_code == client.post(base).status_code == 404
    client.patch(f"/api/studies/{study['id']}", json={"open": True})
    assert client.get(base).status_code == 200


def test_studies_that_make_no_sense(client: TestClient, study: dict) -> None:
    photos = study["photos"]
    same = [{"name": "a"}, {"name": "a"}]
    for wish in (
        {"name": "x", "methods": same, "photos": photos},
        {"name": "x", "methods": same[:1], "photos": photos},
        {"name": "x", "methods": [{"name": "a"}, {"name": "b"}], "photos": []},
    ):
        assert client.post("/api/studies", json=wish).status_code == 422


def test_a_deleted_study_takes_its_answers_along(client: TestClient, study: dict) -> None:
    assert client.delete(f"/api/studies/{study['id']}").status_code == 204
    assert client.get(f"/api/studies/{study['id']}/findings").status_code == 404
    assert client.get(f"/api/answer/{study['key']}").status_code == 404
