"""Bad input that still looks like good input: trees, texts, bytes and tables with something wrong in them.

Every function takes its luck as a `random.Random`, so that a case is known by its seed, and a property-based test may
hand in luck that it can shrink.
"""

from __future__ import annotations

import copy
import gzip
import json
import math
from random import Random
from typing import Any

ODD: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 2**31 - 1, 2**31, 2**32, 2**53 + 1, 2**63 - 1, 2**63, 2**64, 10**60, -(10**60), 0.5,
    -0.0, 1e-320, 1e308, math.nan, math.inf, -math.inf, "", " ", "0", "-1", "1e3", "0x10", "1_000", "many", "null",
    "nan", "\ud800", "\udfff\ud800", "\u202e", "\x00", "\x1b[31m", "é" * 70, "北", "x" * 9000, "../../etc/passwd",
    "/dev/zero", "/dev/stdin", "/proc/self/mem", "/proc/self/environ", ".", "..", "/", "~", "loop.yaml", "pipe.yaml",
    "a\0b", "x" * 300, "*a", "&a", "!!python/object/apply:os.system [id]", "<script>alert(1)</script>", "=cmd()",
    "{{7*7}}", "%s%n", "__class__", "[]", "{}", [], {}, [[]], [None], {"": 1}, {"generator": "nothing"}, {"file": "/"},
    {"enabled": 1}, {"name": "a"}, [{"name": "a"}, {"name": "a"}], [1, "a", None], {"remove": True}, "public_feed",
)  # fmt: skip
"""Values that stand where others should."""

KEYS = ("name", "users", "extends", "<<", "", "é", "\ud800", "x" * 500, "a.b", "0", "-1", "__proto__", "generator",
        "file", "enabled", "kind", "remove", "null", "true", "1e3", ".nan", "seed", "*", "?")  # fmt: skip

MARKS = ("- ", ": ", "? ", "{", "}", "[", "]", ",", "#", "&a ", "*a", "*b", "!!python/name:os.system ", "!!binary ",
         "!<tag:x> ", "%YAML 9.9\n", "---\n", "...\n", "\t", "|\n", ">-\n", '"', "'", '"\\x', '"\\ud800"', "\0", "\r",
         "\u2028", "\ufeff", "\x85", "@", "`", "<<: *a\n", "\n  ", "=", "~", "9" * 70, "1e999", ".nan")  # fmt: skip


def tree(luck: Random, content: Any) -> Any:
    """A copy of nested plain values with one to four changes somewhere in it."""
    holder = [copy.deepcopy(content)]
    for _ in range(luck.choice((1, 1, 2, 4))):
        if holder:
            _change(luck, *_somewhere(luck, holder))
    return holder[0] if holder else None


def _somewhere(luck: Random, holder: list[Any]) -> tuple[Any, Any]:
    """A place in nested values: what holds it, and its key or index. Deep places are as likely as high ones."""
    places: list[tuple[Any, Any]] = []
    todo: list[Any] = [holder]
    while todo and len(places) < 5000:
        one = todo.pop()
        steps = list(one) if isinstance(one, dict) else range(len(one))
        for step in steps:
            places.append((one, step))
            if isinstance(one[step], dict | list):
                todo.append(one[step])
    return luck.choice(places)


def _change(luck: Random, parent: Any, step: Any) -> None:
    what = luck.randrange(10)
    old = parent[step]
    if what <= 3:
        parent[step] = copy.deepcopy(luck.choice(ODD))
    elif what == 4 and isinstance(old, int | float) and not isinstance(old, bool):
        parent[step] = luck.choice((-old, old * 1000, old + 1, old / 3, str(old), [old], float(old)))
    elif what == 5:
        del parent[step]
    elif what == 6 and isinstance(parent, dict):
        parent[luck.choice((*KEYS, f"{step}x", str(step)[:-1], str(step).upper()))] = parent.pop(step)
    elif what == 7:
        parent[step] = {luck.choice(KEYS): old} if luck.random() < 0.5 else [old, copy.deepcopy(old)]
    elif what == 8:
        for _ in range(luck.choice((3, 40, 300))):
            parent[step] = {"a": parent[step]} if luck.random() < 0.5 else [parent[step]]
    elif isinstance(parent, dict):
        many = luck.choice((1, 50, 3000))
        parent |= {f"{luck.choice(KEYS)}{n}": copy.deepcopy(luck.choice(ODD)) for n in range(many)}
    else:
        many = luck.choice((1, 70, 3000)) if not isinstance(old, dict | list) else luck.choice((1, 5))
        parent += [copy.deepcopy(old) for _ in range(many)]


def yaml_of(content: Any) -> bytes:
    """Plain values as text that YAML 1.2 reads: JSON, with its spelling of numbers that are not finite."""
    text = json.dumps(content, indent=1)
    return text.replace("NaN", ".nan").replace("-Infinity", "-.inf").replace("Infinity", ".inf").encode()


def text(luck: Random, content: bytes) -> bytes:
    """Text with a few marks, lines and numbers put in, taken out or moved."""
    found = content.decode("utf-8", "surrogateescape")
    for _ in range(luck.choice((1, 2, 3, 8))):
        at, what = luck.randrange(len(found) + 1), luck.randrange(6)
        lines = found.split("\n")
        line = luck.randrange(len(lines))
        if what <= 1:
            found = found[:at] + luck.choice(MARKS) + found[at:]
        elif what == 2:
            found = found[:at] + found[at + luck.choice((1, 3, 40)) :]
        elif what == 3:
            lines.insert(luck.randrange(len(lines) + 1), lines[line])
            found = "\n".join(lines)
        elif what == 4:
            lines[line] = " " * luck.choice((1, 2, 7)) + lines[line]
            found = "\n".join(lines)
        else:
            found = found[:at] + str(luck.choice(ODD)) + found[at:]
    return found.encode("utf-8", "surrogatepass")


def raw(luck: Random, content: bytes) -> bytes:
    """Bytes with bits turned, parts cut out, doubled or replaced, or the end gone."""
    data = bytearray(content or b"\0")
    for _ in range(luck.choice((1, 1, 3, 20))):
        at, what = luck.randrange(len(data) + 1), luck.randrange(6)
        if what <= 1 and at < len(data):
            data[at] ^= 1 << luck.randrange(8)
        elif what == 2:
            del data[at:]
        elif what == 3:
            data[at:at] = data[max(at - luck.choice((1, 8, 200)), 0) : at]
        elif what == 4:
            data[at:at] = luck.randbytes(luck.choice((1, 4, 64)))
        else:
            data[at : at + 8] = luck.choice((b"\xff" * 8, b"\0" * 8, b"\x7f" + b"\xff" * 7, b"\xff\xfe\0\0"))
    return bytes(data)


def bomb(luck: Random) -> bytes:
    """A small text that would like to be large: aliases, depth, keys, digits, long lines."""
    return luck.choice((_aliases, _deep, _keys, _digits, _anchors))(luck)


def _aliases(luck: Random) -> bytes:
    width, depth = luck.choice((2, 9)), luck.choice((9, 30, 60))
    rows = ["a0: &a0 x"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * width)}]" for n in range(1, depth)]
    return "\n".join(rows).encode()


def _deep(luck: Random) -> bytes:
    n = luck.choice((40, 1000, 100_000))
    opening, closing = luck.choice((("[", "]"), ('{"a":', "}"), ("- ", ""), ("? ", ""), ("{a: [", "]}")))
    return (opening * n + "1" + closing * n).encode()


def _keys(luck: Random) -> bytes:
    n = luck.choice((20_001, 60_000, 1_000_000))
    row = luck.choice(("k{}: 1\n", "- {}\n", "- {{name: n{}}}\n"))
    return "".join(row.format(i) for i in range(n)).encode()


def _digits(luck: Random) -> bytes:
    return f"market: {{users: {luck.choice('-+')}{'9' * luck.choice((65, 5000, 500_000))}}}\n".encode()


def _anchors(luck: Random) -> bytes:
    return luck.choice((b"a: &a [*a]\n", b"&a a: *a\n", b"a: &a {<<: *a}\n", b"*a : &a 1\n", b"a: &a &b c\n"))


def edges(luck: Random) -> bytes:
    """An edge list in text, most of it right."""
    mark = luck.choice(("\t", ",", " ", ";", "  "))
    n, width = luck.choice((1, 5, 200)), luck.choice((2, 2, 2, 3, 4))
    head = luck.choice(("", "", "# FromNodeId ToNodeId\n", "source,target\n", "%%MatrixMarket\n", "\ufeff", "a b c\n"))
    rows = [mark.join(_cell(luck, column) for column in range(width)) for _ in range(n)]
    return (head + luck.choice(("\n", "\r\n", "\n\n")).join(rows) + luck.choice(("", "\n"))).encode("utf-8", "replace")


def _cell(luck: Random, column: int) -> str:
    if luck.random() < 0.98:
        return str(luck.randrange(100)) if column < 2 else f"{luck.random():.3f}"
    odd = ("-1", "1.5", "1e3", "nan", "inf", "", " ", "x", "北", '"', '"a', "\x00", "0x1f", "+7", "１２", "1_000", "#",
           str(2**31), str(2**62), str(2**63 - 1), str(2**63), str(2**64), "9" * 5000, "3000000000", "\u2028",
           "=1+1", "None", "true", "\udc80", "-0")  # fmt: skip
    return luck.choice(odd)


def packed(luck: Random, content: bytes) -> bytes:
    """Content as gzip: whole, cut, damaged, several members, followed by something, or a bomb."""
    whole = gzip.compress(content, mtime=0)
    what = luck.randrange(7)
    if what == 0:
        return whole[: luck.randrange(len(whole))]
    if what == 1:
        return raw(luck, whole)
    if what == 2:
        return whole + luck.choice((whole, b"\0" * 20, b"trailing", b"\x1f\x8b"))
    if what == 3:
        return gzip.compress(b"0 1\n" * luck.choice((10_000, 50_000_000)), 9, mtime=0) if luck.random() < 0.1 else whole
    return whole
