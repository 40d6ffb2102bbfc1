"""How kernels are compiled: cached on disk, without the interpreter's lock, and with no entry points nobody uses.

Arguments are unpacked at every entry, so entries of functions with long argument lists are a large part of the
compile time of a first run.
"""

from numba import njit

kernel = njit(cache=True, nogil=True, no_cfunc_wrapper=True)

inner = njit(cache=True, nogil=True, no_cfunc_wrapper=True, no_cpython_wrapper=True)
"""For functions that only kernels call."""

borrower = njit(cache=True, nogil=True, no_cfunc_wrapper=True, _nrt=False)
"""For kernels that allocate nothing: they count no references to the arrays they are lent, which in short functions
called for every row takes longer than the work."""

inner_borrower = njit(cache=True, nogil=True, no_cfunc_wrapper=True, no_cpython_wrapper=True, _nrt=False)
"""For functions that only borrowers call."""

spliced_borrower = njit(cache=True, nogil=True, no_cfunc_wrapper=True, _nrt=False, forceinline=True)
"""For steps of the innermost loops, which the compiler would otherwise call."""
