"""How kernels are compiled: cached on disk, without the interpreter's lock, and with no entry points nobody uses.

Arguments are unpacked at every entry, so entries of functions with long argument lists are a large part of the
compile time of a first run. In code that makes no arrays references need not be counted: each count is an atomic
addition, a call has one for each array it is handed, and all of them together cost more than what most calls do.
Divisions are not guarded, each guard being a way out of the function; without JIT a division by zero raises.
"""

from functools import partial
from typing import Any

from numba import config, njit, typeof, types

_compiled = partial(njit, cache=True, nogil=True, no_cfunc_wrapper=True, error_model="numpy")

kernel = _compiled()

lean = _compiled(_nrt=False)
"""For kernels that neither make nor return arrays."""

inner = _compiled(no_cpython_wrapper=True, _nrt=False)
"""For functions that only kernels call; they neither make nor return arrays."""

spliced = _compiled(_nrt=False, forceinline=True)
"""For steps of the innermost loops, which the compiler would otherwise call."""


def compile_for(kernel: Any, *values: Any) -> None:
    """Compile `kernel` for arguments like `values`, each a value or a numba type, without a call."""
    if not config.DISABLE_JIT:
        kernel.compile(tuple(value if isinstance(value, types.Type) else typeof(value) for value in values))


def types_of_fields(records: Any, *names: str) -> list[Any]:
    """What kernels take the fields of a structured array for."""
    record = typeof(records).dtype
    return [record.typeof(name) for name in names]
