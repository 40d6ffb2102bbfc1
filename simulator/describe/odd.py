"""A scenario as an ODD protocol, in the order and under the headings of its second update.

Grimm, V. et al. 2020, "The ODD Protocol for Describing Agent-Based and Other Simulation Models: A Second Update to
Improve Clarity, Replication, and Structural Realism", JASSS 23(2) 7.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import simulator
from simulator.affordances import AFFORDANCES
from simulator.agents.brands import Brand
from simulator.agents.market_view import Need, Post
from simulator.agents.planning import PLANNING
from simulator.agents.platforms import Platform
from simulator.agents.users import User
from simulator.describe.concepts import CONCEPTS
from simulator.describe.markdown import first_line, named, quoted, said, table
from simulator.describe.schedule import stages, steps
from simulator.describe.values import Value, off_affordances, signs, values
from simulator.kernels import decisions
from simulator.kernels import needs as need_kernels
from simulator.metrics import METRICS
from simulator.model import world
from simulator.model.calendar import Calendar
from simulator.model.memory import estimate
from simulator.model.state import allocate_columns, assign_roles, introduce_brands, set_inflow
from simulator.network.generators import GENERATORS
from simulator.output.dictionary import TABLES
from simulator.population import regions
from simulator.population.attributes import ATTRIBUTES
from simulator.population.table import COLUMNS
from simulator.scenario.loader import LoadedScenario
from simulator.scenario.plausibility import RULES, implausible
from simulator.types import MINUTES_PER_DAY, NeedStatus, Outlet, PostKind, Role, Source, Stage
from simulator.validation import PATTERNS
from simulator.validation.scorecard import order

EVIDENCE = {
    "P": "read in a source",
    "M-H": "quoted from memory, high confidence",
    "M-M": "quoted from memory, medium confidence",
    "M-L": "quoted from memory, low confidence",
    "D": "derived",
    "X": "a guess",
    "choice": "chosen for this run: no claim about the world",
    "scenario": "set by the scenario, away from the default",
}
CODES = (Role, Stage, Source, NeedStatus, Outlet, PostKind)


def odd(loaded: LoadedScenario) -> str:
    """The description of a scenario as Markdown; the same scenario gives the same text."""
    scenario = loaded.scenario
    lines = [f"# {scenario.title or scenario.name}: ODD protocol", ""]
    lines += [scenario.description, ""] if scenario.description else []
    lines += [
        "Written from the declarations and docstrings of the model (`simulator describe`), under the headings of Grimm "
        "et al. 2020, JASSS 23(2) 7. Places are file:line:column.",
        "",
    ]
    told = values(loaded)
    lines += [*_purpose(), *_entities(loaded), *_schedule(), *_concepts(), *_initialization()]
    lines += [*_input_data(loaded), *_submodels(loaded, told), *_doubts(loaded)]
    return "\n".join(lines).rstrip() + "\n"


def _purpose() -> Iterator[str]:
    yield from ("## 1. Purpose and patterns", "", said(simulator), "")
    yield "The model is judged by observed patterns. Rows that echo a coded parameter (input) or may be fitted do not"
    yield from ("count; only judged ones do. `simulator validate` measures them.", "")
    found = [PATTERNS[name] for name in sorted(PATTERNS, key=order)]
    rows = [
        (part.id, part.title, part.kind, f"{part.band}", part.unit, one.mechanism, one.falsified_if, one.source)
        for one in found
        for part in one.parts
    ]
    yield from table(("row", "what is measured", "kind", "band", "unit", "mechanism", "falsified if", "source"), rows)


def _entities(loaded: LoadedScenario) -> Iterator[str]:
    scenario = loaded.scenario
    market, area = scenario.market, scenario.population.regions
    yield from ("## 2. Entities, state variables, and scales", "", "### Entities", "")
    counts = {User: market.users, Brand: len(scenario.brands), Platform: len(scenario.platforms)}
    rows = [(kind.__name__, str(count), first_line(kind)) for kind, count in counts.items()]
    rows += [(kind.__name__, "as they arise", first_line(kind)) for kind in (Need, Post)]
    yield from table(("entity", "number", "what it is"), rows)
    yield from ("### State variables of users", "")
    columns = [(c.name, c.shape, c.dtype.__name__, c.unit, f"{c.low:g} to {c.high:g}", c.owner, c.doc) for c in COLUMNS]
    yield from table(("variable", "one for each", "type", "unit", "range", "written by", "meaning"), columns)
    yield from (f"Memory: {estimate(scenario)}.", "", "### Codes", "")
    coded = [
        (code.__name__, ", ".join(f"{m.value} {m.name.lower()}" for m in code), first_line(code)) for code in CODES
    ]
    yield from table(("code", "values", "meaning"), coded)
    yield from ("### Scales", "")
    ticks = market.days * MINUTES_PER_DAY // market.tick_minutes
    yield f"Time: {market.days} days in {ticks} ticks of {market.tick_minutes} minutes."
    yield from (f"Space: {len(area.names)} regions and the networks between users. Money: whole fen.", "")


def _schedule() -> Iterator[str]:
    yield from ("## 3. Process overview and scheduling", "")
    yield "A tick runs these stages, in this order. All are synchronous: what one tick writes, the next one reads."
    yield ""
    yield from table(("", "stage", "when", "what happens"), ((n, *row) for n, row in enumerate(stages(), 1)))
    yield "Inside `users live`, platform by platform and user by user; decisions of users in italics:"
    yield ""
    for step in steps():
        name = f"*{step.name}*" if step.by == "user" else f"**{step.name}**"
        yield f"{'  ' * step.depth}- {name}: {step.says}"
    yield ""


def _concepts() -> Iterator[str]:
    yield from ("## 4. Design concepts", "")
    for concept in CONCEPTS:
        yield from (f"### {concept.name}", "", f"What is asked: {concept.asks}.", "")
        yield from quoted(concept.answered_by)
        if concept.name == "Stochasticity":
            numbers = {name: n for name, n in vars(decisions).items() if name.isupper()}
            yield "Decisions that draw luck, each with a number of its own:"
            yield from (
                "",
                ", ".join(f"{name.lower()} {n}" for name, n in sorted(numbers.items(), key=lambda one: one[1])),
            )
            yield ""
    yield from ("### Observation", "", "What is asked: what is recorded of a run.", "")
    yield from table(("table", "rows"), [(name, row) for name, row in TABLES.items() if "/" not in name])
    yield "Every column has its type, unit and meaning in `dictionary.md` beside the results. Outcomes:"
    yield ""
    yield from table(("metric", "unit", "formula"), ((m.name, m.unit, m.formula) for m in METRICS.values()))


def _initialization() -> Iterator[str]:
    yield from ("## 5. Initialization", "")
    yield "The same people, needs and networks stand at the start of every arm with one seed. In order:"
    yield ""
    done = (
        world.population_of,
        allocate_columns,
        assign_roles,
        world.graph_of,
        set_inflow,
        introduce_brands,
        world.ledger,
    )
    for number, part in enumerate(done, 1):
        yield f"{number}. `{named(part)}`: {first_line(part)}"
    yield from ("", "Attributes of users, drawn by key:", "")
    rows = [
        (a.name, a.unit, f"{a.low:g} to {a.high:g}", a.doc, ", ".join(a.needs) or "-", a.source)
        for a in ATTRIBUTES.values()
    ]
    yield from table(("attribute", "unit", "range", "meaning", "drawn from", "source"), rows)


def _input_data(loaded: LoadedScenario) -> Iterator[str]:
    yield from ("## 6. Input data", "")
    yield "No time series drives the model. Files that were read:"
    yield ""
    rows = [(name, "scenario", digest) for name, digest in loaded.sources.items()]
    rows += [(name, "data", digest) for name, digest in loaded.files.items()]
    yield from table(("file", "kind", "SHA-256"), rows)
    yield from quoted((regions.provinces, regions.netizens, Calendar))


def _submodels(loaded: LoadedScenario, told: list[Value]) -> Iterator[str]:
    yield from ("## 7. Submodels", "", "### Affordances", "")
    yield "A sign is what switching the affordance on must do to a metric; tests hold every one."
    yield ""
    for platform in loaded.scenario.platforms:
        on: Any = platform.affordances
        rows = []
        for name, kind in AFFORDANCES.items():
            if getattr(on, name).enabled:
                state, mechanism = "on" if on.works(name) else "inert", said(kind).replace("\n\n", " ")
                rows.append((name, state, mechanism, ", ".join(kind.requires) or "-", signs(kind)))
        yield from (f"#### {platform.name} ({platform.kind})", "")
        yield from table(("affordance", "state", "mechanism", "requires", "moves"), rows)
        yield from (f"Off: {', '.join(off_affordances(loaded)[platform.name]) or 'none'}.", "")
    yield from ("### Decisions of users", "")
    for step in dict.fromkeys(step.name for step in steps() if step.by == "user"):
        yield from quoted((getattr(User, step),))
    yield from ("### Needs", "", said(need_kernels), "", "### Plans of brands", "")
    yield from table(("rule", "source"), ((rule.name, rule.source) for rule in PLANNING.values()))
    yield from ("### Networks", "")
    made = [(name, first_line(one.parameters), _bands(one.expected)) for name, one in GENERATORS.items()]
    yield from table(("generator", "what it is", "what is expected of a graph"), made)
    yield from _parameters(told)


def _bands(expected: Mapping[str, tuple[float, float]]) -> str:
    return ", ".join(f"{name} {low:g} to {high:g}" for name, (low, high) in expected.items())


def _parameters(told: list[Value]) -> Iterator[str]:
    yield from ("### Parameters", "")
    yield "Every value that the run reads. Evidence is that of the default, where the scenario keeps it."
    yield ""
    counts = Counter(value.evidence for value in told)
    yield from table(("evidence", "meaning", "values"), ((tag, says, counts[tag]) for tag, says in EVIDENCE.items()))
    heads = ("parameter", "value", "unit", "allowed", "default", "from", "evidence", "use", "source", "meaning")
    rows = [
        (f"`{v.path}`", v.value, v.unit, v.allowed, v.default, v.place, v.evidence, v.use, v.source, v.doc)
        for v in told
    ]
    yield from table(heads, rows)


def _doubts(loaded: LoadedScenario) -> Iterator[str]:
    yield from ("## What to think about", "")
    found = implausible(loaded)
    yield f"{len(RULES)} rules of plausibility were held against the scenario (`simulator check`)."
    yield ""
    yield from table(("path", "what is odd", "why"), ((one.path, one.message, one.why) for one in found))
