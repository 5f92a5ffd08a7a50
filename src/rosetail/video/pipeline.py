"""Steps that run beside each other, joined by short queues: what is in flight is bounded.

An error in any step stops the others and is raised, as it was, in the thread that consumes.
"""

from __future__ import annotations

import queue
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from types import TracebackType
from typing import Generic, TypeVar

S = TypeVar("S")
T = TypeVar("T")

_LOOK = 0.1  # seconds between looks at whether the other side is gone
_END = object()


class Ahead(Generic[T]):
    """Iterates over ``source`` in a thread of its own, at most ``length`` items ahead.

    A context manager: leaving it stops the thread, whether or not the source was used up.
    """

    def __init__(self, source: Iterable[T], length: int) -> None:
        self._source = source
        self._items: queue.Queue[object] = queue.Queue(length)
        self._stop = threading.Event()
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._fill, name="ahead", daemon=True)

    def __enter__(self) -> Iterator[T]:
        self._thread.start()
        return self._take()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop.set()
        self._thread.join()

    def _fill(self) -> None:
        try:
            for item in self._source:
                if not self._put(item):
                    return
        except BaseException as error:  # raised again where the items are taken
            self._error = error
        self._put(_END)

    def _put(self, item: object) -> bool:
        while not self._stop.is_set():
            try:
                self._items.put(item, timeout=_LOOK)
                return True
            except queue.Full:
                continue
        return False

    def _take(self) -> Iterator[T]:
        while (item := _get(self._items)) is not _END:
            yield item  # type: ignore[misc]
        if self._error is not None:
            raise self._error


def abreast(work: Callable[[S], T], items: Iterable[S], count: int) -> Generator[T, None, None]:
    """``work(item)`` of each item in order, ``count`` of them at a time in threads.

    To be closed where it is not used up.
    """
    if count == 1:
        yield from map(work, items)
        return
    with ThreadPoolExecutor(count, thread_name_prefix="abreast") as pool:
        waiting: deque[Future[T]] = deque()
        try:
            for item in items:
                waiting.append(pool.submit(work, item))
                if len(waiting) > count:
                    yield _result(waiting.popleft())
            while waiting:
                yield _result(waiting.popleft())
        finally:
            for future in waiting:
                future.cancel()


def _result(future: Future[T]) -> T:
    """What comes of it; waits in short turns, as :func:`_get` does."""
    while not wait([future], _LOOK).done:
        continue
    return future.result()


class Behind(Generic[T]):
    """Hands items to ``consume`` in a thread of its own, at most ``length`` of them waiting.

    A context manager: leaving it waits until everything is consumed, or, on an error, drops the
    rest. An error of ``consume`` is raised by the next ``put`` or on leaving.
    """

    def __init__(self, consume: Callable[[T], None], length: int) -> None:
        self._consume = consume
        self._items: queue.Queue[object] = queue.Queue(length)
        self._stop = threading.Event()
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._drain, name="behind", daemon=True)

    def put(self, item: T) -> None:
        """Give one item; raises what an earlier item raised."""
        while self._error is None:
            try:
                self._items.put(item, timeout=_LOOK)
                return
            except queue.Full:
                continue
        raise self._error

    def __enter__(self) -> Behind[T]:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is not None:
            self._stop.set()
        self._items_end()
        self._thread.join()
        if error is None and self._error is not None:
            raise self._error

    def _items_end(self) -> None:
        while self._thread.is_alive():
            try:
                self._items.put(_END, timeout=_LOOK)
                return
            except queue.Full:
                continue

    def _drain(self) -> None:
        while (item := _get(self._items)) is not _END:
            if self._stop.is_set():
                return
            try:
                self._consume(item)  # type: ignore[arg-type]
            except BaseException as error:  # raised again where items are put
                self._error = error
                return


def _get(items: queue.Queue[object]) -> object:
    """The next item; waits in short turns, because on Windows a long wait holds back Ctrl-C."""
    while True:
        try:
            return items.get(timeout=_LOOK)
        except queue.Empty:
            continue
