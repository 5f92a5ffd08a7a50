"""Clients in turn, limits, and superseded requests."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from rosetail.studio.problems import Problem
from rosetail.studio.request_queue import RequestQueue
from rosetail.studio.settings import Limits


class FakeWorker:
    """Runs the function that a test passes as the argument ``call``."""

    def call(self, name: str, seconds: float, /, **arguments: Any) -> Any:
        return arguments["call"]()

    def close(self) -> None: ...


def limits(waiting: int = 64, each: int = 8) -> Limits:
    return replace(Limits(), waiting_previews=waiting, waiting_previews_each=each)


def played(script: Callable[[RequestQueue, threading.Event], Awaitable[Any]], **bounds: int) -> Any:
    """Run ``script`` with a queue whose first call, by client "first", holds until the event."""

    async def run() -> Any:
        requests = RequestQueue(FakeWorker(), limits(**bounds))
        requests.start()
        go = threading.Event()
        held = asyncio.create_task(requests.call("first", "do", call=lambda: go.wait(5)))
        await asyncio.sleep(0.05)
        try:
            return await asyncio.wait_for(script(requests, go), 10)
        finally:
            go.set()
            await held
            await requests.stop()

    return asyncio.run(run())


def test_clients_take_turns_however_much_one_asks() -> None:
    done: list[str] = []

    async def script(requests: RequestQueue, go: threading.Event) -> None:
        asked = [("many", f"a{n}") for n in range(4)] + [("one", "b"), ("other", "c")]
        tasks = [
            asyncio.create_task(
                requests.call(client, "do", call=lambda what=what: done.append(what))
            )
            for client, what in asked
        ]
        await asyncio.sleep(0.02)
        go.set()
        await asyncio.gather(*tasks)

    played(script)
    assert done == ["a0", "b", "c", "a1", "a2", "a3"]


def test_only_the_newest_request_of_a_slot_is_done() -> None:
    async def script(requests: RequestQueue, go: threading.Event) -> list[Any]:
        tasks = [
            asyncio.create_task(
                requests.call("me", "do", slot=slot, call=lambda value=value: value)
            )
            for slot, value in (
                ("hair", 1),
                ("hair", 2),
                ("eyes", 3),
                ("hair", 4),
                ("", 5),
                ("", 6),
            )
        ]
        await asyncio.sleep(0.02)
        go.set()
        return await asyncio.gather(*tasks, return_exceptions=True)

    first, second, eyes, last, *free = played(script)
    assert [first.code, second.code] == ["superseded", "superseded"]
    assert [eyes, last, *free] == [3, 4, 5, 6]


def test_too_much_is_refused_at_once() -> None:
    async def script(requests: RequestQueue, go: threading.Event) -> list[int]:
        tasks = [
            asyncio.create_task(requests.call(client, "do", call=lambda: 0))
            for client in ("a", "a", "a", "b", "c")
        ]
        await asyncio.sleep(0.02)
        began = time.monotonic()
        refused = [task.exception().status for task in tasks if task.done()]  # type: ignore[union-attr]
        assert time.monotonic() - began < 0.05
        assert requests.waiting == 3
        go.set()
        await asyncio.gather(*tasks, return_exceptions=True)
        return refused

    assert played(script, waiting=3, each=2) == [429, 429]


def test_an_error_is_the_askers_and_the_next_is_served() -> None:
    async def script(requests: RequestQueue, go: threading.Event) -> Any:
        go.set()
        with pytest.raises(ZeroDivisionError):
            await requests.call("me", "do", call=lambda: 1 // 0)
        return await requests.call("me", "do", call=lambda: "worker")

    assert played(script) == "worker"


def test_the_loop_goes_on_while_a_call_runs() -> None:
    async def script(requests: RequestQueue, go: threading.Event) -> float:
        began = time.monotonic()
        await asyncio.sleep(0.05)
        return time.monotonic() - began

    assert played(script) < 1


def test_stopping_refuses_what_waits() -> None:
    async def run() -> int:
        requests = RequestQueue(FakeWorker(), limits(8))
        waiting = asyncio.create_task(requests.call("me", "do", call=lambda: 0))
        await asyncio.sleep(0)
        await requests.stop()
        with pytest.raises(Problem) as refused:
            await waiting
        return refused.value.status

    assert asyncio.run(run()) == 503
