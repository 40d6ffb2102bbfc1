"""`simulator phase`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.app import console
from simulator.app.studies import KINDS, Conduct, Request

if TYPE_CHECKING:
    import pandas as pd

    from simulator.ensemble.lab import Lab
    from simulator.ensemble.phase import Phases


def run(request: Request) -> None:
    """Map which scenario wins over two parameters."""
    from simulator.ensemble.phase import DOCS, PhaseStudy, explore, tables
    from simulator.ensemble.study_file import read_study
    from simulator.ensemble.sweep_study import listed_variants
    from simulator.metrics import METRICS

    file = read_study(request.study, PhaseStudy, KINDS)
    spec = file.spec
    variants = listed_variants(file, spec.factors, "", list(METRICS))
    each = len(variants.labels) * spec.replications * len(spec.outcome.roles)
    first, whole = (spec.cells + 1) ** 2, (spec.side + 1) ** 2
    study = Conduct(request, file, variants.arms("", {}), DOCS)
    if not study.begins(each * first, f"Would make {each * first} runs at {first} settings, up to {each * whole}"):
        return
    found: list[Phases] = []

    def work(lab: Lab, _: Any) -> Any:
        found.append(explore(spec, variants, lab))
        return tables(found[0]), {}

    made = study.run(work)
    if not study.as_json(made):
        _show(found[0], made)
        study.end()


def _show(found: Phases, made: dict[str, pd.DataFrame]) -> None:
    from simulator.ensemble.phase import picture

    spec = found.spec
    title = f"{spec.outcome.label}: who has most ({len(found.nodes)} settings, {spec.replications} replications)"
    console.say(title, "bold")
    x, y = spec.x, spec.y
    lines = picture(found)
    for place, line in enumerate(lines):
        edge = f"{y.at(1):.3g}" if place == 0 else f"{y.at(0):.3g}" if place == len(lines) - 1 else ""
        console.say(f"{edge:>10} {line}")
    console.say(f"{'':>10} {x.at(0):<.3g} to {x.at(1):.3g}: {', '.join(x.paths)}; upwards: {', '.join(y.paths)}")
    for letter, row in zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", made["areas"].to_dict("records"), strict=False):
        console.say(f"{letter} {row['scenario']}: {row['share']:.0%} of the map, {row['clear']:.0%} clearly")
    console.say("Small letters: not told from luck.")
