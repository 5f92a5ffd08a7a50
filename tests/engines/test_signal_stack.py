"""OpenVINO leaves this thread's signal stack alone, so that Ctrl-C stops the program."""

from __future__ import annotations

import ctypes
import subprocess
import sys

import pytest

from rosetail.engines.openvino import SignalStack, preserve_signal_stack

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="kept on Linux alone")

SCRIPT = """
import os, signal
from tests.engines.test_signal_stack import now
from rosetail.engines.openvino import OpenvinoBackend
from rosetail.weights import find
import numpy as np
before = now()
opened = [OpenvinoBackend(find("mtcnn_onet")) for _ in range(4)]
for backend in opened:
    backend.run({name: np.zeros((1, 3, 48, 48), np.float32) for name in backend.inputs})
    assert now() == before, (now(), before)
while opened:
    del opened[0]  # the first one first: not the order of a pile
    assert now() == before, (now(), before)
    try:
        os.kill(os.getpid(), signal.SIGINT)
    except KeyboardInterrupt:
        print("stopped", flush=True)
"""


def now() -> tuple[int, int, int]:
    stack = SignalStack()
    ctypes.CDLL(None).sigaltstack(None, ctypes.byref(stack))
    return stack.start or 0, stack.flags, stack.size


def test_models_may_be_freed_in_any_order() -> None:
    ran = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.split() == ["stopped"] * 4


def test_what_the_body_sets_is_undone() -> None:
    before = now()
    room = ctypes.create_string_buffer(65536)
    with preserve_signal_stack():
        own = SignalStack(ctypes.addressof(room), 0, 65536)
        ctypes.CDLL(None).sigaltstack(ctypes.byref(own), None)
        assert now()[2] == 65536
    assert now() == before
