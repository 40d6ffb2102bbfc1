"""Which arm is ahead, by how much, and whether that can be told from luck."""

from __future__ import annotations

from simulator.app.dashboard.amounts import told
from simulator.app.dashboard.comparison import Lead
from simulator.app.dashboard.presets import Goal
from simulator.app.dashboard.readings.base import TIE, Answer, Method, Seen, ordered

SOLVED, OPEN, UNSOLVED = "solved", "open", "unsolved"


def ranking(seen: Seen) -> list[str]:
    """The arms, the one ahead first."""
    name, kind = seen.preset.metric, seen.kind
    return ordered([(label, seen.estimate(label, name, kind).mean) for label in seen.preset.labels])


def read(seen: Seen, guess: str) -> Answer:
    """The answer where the arms are ranked by one outcome."""
    order = ranking(seen)
    leader = order[0]
    found = _leads(seen, leader)
    unit = seen.unit(seen.preset.metric)
    tied = [label for label in order[1:] if not found[label].separable]
    rival = order[1] if len(order) > 1 else ""
    text = _alone(seen, leader) if not rival else _told(seen, leader, rival, tied, found[rival], unit)
    last = order[-1] if seen.kind == "level" else rival
    return Answer(
        text, _judged(seen, guess, leader, tied), seen.why(leader, last), seen.dots(), seen.axis, unit, seen.table()
    )


def _leads(seen: Seen, label: str) -> dict[str, Lead]:
    return seen.comparison.leads(label, seen.preset.metric, seen.kind, seen.worlds)


def _alone(seen: Seen, leader: str) -> str:
    own = seen.estimate(leader, seen.preset.metric, seen.kind)
    return seen.say("arms.alone", arm=seen.name(leader), value=seen.told(own, seen.unit(seen.preset.metric)))


def _told(seen: Seen, leader: str, rival: str, tied: list[str], lead: Lead, unit: str) -> str:
    values = {
        "arm": seen.name(leader),
        "rival": seen.name(rival),
        "lead": told(lead.mean, lead.low, lead.high, unit, seen.language),
        "n": lead.n,
    }
    if lead.n < 2:
        return seen.say("arms.one_world", **values)
    if lead.mean == 0:
        return seen.say("arms.same", **values)
    if not tied:
        return seen.say("arms.ahead", **values)
    clear = lead.low > 0 and not lead.separable
    pairs = len(seen.preset.arms) * (len(seen.preset.arms) - 1) // 2
    return seen.say("arms.tied", **values) + (seen.say("arms.care", pairs=pairs) if clear else "")


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
    found = _leads(seen, goal.arm).values()
    if len(seen.worlds) < 2:
        return OPEN
    if any(signed * lead.mean <= 0 for lead in found):
        return UNSOLVED
    return SOLVED if all(lead.separable for lead in found) else OPEN


READING = Method("arms", "arm", read)
