"""What training on a CPU does with memory that it will need again.

A step fills and frees the same few hundred large blocks. glibc asks the system for each and gives
it back at once, and the system clears every page before it lends it again: half of a step of Roses
went there (8 pictures of 256 pixels a second without, 17 with what stands here).
"""

from __future__ import annotations

import ctypes
import sys

M_TRIM_THRESHOLD, M_TOP_PAD, M_MMAP_MAX = -1, -2, -4  # malloc.h
MOST = 2**31 - 1
ASKED = 2**28  # bytes more than are needed, when the heap has to grow


def keep_memory() -> bool:
    """Let freed memory stay with this process. False where the C library is not glibc."""
    library = ctypes.CDLL(None) if sys.platform == "linux" else None
    if library is None or not hasattr(library, "gnu_get_libc_version"):
        return False
    told = {M_MMAP_MAX: 0, M_TRIM_THRESHOLD: MOST, M_TOP_PAD: ASKED}
    return all(library.mallopt(name, value) for name, value in told.items())
