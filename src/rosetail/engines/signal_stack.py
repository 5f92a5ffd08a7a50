"""The signal stack of this thread, kept as it was while OpenVINO works in it.

OpenVINO's CPU plugin gives the thread that compiles or runs a model a signal stack and takes it
away with the model, in the order of a pile: models freed in another order leave the thread with a
stack that is gone, and then Ctrl-C, instead of stopping the program, crashes it.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Iterator
from contextlib import contextmanager


class _Stack(ctypes.Structure):
    """stack_t of sigaltstack(2)."""

    _fields_ = (
        ("start", ctypes.c_void_p),
        ("flags", ctypes.c_int),
        ("size", ctypes.c_size_t),
    )


@contextmanager
def kept_signal_stack() -> Iterator[None]:
    """Whatever the body does to this thread's signal stack is undone; on Linux alone."""
    if sys.platform != "linux":
        yield
        return
    sigaltstack = ctypes.CDLL(None).sigaltstack
    before = _Stack()
    sigaltstack(None, ctypes.byref(before))
    try:
        yield
    finally:
        sigaltstack(ctypes.byref(before), None)
