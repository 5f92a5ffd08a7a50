"""Keep memory between training steps.

Every step allocates and frees gigabytes in large blocks. glibc returns such blocks to the kernel at
once, which has to clear every page again: on two cores this makes a step two to ten times slower.
The settings below keep the blocks, in huge pages. They are only read at the start of a process, so
the program restarts itself.
"""

from __future__ import annotations

import os
import platform
import sys

KEEP = {
    "MALLOC_MMAP_MAX_": "0",
    "MALLOC_TRIM_THRESHOLD_": str(2**40),
    "MALLOC_ARENA_MAX": "1",  # also keeps the memory of the backward pass's thread
    "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",
    "OMP_WAIT_POLICY": "PASSIVE",  # waiting threads yield their core to the batch threads
}


def keep_memory() -> None:
    """Restart this program with ``KEEP`` in its environment, unless one of these is set."""
    if platform.libc_ver()[0] != "glibc" or any(name in os.environ for name in KEEP):
        return
    sys.stdout.flush()
    os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], {**os.environ, **KEEP})
