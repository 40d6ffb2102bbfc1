"""Where a comparison stands, in words."""

from __future__ import annotations

from collections.abc import Mapping

from simulator.app.dashboard.comparison import DONE, FAILED, RUNNING, Comparison
from simulator.app.dashboard.pool import Pool
from simulator.app.dashboard.texts import say

READY, WRONG = "ready", "wrong"
AT_ONCE = 0.05
"""Seconds below which nothing can have been run."""


def told_status(
    comparison: Comparison | None, wrong: Mapping[str, str], pool: Pool, language: str, ready: str
) -> tuple[str, str]:
    """Where things stand, and the state's name; `ready` is said before anything was run."""
    if wrong:
        return say(language, "status.wrong" if comparison is None else "status.stale"), WRONG
    if comparison is None:
        return ready, READY
    n, done = comparison.study.replications, len(comparison.worlds)
    if comparison.status == RUNNING:
        if not pool.warm:
            return say(language, "status.warming"), RUNNING
        ahead = pool.ahead(comparison.owner) if not comparison.live else 0
        if ahead:
            return say(language, "status.queued", ahead=ahead), RUNNING
        return say(language, "status.running", done=done, n=n), RUNNING
    if comparison.status == FAILED:
        return say(language, "status.failed", error="; ".join(sorted(set(comparison.errors.values())))), FAILED
    if comparison.status == DONE and comparison.seconds < AT_ONCE:
        return say(language, "status.known", n=n), DONE
    key = "status.done" if comparison.status == DONE else "status.stopped"
    return say(language, key, done=done, n=n, seconds=f"{comparison.seconds:.1f}"), comparison.status
