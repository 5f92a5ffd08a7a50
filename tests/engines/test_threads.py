"""Several threads may be the first to use OpenVINO."""

from __future__ import annotations

import subprocess
import sys

# All threads wait for each other, awake, at the door to their first picture; the short switch
# interval hands Python's lock from one to the other in the midst of it.
TOGETHER = """
import sys, threading
import numpy as np
import openvino
from rosetail.engines.backend import open_net

net = open_net("mtcnn_pnet")
here, infer = [], openvino.InferRequest.infer

def together(*args, **options):
    here.append(None)
    while len(here) < 4:
        pass
    return infer(*args, **options)

openvino.InferRequest.infer = together
sys.setswitchinterval(1e-6)
feeds = {"picture": np.zeros((1, 3, 64, 64), np.float32)}
threads = [threading.Thread(target=net.run, args=(feeds,)) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print("done")
"""


def test_threads_begin_together() -> None:
    for _ in range(3):  # three of four hang where the bindings are not made ready
        done = subprocess.run(
            [sys.executable, "-c", TOGETHER], capture_output=True, text=True, timeout=120
        )
        assert done.stdout == "done\n", done.stderr
