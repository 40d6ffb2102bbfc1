"""Where the shipped studies are: in the installed package, or at the top of a checkout."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]
SUFFIX = ".yaml"


def folder() -> Path:
    """The folder of the shipped studies."""
    installed = PACKAGE / "_experiments"
    return installed if installed.is_dir() else PACKAGE.parent / "experiments"


def priors_folder() -> Path:
    """The folder of the shipped plausible ranges."""
    return folder() / "priors"


def names() -> list[str]:
    """The names of the shipped studies, sorted."""
    where = folder()
    return sorted(file.stem for file in where.glob(f"*{SUFFIX}")) if where.is_dir() else []


def path(name: str) -> Path | None:
    """The file of a shipped study by its name, with or without the suffix, or None if there is none."""
    stem = name.removesuffix(SUFFIX)
    return folder() / f"{stem}{SUFFIX}" if stem in names() else None
