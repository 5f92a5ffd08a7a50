"""Worker processes and signals."""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
import time

POLL = 0.5  # seconds
GRACE = 0.7  # seconds to clean up after a second signal
STOPPED = {"SIGHUP": 129, "SIGINT": 130, "SIGTERM": 143}  # exit statuses, as shells give them


def end_with_parent() -> None:
    """End this process soon after the one that started it, even if that was killed.

    Pools would otherwise wait for work for ever.
    """
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(POLL)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def stop_cleanly() -> None:
    """On SIGTERM and SIGHUP, leave the program as on Ctrl-C, so that incomplete files are removed.

    Signals that the process ignores (``nohup``) stay ignored.
    """
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, lambda number, _: sys.exit(128 + number))


def end_on_second_signal() -> None:
    """End the program within a second of the second Ctrl-C, SIGTERM or SIGHUP.

    Python handles signals between its own instructions only, so a long call of a library would
    delay the end. For programs, not for libraries; call it in the main thread.
    """
    ours, pythons = socket.socketpair()
    pythons.setblocking(False)
    signal.set_wakeup_fd(pythons.fileno(), warn_on_full_buffer=False)
    numbers = {getattr(signal, name, None) for name in STOPPED}

    def watch() -> None:
        received = 0
        while received < 2:
            (number,) = ours.recv(1)
            received += number in numbers
        time.sleep(GRACE)
        os._exit(128 + number)

    threading.Thread(target=watch, daemon=True).start()
    _kept.append(pythons)


_kept: list[socket.socket] = []  # until the program ends
