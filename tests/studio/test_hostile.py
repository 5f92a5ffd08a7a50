"""Two hundred uploads that mean no good: each refused with a reason, and the studio lives on."""

from __future__ import annotations

import gzip
import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from starlette.testclient import TestClient

from rosetail.studio.app import create_app
from rosetail.studio.settings import Limits, StudioSettings
from tests.studio.conftest import HERE


def png(width: int, height: int, pixels: bytes) -> bytes:
    """A PNG that states its size, whatever it holds."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        whole = kind + data
        return struct.pack(">I", len(data)) + whole + struct.pack(">I", zlib.crc32(whole))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(pixels)), chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def zip_bomb() -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("photo.jpg", b"\0" * 30_000_000)
    return kept.getvalue()


def hostile(good: bytes, clip: bytes) -> Iterator[bytes]:
    rng = np.random.default_rng(0)
    yield from (b"x", b"\0" * 5000, b"MZ" + bytes(500), b"%PDF-1.7\n%%EOF", b"<svg xmlns='a'/>")
    yield from (b"#EXTM3U\n/etc/passwd", b"ffconcat version 1.0\nfile /etc/passwd\n")
    yield from (b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]>",)
    yield from (zip_bomb(), gzip.compress(bytes(20_000_000)), b"GIF89a", b"RIFF\0\0\0\0WEBPVP8 ")
    yield from (png(100_000, 100_000, b""), png(2**31 - 1, 2**31 - 1, b""), png(0, 5, b""))
    yield from (png(20_000, 20_000, bytes(60_000)), b"\xff\xd8\xff" + b"\xff" * 9000)
    for cut in range(1, 60):
        yield good[: len(good) * cut // 62]
    for cut in range(1, 40):
        yield clip[: len(clip) * cut // 42]
    for _ in range(40):
        yield rng.bytes(int(rng.integers(1, 5000)))
    for head in (b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"II*\0", b"BM", b"\0\0\0\x18ftypmp42"):
        for _ in range(9):
            yield head + rng.bytes(int(rng.integers(10, 3000)))


@pytest.fixture(scope="module")
def good() -> bytes:
    noise = np.random.default_rng(1).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    kept = io.BytesIO()
    Image.fromarray(noise).save(kept, "PNG")
    return kept.getvalue()


def test_two_hundred_hostile_uploads(client: TestClient, good: bytes) -> None:
    import rosetail

    clip = (Path(rosetail.__file__).parent / "samples" / "astronaut.mp4").read_bytes()
    bodies = list(hostile(good, clip))
    assert len(bodies) >= 200
    for number, body in enumerate(bodies):
        kind = "clips" if number % 3 == 0 else "photos"
        name = ("../../../x.jpg", "\x00.png", "CON", "a" * 400, "x.jpg/..")[number % 5]
        refused = client.post(f"/api/{kind}", params={"name": name}, content=body)
        assert 400 <= refused.status_code < 500, (number, kind, refused.status_code, body[:40])
        assert len(refused.json()["detail"]) > 10
        assert "/arriving/" not in refused.text
    assert client.get("/api/health").status_code == 200
    assert client.get("/api/photos").json() == client.get("/api/clips").json() == []
    assert client.post("/api/photos", content=good).status_code == 201
    home = client.app.app.state.studio.store.home  # type: ignore[attr-defined]
    assert list((home / "arriving").iterdir()) == []
    assert len(list((home / "photos").iterdir())) == 2  # the good one and its view


def test_uploads_stop_at_their_limit(tmp_path: Path, good: bytes) -> None:
    limits = replace(Limits(), photo_bytes=len(good), clip_bytes=1000)
    read = 0

    def endless() -> Iterator[bytes]:
        nonlocal read
        for _ in range(10_000):
            read += 1000
            yield bytes(1000)

    with TestClient(create_app(StudioSettings(tmp_path, limits=limits)), base_url=HERE) as client:
        assert client.post("/api/photos", content=good).status_code == 201
        assert client.post("/api/photos", content=good + b"x").status_code == 413
        refused = client.post("/api/clips", content=endless())
        assert (refused.status_code, refused.json()["code"]) == (413, "too_large")
        assert client.post("/api/clips", content=b"").json()["code"] == "empty"
    assert list((tmp_path / "arriving").iterdir()) == []


def test_a_full_library_takes_no_more(tmp_path: Path, good: bytes) -> None:
    limits = replace(Limits(), library_bytes=10)
    with TestClient(create_app(StudioSettings(tmp_path, limits=limits)), base_url=HERE) as client:
        refused = client.post("/api/photos", content=good)
        assert (refused.status_code, refused.json()["code"]) == (507, "full")
