"""Steps beside each other: bounded, in order, and no error is lost."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import closing

import pytest

from rosetail.video.pipeline import BackgroundConsumer, parallel_map, prefetch


def alive(name: str) -> bool:
    return any(thread.name.startswith(name) for thread in threading.enumerate())


def test_order_is_kept_and_little_is_in_flight() -> None:
    made: list[int] = []

    def count() -> Iterator[int]:
        for number in range(50):
            made.append(number)
            yield number

    written: list[int] = []
    with (
        closing(prefetch(count(), 3)) as numbers,
        BackgroundConsumer(written.append, 2) as out,
    ):
        for number in numbers:
            assert len(made) - number <= 3 + 2  # the queue, one waiting to enter, this one
            out.put(number)
    assert written == list(range(50))
    assert not alive("prefetch")
    assert not alive("consumer")


def test_they_run_at_the_same_time() -> None:
    """All three sides must be at work at once for anyone to pass the gate."""
    gate = threading.Barrier(3, timeout=10)

    def source() -> Iterator[int]:
        for number in range(5):
            yield number
            if number >= 2:
                gate.wait()

    def consume(number: int) -> None:
        if number < 3:
            gate.wait()

    with (
        closing(prefetch(source(), 4)) as numbers,
        BackgroundConsumer(consume, 4) as out,
    ):
        for number in numbers:
            out.put(number)
            if number < 3:
                gate.wait()


def test_an_error_before_is_raised_here() -> None:
    def broken() -> Iterator[int]:
        yield 1
        raise OSError(5, "bad disk")

    seen = []
    with pytest.raises(OSError, match="bad disk"), closing(prefetch(broken(), 2)) as numbers:
        seen.extend(numbers)
    assert not alive("prefetch")


def test_an_error_after_is_raised_by_the_next_put() -> None:
    def refuse(number: int) -> None:
        if number == 3:
            raise OSError(28, "full disk")

    with pytest.raises(OSError, match="full disk"), BackgroundConsumer(refuse, 1) as out:
        for number in range(1000):
            out.put(number)
    assert not alive("consumer")


def test_an_error_on_the_last_item_is_raised_on_leaving() -> None:
    def refuse(_: int) -> None:
        time.sleep(0.05)
        raise OSError(28, "full disk")

    with pytest.raises(OSError, match="full disk"), BackgroundConsumer(refuse, 4) as out:
        out.put(0)


def test_leaving_early_stops_both_threads() -> None:
    consumed: list[int] = []

    def endless() -> Iterator[int]:
        while True:
            yield 0

    def consume(number: int) -> None:
        time.sleep(0.01)
        consumed.append(number)

    with (
        pytest.raises(KeyboardInterrupt),
        closing(prefetch(endless(), 2)) as numbers,
        BackgroundConsumer(consume, 50) as out,
    ):
        for index, number in enumerate(numbers):
            out.put(number)
            if index == 40:
                raise KeyboardInterrupt
    assert len(consumed) < 41  # what waited was dropped
    assert not alive("prefetch")
    assert not alive("consumer")


@pytest.mark.parametrize("count", [1, 3])
def test_parallel_map_keeps_the_order_and_works_so_many_at_a_time(count: int) -> None:
    gate = threading.Barrier(count, timeout=10)

    def work(number: int) -> int:
        gate.wait()
        return number * number

    assert list(parallel_map(work, range(6 * count), count)) == [n * n for n in range(6 * count)]


def test_parallel_map_raises_what_its_work_raises_and_ends_its_threads() -> None:
    def work(number: int) -> int:
        if number == 3:
            raise KeyboardInterrupt
        return number

    done = []
    with pytest.raises(KeyboardInterrupt):
        for number in parallel_map(work, iter(range(100)), 2):
            done.append(number)
    assert done == [0, 1, 2]
    assert not alive("parallel")
