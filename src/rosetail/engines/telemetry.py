"""Turn off the telemetry of libraries before they are imported.

``import openvino`` starts openvino-telemetry, which posts to a statistics host and writes a client
id into the home folder. ONNX Runtime 1.31 opens an event store with a device id there and uploads
it. Ray reports usage. ``import rosetail`` calls :func:`disable`, so it holds for the command line,
Python, the studio and workers; child processes inherit the environment variables.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

# Read by the libraries when they are loaded.
ENVIRONMENT = {"ORT_DISABLE_TELEMETRY": "1", "RAY_USAGE_STATS_ENABLED": "0"}

# OpenVINO uses a stub that sends nothing if this package cannot be imported.
OPENVINO = "openvino_telemetry"

# ONNX Runtime's store of events to upload.
EVENT_STORE = "onnxruntime.db"


def disable() -> None:
    """Turn telemetry off for this process and its children. Call before importing an engine."""
    os.environ.update(ENVIRONMENT)
    if OPENVINO not in sys.modules:
        sys.modules[OPENVINO] = None  # type: ignore[assignment]  # makes importing it fail


def active() -> list[str]:
    """Names of the engines loaded in this process whose telemetry is not off.

    An engine is listed if its telemetry package was imported (OpenVINO), or its event store is open
    or its switch is not set (ONNX Runtime). This only happens if the engine was imported before
    ``rosetail``.
    """
    names = []
    if sys.modules.get(OPENVINO) is not None:
        names.append("OpenVINO")
    switched_off = os.environ.get("ORT_DISABLE_TELEMETRY") == "1"
    if "onnxruntime" in sys.modules and (not switched_off or _event_store_is_open()):
        names.append("ONNX Runtime")
    return names


def _event_store_is_open() -> bool:
    """Whether this process holds ONNX Runtime's event store open; known on Linux only."""
    for descriptor in Path("/proc/self/fd").glob("*"):
        try:
            if os.readlink(descriptor).endswith(EVENT_STORE):
                return True
        except OSError:  # closed in the meantime
            continue
    return False
