"""Who is served next: previews are bounded, clients take turns, and only the newest wish counts.

A slider sends more wishes than can be drawn. Each wish names its ``slot``; a newer one in the same
slot of the same client takes the place of one that still waits, which is then told so.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, TypeVar

from rosetail.studio.problems import Problem

T = TypeVar("T")
Call = Callable[[Any], T]


@dataclass(eq=False)
class _Wish:
    slot: str
    call: Callable[[Any], Any]
    future: asyncio.Future[Any] = field(repr=False)


class Turns:
    """Runs calls in threads, one at a time for each of ``runners``, which is given to the call.

    At most ``most`` calls wait, ``most_each`` of one client.
    """

    def __init__(self, runners: Sequence[Any], most: int, most_each: int) -> None:
        self._runners, self._most, self._most_each = runners, most, most_each
        self._waiting: OrderedDict[str, deque[_Wish]] = OrderedDict()
        self._news = asyncio.Event()
        self._threads = ThreadPoolExecutor(len(runners), "turns")
        self._tasks: list[asyncio.Task[None]] = []
        self.running = 0

    @property
    def waiting(self) -> int:
        """How many calls wait."""
        return sum(map(len, self._waiting.values()))

    def start(self) -> None:
        """Begin to serve; needs a running event loop."""
        self._tasks = [asyncio.create_task(self._serve(runner)) for runner in self._runners]

    async def stop(self) -> None:
        """Refuse what waits. Calls that run go on in their thread until their runner is closed."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for wish in [wish for queue in self._waiting.values() for wish in queue]:
            _refuse(wish, Problem(503, "stopping", "the studio is being stopped; start it again"))
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def run(self, client: str, slot: str, call: Call[T]) -> T:
        """The result of ``call(runner)``.

        Raises Problem 429 where too much waits, and 409 "superseded" where a newer call of the
        same ``slot`` took its place; an empty slot is never taken.
        """
        queue = self._waiting.get(client, deque())
        for old in [wish for wish in queue if slot and wish.slot == slot]:
            queue.remove(old)
            _refuse(old, Problem(409, "superseded", "a newer wish took its place; ignore this one"))
        if self.waiting >= self._most or len(queue) >= self._most_each:
            raise Problem(
                429, "busy", "too many previews are waiting; ask again in a second", retry_after=1
            )
        wish = _Wish(slot, call, asyncio.get_running_loop().create_future())
        queue.append(wish)
        self._waiting.setdefault(client, queue)
        self._news.set()
        try:
            result: T = await wish.future
            return result
        finally:
            if wish in queue:  # the asker went away
                queue.remove(wish)

    async def _serve(self, runner: Any) -> None:
        loop = asyncio.get_running_loop()
        while True:
            wish = self._next()
            if wish is None:
                self._news.clear()
                await self._news.wait()
                continue
            self.running += 1
            try:
                result = await loop.run_in_executor(self._threads, wish.call, runner)
                if not wish.future.done():
                    wish.future.set_result(result)
            except Exception as error:
                _refuse(wish, error)
            finally:
                self.running -= 1

    def _next(self) -> _Wish | None:
        """The oldest wish of the client whose turn it is; the client goes to the end of the row."""
        while self._waiting:
            client, queue = self._waiting.popitem(last=False)
            if not queue:
                continue
            wish = queue.popleft()
            if queue:
                self._waiting[client] = queue
            if not wish.future.done():
                return wish
        return None


def _refuse(wish: _Wish, error: Exception) -> None:
    if not wish.future.done():
        wish.future.set_exception(error)
