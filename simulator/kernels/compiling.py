"""How kernels are compiled: cached on disk, without the interpreter's lock, and with no entry points nobody uses.

Arguments are unpacked at every entry, so entries of functions with long argument lists are a large part of the
compile time of a first run. In code that makes no arrays references need not be counted: each count is an atomic
addition, a call has one for each array it is handed, and all of them together cost more than what most calls do.
Divisions are not guarded, each guard being a way out of the function; without JIT a division by zero raises.
"""

from functools import partial

from numba import njit

_compiled = partial(njit, cache=True, nogil=True, no_cfunc_wrapper=True, error_model="numpy")

kernel = _compiled()

lean = _compiled(_nrt=False)
"""For kernels that neither make nor return arrays."""

inner = _compiled(no_cpython_wrapper=True, _nrt=False)
"""For functions that only kernels call; they neither make nor return arrays."""

spliced = _compiled(_nrt=False, forceinline=True)
"""For steps of the innermost loops, which the compiler would otherwise call."""
