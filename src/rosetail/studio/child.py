"""A child process that answers calls, so that what decoders and networks do never stops the server.

The child ends when its parent does, however that ends: it reads from a pipe, and a pipe whose
other side is gone says so. A call that dies or takes too long costs the child and not the server;
the next call starts another.
"""

from __future__ import annotations

import multiprocessing
import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any

from rosetail.errors import RosetailError
from rosetail.studio.problems import Problem, of_library_error

SPAWN = multiprocessing.get_context("spawn")
FAULT = "Fault"
STOPS_IN = 5.0  # seconds between asking a child to stop and making it

Serve = Callable[[str, dict[str, Any]], Any]


class Child:
    """Calls ``make()(name, arguments)`` in a process of its own; :meth:`call` is for threads.

    ``make`` is a function of a module: it runs once in the child and gives what serves calls.
    """

    def __init__(self, make: Callable[..., Serve], *arguments: Any) -> None:
        self._make, self._arguments = make, arguments
        self._lock = threading.Lock()
        self._process: Any = None
        self._pipe: Connection | None = None

    def call(self, name: str, seconds: float, /, **arguments: Any) -> Any:
        """The answer. Raises Problem where it fails, dies, or takes longer than ``seconds``."""
        with self._lock:
            pipe = self._started()
            try:
                pipe.send((name, arguments))
                if not pipe.poll(seconds):
                    self._stop()
                    raise Problem(503, "slow", "it took too long; give a smaller file")
                good, answer = pipe.recv()
            except (EOFError, OSError) as error:
                self._stop()
                raise Problem(
                    503, "stopped", "the drawing process stopped; ask again, or give another file"
                ) from error
        if good:
            return answer
        kind, message = answer
        if kind == FAULT:
            raise Problem(500, "fault", message)
        raise of_library_error(kind, message)

    @property
    def pid(self) -> int | None:
        """The process, if there is one now."""
        return self._process.pid if self._process is not None else None

    def close(self) -> None:
        """Stop the child, whatever it does."""
        self._stop()

    def _started(self) -> Connection:
        if self._pipe is None or not self._process.is_alive():
            ours, theirs = SPAWN.Pipe()
            self._process = SPAWN.Process(
                target=_serve, args=(theirs, self._make, self._arguments), name="desk", daemon=True
            )
            self._process.start()
            theirs.close()
            self._pipe = ours
        return self._pipe

    def _stop(self) -> None:
        process, pipe = self._process, self._pipe
        self._process = self._pipe = None
        if process is not None:
            process.kill()
            process.join(STOPS_IN)
        if pipe is not None:
            with suppress(OSError):
                pipe.close()


def _serve(pipe: Connection, make: Callable[..., Serve], arguments: tuple[Any, ...]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to answer
    serve = make(*arguments)
    while True:
        try:
            name, given = pipe.recv()
        except (EOFError, OSError):
            return
        try:
            answer = True, serve(name, given)
        except RosetailError as error:
            answer = False, (type(error).__name__, str(error))
        except Exception as error:
            answer = False, (FAULT, f"a fault of the program ({type(error).__name__}: {error})")
        with suppress(BrokenPipeError):
            pipe.send(answer)
