"""Parts that pages share: fields with their errors, tables, figures, native choices."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from dash import ctx, dcc, html

from simulator.app.dashboard.controls import Control
from simulator.app.dashboard.desk_work import span_in_words
from simulator.app.dashboard.figures import CONFIG
from simulator.app.dashboard.readings.base import Table
from simulator.app.dashboard.texts import meaning, say, unit_word

MOST_LETTERS = 64
"""That a field takes."""


def error_id(key: str, page: str = "") -> dict[str, str]:
    """Id of the line that says what is wrong in a field; `page` is the prefix of the page's ids."""
    return {"type": f"{page}error", "key": key}


def field_row(
    key: str, label: str, value: str, language: str, *, note: str = "", unit: str = "", error: str = "", page: str = ""
) -> html.Div:
    """A labelled text field with room for its error."""
    return html.Div(
        [
            html.Label(label, htmlFor=_dom_id("field", key)),
            html.Div([_text_field(key, value), html.Span(unit, className="unit")], className="field"),
            html.P(note, className="note") if note else None,
            html.P(error, id=error_id(key, page), className="error", role="alert"),
        ],
        className="control plain",
        **{"data-control": key},
    )


def slider_row(control: Control, value: str, language: str, error: str = "") -> html.Div:
    """A slider, the field beside it, what it means, where it stands in the preset, and room for an error."""
    key, name, unit = control.key, control.spec.name[language], unit_word(control.unit, language)
    default = say(language, "control.default", value=f"{control.text} {unit}".strip())
    return html.Div(
        [
            html.Label(name, htmlFor=_dom_id("range", key)),
            html.Div(
                [
                    _track(control, value, default),
                    html.Label(
                        say(language, "control.number", name=name), htmlFor=_dom_id("field", key), className="hidden"
                    ),
                    _text_field(key, value),
                    html.Span(unit, className="unit"),
                ],
                className="field",
            ),
            html.P([meaning(control.path, control.declared.doc, language), " · ", default], className="note"),
            _origin(control, language),
            html.P(error, id=error_id(key), className="error", role="alert"),
        ],
        className="control",
        **{"data-control": key},
    )


def _track(control: Control, value: str, default: str) -> html.Div:
    """A native slider and the mark of its default."""
    spec, shown = control.spec, _shown(control, value)
    slider = dcc.Input(
        id=_id("range", control.key), type="range", min=spec.low, max=spec.high, step=spec.step, value=shown
    )
    return html.Div(
        [slider, html.Span(className="mark", style={"left": _place(control)}, title=default)], className="track"
    )


def _origin(control: Control, language: str) -> html.Details:
    """Where the value comes from, what may be typed, and where it stands in a scenario file."""
    evidence, source = control.evidence
    texts = (
        say(language, "control.evidence", evidence=say(language, f"evidence.{evidence or 'X'}")),
        say(language, "control.origin", source=source),
        say(language, "control.allowed", allowed=span_in_words(control, language)),
    )
    return html.Details(
        [html.Summary(say(language, "control.source")), html.P([" ".join(texts), " ", html.Code(control.path)])],
        className="source",
    )


def _shown(control: Control, value: str) -> float:
    """Where the slider stands: at the value if it is a number in reach, else at the nearest end or the default."""
    try:
        wanted = float(value)
    except ValueError:
        wanted = float(control.default)
    return min(max(wanted, control.spec.low), control.spec.high)


def _place(control: Control) -> str:
    """Where on the track the default lies: the middle of the thumb, 16 pixels wide, runs from 8 to the width less 8."""
    share = (float(control.default) - control.spec.low) / (control.spec.high - control.spec.low)
    return f"calc(8px + {min(max(share, 0.0), 1.0):.4f} * (100% - 16px))"


def _id(kind: str, key: str) -> dict[str, str]:
    return {"type": kind, "key": key}


def _dom_id(kind: str, key: str) -> str:
    """How Dash writes a pattern id into the page: JSON with sorted keys, no blanks."""
    return f'{{"key":"{key}","type":"{kind}"}}'


def _text_field(key: str, value: str) -> dcc.Input:
    return dcc.Input(
        id=_id("field", key), type="text", inputMode="decimal", autoComplete="off", value=value, maxLength=MOST_LETTERS
    )


def choice(key: str, label: str, options: Sequence[tuple[str, str]], chosen: str) -> html.Div:
    """A native list to choose from; what is chosen is sent as a field's value is."""
    return html.Div(
        [
            html.Label(label, htmlFor=f"choice-{key}"),
            html.Select(
                [html.Option(text, value=value, selected=value == chosen) for value, text in options],
                id=f"choice-{key}",
            ),
        ],
        className="choice",
        **{"data-control": key},
    )


def table(content: Table, caption: str) -> html.Div:
    """A table that scrolls inside its own box on a phone; reachable with the keyboard."""
    head = html.Thead(html.Tr([html.Th(text, scope="col") for text in content.heads]))
    rows = [html.Tr([html.Th(row[0], scope="row"), *(html.Td(cell) for cell in row[1:])]) for row in content.rows]
    body = html.Table([html.Caption(caption), head, html.Tbody(rows)])
    return html.Div(body, className="scroll", tabIndex="0", role="region", **{"aria-label": caption})


def figure(name: str, drawn: dict[str, Any], label: str) -> html.Div:
    """A figure with a name for those who cannot see it; its numbers stand in a table beside it."""
    graph = dcc.Graph(id=name, figure=drawn, config=CONFIG)
    hidden = html.Div(graph, **{"aria-hidden": "true"})
    return html.Div(hidden, role="img", className="plot", **{"aria-label": label})


def triggered() -> set[str]:
    """Ids of what caused a callback; several may at once."""
    return {str(one["prop_id"]).rpartition(".")[0] for one in ctx.triggered}


def stores(prefix: str) -> list[dcc.Store]:
    """What a page talks through: what was entered, what it shows, and when it asks again."""
    return [dcc.Store(id=f"{prefix}{name}", data=None) for name in ("edited", "shown", "pulse")]


def sentences(texts: Iterable[str], className: str = "") -> list[html.P]:
    """A paragraph each."""
    return [html.P(text, className=className) for text in texts if text]


def button(text: str, identity: Any, className: str = "button", **more: Any) -> html.Button:
    """A button that submits nothing."""
    return html.Button(text, id=identity, type="button", n_clicks=0, className=className, **more)
