"""Where shares are done: on a Ray cluster, which brings back a lost worker's share."""

from __future__ import annotations

import importlib.util
import logging
from collections.abc import Callable, Iterator, Sequence
from types import TracebackType
from typing import Any, Protocol, TypeVar

from rosetail.distributed.shares import Done, PartShare, PictureShare
from rosetail.errors import BackendMissing, ExtraMissing

Share = PictureShare | PartShare
S = TypeVar("S", bound=Share)

RETRIES = 4  # times that a share may lose its worker
AHEAD = 4  # shares handed out for each processor of the cluster, so that none waits


class WorkerPool(Protocol):
    """Does shares, in any order."""

    def map(self, do: Callable[[Share], Done], shares: Sequence[Share]) -> Iterator[Done]:
        """What became of each share, as they get done."""
        ...


class RayPool:
    """An existing Ray cluster: ``ray://HOST:PORT``, or ``auto`` for the one that runs on this
    machine. A context manager. One processor a share.

    Raises ExtraMissing without ray, BackendMissing where the cluster cannot be reached.
    """

    def __init__(self, address: str) -> None:
        if importlib.util.find_spec("ray") is None:
            raise ExtraMissing("rendering on a cluster", "cluster")
        import ray

        self._ray = ray
        self._own = not ray.is_initialized()
        if self._own:
            try:
                ray.init(address, log_to_driver=False, logging_level=logging.ERROR)
            except Exception as error:  # Ray's own, gRPC's and the system's, by where it fails
                cause = (str(error).strip().splitlines() or [type(error).__name__])[0]
                raise BackendMissing(
                    f"{address}: no Ray cluster answers ({cause}); start one with: ray start --head"
                ) from error

    def __enter__(self) -> RayPool:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._own:
            self._ray.shutdown()

    def map(self, do: Callable[[Share], Done], shares: Sequence[Share]) -> Iterator[Done]:
        """A share whose worker is lost is done again elsewhere, up to RETRIES times; one that loses
        them all is reported as failed."""
        ray = self._ray
        task = ray.remote(num_cpus=1, max_retries=RETRIES)(do)
        most = AHEAD * max(1, int(ray.cluster_resources().get("CPU", 1)))
        left = list(reversed(shares))
        running: dict[Any, Share] = {}
        while left or running:
            while left and len(running) < most:
                share = left.pop()
                running[task.remote(share)] = share
            ready, _ = ray.wait(list(running), num_returns=1)
            share = running.pop(ready[0])
            try:
                yield ray.get(ready[0])
            except ray.exceptions.RayError as error:
                yield Done(share.name, failed=(_lost(share, error),), worker="")


def _lost(share: Share, error: Exception) -> str:
    cause = (str(error).strip().splitlines() or [type(error).__name__])[0]
    return f"{share.name}: could not be done on the cluster ({cause}); see its logs and go on"
