"""OpenVINO, ready to be used by several threads.

Its bindings set up their tables of number types when the first array goes in and when the first
comes out. Two threads that do so at once wait for each other for ever, one for the table and one
for Python's lock, and with that lock held nothing else runs, not even Ctrl-C (seen with OpenVINO
2026.4). An import runs once, whichever threads ask for it.
"""

from __future__ import annotations

import numpy as np
import openvino

__all__ = ["openvino"]

openvino.Tensor(np.zeros(1, np.float32), shared_memory=True).data.copy()
