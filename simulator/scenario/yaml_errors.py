"""What the YAML parser objects to, in words that say how to mend the file."""

from __future__ import annotations

import re

from ruamel.yaml.error import MarkedYAMLError

from simulator.errors import Problem

_ESCAPE = ("a backslash in double quotes starts an escape", "\\\\ for a backslash, or single quotes around the text")
_ITEM = ("a list item '- ' cannot stand here", "list items in lines of their own, below their key")

_EXPLAINED: tuple[tuple[str, str, str], ...] = (
    (
        "mapping values are not allowed",
        "a second ':' in one line, or a line that is indented too far",
        "one 'key: value' a line; text that contains ': ' in quotes",
    ),
    ("could not find expected ':'", "this line has no ':'", "'key: value', with a space after the ':'"),
    ("but found '<scalar>'", "this text does not belong here", "text with quotes inside it in one pair of quotes"),
    (
        "expected <block end>",
        "this line is indented differently from the lines of the same block above it",
        "the same number of spaces for all keys of a block",
    ),
    ("expected ',' or ']'", "the list that opens with '[' {}is not closed, or lacks a comma", "[first, second]"),
    (
        "expected ',' or '}'",
        "the block that opens with '{{' {}is not closed, or lacks a comma",
        "{key: value, key: value}",
    ),
    ("unexpected end of stream", "the quote that opens here is never closed", "the same quote at the end of the text"),
    ("escape", *_ESCAPE),
    ("sequence entries are not allowed", *_ITEM),
    ("expected the node content", "a value is missing or misplaced here", "a value; text with special signs in quotes"),
    ("expected '<document start>'", "nothing can follow the value that ends above", "'key: value' lines only"),
)
_AT_ITS_START = ("could not find expected ':'", "unexpected end of stream")


def explain(error: MarkedYAMLError, file: str, place: bool) -> Problem:
    """The problem behind a parser's error.

    Parameters
    ----------
    error : what the parser raised.
    file : the file's name in messages.
    place : whether lines and columns mean anything to the reader.
    """
    what = " ".join(str(part) for part in (error.context, error.problem) if part)
    mark = (error.context_mark if any(sign in what for sign in _AT_ITS_START) else None) or error.problem_mark
    mark = mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark is not None and place else (0, 0)
    if "cannot start any token" in what:
        tab = r"'\t'" in what
        found = re.search(r"found character ('.+?')", what)
        sign = "a tab" if tab else found[1] if found else "this character"
        return Problem(line, column, "", f"{sign} cannot stand here", "spaces" if tab else "text in quotes", file=file)
    opened = f"in line {error.context_mark.line + 1} " if place and error.context_mark is not None else ""
    for sign, message, allowed in _EXPLAINED:
        if sign in what:
            return Problem(line, column, "", message.format(opened), allowed, file=file)
    what = what.replace(r"'\x00'", "the end of the text")
    return Problem(line, column, "", f"is not valid YAML: {what or 'unreadable'}", file=file)
