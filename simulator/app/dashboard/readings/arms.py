"""Which arm is ahead, by how much, and whether that can be told from luck."""

from __future__ import annotations

import math
from typing import Any

from simulator.app.dashboard.presets import Goal
from simulator.app.dashboard.readings.base import TIE, Answer, Method, Seen, ordered
from simulator.ensemble import outcomes
from simulator.ensemble.statistics import MeanInterval

SOLVED, OPEN, UNSOLVED = "solved", "open", "unsolved"


def leads(seen: Seen, label: str) -> dict[str, tuple[MeanInterval, bool]]:
    """How far an arm is ahead of every other, and whether that is separable after Holm's adjustment over all pairs."""
    name = seen.preset.metric
    own = {key: table[table["metric"] == name] for key, table in seen.tables.items()}
    pairs = outcomes.paired_differences(own["arm_outcomes"], own["effects"], seen.comparison.study.seed)
    found: dict[str, tuple[MeanInterval, bool]] = {}
    for row in pairs[pairs["kind"] == seen.kind].to_dict("records"):
        if label in (row["arm_a"], row["arm_b"]):
            other = row["arm_b"] if row["arm_a"] == label else row["arm_a"]
            found[str(other)] = (_towards(row, label), bool(row["separable"]))
    return found


def _towards(row: dict[Any, Any], label: str) -> MeanInterval:
    mean, low, high = (float(row[name]) for name in ("mean", "low", "high"))
    if row["arm_a"] == label:
        return MeanInterval(mean, math.nan, low, high, int(row["n"]))
    return MeanInterval(-mean, math.nan, -high, -low, int(row["n"]))


def ranking(seen: Seen) -> list[str]:
    """The arms, the one ahead first."""
    name, kind = seen.preset.metric, seen.kind
    return ordered([(label, seen.estimate(label, name, kind).mean) for label in seen.preset.labels])


def read(seen: Seen, guess: str) -> Answer:
    """The answer where the arms are ranked by one outcome."""
    order = ranking(seen)
    leader = order[0]
    found = leads(seen, leader)
    unit = seen.unit(seen.preset.metric)
    tied = [label for label in order[1:] if not found[label][1]]
    rival = order[1] if len(order) > 1 else ""
    text = _alone(seen, leader) if not rival else _told(seen, leader, rival, tied, found[rival][0], unit)
    last = order[-1] if seen.kind == "level" else rival
    return Answer(
        text, _judged(seen, guess, leader, tied), seen.why(leader, last), seen.dots(), seen.axis, unit, seen.table()
    )


def _alone(seen: Seen, leader: str) -> str:
    own = seen.estimate(leader, seen.preset.metric, seen.kind)
    return seen.say("arms.alone", arm=seen.name(leader), value=seen.told(own, seen.unit(seen.preset.metric)))


def _told(seen: Seen, leader: str, rival: str, tied: list[str], lead: MeanInterval, unit: str) -> str:
    values = {"arm": seen.name(leader), "rival": seen.name(rival), "lead": seen.told(lead, unit), "n": lead.n}
    if lead.n < 2:
        return seen.say("arms.one_world", **values)
    if lead.mean == 0:
        return seen.say("arms.same", **values)
    return seen.say("arms.tied" if tied else "arms.ahead", **values)


def _judged(seen: Seen, guess: str, leader: str, tied: list[str]) -> str:
    if guess not in (*seen.preset.labels, TIE):
        return ""
    named = seen.say("guess.tie") if guess == TIE else seen.name(guess)
    if len(seen.worlds) < 2:
        return seen.say("guess.one", guess=named)
    right = guess == TIE if tied else guess == leader
    if not right and tied and guess in (leader, *tied):
        return seen.say("guess.open", guess=named)
    return seen.say("guess.right" if right else "guess.wrong", guess=named)


def solved(seen: Seen, goal: Goal) -> str:
    """Whether a worksheet's goal is reached: "solved", "unsolved", or "open" where luck could be the reason."""
    signed = 1 if goal.ahead else -1
    found = leads(seen, goal.arm)
    if len(seen.worlds) < 2:
        return OPEN
    if any(signed * lead.mean <= 0 for lead, _ in found.values()):
        return UNSOLVED
    return SOLVED if all(separable for _, separable in found.values()) else OPEN


READING = Method("arms", "arm", read)
