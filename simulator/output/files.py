"""Writing files that survive a crash: flushed to the disk, renamed into place, and clear about what went wrong."""

from __future__ import annotations

import errno
import hashlib
import os
import platform
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from simulator.errors import StoreError

_FULL = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}


class WriteError(StoreError):
    """The folder of results cannot be written: no later run would fare better."""


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn the system's refusals while writing below `path` into a `WriteError` that says what to do."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        if error.errno in _FULL:
            advice = "free some space there, or choose another folder with --out; finished runs are kept"
        elif error.errno in _FORBIDDEN:
            advice = "choose another folder with --out, or allow writing to this one"
        else:
            advice = "check the folder, or choose another with --out"
        raise WriteError(f"cannot write {path}: {reason}; {advice}") from error


def write_bytes(path: Path, content: bytes | memoryview) -> None:
    """Write a new file and flush it to the disk."""
    with open(path, "xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def fsync_folder(folder: Path) -> None:
    """Flush a folder's list of names to the disk, where the system can."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def replace_file(path: Path, content: bytes | memoryview | str) -> None:
    """Write a file whole or not at all, over an older one if there is one.

    Raises
    ------
    WriteError
    """
    data = content.encode() if isinstance(content, str) else content
    temporary = path.with_name(f".tmp-{path.name}-{owner_tag()}")
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            write_bytes(temporary, data)
            os.replace(temporary, path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        fsync_folder(path.parent)


def owner_tag() -> str:
    """``<pid>-<token>`` for temporary names: who writes, and a token that starts with the host's tag."""
    return f"{os.getpid()}-{host_tag()}{secrets.token_hex(4)}"


def host_tag() -> str:
    """Six digits that tell this host from others that may share the folder, without naming it."""
    return hashlib.sha256(platform.node().encode()).hexdigest()[:6]


def process_is_gone(tag: str) -> bool:
    """Whether the writer behind an `owner_tag` certainly no longer runs.

    Another host's processes cannot be seen, nor can they be asked after harmlessly on Windows: those count as
    running, and their leftovers go by age.
    """
    pid, _, token = tag.partition("-")
    if os.name == "nt" or not pid.isdigit() or not token.startswith(host_tag()):
        return False
    if int(pid) == os.getpid():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False
