"""Background processes that paint training data.

Unit n (a cast, or a drawing after a photo) is a function of n alone, and a step draws from the
units of its window. Batches are therefore a function of the step, however fast the workers are.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context
from typing import Generic, TypeVar

import cv2
import numpy as np

Unit = TypeVar("Unit")

BEGIN = 4  # the first step's window is this many times smaller
AHEAD = 60  # steps that units are painted ahead of
NICE = 10
BEHIND = 8  # steps whose windows stay in memory: several threads prepare batches


class MovingWindow(Generic[Unit]):
    """``make(n)`` for all n of a moving window, computed by ``pool``.

    ``make`` must be picklable. The window of a step holds up to ``size`` units, of which
    ``new_per_step`` are new at each step. An error in ``make`` is raised by ``draw``.
    """

    def __init__(
        self,
        pool: ProcessPoolExecutor,
        make: Callable[[int], Unit],
        size: int,
        new_per_step: float,
    ) -> None:
        self.pool, self.make, self.size, self.new_per_step = pool, make, size, new_per_step
        self._units: dict[int, Future[Unit]] = {}
        self._lock = threading.Lock()

    def window(self, step: int) -> tuple[int, int]:
        """First unit of ``step``, and one past its last."""
        end = self.size // BEGIN + 1 + int(step * self.new_per_step)
        return max(0, end - self.size), end

    def draw(self, rng: np.random.Generator, step: int) -> Unit:
        """A random unit of the window of ``step``; waits until it is painted."""
        first, end = self.window(step)
        with self._lock:
            for number in range(first, self.window(step + AHEAD)[1]):
                if number not in self._units:
                    self._units[number] = self.pool.submit(self.make, number)
            oldest = self.window(step - BEHIND)[0] if step > BEHIND else 0
            for number in [each for each in self._units if each < oldest]:
                self._units.pop(number).cancel()
            unit = self._units[int(rng.integers(first, end))]
        return unit.result()


def painting_pool(processes: int) -> ProcessPoolExecutor:
    """Worker processes; spawned, because this process may hold a device."""
    return ProcessPoolExecutor(processes, get_context("spawn"), initializer=_low_priority)


def _low_priority() -> None:
    """One thread, and lower priority than training: a worker that delays one of the training
    threads delays them all."""
    cv2.setNumThreads(1)
    if hasattr(os, "nice"):
        os.nice(NICE)
