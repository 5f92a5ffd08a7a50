"""Pipeline stages that run in threads, with a bounded number of items in flight.

An error in a stage stops the others and is raised in the thread that consumes.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Generic, TypeVar

S = TypeVar("S")
T = TypeVar("T")

_POLL = 0.1  # seconds
_END = object()


def prefetch(source: Iterable[T], length: int) -> Generator[T, None, None]:
    """Iterate over ``source`` in a thread, at most ``length`` items ahead.

    Close the generator if it is not exhausted.
    """
    iterator = iter(source)
    with ThreadPoolExecutor(1, thread_name_prefix="prefetch") as pool:
        waiting: deque[Future[object]] = deque()
        try:
            while True:
                while len(waiting) < length:
                    waiting.append(pool.submit(next, iterator, _END))
                item = _result(waiting.popleft())
                if item is _END:
                    return
                yield item  # type: ignore[misc]
        finally:
            pool.shutdown(cancel_futures=True)


def parallel_map(
    work: Callable[[S], T], items: Iterable[S], count: int
) -> Generator[T, None, None]:
    """``work(item)`` for each item in order, in ``count`` threads.

    Close the generator if it is not exhausted.
    """
    if count == 1:
        yield from map(work, items)
        return
    with ThreadPoolExecutor(count, thread_name_prefix="parallel") as pool:
        waiting: deque[Future[T]] = deque()
        try:
            for item in items:
                waiting.append(pool.submit(work, item))
                if len(waiting) > count:
                    yield _result(waiting.popleft())
            while waiting:
                yield _result(waiting.popleft())
        finally:
            pool.shutdown(cancel_futures=True)


class BackgroundConsumer(Generic[T]):
    """Calls ``consume`` on items in a thread, in order, with at most ``length`` of them waiting.

    A context manager: leaving it waits until all items are consumed, or drops them on an error. An
    error of ``consume`` is raised by a later ``put`` or on leaving.
    """

    def __init__(self, consume: Callable[[T], None], length: int) -> None:
        self._consume, self._length = consume, length
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="consumer")
        self._waiting: deque[Future[None]] = deque()

    def put(self, item: T) -> None:
        """Add an item; waits while the queue is full."""
        while self._waiting and (self._waiting[0].done() or len(self._waiting) > self._length):
            _result(self._waiting.popleft())
        self._waiting.append(self._pool.submit(self._consume, item))

    def __enter__(self) -> BackgroundConsumer[T]:
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        try:
            while error is None and self._waiting:
                _result(self._waiting.popleft())
        finally:
            self._pool.shutdown(cancel_futures=True)


def _result(future: Future[T]) -> T:
    """The result of a future. Polls, because on Windows a long wait blocks Ctrl-C."""
    while not wait([future], _POLL).done:
        continue
    return future.result()
