"""What a result depends on besides its inputs: the code, its dependencies and the compiler's flags.

The sources of `app`, `report` and the patterns of `validation` are left out: they ask for results, draw and measure
them, but make none, so a new figure must not throw stored results away. Everything else in the package counts, data
files included (scenario files do not: a resolved scenario is part of a result's address already).

Nothing here imports the packages it names, so asking costs milliseconds.
"""

from __future__ import annotations

import functools
import hashlib
import json
import os
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]

MAKES_NO_RESULT = ("app", "report", "validation/patterns")
"""Folders of the package whose files cannot change a table."""

SOURCE_SUFFIXES = (".py", ".csv")
"""Code, and the data that code reads from its own folder."""

DEPENDENCIES = ("llvmlite", "mesa", "numba", "numpy", "pandas", "pyarrow")
"""The packages that can change a table; python itself is added."""

FLAGS = (
    "NUMBA_BOUNDSCHECK",
    "NUMBA_CPU_FEATURES",
    "NUMBA_CPU_NAME",
    "NUMBA_DISABLE_INTEL_SVML",
    "NUMBA_DISABLE_JIT",
    "NUMBA_LOOP_VECTORIZE",
    "NUMBA_OPT",
    "NUMBA_SLP_VECTORIZE",
)
"""Environment variables that change what numba compiles. Unset ones are left out."""


@dataclass(frozen=True)
class Fingerprint:
    """The engine a result was made by.

    Attributes
    ----------
    source : str
        SHA-256 over the package's files.
    versions : dict of str to str
        Version by dependency.
    flags : dict of str to str
        Compiler flags that are set.
    """

    source: str
    versions: Mapping[str, str]
    flags: Mapping[str, str]

    @property
    def digest(self) -> str:
        """SHA-256 over all parts, in hexadecimal."""
        return digest_of(self.parts())

    def parts(self) -> dict[str, object]:
        """The parts as plain JSON values."""
        return {"source": self.source, "versions": dict(self.versions), "flags": dict(self.flags)}


def digest_of(parts: Mapping[str, object]) -> str:
    """SHA-256 over a fingerprint's parts, as a manifest keeps them, in hexadecimal."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def source_hash(package: Path = PACKAGE) -> str:
    """SHA-256 over the files of `package` that can change a result.

    Each file adds its relative name and its content, both with their lengths, in the order of the names. Line
    ends are read as written by any system: a checkout with CRLF gives the same hash.
    """
    digest = hashlib.sha256()
    for name in sorted(_source_names(package)):
        content = (package / name).read_bytes().replace(b"\r\n", b"\n")
        encoded = name.encode()
        digest.update(len(encoded).to_bytes(8, "little") + encoded)
        digest.update(len(content).to_bytes(8, "little") + content)
    return digest.hexdigest()


def _source_names(package: Path) -> list[str]:
    names = []
    for path in package.rglob("*"):
        relative = path.relative_to(package)
        if path.suffix in SOURCE_SUFFIXES and not _makes_none(relative) and path.is_file():
            names.append(relative.as_posix())
    return names


def _makes_none(relative: Path) -> bool:
    return any(relative.as_posix().startswith(f"{folder}/") for folder in MAKES_NO_RESULT)


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "absent"


@functools.cache
def fingerprint() -> Fingerprint:
    """The fingerprint of the running engine, computed once a process."""
    versions = {name: _version(name) for name in DEPENDENCIES}
    versions["python"] = platform.python_version()
    flags = {name: os.environ[name] for name in FLAGS if os.environ.get(name)}
    return Fingerprint(source_hash(), versions, flags)
