"""Paint busts in several processes, because painting keeps Python busy.

Processes are started by command, not by ``multiprocessing``, which would run the caller's script
again.
"""

from __future__ import annotations

import json
import queue
import subprocess
import sys
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import numpy as np

from rosetail.arrays import Bytes, Floats
from rosetail.characters.content import Content
from rosetail.characters.model import CharacterModel
from rosetail.engines import usable_cores
from rosetail.faces.warp import Matrix
from rosetail.weights import PAINTER

MOST = 8  # processes

Bust = tuple[Bytes, Matrix]


class BustPool:
    """Paints busts of ``model``, several at a time. A context manager.

    Only the painter gets processes; other models, and machines with one core, draw in a thread.
    """

    def __init__(self, model: CharacterModel) -> None:
        self._model = model
        self.workers = min(MOST, usable_cores()) if model.name == PAINTER else 1
        self._processes: list[subprocess.Popen[bytes]] = []
        self._idle: queue.SimpleQueue[subprocess.Popen[bytes]] = queue.SimpleQueue()
        self._threads = ThreadPoolExecutor(self.workers, thread_name_prefix="bust")

    def __enter__(self) -> BustPool:
        command = [sys.executable, "-m", "rosetail.characters.painting_worker"]
        for _ in range(self.workers if self.workers > 1 else 0):
            process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            self._processes.append(process)
            self._idle.put(process)
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        for process in self._processes if error is not None else ():
            process.kill()
        self._threads.shutdown(cancel_futures=True)
        for process in self._processes:
            process.communicate()

    def submit(self, content: Content, w: Floats) -> Future[Bust]:
        """:meth:`CharacterModel.bust` of ``content`` and ``w``, later."""
        return self._threads.submit(self._paint, content, w)

    def _paint(self, content: Content, w: Floats) -> Bust:
        if not self._processes:
            return self._model.bust(content, w)
        process = self._idle.get()
        try:
            return _answer(process, content, w)
        finally:
            self._idle.put(process)


def _answer(process: subprocess.Popen[bytes], content: Content, w: Floats) -> Bust:
    numbers: dict[str, Any] = {"maps": content.maps, "matrix": content.matrix, "code": w}
    if content.proportions is not None:
        numbers["proportions"] = content.proportions
    request = {name: array.tolist() for name, array in numbers.items()}
    requests: Any = process.stdin
    answers: Any = process.stdout
    requests.write(json.dumps(request).encode() + b"\n")
    requests.flush()
    line = answers.readline()
    if not line:
        raise RuntimeError("a painting process ended early; run again with more free memory")
    head = json.loads(line)
    side = head["side"]
    bust = np.frombuffer(answers.read(4 * side * side), np.uint8).reshape(side, side, 4)
    return bust, np.array(head["matrix"])
