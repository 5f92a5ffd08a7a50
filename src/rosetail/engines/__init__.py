"""Run ONNX files with OpenVINO or ONNX Runtime; NumPy arrays in and out."""

from __future__ import annotations

import os


def usable_cores() -> int:
    """Number of cores this process may use; containers and ``taskset`` can restrict it."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
