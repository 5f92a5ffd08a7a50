"""The queue of previews: bounded, fair between clients; newer requests replace older ones.

A slider sends more requests than can be drawn. Each names a ``slot``; a newer request in the same
slot of the same client replaces one that still waits, which is answered with "superseded".
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol

from rosetail.studio.problems import Problem
from rosetail.studio.settings import Limits


class Worker(Protocol):
    """Runs calls; implemented by :class:`rosetail.studio.child.ChildProcess`."""

    def call(self, name: str, seconds: float, /, **arguments: Any) -> Any:
        """The result of one call; blocks for at most ``seconds``."""
        ...

    def close(self) -> None:
        """End the running call."""
        ...


@dataclass(eq=False)
class _Request:
    slot: str
    call: Callable[[], Any]
    future: asyncio.Future[Any] = field(repr=False)

    def fail(self, error: Exception) -> None:
        if not self.future.done():
            self.future.set_exception(error)


class RequestQueue:
    """Sends calls to ``worker``, one at a time.

    At most ``limits.waiting_previews`` calls wait, ``waiting_previews_each`` of one client.
    """

    def __init__(self, worker: Worker, limits: Limits) -> None:
        self._worker, self._limits = worker, limits
        self._waiting: OrderedDict[str, deque[_Request]] = OrderedDict()
        self._changed = asyncio.Event()
        self._thread = ThreadPoolExecutor(1, "request-queue")
        self._task: asyncio.Task[None] | None = None
        self.running = 0

    @property
    def waiting(self) -> int:
        """Number of waiting calls."""
        return sum(map(len, self._waiting.values()))

    def start(self) -> None:
        """Start serving; needs a running event loop."""
        self._task = asyncio.create_task(self._serve())

    async def stop(self) -> None:
        """Reject the waiting calls and close the worker."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        for queue in self._waiting.values():
            for request in queue:
                request.fail(Problem(503, "stopping", "the studio is stopping; start it again"))
        self._worker.close()
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def call(self, client: str, name: str, /, *, slot: str = "", **arguments: Any) -> Any:
        """The result of calling ``name`` with ``arguments``.

        Raises Problem 429 if too many calls wait, and 409 "superseded" if a newer call of the same
        ``slot`` replaced it. Calls with an empty slot are never replaced.
        """
        queue = self._waiting.get(client, deque())
        for old in [request for request in queue if slot and request.slot == slot]:
            queue.remove(old)
            old.fail(Problem(409, "superseded", "superseded by a newer request"))
        limits = self._limits
        full = len(queue) >= limits.waiting_previews_each
        if full or self.waiting >= limits.waiting_previews:
            raise Problem(
                429, "busy", "too many previews are waiting; try again in a second", retry_after=1
            )
        call = partial(self._worker.call, name, limits.preview_seconds, **arguments)
        request = _Request(slot, call, asyncio.get_running_loop().create_future())
        queue.append(request)
        self._waiting.setdefault(client, queue)
        self._changed.set()
        try:
            return await request.future
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
                result = await loop.run_in_executor(self._thread, request.call)
                if not request.future.done():
                    request.future.set_result(result)
            except Exception as error:
                request.fail(error)
            finally:
                self.running -= 1

    def _next(self) -> _Request | None:
        """The oldest request of the next client; that client moves to the end of the order."""
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
