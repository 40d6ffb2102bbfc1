"""A TRACE record: what was done to find out whether the model can be relied on, under the headings of the standard.

Schmolke, A. et al. 2010, "Ecological models supporting environmental decision making: a strategy for the future",
Trends in Ecology & Evolution 25:479-486; Grimm, V. et al. 2014, "Towards better modelling and decision support:
documenting model development, testing, and analysis using TRACE", Ecological Modelling 280:129-139; Ayllón, D. et al.
2021, "Keeping modelling notebooks with TRACE: good for you and good for environmental research and management support",
Environmental Modelling & Software 136:104932.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import simulator
from simulator.affordances import AFFORDANCES
from simulator.describe import tests
from simulator.describe.markdown import first_line, said, table
from simulator.describe.values import CHOSEN, signs
from simulator.ensemble import study_library
from simulator.errors import InputError, Problem, StoreError
from simulator.output.json_file import JsonError, read_object
from simulator.parameters import rows as rows_of
from simulator.scenario import library
from simulator.scenario.plausibility import RULES
from simulator.scenario.schema import declarations
from simulator.scenario.yaml import content, parse
from simulator.validation import PATTERNS
from simulator.validation.scorecard import SCORECARD

LARGEST_CARD = 50_000_000


def trace(test_folder: Path | None, results: Sequence[Path]) -> str:
    """The record as Markdown.

    Parameters
    ----------
    test_folder : the project's tests; None where only the installed package is at hand, which the record then says.
    results : folders of stored scorecards.

    Raises
    ------
    InputError
        If the folder holds no tests.
    StoreError
        If a folder holds no scorecard that can be read.
    """
    cards = [(folder, _card(folder)) for folder in results]
    lines = [
        "# TRACE record",
        "",
        "What was verified and validated, written from the declarations, the tests and stored",
    ]
    lines += ["scorecards (`simulator trace`).", ""]
    lines += [*_problem(), *_description(), *_data(), *_concepts(), *_verification(test_folder)]
    lines += [*_rows("6. Model output verification", ("input", "fitted"), cards), *_analysis()]
    lines += _rows("8. Model output corroboration", ("judged",), cards)
    return "\n".join(lines).rstrip() + "\n"


def _problem() -> Iterator[str]:
    yield from ("## 1. Problem formulation", "", said(simulator), "")


def _description() -> Iterator[str]:
    yield from ("## 2. Model description", "")
    yield "`simulator describe SCENARIO` writes the ODD protocol of a scenario, with every value and whence it comes."
    yield f"Shipped: {', '.join(library.names())}."
    yield ""


def _data() -> Iterator[str]:
    yield from ("## 3. Data evaluation", "", "Declared parameters by evidence of their defaults:", "")
    rows = [row for row in declarations() if row["source"] not in CHOSEN]
    counts = Counter((str(row["evidence"]), str(row["use"])) for row in rows)
    yield from table(("evidence", "use", "parameters"), ((*key, count) for key, count in sorted(counts.items())))
    yield "May be fitted, and are no findings where they were:"
    yield ""
    fitted = [(f"`{row['path']}`", row["doc"], row["source"]) for row in rows if row["use"] == "fitted"]
    yield from table(("parameter", "meaning", "source"), fitted)


def _concepts() -> Iterator[str]:
    yield from ("## 4. Conceptual model evaluation", "")
    yield "Mechanisms, and the sign of what switching them on must move; each sign is a test."
    yield ""
    rows = []
    for name, kind in AFFORDANCES.items():
        sources = dict.fromkeys(str(row["source"]) for row in rows_of(kind) if row["evidence"] != "X")
        rows.append((name, first_line(kind), signs(kind), "; ".join(sources) or "judgement alone"))
    yield from table(("affordance", "mechanism", "moves", "sources beside judgement"), rows)
    yield f"Combinations that are most likely not meant are warned of by {len(RULES)} rules (`simulator check`)."
    yield ""


def _verification(folder: Path | None) -> Iterator[str]:
    yield from ("## 5. Implementation verification", "")
    if folder is None:
        yield from ("No tests are at hand: they are in the source of the project, not in an installed package.", "")
        return
    found = tests.catalogue(folder)
    counts = Counter(test.kind for test in found)
    rows = [(kind, counts[kind], holds) for kind, holds in tests.KINDS.items()]
    yield from table(("kind", "tests", "what such a test holds"), rows)
    for kind in tests.KINDS:
        own = [test for test in found if test.kind == kind]
        yield from (f"### {kind}", "")
        yield from table(("test", "holds"), ((f"{one.file}: {one.name}", _says(one)) for one in own))


def _says(test: tests.Test) -> str:
    return f"{test.says.rstrip('.')}; many cases" if test.many else test.says.rstrip(".")


def _rows(title: str, kinds: tuple[str, ...], cards: Sequence[tuple[Path, dict[str, Any]]]) -> Iterator[str]:
    """The rows of some kinds, declared and as they came out."""
    yield from (f"## {title}", "")
    declared = sum(part.kind in kinds for pattern in PATTERNS.values() for part in pattern.parts)
    yield f"Declared rows of kind {' or '.join(kinds)}: {declared}."
    yield ""
    if not cards:
        yield from ("No scorecard was given, so none is told here: `simulator validate` makes one.", "")
    for folder, card in cards:
        facts = ", ".join(f"{name} {card[name]}" for name in ("effort", "seed", "replications") if name in card)
        rows = [row for row in card["rows"] if row.get("kind") in kinds]
        passed, run = _passed(rows)
        yield f"{folder.name}: {facts}; {passed} of {run} that were run pass."
        yield ""
        heads = ("row", "what is measured", "kind", "status", "mean", "95 % interval", "band", "unit", "why")
        yield from table(heads, (_cells(row) for row in rows))


def _passed(rows: Sequence[dict[str, Any]]) -> tuple[int, int]:
    run = [row for row in rows if row["status"] != "not run"]
    return sum(row["status"] == "pass" for row in run), len(run)


def _cells(row: dict[str, Any]) -> tuple[str, ...]:
    low, high = row["band"]
    interval = "" if row["low"] is None else f"{row['low']:.3g} to {row['high']:.3g}"
    mean = "" if row["mean"] is None else f"{row['mean']:.3g}"
    band = f"<= {high:.3g}" if low is None else f">= {low:.3g}" if high is None else f"{low:.3g} to {high:.3g}"
    why = row.get("diagnosis") or row.get("note") or ""
    return row["id"], row["title"], row["kind"], row["status"], mean, interval, band, row["unit"], why


def _analysis() -> Iterator[str]:
    yield from ("## 7. Model analysis", "", "Shipped studies, each run by the command of its kind:", "")
    yield from table(("study", "kind", "what it asks"), _studies())


def _studies() -> Iterator[tuple[str, str, str]]:
    for name in study_library.names():
        path = study_library.path(name)
        if path is None:
            continue
        tree = parse(content(path, path.name), path.name)
        kind, title = tree.child("kind"), tree.child("title")
        yield name, str(kind.value) if kind else "", str(title.value) if title else name.replace("_", " ")


def _card(folder: Path) -> dict[str, Any]:
    file = folder / SCORECARD
    try:
        if file.stat().st_size > LARGEST_CARD:
            raise StoreError(f"{file} is larger than any scorecard")
        card = read_object(file)
        for row in card["rows"]:
            _cells(row)
    except FileNotFoundError:
        raise InputError(
            Problem(0, 0, "", f"{folder} holds no {SCORECARD}", "a folder of `simulator validate`")
        ) from None
    except OSError as error:
        raise StoreError(f"{file} cannot be read: {error.strerror or error}") from None
    except JsonError as error:
        raise StoreError(f"{file} is no scorecard: {error}; make it again") from None
    except (ValueError, KeyError, TypeError) as error:
        raise StoreError(f"{file} is no scorecard ({type(error).__name__}); make it again") from None
    return card
