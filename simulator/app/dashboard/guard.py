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
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

MOST_BYTES = 64 * 1024
"""Of a request's body; what the app's own pages send stays below a tenth of it."""

MOST_HEADER_BYTES = 32 * 1024
COOKIE = "simulator_session"
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
    if origin is not None and urlsplit(str(origin)).netloc.lower() != host.lower():
        return 403, "the request comes from another page"
    if str(sent.get("Sec-Fetch-Site", "")) not in SAME:
        return 403, "the request comes from another page"
    if int(sent.get("Content-Length") or 0) > MOST_BYTES:
        return 413, f"the request is larger than {MOST_BYTES} bytes"
    return None
