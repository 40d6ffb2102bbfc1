"""Compiled kernels: arrays in, arrays out.

numba's disk cache does not see an edit in another file, and serves code compiled under other flags. So the
cache has a folder for each fingerprint of these sources and flags.
"""

import hashlib
import os
import shutil
from pathlib import Path

import numba

_KEPT = 6


def _fingerprint() -> str:
    digest = hashlib.sha256(f"{numba.__version__} {numba.config.BOUNDSCHECK} {numba.config.DEBUG}".encode())
    folder = Path(__file__).parent
    for file in sorted(folder.rglob("*.py")):
        digest.update(str(file.relative_to(folder)).encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:16]


def _use_cache_folder() -> None:
    if os.environ.get("NUMBA_CACHE_DIR"):
        return
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "market-simulator" / "numba"
    folder = base / _fingerprint()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        os.utime(folder)
        for old in sorted(base.iterdir(), key=lambda f: f.stat().st_mtime, reverse=True)[_KEPT:]:
            shutil.rmtree(old, ignore_errors=True)
    except OSError:
        return  # a home that cannot be written: numba falls back to the folder of the sources
    numba.config.CACHE_DIR = str(folder)


_use_cache_folder()
