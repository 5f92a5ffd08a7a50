"""The queue of previews: bounded, fair between clients, and only the newest request counts.

A slider sends more requests than can be drawn. Each names a ``slot``; a newer request in the same
slot of the same client replaces one that still waits, which is answered with "superseded".
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, TypeVar

from rosetail.studio.problems import Problem

T = TypeVar("T")


@dataclass(eq=False)
class _Request:
    slot: str
    call: Callable[[Any], Any]
    future: asyncio.Future[Any] = field(repr=False)

    def fail(self, error: Exception) -> None:
        if not self.future.done():
            self.future.set_exception(error)


class RequestQueue:
    """Runs calls in a thread, one at a time; each is given the ``worker``.

    At most ``limit`` calls wait, ``client_limit`` of one client.
    """

    def __init__(self, worker: Any, limit: int, client_limit: int) -> None:
        self._worker, self._limit, self._client_limit = worker, limit, client_limit
        self._waiting: OrderedDict[str, deque[_Request]] = OrderedDict()
        self._changed = asyncio.Event()
        self._thread = ThreadPoolExecutor(1, "request-queue")
        self._task: asyncio.Task[None] | None = None
        self.running = 0

    @property
    def waiting(self) -> int:
        """Number of calls that wait."""
        return sum(map(len, self._waiting.values()))

    def start(self) -> None:
        """Start serving; needs a running event loop."""
        self._task = asyncio.create_task(self._serve())

    async def stop(self) -> None:
        """Refuse what waits. A running call ends when its worker is closed."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        for queue in self._waiting.values():
            for request in queue:
                request.fail(Problem(503, "stopping", "the studio is stopping; start it again"))
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def run(self, client: str, slot: str, call: Callable[[Any], T]) -> T:
        """The result of ``call(worker)``.

        Raises Problem 429 if too many calls wait, and 409 "superseded" if a newer call of the same
        ``slot`` replaced it. Calls with an empty slot are never replaced.
        """
        queue = self._waiting.get(client, deque())
        for old in [request for request in queue if slot and request.slot == slot]:
            queue.remove(old)
            old.fail(Problem(409, "superseded", "superseded by a newer request"))
        if self.waiting >= self._limit or len(queue) >= self._client_limit:
            raise Problem(
                429, "busy", "too many previews are waiting; try again in a second", retry_after=1
            )
        request = _Request(slot, call, asyncio.get_running_loop().create_future())
        queue.append(request)
        self._waiting.setdefault(client, queue)
        self._changed.set()
        try:
            result: T = await request.future
            return result
        finally:
            if request in queue:  # the client disconnected
                queue.remove(request)

    async def _serve(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            request = self._next()
            if request is None:
                self._changed.clear()
                await self._changed.wait()
                continue
            self.running += 1
            try:
                result = await loop.run_in_executor(self._thread, request.call, self._worker)
                if not request.future.done():
                    request.future.set_result(result)
            except Exception as error:
                request.fail(error)
            finally:
                self.running -= 1

    def _next(self) -> _Request | None:
        """The oldest request of the next client; that client goes to the end of the line."""
        while self._waiting:
            client, queue = self._waiting.popitem(last=False)
            if not queue:
                continue
            request = queue.popleft()
            if queue:
                self._waiting[client] = queue
            if not request.future.done():
                return request
        return None
