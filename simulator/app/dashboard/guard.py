"""Who may ask the app, and how: host, origin, size; and what a browser may do with an answer.

The app listens on the loopback unless told otherwise, but every page a browser shows can send requests there. So a
request must name this machine in `Host` (a foreign name that was made to resolve to it, DNS rebinding, does not), and
one that changes anything must come from a page of the app (`Origin`, `Sec-Fetch-Site`).

Content security policy. Scripts are the app's own files, and the one inline script of Dash by its hash; nothing is
evaluated. Styles must allow inline ones: Dash's components and plotly.js set them on elements and insert style blocks,
whose text varies. Images may be `data:` and `blob:`, as plotly.js makes them. Everything else is refused.
"""

from __future__ import annotations

import ipaddress
import json
import threading
from collections import Counter
from collections.abc import Sequence
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

MOST_BYTES = 64 * 1024
"""Of a request's body; what the app's own pages send stays below a tenth of it."""

MOST_HEADER_BYTES = 32 * 1024
COOKIE = "simulator_session"
KINDS: dict[str, type] = {"pathname": str, "search": str, "n_clicks": int, "n_intervals": int}
"""Of the values a callback is sent, by property."""

MOST_ASKED, MOST_NEW, STRETCH = 600, 200, 10.0
"""Requests of a session, and new sessions of all, in so many seconds; a page asks 40 times when it opens."""

SAFE = ("GET", "HEAD", "OPTIONS")
SAME = ("same-origin", "none", "")


def policy(script_hashes: Sequence[str]) -> str:
    """The content security policy."""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' {' '.join(script_hashes)}".strip(),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self'",
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        )
    )


def headers(script_hashes: Sequence[str]) -> dict[str, str]:
    """What every answer carries."""
    return {
        "Content-Security-Policy": policy(script_hashes),
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
    }


def known_host(host: str, names: Sequence[str]) -> bool:
    """Whether a `Host` header names this app: an address in numbers, which nobody can rebind, or a name that is known.

    Parameters
    ----------
    host : as sent, with or without a port.
    names : besides ``localhost``.
    """
    name = urlsplit(f"//{host}").hostname or ""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return name in ("localhost", *(known.lower() for known in names))
    return True


def refusal(method: str, sent: Any, names: Sequence[str]) -> tuple[int, str] | None:
    """Why a request is refused, with its status; None if it may pass.

    Parameters
    ----------
    method : of the request.
    sent : its headers.
    names : hosts the app is known by.
    """
    host = str(sent.get("Host", ""))
    try:
        known = known_host(host, names)
    except ValueError:
        known = False
    if not known:
        return 403, "this app does not answer to that host name; start it with --allow-host NAME if it should"
    if method in SAFE:
        return None
    origin = sent.get("Origin")
    if origin is not None and _netloc(str(origin)) != host.lower():
        return 403, "the request comes from another page"
    if str(sent.get("Sec-Fetch-Site", "")) not in SAME:
        return 403, "the request comes from another page"
    length = str(sent.get("Content-Length") or "0")
    if not (length.isascii() and length.isdecimal()):
        return 400, "the request does not say how long it is"
    if int(length[:20]) > MOST_BYTES:
        return 413, f"the request is larger than {MOST_BYTES} bytes"
    return None


def _netloc(origin: str) -> str:
    """Host and port of an `Origin`; empty if it is none."""
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""


def well_formed(data: bytes) -> bool:
    """Whether the body of a callback is one that a page sends: Dash and the pages rely on these parts.

    What the fields hold is free, and checked where it is read.
    """
    try:
        body = json.loads(data)
    except (ValueError, RecursionError):
        return False
    if not isinstance(body, dict) or not isinstance(body.get("output"), str):
        return False
    given = [body.get(name, []) for name in ("inputs", "state")]
    if not all(isinstance(part, list) for part in (*given, body.get("changedPropIds", []))):
        return False
    entries = [one for part in given for entry in part for one in (entry if isinstance(entry, list) else [entry])]
    return isinstance(body.get("outputs"), dict | list) and all(_well_formed(one) for one in entries)


def _well_formed(entry: Any) -> bool:
    if not isinstance(entry, dict) or not isinstance(entry.get("property"), str):
        return False
    kind = KINDS.get(entry["property"], object)
    return isinstance(entry.get("id"), str | dict) and (entry.get("value") is None or isinstance(entry["value"], kind))


class Rate:
    """At most so many events of one kind by one owner in each stretch of time.

    Parameters
    ----------
    most : events.
    seconds : length of a stretch; counts begin anew with each, so that little is kept.
    """

    def __init__(self, most: int, seconds: float):
        self._most, self._seconds, self._stretch = most, seconds, 0
        self._counts: Counter[str] = Counter()
        self._lock = threading.Lock()

    def allows(self, owner: str) -> bool:
        """Count an event, and say whether it is one too many."""
        stretch = int(monotonic() // self._seconds)
        with self._lock:
            if stretch != self._stretch:
                self._stretch = stretch
                self._counts.clear()
            self._counts[owner] += 1
            return self._counts[owner] <= self._most
