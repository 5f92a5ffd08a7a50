"""Signals that ask a run to stop, which the loop does after the current step."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass
class StopRequest:
    """``signal`` is the name of the first signal received; empty if there was none."""

    signal: str = ""


@contextmanager
def stop_signals() -> Iterator[StopRequest]:
    """Record SIGINT, SIGTERM or SIGHUP; a second one raises KeyboardInterrupt at once.

    Signals that the process ignores (``nohup``) stay ignored. Outside the main thread, where Python
    allows no handlers, signals are not caught.
    """
    request = StopRequest()

    def catch(number: int, _frame: object) -> None:
        if request.signal:
            raise KeyboardInterrupt
        request.signal = signal.Signals(number).name

    before = {}
    try:
        if threading.current_thread() is threading.main_thread():
            for name in ("SIGINT", "SIGTERM", "SIGHUP"):
                number = getattr(signal, name, None)
                if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
                    before[number] = signal.signal(number, catch)
        yield request
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
