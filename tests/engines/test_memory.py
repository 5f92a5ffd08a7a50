"""Pictures of many sizes need about as much memory as pictures of one."""

from __future__ import annotations

import subprocess
import sys

import pytest

DRAW = """
import sys
import numpy as np
from rosetail.stylizer.stylizer import Stylizer
stylizer, rng = Stylizer("cel", "openvino"), np.random.default_rng(0)
for number in range(24):
    grown = 8 * (number if sys.argv[1] == "many" else 23)
    stylizer.array(rng.integers(0, 256, (200 + grown, 160 + grown, 3), np.uint8), detail=1.0)
(peak,) = [line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")]
print(peak)
"""


def peak(sizes: str) -> int:
    """Peak memory in KiB of drawing 24 pictures of ``many`` sizes, or of the largest of them."""
    command = [sys.executable, "-c", DRAW, sizes]
    return int(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_24_sizes() -> None:
    assert peak("many") <= 1.3 * peak("one")
