"""Gives memory back that loading took: the lexicon and the gazetteer are read once, and what that needed stays with the
C library otherwise.
"""

from __future__ import annotations

import ctypes
import gc

__all__ = ["give_back"]


def give_back() -> None:
    """Return free memory to the system (glibc's malloc_trim, malloc_trim(3)); elsewhere only collect garbage."""
    gc.collect()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
