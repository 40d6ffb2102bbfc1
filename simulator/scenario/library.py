"""Where the shipped scenarios and platform presets are: in the installed package, or at the top of a checkout."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]
SUFFIX = ".yaml"
PLATFORMS = "platforms"


def folder() -> Path:
    """The folder of the shipped scenarios."""
    installed = PACKAGE / "_scenarios"
    return installed if installed.is_dir() else PACKAGE.parent / "scenarios"


def names() -> list[str]:
    """The names of the shipped scenarios, sorted."""
    return _stems(folder())


def kinds() -> list[str]:
    """The names of the shipped platform presets, sorted."""
    return _stems(folder() / PLATFORMS)


def path(name: str) -> Path | None:
    """The file of a shipped scenario by its name, with or without the suffix, or None if there is none."""
    stem = name.removesuffix(SUFFIX)
    return folder() / f"{stem}{SUFFIX}" if stem in names() else None


def platform(kind: str) -> Path | None:
    """The file of a platform preset, or None if there is none of that kind."""
    return folder() / PLATFORMS / f"{kind}{SUFFIX}" if kind in kinds() else None


def _stems(where: Path) -> list[str]:
    return sorted(file.stem for file in where.glob(f"*{SUFFIX}")) if where.is_dir() else []
