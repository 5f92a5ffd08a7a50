"""Casting and directing with a tiny model of random weights, over HTTP and as arithmetic."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree
from zipfile import ZipFile

import numpy as np
import pytest
from PIL import Image
from skimage import data
from starlette.testclient import TestClient

from rosetail.characters.edits import apply_edits
from rosetail.characters.network_model import NetworkModel
from rosetail.studio.app import create_app
from rosetail.studio.character_previews import interpolated, with_components_of
from rosetail.studio.settings import Limits, StudioSettings
from tests.fixtures.make_clip import MakeClip
from tests.studio.conftest import HERE, waited
from tests.studio.test_api import ended, pixels


@pytest.fixture(scope="module")
def client(tiny_roses: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    limits = replace(Limits(), drafts=20)
    settings = StudioSettings(tmp_path_factory.mktemp("home"), model=str(tiny_roses), limits=limits)
    with TestClient(create_app(settings), base_url=HERE) as asking:
        yield asking


@pytest.fixture(scope="module")
def roses(tiny_roses: Path) -> NetworkModel:
    return NetworkModel(tiny_roses)


@pytest.fixture(scope="module")
def face(client: TestClient) -> str:
    kept = io.BytesIO()
    Image.fromarray(data.astronaut()).save(kept, "PNG")
    return client.post("/api/photos", content=kept.getvalue()).json()["id"]


def cast(client: TestClient, face: str, **wishes: object) -> list[dict]:
    made = client.post("/api/cast", json={"photo": face, "n": 4, **wishes})
    assert made.status_code == 201, made.text
    return made.json()


def file_of(client: TestClient, tmp_path: Path, id: str) -> Path:
    path = tmp_path / f"{id}.json"
    path.write_bytes(client.get(f"/api/characters/{id}/file.json").content)
    return path


def portrait(client: TestClient, face: str, id: str, **wishes: object) -> np.ndarray:
    got = client.post(
        f"/api/photos/{face}/portrait", json={"character": id, "form": "png", **wishes}
    )
    assert got.status_code == 200, got.text
    return pixels(got.content)


def test_the_wall_is_what_the_library_casts(
    client: TestClient, roses: NetworkModel, face: str, tmp_path: Path
) -> None:
    assert client.get("/api/status").json()["model"]["ready"]
    made = cast(client, face, seed=5)
    wanted = roses.cast(data.astronaut(), 4, seed=5)
    for row, who in zip(made, wanted, strict=True):
        got = roses.read(file_of(client, tmp_path, row["id"]))
        assert np.allclose(got.w, who.w, atol=1e-6)
        assert who.picture is not None
        drawn = portrait(client, face, row["id"])
        assert np.abs(drawn.astype(int) - who.picture).max() <= 2
        shown = pixels(client.get(f"/api/characters/{row['id']}/picture.jpg").content)
        assert shown.shape == (roses.size, roses.size, 3)


def test_the_first_may_be_the_persons_likeness(
    client: TestClient, roses: NetworkModel, face: str, tmp_path: Path
) -> None:
    made = cast(client, face, seed=5, likeness=True)
    assert [each["name"] for each in made] == ["Likeness", *(f"Character 5.{n}" for n in (1, 2, 3))]
    got = roses.read(file_of(client, tmp_path, made[0]["id"]))
    assert np.allclose(got.w, roses.likeness(data.astronaut()).w, atol=1e-5)


def test_a_slider_changes_the_picture_and_undo_gives_it_back(
    client: TestClient, roses: NetworkModel, face: str, tmp_path: Path
) -> None:
    names = [each["tag"] for each in client.get("/api/attributes").json()]
    assert names == roses.directions.tags
    assert "long_hair" in names
    id = cast(client, face)[0]["id"]
    before = portrait(client, face, id)
    longer = portrait(client, face, id, edits={"long_hair": 3})
    assert not np.array_equal(before, longer)
    who = roses.read(file_of(client, tmp_path, id)).edit(long_hair=3)
    (wanted,) = roses.draw(roses.encode(data.astronaut()), who)
    assert np.abs(longer.astype(int) - wanted).max() <= 2
    assert np.array_equal(portrait(client, face, id), before)


def test_kept_edits_are_a_character_of_their_own(
    client: TestClient, roses: NetworkModel, face: str, tmp_path: Path
) -> None:
    id = cast(client, face)[0]["id"]
    wish = {"photo": face, "character": id, "edits": {"long_hair": 2}, "name": "Aiko"}
    kept = client.post("/api/characters", json=wish).json()
    assert (kept["name"], kept["edits"], kept["kept"]) == ("Aiko", {"long_hair": 2.0}, True)
    assert kept["id"] in [each["id"] for each in client.get("/api/characters").json()]
    path = file_of(client, tmp_path, kept["id"])
    who = roses.read(path)
    assert [(each.name, each.strength) for each in who.edits] == [("long_hair", 2.0)]
    # Edits that are not wished for are taken away: what is shown is what the sliders say.
    plain = portrait(client, face, kept["id"])
    assert np.array_equal(plain, portrait(client, face, id))
    taken = client.post("/api/characters/file", content=path.read_bytes())
    assert taken.status_code == 201
    again = roses.read(file_of(client, tmp_path, taken.json()["id"]))
    assert np.array_equal(again.code, who.code)
    assert taken.json()["edits"] == {"long_hair": 2.0}


def test_characters_are_renamed_favoured_and_deleted(
    client: TestClient, roses: NetworkModel, face: str, tmp_path: Path
) -> None:
    first, second = (each["id"] for each in cast(client, face)[:2])
    assert first not in [each["id"] for each in client.get("/api/characters").json()]
    client.patch(f"/api/characters/{second}", json={"kept": True})
    got = client.patch(f"/api/characters/{first}", json={"name": "Ren", "favourite": True}).json()
    assert (got["name"], got["favourite"], got["kept"]) == ("Ren", True, True)
    assert roses.read(file_of(client, tmp_path, first)).name == "Ren"
    assert client.get("/api/characters").json()[0]["id"] == first
    assert client.delete(f"/api/characters/{first}").status_code == 204
    assert client.get(f"/api/characters/{first}/file.json").status_code == 404


def test_drafts_make_room_and_what_is_kept_stays(client: TestClient, face: str) -> None:
    ids = [each["id"] for each in cast(client, face)]
    client.patch(f"/api/characters/{ids[0]}", json={"kept": True})
    for seed in range(2):
        cast(client, face, n=16, seed=seed)
    found = [client.get(f"/api/characters/{id}/picture.jpg").status_code for id in ids]
    assert found == [200, 404, 404, 404]


def test_more_like_this_is_nearer_and_a_lock_holds(
    client: TestClient, roses: NetworkModel, face: str, tmp_path: Path
) -> None:
    base = cast(client, face, seed=9)[0]["id"]
    own = roses.read(file_of(client, tmp_path, base)).w

    def codes(**wishes: object) -> np.ndarray:
        made = cast(client, face, seed=3, like=base, **wishes)
        return np.stack([roses.read(file_of(client, tmp_path, each["id"])).w for each in made])

    far, close, held = codes(spread=1.0), codes(spread=0.2), codes(spread=1.0, locks=["hair"])
    assert np.allclose(close - own, 0.2 * (far - own), atol=1e-5)
    _, _, move = roses.directions.move("long_hair")
    axes = np.linalg.svd(np.atleast_2d(move).astype(float), full_matrices=False)
    axes = axes[2][axes[1] > 1e-6 * axes[1][0]]
    assert np.allclose((held - own) @ axes.T, 0, atol=1e-4)
    assert not np.allclose((far - own) @ axes.T, 0, atol=1e-2)
    assert not np.allclose(held, own, atol=1e-2)


def test_interpolation_and_locks_by_hand() -> None:
    base, others = np.zeros(3, np.float32), np.array([[1, 2, 3]], np.float32)
    assert np.allclose(interpolated(base, others, 0.5), [[0.5, 1, 1.5]])
    along = np.array([0, 2, 0], np.float32)
    assert np.allclose(with_components_of(base, others, [along]), [[1, 0, 3]])
    assert np.allclose(with_components_of(base, others, [along, along * 3]), [[1, 0, 3]])
    grouped = np.array([[0, 0, 1], [1, 0, 0]], np.float32)
    assert np.allclose(with_components_of(base, others, [grouped]), [[0, 2, 0]])
    assert with_components_of(base, others, []) is others


def test_the_painters_characters_come_in_layers(tmp_path: Path) -> None:
    """With the edits that are asked for; a file that a drawing program opens."""
    kept = io.BytesIO()
    Image.fromarray(data.astronaut()).save(kept, "PNG")
    settings = StudioSettings(tmp_path, model="painter")
    with TestClient(create_app(settings), base_url=HERE) as client:
        face = client.post("/api/photos", content=kept.getvalue()).json()["id"]
        id = cast(client, face, n=1)[0]["id"]
        got = client.post(
            f"/api/photos/{face}/layers", json={"character": id, "edits": {"closed_eyes": 1}}
        )
    assert got.status_code == 200, got.text
    assert got.headers["content-type"] == "image/openraster"
    with ZipFile(io.BytesIO(got.content)) as archive:
        stack = ElementTree.fromstring(archive.read("stack.xml"))
        (eyes,) = (each for each in stack.iter("stack") if each.get("name") == "eyes")
        inked = {}
        for each in eyes:
            with Image.open(io.BytesIO(archive.read(str(each.get("src"))))) as layer:
                inked[each.get("name")] = int((np.asarray(layer)[..., 3] > 128).sum())
    seen = [each.get("name") for each in eyes if each.get("visibility") == "visible"]
    assert seen == ["as drawn"]
    assert inked["as drawn"] < inked["open"] / 2  # they are shut


def test_a_network_has_no_layers(client: TestClient, face: str) -> None:
    id = cast(client, face, n=1)[0]["id"]
    got = client.post(f"/api/photos/{face}/layers", json={"character": id})
    assert got.status_code == 422
    assert "draws in one piece" in got.json()["detail"]


@pytest.mark.parametrize(
    ("path", "body", "status", "says"),
    [
        ("cast", {"n": 17}, 422, "n:"),
        ("cast", {"like": "a" * 22}, 404, "no such"),
        ("cast", {"locks": ["toes"]}, 422, "locks"),
        ("portrait", {"edits": {"wings": 1}}, 422, "wings"),
        ("portrait", {"edits": {"long_hair": 9}}, 422, "long_hair"),
        ("portrait", {"edits": {"long_hair": "NaN"}}, 422, "long_hair"),
    ],
)
def test_wishes_that_cannot_be(
    client: TestClient, face: str, path: str, body: dict, status: int, says: str
) -> None:
    if path == "cast":
        got = client.post("/api/cast", json={"photo": face, **body})
    else:
        id = cast(client, face, n=1)[0]["id"]
        got = client.post(f"/api/photos/{face}/portrait", json={"character": id, **body})
    assert got.status_code == status, got.text
    assert says in got.json()["detail"]


def test_no_face_no_character(client: TestClient, photo: bytes) -> None:
    id = client.post("/api/photos", content=photo).json()["id"]
    refused = client.post("/api/cast", json={"photo": id})
    assert (refused.status_code, refused.json()["code"]) == (422, "no_face")
    assert refused.json()["detail"].startswith("the photo:")


def test_strangers_files_are_refused(
    client: TestClient, roses: NetworkModel, tmp_path: Path
) -> None:
    stranger = replace(
        roses.character(roses.mean, "Stranger"), model=roses.id._replace(digest="0" * 64)
    )
    for body in (stranger.save(tmp_path / "s.json").read_bytes(), b"{}", b"\0" * 99, b"[" * 9999):
        refused = client.post("/api/characters/file", content=body)
        assert refused.status_code == 422
        assert "the character" in refused.json()["detail"]


def test_a_film_as_a_character_with_keyframes(
    client: TestClient, roses: NetworkModel, face: str, make_clip: MakeClip, tmp_path: Path
) -> None:
    from rosetail.video.reader import ClipFrame, ClipReader

    def head(size: tuple[int, int], index: int) -> np.ndarray:
        return np.ascontiguousarray(data.astronaut()[:256, 96:352])

    clip = make_clip(frames=30, size=(256, 256), draw=head)
    sent = client.post("/api/clips", content=clip.read_bytes()).json()
    id = cast(client, face)[0]["id"]
    wish = {
        "clip": sent["id"],
        "name": "film",
        "character": id,
        "start": 0.5,
        "seconds": 0.4,
        "keyframes": [
            {"time": 0.5, "edits": {"long_hair": 0}},
            {"time": 0.9, "edits": {"long_hair": 5}, "easing": "linear"},
        ],
    }
    path = f"/api/jobs/{client.post('/api/jobs', json=wish).json()['id']}"
    done = waited(lambda: client.get(path).json(), ended)
    assert done["state"] == "done", done["message"]
    film = tmp_path / "film.mp4"
    film.write_bytes(client.get(f"{path}/film.mp4").content)
    with ClipReader(film) as got:
        frames = [item.rgb.astype(int) for item in got.items() if isinstance(item, ClipFrame)]
    assert len(frames) == 12
    moved = [np.abs(frame - frames[0]).mean() for frame in frames]
    assert moved[-1] > 3 * max(moved[1], 0.1)  # the clip stands still; what moves is the edit
    who = roses.read(file_of(client, tmp_path, id))
    assert apply_edits(who.w, ()).shape == who.w.shape


def test_a_film_of_the_character_alone(
    client: TestClient, face: str, make_clip: MakeClip, tmp_path: Path
) -> None:
    import av

    def head(size: tuple[int, int], index: int) -> np.ndarray:
        return np.ascontiguousarray(data.astronaut()[:256, 96:352])

    clip = make_clip(frames=6, size=(256, 256), draw=head)
    sent = client.post("/api/clips", content=clip.read_bytes()).json()
    wish = {"clip": sent["id"], "name": "film", "figure": True}
    refused = client.post("/api/jobs", json=wish)
    assert refused.status_code == 422
    assert "figure needs a character" in refused.text
    wish["character"] = cast(client, face)[0]["id"]
    path = f"/api/jobs/{client.post('/api/jobs', json=wish).json()['id']}"
    done = waited(lambda: client.get(path).json(), ended)
    assert done["state"] == "done", done["message"]
    assert done["spec"]["figure"] is True
    assert client.get(f"{path}/film.mp4").status_code == 404
    given = client.get(f"{path}/figure.mov")
    assert given.headers["content-type"] == "video/quicktime"
    (tmp_path / "figure.mov").write_bytes(given.content)
    with av.open(tmp_path / "figure.mov") as film:
        frames = list(film.decode(video=0))
        assert film.streams.video[0].codec_context.name == "prores"
    alpha = [frame.to_ndarray(format="rgba")[..., 3] for frame in frames]
    assert len(alpha) == 6
    assert alpha[0].min() == 0  # beside the head
    assert alpha[0].max() == 255


def test_without_a_model_the_page_is_told_what_is_missing(tmp_path: Path) -> None:
    settings = StudioSettings(tmp_path, model="nobody")
    with TestClient(create_app(settings), base_url=HERE) as client:
        model = client.get("/api/status").json()["model"]
        assert model == {"ready": False, "name": "nobody", "why": model["why"], "size": 0}
        assert "rosetail studio --model" in model["why"]
        refused = client.get("/api/attributes")
        assert (refused.status_code, refused.json()["code"]) == (409, "weights")
