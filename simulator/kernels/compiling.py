"""How kernels are compiled: cached on disk, without the interpreter's lock, and with no entry points nobody uses.

Arguments are unpacked at every entry, so entries of functions with long argument lists are a large part of the
compile time of a first run.
"""

from numba import njit

kernel = njit(cache=True, nogil=True, no_cfunc_wrapper=True)

inner = njit(cache=True, nogil=True, no_cfunc_wrapper=True, no_cpython_wrapper=True)
"""For functions that only kernels call."""

inlined = njit(cache=True, nogil=True, no_cfunc_wrapper=True, no_cpython_wrapper=True, forceinline=True)
"""For those called in the innermost loop: handing over tuples of arrays costs more than what they do."""
