"""Every sentence and name a reader of the app sees, in every language; values are filled in, never read as markup."""

from __future__ import annotations

from typing import Any

from simulator.app.dashboard.texts import en, zh

LANGUAGES = {"en": "English", "zh": "中文"}
TABLES = {"en": en.TEXTS, "zh": zh.TEXTS}
UNITS = {"en": en.UNITS, "zh": zh.UNITS}


def say(language: str, key: str, **values: Any) -> str:
    """A text in a language, with its values filled in."""
    return TABLES[language][key].format(**values)


def unit_word(unit: str, language: str) -> str:
    """A declared unit in words of a language; empty for a bare number."""
    return UNITS[language].get(unit, unit)


def meaning(path: str, declared: str, language: str) -> str:
    """What a parameter means: as declared, or its translation by path of the declaration."""
    return declared if language == "en" else zh.PARAMETERS.get(path, declared)


def metric(name: str, language: str) -> str:
    """How an outcome is called."""
    return say(language, f"metric.{name}")


def listing(parts: list[str], language: str) -> str:
    """Some things in a row: a, b and c."""
    if language == "zh":
        return "、".join(parts)
    return "".join(parts) if len(parts) < 2 else f"{', '.join(parts[:-1])} and {parts[-1]}"
