"""Describe the machine of a measurement: processor, versions, commit and load."""

from __future__ import annotations

import os
import platform
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from rosetail.engines import usable_cores

FEATURES = ("avx2", "avx512f", "avx512_vnni", "avx512_bf16", "amx_bf16")
PACKAGES = ("rosetail", "numpy", "opencv-contrib-python-headless", "openvino", "onnxruntime", "av")


def describe() -> dict[str, Any]:
    """The description as plain data for the JSON line."""
    return {
        "processor": _cpuinfo("model name") or platform.processor() or platform.machine(),
        "cores": usable_cores(),
        "features": [name for name in FEATURES if name in _cpuinfo("flags").split()],
        "system": platform.platform(),
        "python": platform.python_version(),
        "versions": {package: _version(package) for package in PACKAGES},
        "commit": _commit(),
        "load": round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None,
    }


def sentence(machine: dict[str, Any]) -> str:
    """The description as a sentence."""
    features = " ".join(machine["features"]) or "no vector extensions known"
    versions = machine["versions"]
    return (
        f"{machine['processor']}, {machine['cores']} cores, {features}; "
        f"OpenVINO {versions['openvino']}, ONNX Runtime {versions['onnxruntime']}; "
        f"commit {machine['commit']}; load at the start {machine['load']}"
    )


def _cpuinfo(field: str) -> str:
    path = Path("/proc/cpuinfo")
    for line in path.read_text().splitlines() if path.is_file() else ():
        name, _, value = line.partition(":")
        if name.strip() == field:
            return value.strip()
    return ""


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "absent"


def _commit() -> str:
    root = Path(__file__).parent
    try:
        head = _git(root, "rev-parse", "--short", "HEAD")
        return head + (" with changes" if _git(root, "status", "--porcelain", "-uno") else "")
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def _git(root: Path, *words: str) -> str:
    run = subprocess.run(["git", *words], cwd=root, capture_output=True, text=True, check=True)
    return run.stdout.strip()
