"""The version of the installed package."""

from __future__ import annotations

from importlib import metadata


def version() -> str:
    """The version, or a word that says the package is used without being installed."""
    try:
        return metadata.version("market-simulator")
    except metadata.PackageNotFoundError:
        return "(not installed)"
