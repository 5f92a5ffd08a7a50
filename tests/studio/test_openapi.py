"""The API against its own OpenAPI document: nothing asked of it makes it fail or say what it does
not promise."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.studio.test_jobs import started

PATIENCE = 60  # seconds: these machines may be busy
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    process, client = started(tmp_path_factory.mktemp("home"))
    yield str(client.base_url)
    process.send_signal(signal.SIGINT)
    process.wait(20)


@pytest.mark.slow
def test_the_api_keeps_its_word(address: str) -> None:
    schema = schemathesis.openapi.from_url(f"{address}api/openapi.json", timeout=PATIENCE)
    tried = 0
    for result in schema.get_all_operations():
        operation = result.ok()

        @given(case=operation.as_strategy())
        @settings(
            max_examples=8,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        def keeps_its_word(case: schemathesis.Case) -> None:
            case.call_and_validate(checks=CHECKS, timeout=PATIENCE)

        keeps_its_word()
        tried += 1
    assert tried >= 40


def test_everything_is_documented() -> None:
    from pathlib import Path
    from tempfile import TemporaryDirectory

    from starlette.testclient import TestClient

    from rosetail.studio.app import create_app
    from rosetail.studio.settings import StudioSettings
    from tests.studio.conftest import HERE

    with TemporaryDirectory() as home:
        client = TestClient(create_app(StudioSettings(Path(home))), base_url=HERE)
        document = client.get("/api/openapi.json", timeout=PATIENCE).json()
    operations = [op for path in document["paths"].values() for op in path.values()]
    assert len(operations) >= 40
    for operation in operations:
        assert operation["description"], operation["operationId"]
        assert "403" in operation["responses"]
