"""Explore: a stored result, filtered; one cascade; one user's story."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import pandas as pd
from dash import ALL, Dash, Input, Output, State, ctx, dcc, html, no_update

from simulator.app.dashboard import shelf
from simulator.app.dashboard.amounts import count, percent
from simulator.app.dashboard.context import Context, language_of, look_of
from simulator.app.dashboard.figures import Look, bars_figure, tree_figure
from simulator.app.dashboard.pages.parts import button, choice, field_row, figure, stores, table, triggered
from simulator.app.dashboard.pages.told import story_list
from simulator.app.dashboard.readings.base import Table
from simulator.app.dashboard.sessions import Exploration, Session
from simulator.app.dashboard.stored import (
    FILTERS,
    MOST_DRAWN,
    STEPS,
    Run,
    filtered,
    largest,
    needs_of,
    options,
    posts_of,
    runs,
    steps,
    suggestions,
    tree,
)
from simulator.app.dashboard.texts import say
from simulator.errors import SimulatorError
from simulator.output.manifest import ROLES


def render(context: Context, session: Session, language: str, look: Look) -> list[Any]:
    """The page, as it was left."""
    found = shelf.places_of(context)
    head = [html.H1(say(language, "explore.title")), html.P(say(language, "explore.lead"))]
    if not found:
        return [*head, html.P(say(language, "explore.empty", folder=context.results.name))]
    exploration = shelf.settle(session.exploration, found)
    names = [(place.name, f"{place.name} ({place.title or place.kind})") for place in found]
    return [
        *stores("story-"),
        *head,
        html.Div(
            [
                choice("place", say(language, "explore.study"), names, exploration.place),
                html.Div(body(context, session, language, look), id="explore-body"),
            ],
            className="explore",
            **{"data-store": "story-edited"},
        ),
        dcc.Interval(id="story-beat", interval=2000, disabled=True),
    ]


def body(context: Context, session: Session, language: str, look: Look) -> list[Any]:
    """Everything below the choice of a study."""
    exploration = session.exploration
    try:
        place = shelf.place_of(context, exploration)
        listed = [(run.address, _called(run, language)) for run in runs(place)]
        needs = needs_of(place.folder, exploration.address)
        cascades = largest(place.folder, exploration.address)
    except SimulatorError as error:
        return [html.P(str(error), className="error", role="alert")]
    posts = posts_of(place.folder, exploration.address)
    users = [(str(user), say(language, f"suggest.{what}", user=user)) for what, user in suggestions(needs, posts)]
    trees = [_cascade_of(row, language) for row in cascades.to_dict("records")]
    return [
        choice("address", say(language, "explore.run"), listed, exploration.address),
        html.Section(
            [
                html.H2(say(language, "explore.needs")),
                html.Div(_filters(needs, exploration, language), className="filters"),
                html.Div(needs_body(context, session, language, look), id="explore-needs"),
            ]
        ),
        html.Section(
            [
                html.H2(say(language, "explore.cascade")),
                choice("cascade", say(language, "explore.which"), trees, exploration.cascade) if trees else None,
                html.Div(cascade_body(context, session, language, look), id="explore-cascade"),
            ]
        ),
        _story_section(exploration, users, language),
    ]


def _filters(needs: pd.DataFrame, exploration: Exploration, language: str) -> list[Any]:
    """A choice for every column that tells needs apart."""
    found = []
    for name, values in options(needs).items():
        listed = [("", say(language, "filter.all")), *((value, _word(name, value, language)) for value in values)]
        found.append(choice(name, say(language, f"filter.{name}"), listed, exploration.filters.get(name, "")))
    return found


def _cascade_of(row: Mapping[Any, Any], language: str) -> tuple[str, str]:
    facts = {"brand": row["brand"], "size": f"{row['size']:,}", "depth": row["depth"]}
    return str(row["root_key"]), say(language, "explore.cascade_of", **facts)


def _story_section(exploration: Exploration, users: list[tuple[str, str]], language: str) -> html.Section:
    """Whose story, and the story."""
    return html.Section(
        [
            html.H2(say(language, "explore.story")),
            html.P(say(language, "explore.story_lead")),
            choice("suggested", say(language, "explore.suggested"), [("", "–"), *users], "") if users else None,
            field_row(
                "user", say(language, "explore.user"), exploration.user, language,
                error=exploration.wrong, page="story-",
            ),
            html.Div(
                [
                    button(say(language, "explore.tell"), "story-run", "button strong"),
                    button(say(language, "play.cancel"), "story-cancel"),
                ],
                className="buttons",
            ),
            html.Div(story_body(exploration, language), id="explore-story", role="status"),
        ]
    )  # fmt: skip


def _called(run: Run, language: str) -> str:
    role = say(language, f"role.{run.role}") if run.role in ROLES else "–"
    return say(language, "explore.run_of", arm=run.arm, role=role, world=run.world + 1)


def _word(name: str, value: str, language: str) -> str:
    if name == "region":
        return say(language, f"region.{value}") if language != "en" else value
    return say(language, f"{name}.{value}")


def needs_body(context: Context, session: Session, language: str, look: Look) -> list[Any]:
    """What became of the needs that pass the filters, beside all."""
    exploration = session.exploration
    place = shelf.place_of(context, exploration)
    needs = needs_of(place.folder, exploration.address)
    kept = filtered(needs, exploration.filters)
    some, every = steps(kept), steps(needs)
    bars = []
    for step in STEPS:
        of = percent(some[step] / some["due"]) if some["due"] else "–"
        bars.append((say(language, f"step.{step}"), float(some[step]), f"{count(some[step])} ({of})"))
    axis = say(language, "explore.axis_needs")
    rows = tuple(
        (say(language, f"step.{step}"), count(some[step]), _share(some, step), count(every[step]), _share(every, step))
        for step in STEPS
    )
    heads = tuple(say(language, f"table.{key}") for key in ("step", "chosen", "of_due", "all", "of_due"))
    label = say(language, "explore.needs")
    return [
        figure("needs-figure", bars_figure(bars, axis, look), label),
        html.P(say(language, "explore.note_needs"), className="note"),
        html.Details([html.Summary(say(language, "play.table")), table(Table(heads, rows), label)]),
    ]


def _share(counts: dict[str, int], step: str) -> str:
    return percent(counts[step] / counts["due"]) if counts["due"] else "–"


def cascade_body(context: Context, session: Session, language: str, look: Look) -> list[Any]:
    """One cascade as a tree, and who passed it on to most."""
    exploration = session.exploration
    place = shelf.place_of(context, exploration)
    cascades = largest(place.folder, exploration.address)
    own = cascades[cascades["root_key"].astype(str) == exploration.cascade] if len(cascades) else cascades
    if not len(own):
        return [html.P(say(language, "explore.no_cascade"), className="note")]
    row = own.iloc[0]
    posts = posts_of(place.folder, exploration.address)
    laid = tree(posts[posts["platform"] == row["platform"]], int(row["root_key"]))
    virality = "–" if row["structural_virality"] != row["structural_virality"] else f"{row['structural_virality']:.2f}"
    kind = say(language, f"kind_of_post.{row['kind']}")
    text = say(
        language, "explore.tree", brand=row["brand"], kind=kind, size=f"{laid.size:,}", depth=int(row["depth"]),
        virality=virality,
    )  # fmt: skip
    if laid.size > MOST_DRAWN:
        text += say(language, "explore.tree_cut", drawn=MOST_DRAWN)
    order = sorted(range(laid.author.size), key=lambda i: (-int(laid.below[i]), i))[:8]
    rows = tuple(
        (
            say(language, "explore.account") if laid.author[i] == 2**32 - 1 else str(laid.author[i]),
            f"{laid.hour[i]:.1f}", str(laid.depth[i]), f"{int(laid.below[i]) - 1:,}",
        )
        for i in order
    )  # fmt: skip
    heads = tuple(say(language, f"table.{key}") for key in ("author", "hours", "depth", "below"))
    return [
        html.P(text),
        figure("tree", tree_figure(laid, say(language, "explore.axis_hours"), look), text),
        table(Table(heads, rows), say(language, "explore.spreaders")),
    ]


def story_body(exploration: Exploration, language: str) -> list[Any]:
    """The story, how far it is, or why there is none."""
    story = exploration.story
    if story is None:
        return [html.P(say(language, "story.none"), className="note")]
    if story.running:
        return [
            html.P(say(language, "story.running", user=story.user)),
            html.Progress(value=f"{story.done:.3f}", max="1", **{"aria-label": say(language, "play.progress")}),
        ]
    if story.error:
        return [html.P(story.error, className="error")]
    return story_list(story.told, language)


def register(app: Dash, context: Context) -> None:
    """The callback of the page."""

    @app.callback(  # type: ignore[untyped-decorator]
        Output("explore-body", "children"),
        Output("explore-needs", "children"),
        Output("explore-cascade", "children"),
        Output("explore-story", "children"),
        Output({"type": "story-error", "key": ALL}, "children"),
        Output("story-shown", "data"),
        Output("story-beat", "disabled"),
        Output({"type": "field", "key": "user"}, "value"),
        Input("story-edited", "data"),
        Input("story-run", "n_clicks"),
        Input("story-cancel", "n_clicks"),
        Input("story-pulse", "data"),
        Input("story-beat", "n_intervals"),
        Input("look", "data"),
        State("url", "search"),
        prevent_initial_call=True,
    )
    def act(edited: Any, _run: Any, _cancel: Any, _pulse: Any, _beat: Any, look: Any, search: str) -> Any:
        language, session, seen = language_of(search), context.session(), look_of(look)
        exploration, causes = session.exploration, triggered()
        changed = ""
        with session.lock:
            if "story-edited" in causes and isinstance(edited, dict):
                changed = shelf.enter(context, session, str(edited.get("key", "")), str(edited.get("value", ""))[:200])
            if "story-run" in causes:
                shelf.begin_story(context, session, language)
            elif "story-cancel" in causes:
                shelf.stop_story(context, session)
        running = exploration.story is not None and exploration.story.running
        whole = changed in ("place", "address") or "look" in causes
        parts = [
            body(context, session, language, seen) if whole else no_update,
            needs_body(context, session, language, seen) if changed in FILTERS else no_update,
            cascade_body(context, session, language, seen) if changed == "cascade" else no_update,
            no_update if whole else story_body(exploration, language),
        ]
        errors = [exploration.wrong if one["id"]["key"] == "user" else "" for one in ctx.outputs_list[4]]
        now = {"pulse": "story-pulse" if running else "", "at": time.monotonic()}
        typed = exploration.user if changed == "suggested" else no_update
        return *parts, errors, now, not running, typed
