"""The decisions of brands and platforms, each with its reason."""

from __future__ import annotations

from typing import NamedTuple

from simulator.types import AgentKind, Decision


class Entry(NamedTuple):
    """One decision.

    Attributes
    ----------
    day : day of the run.
    kind, agent : who decided.
    platform : where it takes effect; empty for everywhere.
    decision : what.
    amount_fen : money ordered or paid; 0 where none is.
    paid : whether that money left the agent's purse with this entry.
    reason : why, in words.
    """

    day: int
    kind: AgentKind
    agent: str
    platform: str
    decision: Decision
    amount_fen: int
    paid: bool
    reason: str


class Journal:
    """All decisions of a run, in order. Doing nothing is entered when it begins, not every day again."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self._waiting: dict[tuple[AgentKind, str, str], str] = {}

    def write(self, entry: Entry) -> None:
        """Enter a decision."""
        who = (entry.kind, entry.agent, entry.platform)
        if entry.decision is Decision.WAIT:
            if self._waiting.get(who) == entry.reason:
                return
            self._waiting[who] = entry.reason
        else:
            self._waiting.pop(who, None)
        self.entries.append(entry)
