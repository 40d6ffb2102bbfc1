"""A user's story as a list: what happened at each visit, in order, sights of one kind together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from dash import html

from simulator.app.dashboard.amounts import exact
from simulator.app.dashboard.story import Event, Told
from simulator.app.dashboard.texts import listing, say
from simulator.types import MINUTES_PER_DAY

SIGHTS = ("visit", "saw", "ad")


def story_list(told: tuple[Told, bool, bool, int], language: str) -> list[Any]:
    """The story, who it is about, and whether the re-run agrees with what is stored."""
    story, agrees, same_code, needs = told
    person = story.person
    who = say(
        language, "story.who", user=story.user, region=_region(person["region"], language),
        income=exact(person["income_yuan"], "yuan", language), visits=f"{person['visits_per_day']:.1f}",
    )  # fmt: skip
    checked = say(language, "story.agrees" if agrees else "story.differs", n=needs)
    rows = [_moment(events, language) for events in _folded(story.events)]
    return [
        html.P(who),
        html.P(checked, className="note" if agrees else "error"),
        None if same_code else html.P(say(language, "story.other_code"), className="note"),
        html.Ol(rows, className="story-list") if rows else html.P(say(language, "story.nothing")),
    ]


def _region(name: str, language: str) -> str:
    return name if language == "en" else say(language, f"region.{name}")


def _folded(events: Sequence[Event]) -> list[list[Event]]:
    """Events of one minute together, and minutes in a row in which things were only seen; empty visits are left out."""
    minutes: list[list[Event]] = []
    for event in events:
        if minutes and minutes[-1][0].minute == event.minute:
            minutes[-1].append(event)
        else:
            minutes.append([event])
    found: list[list[Event]] = []
    for own in minutes:
        if all(event.what == "visit" for event in own):
            continue
        if found and _only_seen(found[-1]) and _only_seen(own):
            found[-1] += own
        else:
            found.append(own)
    return found


def _only_seen(events: Sequence[Event]) -> bool:
    return all(event.what in SIGHTS for event in events)


def _moment(events: list[Event], language: str) -> html.Li:
    lines = [*_sights(events, language), *(_line(event, language) for event in events if event.what not in SIGHTS)]
    head = html.Span(_when(events, language), className="when")
    return html.Li([head, html.Ul([html.Li(line) for line in lines])])


def _when(events: Sequence[Event], language: str) -> str:
    (first, time), (last, until) = (_clock(event.minute) for event in (events[0], events[-1]))
    visits = [event for event in events if event.what == "visit"]
    if events[0].minute != events[-1].minute:
        return say(language, "story.span", a=first, t=time, b=last, u=until, n=len(visits))
    when = say(language, "story.when", day=first, time=time)
    device = say(language, f"device.{visits[0].facts['device']}") if visits else ""
    return f"{when}, {device}" if device else when


def _clock(minute: int) -> tuple[int, str]:
    """Day, from 1, and time of day."""
    day, rest = divmod(minute, MINUTES_PER_DAY)
    return day + 1, f"{rest // 60:02}:{rest % 60:02}"


def _sights(events: list[Event], language: str) -> list[str]:
    """What was seen, counted by brand and kind."""
    seen: Counter[tuple[str, str]] = Counter()
    for event in events:
        if event.what == "ad":
            seen["ad", event.brand] += 1
        elif event.what == "saw":
            seen["trending" if event.facts["trending"] else event.facts["kind"], event.brand] += 1
    parts = [
        say(language, f"story.saw.{kind}{'.one' if n == 1 else ''}", n=n, brand=brand)
        for (kind, brand), n in seen.items()
    ]
    return [say(language, "story.saw", parts=listing(parts, language))] if parts else []


def _line(event: Event, language: str) -> str:
    facts = dict(event.facts)
    if "source" in facts:
        facts["source"] = say(language, f"source.{facts['source']}")
    if "price" in facts:
        facts["price"] = exact(facts["price"], "yuan", language)
    return say(language, f"story.{event.what}", brand=event.brand, **facts)
