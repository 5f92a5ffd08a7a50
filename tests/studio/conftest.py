"""A studio in the test's process."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from starlette.testclient import TestClient

from rosetail.studio.app import create_app
from rosetail.studio.settings import StudioSettings
from tests.fixtures.make_clip import make_clip

__all__ = ["make_clip"]

HERE = "http://localhost:8033"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """Asks a studio as its own page would; one for a file of tests."""
    app = create_app(StudioSettings(tmp_path_factory.mktemp("home")))
    with TestClient(app, base_url=HERE) as asking:
        yield asking


@pytest.fixture(scope="session")
def photo() -> bytes:
    """A PNG of 96 x 64, without a face."""
    rgb = np.zeros((64, 96, 3), np.uint8)
    rgb[:32, :, 0], rgb[32:, :, 2] = 200, 90
    return cv2.imencode(".png", cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR))[1].tobytes()


def waited(ask: Callable[[], Any], good: Callable[[Any], bool], seconds: float = 240) -> Any:
    """``ask()`` again and again until it is ``good``."""
    until = time.monotonic() + seconds
    while True:
        answer = ask()
        if good(answer):
            return answer
        assert time.monotonic() < until, answer
        time.sleep(0.05)
