"""A child process that answers calls, so that decoders and networks never block the server.

The child ends with its parent, even if that is killed, because its pipe is then closed. A call that
crashes or times out ends only the child; the next call starts another.
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
JOIN_SECONDS = 5.0

Handler = Callable[[str, dict[str, Any]], Any]


class ChildProcess:
    """Calls ``make(*arguments)(name, arguments_of_the_call)`` in a separate process.

    ``make`` must be importable; it runs once in the child and returns the handler of all calls.
    """

    def __init__(self, make: Callable[..., Handler], *arguments: Any) -> None:
        self._make, self._arguments = make, arguments
        self._lock = threading.Lock()
        self._process: Any = None
        self._pipe: Connection | None = None

    def call(self, name: str, seconds: float, /, **arguments: Any) -> Any:
        """The result. Blocks; call it from a thread.

        Raises Problem if the call fails, crashes or takes longer than ``seconds``.
        """
        with self._lock:
            pipe = self._started()
            try:
                pipe.send((name, arguments))
                if not pipe.poll(seconds):
                    self.close()
                    raise Problem(503, "slow", "it took too long; use a smaller file")
                error, result = pipe.recv()
            except (EOFError, OSError) as failure:
                self.close()
                raise Problem(
                    503, "stopped", "the drawing process stopped; try again, or use another file"
                ) from failure
        if error:
            raise of_library_error(error, result)
        return result

    def close(self) -> None:
        """Kill the child."""
        process, pipe = self._process, self._pipe
        self._process = self._pipe = None
        if process is not None:
            process.kill()
            process.join(JOIN_SECONDS)
        if pipe is not None:
            with suppress(OSError):
                pipe.close()

    def _started(self) -> Connection:
        if self._pipe is None or not self._process.is_alive():
            self._pipe, theirs = SPAWN.Pipe()
            self._process = SPAWN.Process(
                target=_serve,
                args=(theirs, self._make, self._arguments),
                name="previews",
                daemon=True,
            )
            self._process.start()
            theirs.close()
        return self._pipe


def _serve(pipe: Connection, make: Callable[..., Handler], arguments: tuple[Any, ...]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent handles Ctrl-C
    handler = make(*arguments)
    while True:
        try:
            name, given = pipe.recv()
        except (EOFError, OSError):
            return
        try:
            answer = "", handler(name, given)
        except Exception as error:
            own = isinstance(error, RosetailError)
            name = type(error).__name__
            answer = name, str(error) if own else f"internal error ({name}: {error})"
        with suppress(BrokenPipeError):
            pipe.send(answer)
