"""The API against its own OpenAPI document: nothing asked of it makes it fail or say what it does
not promise."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.studio.test_jobs import started

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> Iterator[object]:
    process, client = started(tmp_path_factory.mktemp("home"))
    yield schemathesis.openapi.from_url(f"{client.base_url}api/openapi.json")
    process.send_signal(signal.SIGINT)
    process.wait(20)


schema = schemathesis.pytest.from_fixture("document")


@pytest.mark.slow
@schema.parametrize()
@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
def test_the_api_keeps_its_word(case: schemathesis.Case) -> None:
    case.call_and_validate(checks=CHECKS)


def test_everything_is_documented() -> None:
    from pathlib import Path
    from tempfile import TemporaryDirectory

    from starlette.testclient import TestClient

    from rosetail.studio.app import create_app
    from rosetail.studio.settings import Settings
    from tests.studio.conftest import HERE

    with TemporaryDirectory() as home:
        client = TestClient(create_app(Settings(Path(home))), base_url=HERE)
        told = client.get("/api/openapi.json").json()
    operations = [op for path in told["paths"].values() for op in path.values()]
    assert len(operations) >= 40
    for operation in operations:
        assert operation["description"], operation["operationId"]
        assert "403" in operation["responses"]
