"""JSON files of results: sealed by a hash of their own, and read whole or refused, so that none harms its reader."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from simulator.errors import StoreError

MOST_BYTES = 1 << 28
"""Of a JSON file of results: a study of a million runs stays below it."""
MOST_DEPTH = 64

SEAL = "seal"
"""The key under which a file keeps the hash of everything else in it."""

_HALF = re.compile("[\ud800-\udfff]")


class JsonError(StoreError):
    """A text is no JSON object, or not the one that was written."""


def sealed_text(content: Mapping[str, Any], indent: int = 2) -> str:
    """Readable JSON of some content with its seal, keys sorted, with a final line end.

    Raises
    ------
    ValueError
        If a number is not finite: JSON has none.
    """
    read_back = json.loads(json.dumps(content, default=plain, allow_nan=False))
    read_back[SEAL] = _seal(read_back)
    return json.dumps(read_back, sort_keys=True, indent=indent, ensure_ascii=False) + "\n"


def plain(value: Any) -> Any:
    """A numpy scalar or a mapping as a plain JSON value."""
    if isinstance(value, Mapping):
        return dict(value)
    if hasattr(value, "item"):
        return value.item()
    raise TypeError(f"{type(value).__name__} {value!r} is no JSON value")


def parse_object(text: str) -> dict[str, Any]:
    """The object that a JSON text holds; its seal is kept and not looked at.

    Raises
    ------
    JsonError
        If it is no JSON, no object, nested too deeply, or holds half of a character.
    """
    try:
        content = json.loads(text)
    except RecursionError:
        raise JsonError("it is nested too deeply") from None
    except ValueError as error:
        raise JsonError(f"it is no JSON ({error})") from None
    if not isinstance(content, dict):
        raise JsonError("it holds no object")
    if _deeper(content):
        raise JsonError(f"it is nested deeper than {MOST_DEPTH} levels")
    if "\\ud" in text.lower() and _HALF.search(json.dumps(content, ensure_ascii=False)):
        raise JsonError("it holds half of a character (a lone surrogate)")
    return content


def unsealed(content: dict[str, Any]) -> dict[str, Any]:
    """Some content without its seal, if it has one; files of before seals have none.

    Raises
    ------
    JsonError
        If the seal does not fit.
    """
    bare = {name: value for name, value in content.items() if name != SEAL}
    if SEAL in content and content[SEAL] != _seal(bare):
        raise JsonError("it was altered (its seal does not fit)")
    return bare


def read_object(path: Path) -> dict[str, Any]:
    """The object that a JSON file holds, without its seal.

    Raises
    ------
    OSError
        If there is no such file, or it cannot be read now.
    JsonError
        See `parse_object` and `unsealed`; also if it is larger than `MOST_BYTES` or no text.
    """
    with path.open("rb") as stream:
        data = stream.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise JsonError(f"it is larger than {MOST_BYTES >> 20} MiB")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise JsonError("it is not text") from None
    return unsealed(parse_object(text))


def _seal(content: Mapping[str, Any]) -> str:
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _deeper(content: Any) -> bool:
    """Whether something is nested deeper than is read."""
    level = [content]
    for _ in range(MOST_DEPTH):
        level = [inner for one in level for inner in (one.values() if isinstance(one, dict) else one)]
        level = [inner for inner in level if isinstance(inner, dict | list)]
        if not level:
            return False
    return True
