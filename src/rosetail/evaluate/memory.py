"""Draw one picture and print the peak memory of the process in bytes.

``python -m rosetail.evaluate.memory LOOK HEIGHT WIDTH BACKEND``. Runs in a separate process,
because the peak includes everything the process did before.
"""

from __future__ import annotations

import sys
from pathlib import Path


def main(look: str, height: str, width: str, backend: str) -> None:
    import numpy as np

    from rosetail.stylizer.stylizer import Stylizer

    picture = np.random.default_rng(0).integers(0, 256, (int(height), int(width), 3), np.uint8)
    Stylizer(look, backend).network(picture)
    print(peak())


def peak() -> int:
    """Peak memory in bytes; on Linux from /proc, because getrusage includes the parent."""
    status = Path("/proc/self/status")
    if status.is_file():
        lines = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
        return int(lines["VmHWM"].split()[0]) * 1024
    import resource

    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


if __name__ == "__main__":
    main(*sys.argv[1:])
