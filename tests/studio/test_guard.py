"""Who may ask: names of this machine, the page's own origin, and the token."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from rosetail.errors import SettingsError
from rosetail.studio.guard import HEADERS, Guard
from rosetail.studio.settings import StudioSettings, is_loopback, new_token

TOKEN = "0123456789abcdef-token"


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers 200 with the number of bytes that came, or nothing where the body was cut off."""
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        size += len(message.get("body", b""))
        more = message.get("more_body", False)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": str(size).encode()})


def asking(tmp_path: Path, **settings: str) -> TestClient:
    return TestClient(
        Guard(echo, StudioSettings(tmp_path, **settings)), base_url="http://localhost:8033"
    )


@pytest.fixture
def client(tmp_path: Path) -> TestClient:
    return asking(tmp_path)


@pytest.mark.parametrize("host", ["localhost:8033", "127.0.0.1", "[::1]:8033", "LOCALHOST"])
def test_names_of_this_machine_are_served(client: TestClient, host: str) -> None:
    assert client.get("/", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "localhost.evil.example",
        "192.168.0.7",
        "127.0.0.1.nip.example",
        "",
        "[",
        "@",
    ],
)
def test_names_that_were_made_to_point_here_are_refused(client: TestClient, host: str) -> None:
    answer = client.get("/", headers={"Host": host})
    assert (answer.status_code, answer.json()["code"]) == (403, "host")


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "null"},
        {"Origin": "http://evil.example"},
        {"Origin": "http://localhost:9999"},
        {"Origin": "http://localhost"},
        {"Origin": "file://localhost:8033"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "no-cors"},
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS", "DELETE"])
def test_other_sites_are_refused(client: TestClient, headers: dict[str, str], method: str) -> None:
    answer = client.request(method, "/api/photos", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "origin")
    assert not [name for name in answer.headers if name.startswith("access-control")]


def test_the_page_and_plain_programs_are_served(client: TestClient) -> None:
    own = {"Origin": "http://localhost:8033", "Sec-Fetch-Site": "same-origin"}
    assert client.post("/api/jobs", headers=own).status_code == 200
    assert client.post("/api/jobs").status_code == 200
    link = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    assert client.get("/", headers=link).status_code == 200  # a link from elsewhere may lead here


def test_every_answer_has_the_headers_that_shut_the_browser(client: TestClient) -> None:
    for answer in (client.get("/"), client.get("/", headers={"Host": "evil.example"})):
        for name, value in HEADERS.items():
            assert answer.headers[name] == value
    assert "default-src 'none'" in HEADERS["Content-Security-Policy"]


def test_long_bodies_are_refused_however_they_come(client: TestClient) -> None:
    assert client.post("/api/jobs", content=b"x" * 1_000_000).text == "1000000"
    assert client.post("/api/jobs", content=b"x" * 1_000_001).status_code == 413
    assert client.post("/api/jobs", headers={"Content-Length": "-1e3"}).status_code == 413
    chunks = (b"x" * 100_000 for _ in range(20))
    with pytest.raises(AssertionError):  # the application is told that the asker went away
        client.post("/api/jobs", content=chunks)


def test_the_token_lets_in_and_nothing_else_does(tmp_path: Path) -> None:
    client = asking(tmp_path, host="0.0.0.0", token=TOKEN)
    for wrong in ({}, {"Authorization": "Bearer nope"}, {"Authorization": f"Basic {TOKEN}"}):
        answer = client.get("/api/status", headers=wrong)
        assert (answer.status_code, answer.json()["code"]) == (401, "token")
    right = {"Authorization": f"Bearer {TOKEN}"}
    assert client.get("/api/status", headers=right).status_code == 200
    assert client.get("/?token=wrong").status_code == 401
    entered = client.get(f"/?token={TOKEN}", follow_redirects=False)
    assert (entered.status_code, entered.headers["location"]) == (303, "/")
    cookie = entered.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert client.get("/api/status").status_code == 200  # the client keeps the cookie
    assert asking(tmp_path, host="0.0.0.0", token=TOKEN).get("/api/answer/key").status_code == 200


def test_outside_numbers_and_the_own_name_are_served_and_domains_are_not(tmp_path: Path) -> None:
    client = asking(tmp_path, host="0.0.0.0", token=TOKEN)
    right = {"Authorization": f"Bearer {TOKEN}"}
    for host, status in (("192.168.0.7:8033", 200), ("[fe80::1]", 200), ("evil.example", 403)):
        assert client.get("/", headers={**right, "Host": host}).status_code == status


def test_outside_needs_a_token(tmp_path: Path) -> None:
    for host in ("0.0.0.0", "::", "192.168.0.7", "my-machine"):
        with pytest.raises(SettingsError, match="token"):
            StudioSettings(tmp_path, host)
    with pytest.raises(SettingsError, match="at least 16"):
        StudioSettings(tmp_path, "0.0.0.0", token="short")
    assert is_loopback("127.0.0.9")
    assert is_loopback("::1")
    assert len({new_token() for _ in range(20)}) == 20
