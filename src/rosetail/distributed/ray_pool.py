"""Run tasks on a Ray cluster, which repeats the tasks of lost workers."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol

from rosetail import extras
from rosetail.distributed.tasks import Task, TaskResult
from rosetail.errors import BackendMissing

RETRIES = 4  # times that a task may lose its worker
QUEUED = 4  # tasks submitted per processor, so that none waits


class WorkerPool(Protocol):
    """Runs tasks in any order."""

    def map(self, run: Callable[[Task], TaskResult], tasks: Sequence[Task]) -> Iterator[TaskResult]:
        """The results, as tasks finish."""
        ...


class RayPool:
    """A running Ray cluster: ``ray://HOST:PORT``, or ``auto`` for the one on this machine.

    A context manager. Each task gets one processor. Raises ExtraMissing without ray,
    BackendMissing if the cluster cannot be reached.
    """

    def __init__(self, address: str) -> None:
        extras.check("rendering on a cluster", "cluster", "ray")
        import ray

        self._ray = ray
        self._connected_here = not ray.is_initialized()
        if self._connected_here:
            try:
                ray.init(address, log_to_driver=False, logging_level=logging.ERROR)
            except Exception as error:  # Ray's own, gRPC's or the system's
                raise BackendMissing(
                    f"{address}: no Ray cluster answers ({_cause(error)}); start one with: "
                    "ray start --head"
                ) from error

    def __enter__(self) -> RayPool:
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        if self._connected_here:
            self._ray.shutdown()

    def map(self, run: Callable[[Task], TaskResult], tasks: Sequence[Task]) -> Iterator[TaskResult]:
        """A task whose worker is lost is repeated up to RETRIES times, then reported as failed."""
        ray = self._ray
        remote = ray.remote(num_cpus=1, max_retries=RETRIES)(run)
        limit = QUEUED * max(1, int(ray.cluster_resources().get("CPU", 1)))
        left = list(reversed(tasks))
        running: dict[Any, Task] = {}
        while left or running:
            while left and len(running) < limit:
                task = left.pop()
                running[remote.remote(task)] = task
            ready, _ = ray.wait(list(running), num_returns=1)
            task = running.pop(ready[0])
            try:
                yield ray.get(ready[0])
            except ray.exceptions.RayError as error:
                message = (
                    f"{task.name}: could not be done on the cluster ({_cause(error)}); see its "
                    "logs and run the same command again"
                )
                yield TaskResult(task.name, failed=(message,), worker="")


def _cause(error: Exception) -> str:
    """The first line of an error's message, or its type."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
