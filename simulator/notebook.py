"""Small tables for notebooks: what results and graphs show of themselves there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape


def table_html(caption: str, facts: Mapping[str, str]) -> str:
    """A small table of facts."""
    return grid_html(caption, (), [[name, fact] for name, fact in facts.items()])


def grid_html(caption: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table whose rows begin with their names; everything in it is text, never markup."""
    head = "".join(f"<th scope='col'>{escape(name)}</th>" for name in heads)
    body = "".join(
        f"<tr><th scope='row' style='text-align:left'>{escape(first)}</th>"
        + "".join(f"<td>{escape(cell)}</td>" for cell in rest)
        + "</tr>"
        for first, *rest in rows
    )
    top = f"<thead><tr>{head}</tr></thead>" if head else ""
    return f"<table><caption style='text-align:left'>{escape(caption)}</caption>{top}<tbody>{body}</tbody></table>"
