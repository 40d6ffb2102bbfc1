"""`simulator scenarios`."""

from __future__ import annotations

from simulator.app import console
from simulator.errors import InputError
from simulator.scenario import library
from simulator.scenario.loader import load

BASE = "a base that others extend"


def run(as_json: bool) -> None:
    """List the shipped scenarios and the presets of platforms."""
    found = [{"name": name, "title": _title(name)} for name in library.names()]
    if as_json:
        console.write_json({"scenarios": found, "platform_kinds": library.kinds(), "folder": str(library.folder())})
        return
    console.table("Shipped scenarios", ("name", "what it is"), [(one["name"], one["title"]) for one in found])
    console.say(f"Kinds of platform: {', '.join(library.kinds()) or 'none'}")
    console.say(f"Files: {library.folder()}")


def _title(name: str) -> str:
    try:
        return load(name).scenario.title or name
    except InputError:
        return BASE
