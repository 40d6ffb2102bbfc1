"""Plausible ranges of what is not known, each with its reason: what a study varies when it asks how sure one can be."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal, TypeVar

from simulator.ensemble import study_library as library
from simulator.ensemble.study_file import StudyFile, read_file
from simulator.ensemble.study_schema import Factor, PriorsStudy, Scale, Texts, setting, without_range, wrong
from simulator.ensemble.variants import Variants
from simulator.errors import InputError, Problem, nearest
from simulator.parameters import Evidence, Parameters
from simulator.scenario.sources import present

S = TypeVar("S", bound=PriorsStudy)


class Prior(Parameters):
    """A parameter that is not known, and between which values it plausibly lies: evenly on its scale."""

    path: str | Texts = setting(doc="path in the scenario; * stands for every item")
    low: float = setting(doc="lower end")
    high: float = setting(doc="upper end")
    scale: Scale = setting("linear", doc="on which it is even; log where the order of magnitude is what is not known")
    scenarios: Texts = setting((), doc="the scenarios that it is said of; all if none is named")
    tag: Evidence = setting("X", doc="evidence tag of the range")
    source: str = setting(doc="who says so")

    @property
    def factor(self) -> Factor:
        """The same as something to vary, wherever it does something."""
        own = {name: getattr(self, name) for name in ("path", "low", "high", "scale", "scenarios")}
        return Factor(**own, if_present=True)


class Priors(Parameters):
    """A file of plausible ranges."""

    kind: Literal["priors"] = setting("priors", doc="what the file holds")
    title: str = setting("", doc="one line for headings")
    parameters: dict[str, Prior] = setting(doc="by name")

    def findings(self) -> Iterator[Problem]:
        """What is wrong with the ranges."""
        yield from without_range("parameters", {name: one.factor for name, one in self.parameters.items()})
        for name, one in self.parameters.items():
            for problem in one.factor.findings():
                key = f"parameters.{name}.{problem.path}".rstrip(".")
                yield wrong(key, problem.message, problem.allowed, problem.nearest)


def read_priors(name: str, folder: Path) -> Priors:
    """A file of plausible ranges by path, counted from a folder, or by the name of a shipped one.

    Raises
    ------
    InputError
        If there is none, or with everything that is wrong in it.
    """
    beside, shipped = folder / name, library.priors_folder() / f"{name.removesuffix(library.SUFFIX)}{library.SUFFIX}"
    path = next((one for one in (beside, shipped, Path(name)) if name and present(one)), None)
    if path is None:
        known = names()
        allowed = f"the path of a YAML file, or one of {', '.join(known) or 'no shipped ones'}"
        raise InputError(Problem(0, 0, "", f"there are no priors {name!r}", allowed, nearest(name, known)))
    return read_file(path, Priors, {}).spec


def names() -> list[str]:
    """The shipped files."""
    return sorted(file.stem for file in library.priors_folder().glob(f"*{library.SUFFIX}"))


def varied(
    file: StudyFile[S], key: str, variants_of: Callable[[StudyFile[S]], Variants]
) -> tuple[StudyFile[S], Variants]:
    """A study that varies, besides its own factors, the parameters of the priors that it names, and its scenarios.

    A factor of its own takes the place of the prior of its name. Priors that do nothing in any scenario are left out.

    Parameters
    ----------
    key : the study's field of factors.
    variants_of : makes the scenarios of a study.

    Raises
    ------
    InputError
        With everything that is wrong in the study or its priors.
    """
    if not file.spec.priors:
        return file, variants_of(file)
    whole = _with_priors(file, key)
    variants = variants_of(whole)
    factors: dict[str, Factor] = getattr(whole.spec, key)
    kept = {name: one for name, one in factors.items() if any(variant.has(one) for variant in variants.each)}
    return _replaced(whole, key, kept), variants


def _with_priors(file: StudyFile[S], key: str) -> StudyFile[S]:
    spec = file.spec
    try:
        found = read_priors(spec.priors, file.folder)
    except InputError as error:
        raise InputError([_told(file, problem) for problem in error.problems]) from None
    factors = {name: one.factor for name, one in found.parameters.items()} | getattr(spec, key)
    return _replaced(file, key, factors)


def _replaced(file: StudyFile[S], key: str, factors: dict[str, Factor]) -> StudyFile[S]:
    return replace(file, spec=file.spec.model_copy(update={key: factors}))


def _told(file: StudyFile[Any], problem: Problem) -> Problem:
    """A problem at its own place, or at that of the study's key if it has none."""
    return problem if problem.file else file.problem(("priors",), problem.message, problem.allowed, problem.nearest)
