"""Painted lessons, made by processes of their own while training goes on.

A painting that was seen a hundred times teaches its details; one that is new teaches the rule. Unit
number n (a cast, or a painting after a photo) is a function of n alone, and a step draws from those
of its window, so batches stay a function of the step however fast the painters are.
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

BEGIN = 4  # a first step draws from so many times fewer units
AHEAD = 60  # steps painted for before they come
PATIENCE = 10  # of 19
BEHIND = 8  # steps whose windows are kept: batches are made by several threads


class Painters(Generic[Unit]):
    """``make(n)`` for all n of a moving window, made by ``pool``.

    ``make`` must be picklable. The window of a step holds up to ``kept`` units; every step sees
    ``rate`` new ones. An error in ``make`` is raised by ``draw``.
    """

    def __init__(
        self, pool: ProcessPoolExecutor, make: Callable[[int], Unit], kept: int, rate: float
    ) -> None:
        self.pool, self.make, self.kept, self.rate = pool, make, kept, rate
        self._units: dict[int, Future[Unit]] = {}
        self._lock = threading.Lock()

    def window(self, step: int) -> tuple[int, int]:
        """First unit of ``step``, and the one behind its last."""
        end = self.kept // BEGIN + 1 + int(step * self.rate)
        return max(0, end - self.kept), end

    def draw(self, rng: np.random.Generator, step: int) -> Unit:
        """A unit of the window of ``step``; waits until it is painted."""
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


def painters_pool(processes: int) -> ProcessPoolExecutor:
    """Processes to paint with; they share nothing with this one, which may hold a device."""
    return ProcessPoolExecutor(processes, get_context("spawn"), initializer=_alone)


def _alone() -> None:
    """One thread a process, as there are as many processes as may run. They give way to training,
    all of whose threads wait for one that a painter holds up."""
    cv2.setNumThreads(1)
    if hasattr(os, "nice"):
        os.nice(PATIENCE)
