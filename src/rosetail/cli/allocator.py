"""Memory kept between training steps.

Every step takes and frees gigabytes in large blocks. The C library of Linux gives such blocks back
to the kernel at once, and the kernel clears every page of them anew: on two cores that made a step
two to ten times slower. The settings below keep the blocks, in huge pages; they count only from the
start of a process, so the program starts itself once more.
"""

from __future__ import annotations

import os
import platform
import sys

KEEP = {
    "MALLOC_MMAP_MAX_": "0",
    "MALLOC_TRIM_THRESHOLD_": str(2**40),
    "MALLOC_ARENA_MAX": "1",  # what backward passes take, on a thread of their own, is kept too
    "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",
    "OMP_WAIT_POLICY": "PASSIVE",  # a waiting thread leaves its core to whoever prepares batches
}


def keep_memory() -> None:
    """Start this program again with ``KEEP`` in its environment, unless the user has a say."""
    if platform.libc_ver()[0] != "glibc" or any(name in os.environ for name in KEEP):
        return
    sys.stdout.flush()
    os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], {**os.environ, **KEEP})
