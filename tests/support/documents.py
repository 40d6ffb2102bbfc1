"""What documents show: their blocks and commands, and running them small, in this process."""

from __future__ import annotations

import contextlib
import re
from pathlib import Path

from click.testing import Result
from typer.testing import CliRunner

from simulator.app.cli import app

SHELL = ("", "sh", "bash", "console")
SMALL = ("--set", "market.users=400", "--set", "market.days=2")
FEW = ("--reps", "2", "--jobs", "1")
APPENDED = {"compare": (*SMALL, *FEW), "affordances": (*SMALL, *FEW), "run": SMALL, "check": SMALL}
"""What makes a command small; the last of several values of an option counts."""
NOT_RUN = ("pip install", "pytest", "pre-commit install", "lint-imports")
"""What would change the machine, or is what is running."""
FILE = re.compile(r"\A# file: (\S+)\n")
"""The first line of a block that is to be saved, and where."""


def blocks(text: str) -> list[tuple[str, str]]:
    """Language and content of every block of code; indented ones have no language and come last."""
    fenced = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
    found = [(match[1], match[2]) for match in fenced.finditer(text)]
    indented = re.compile(r"(?:^\n|\A)((?: {4}.*\n|\n)+)", re.MULTILINE)
    return found + [("", match[1]) for match in indented.finditer(fenced.sub("", text))]


def commands(text: str) -> list[str]:
    """The command lines of a document's blocks, in order."""
    shell = [line for language, block in blocks(text) if language in SHELL for line in block.splitlines()]
    lines = [line.split("  #")[0].strip() for line in shell]
    parts = [part.strip().removeprefix("$ ") for line in lines for part in line.split("&&")]
    return [
        part
        for part in parts
        if part.split(" ")[0] in ("simulator", "pip", "pytest", "pre-commit", "lint-imports", "python")
    ]


def inline(text: str) -> list[str]:
    """Commands that a sentence names."""
    return re.findall(r"`(simulator [a-z][^`]*)`", text)


def simulator(arguments: list[str], folder: Path, *, small: bool = True) -> Result:
    """A command, in this process: a new one spends seconds on imports."""
    less = APPENDED.get(arguments[0], ()) if small else ()
    with contextlib.chdir(folder):
        done = CliRunner().invoke(app, [*arguments, *less], catch_exceptions=False)
    assert done.exit_code == 0, f"{arguments}\n{done.stdout}\n{done.stderr}"
    return done
