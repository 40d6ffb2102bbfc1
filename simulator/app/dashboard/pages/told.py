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

MOST_SHOWN = 150
"""Moments of a story that are shown; those in which only something was seen go first."""

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
    moments = _moments(story.events)
    shown = _cut(moments)
    rows = [_moment(minute, events, language) for minute, events in shown]
    left = len(moments) - len(shown)
    return [
        html.P(who),
        html.P(checked, className="note" if agrees else "error"),
        None if same_code else html.P(say(language, "story.other_code"), className="note"),
        html.P(say(language, "story.cut", left=left), className="note") if left else None,
        html.Ol(rows, className="story-list") if rows else html.P(say(language, "story.nothing")),
    ]


def _region(name: str, language: str) -> str:
    return name if language == "en" else say(language, f"region.{name}")


def _moments(events: Sequence[Event]) -> list[tuple[int, list[Event]]]:
    """Events by the minute in which they happened."""
    found: list[tuple[int, list[Event]]] = []
    for event in events:
        if found and found[-1][0] == event.minute:
            found[-1][1].append(event)
        else:
            found.append((event.minute, [event]))
    return [(minute, own) for minute, own in found if any(event.what != "visit" for event in own)]


def _cut(moments: list[tuple[int, list[Event]]]) -> list[tuple[int, list[Event]]]:
    """The moments in which something was done, and of the others as many of the first as there is room for."""
    if len(moments) <= MOST_SHOWN:
        return moments
    acting = [any(event.what not in SIGHTS for event in own) for _, own in moments]
    room = max(0, MOST_SHOWN - sum(acting))
    kept = []
    for moment, acts in zip(moments, acting, strict=True):
        if acts or room > 0:
            kept.append(moment)
            room -= not acts
    return kept[: 2 * MOST_SHOWN]


def _moment(minute: int, events: list[Event], language: str) -> html.Li:
    day, rest = divmod(minute, MINUTES_PER_DAY)
    when = say(language, "story.when", day=day + 1, time=f"{rest // 60:02}:{rest % 60:02}")
    device = next((event.facts["device"] for event in events if event.what == "visit"), "")
    head = f"{when}, {say(language, f'device.{device}')}" if device else when
    lines = [*_sights(events, language), *(_line(event, language) for event in events if event.what not in SIGHTS)]
    return html.Li([html.Span(head, className="when"), html.Ul([html.Li(line) for line in lines])])


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
