"""Batches prepared by threads ahead of the steps that need them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

from torch import Tensor

Batch = dict[str, Tensor]
AHEAD = 3  # batches kept ready, at least


@contextmanager
def ahead(make: Callable[[int], Batch], first: int, threads: int) -> Iterator[Iterator[Batch]]:
    """``make(first)``, ``make(first + 1)``, ... with the next few prepared by ``threads`` threads.

    Threads suffice, because decoding and warping release the interpreter lock; they share one copy
    of the data. An error in ``make`` is raised when its batch is consumed.
    """
    with ThreadPoolExecutor(threads, thread_name_prefix="batches") as pool:
        waiting: deque[Future[Batch]] = deque()

        def batches() -> Iterator[Batch]:
            step = first
            while True:
                while len(waiting) < max(AHEAD, threads + 1):
                    waiting.append(pool.submit(make, step))
                    step += 1
                yield waiting.popleft().result()

        try:
            yield batches()
        finally:
            for future in waiting:
                future.cancel()


def to_network(pictures: Tensor) -> Tensor:
    """uint8 (N, H, W, 3) to float (N, 3, H, W) in [-1, 1], channels last in memory."""
    return pictures.permute(0, 3, 1, 2).float().div_(127.5).sub_(1)
