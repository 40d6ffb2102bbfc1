"""Where the command line writes: results on standard output, everything else on standard error.

Text from files and arguments is written as it is: it is never read as markup.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from rich.console import Console

    from simulator.errors import Problem, SimulatorError


def out() -> Console:
    """The console of results."""
    from rich.console import Console

    return Console(highlight=False, markup=False, emoji=False, soft_wrap=True)


def err() -> Console:
    """The console of messages and progress."""
    from rich.console import Console

    return Console(stderr=True, highlight=False, markup=False, emoji=False, soft_wrap=True)


def say(text: str, style: str = "") -> None:
    """A line on standard output."""
    out().print(text, style=style or None)


def note(text: str, style: str = "") -> None:
    """A line on standard error."""
    err().print(text, style=style or None)


def show(error: SimulatorError) -> None:
    """An error, every problem in it on its own, without a traceback."""
    problems: Sequence[Problem] = getattr(error, "problems", [])
    if not problems:
        first, _, rest = str(error).partition("\n")
        note(f"error: {first}", "bold red")
        if rest:
            note(rest)
        return
    for problem in problems:
        _show_problem(problem)
    if len(problems) > 1:
        note(f"{len(problems)} problems", "bold red")


def _show_problem(problem: Problem) -> None:
    from rich.text import Text

    place = ":".join(str(part) for part in (problem.file, problem.line or "", problem.column or "") if part != "")
    line = Text(f"{place}: " if place else "error: ", style="bold")
    line.append(f"{problem.path}: " if problem.path else "", style="cyan")
    line.append(problem.message, style="not bold red")
    console = err()
    console.print(line)
    if problem.allowed:
        console.print(Text(f"    allowed: {problem.allowed}", style="dim"))
    if problem.nearest:
        console.print(Text(f"    did you mean {problem.nearest!r}?", style="green"))


def write_json(value: Any) -> None:
    """A value as JSON on standard output; numbers that are not finite become null."""
    sys.stdout.write(json.dumps(jsonable(value), indent=2, ensure_ascii=False, allow_nan=False) + "\n")


def jsonable(value: Any) -> Any:
    """Plain values of Python in place of those of numpy and pandas."""
    if isinstance(value, Mapping):
        return {str(key): jsonable(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [jsonable(inner) for inner in value]
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value if isinstance(value, (str, int, float, bool)) or value is None else str(value)


def table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int] = ()) -> None:
    """A table on standard output.

    Parameters
    ----------
    title, columns, rows : what it says.
    right : the numbers of the columns that are aligned to the right.
    """
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    made = Table(title=Text(title, style="bold"), title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for place, column in enumerate(columns):
        side: Literal["left", "right"] = "right" if place in right else "left"
        made.add_column(Text(column), justify=side, overflow="fold", no_wrap=place == 0)
    for row in rows:
        made.add_row(*(Text(cell) for cell in row))
    console = Console(highlight=False, markup=False, emoji=False)
    if not console.is_terminal:
        console.width = 160
    console.print(made)
