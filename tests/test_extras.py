"""Optional packages: absent, broken, and what is done without them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rosetail import extras
from rosetail.errors import ExtraMissing, LibraryMissing
from rosetail.extras import System
from rosetail.studio.models import model_state
from rosetail.weights import PAINTER
from rosetail.weights.catalog import default_model, models


@pytest.fixture
def bare_system(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Linux without the libraries that Skia loads."""
    bare = System(("libno-such-library.so.1",), "libegl1 libgl1")
    monkeypatch.setattr(extras, "SYSTEM", {"skia": bare})
    monkeypatch.setattr("sys.platform", "linux")
    extras._why_not.cache_clear()
    yield
    extras._why_not.cache_clear()


def test_what_is_there_passes() -> None:
    extras.check("arithmetic", "none", "math", "json")
    assert extras.works("math")


def test_what_is_absent_names_its_extra() -> None:
    with pytest.raises(ExtraMissing, match=r"flying.*rosetail\[wings\]"):
        extras.check("flying", "wings", "math", "no_such_module")
    assert not extras.works("no_such_module")


@pytest.mark.usefixtures("bare_system")
def test_a_system_without_its_library() -> None:
    """The cause and the packages are told, and characters come from the trained model."""
    pytest.importorskip("skia")
    with pytest.raises(LibraryMissing, match=r"libno-such.*apt install libegl1 libgl1"):
        extras.check("painting", "paint", "skia")
    assert not extras.works("skia")
    assert default_model() == models()[0] != PAINTER
    assert "apt install" in model_state(PAINTER).why
