"""Everything of the package that reads what others wrote, each with a way to make bad input for it.

A target makes one input from its luck, in a folder of its own, and reads it. What is wrong with the input must come out
as an error of the package that names the place; anything else that comes out is a finding.
"""

from __future__ import annotations

import functools
import hashlib
import io
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from experiments.checks import mutations
from simulator.errors import InputError, SimulatorError, StoreError
from simulator.network.compact import OFFSETS, TARGETS, CompactGraph
from simulator.network.io import read_graph
from simulator.output.json_file import sealed_text
from simulator.output.manifest import Manifest, new_manifest
from simulator.output.store import ResultStore
from simulator.scenario import library, yaml
from simulator.scenario.loader import load, load_resolved
from simulator.scenario.tree import plain

Target = Callable[[Random, Path], None]

STUDIES = {
    "sweep": "sweep_study:SweepStudy", "decompose": "decompose_study:DecomposeStudy", "phase": "phase:PhaseStudy",
    "sensitivity": "sensitivity:SensitivityStudy", "calibrate": "calibrate_study:CalibrateStudy",
    "attribution": "attribution_study:AttributionStudy", "panel": "panel:PanelStudy", "luck": "luck_study:LuckStudy",
    "seed": "seed_study:SeedStudy", "convergence": "convergence:ConvergenceStudy", "claims": "claims.study:ClaimsStudy",
    "priors": "priors:Priors",
}  # fmt: skip


class NoPlaceError(AssertionError):
    """An error did not say where."""


@contextmanager
def placed(*names: str) -> Iterator[None]:
    """Errors of the package pass on if they name one of some places; none else is touched."""
    try:
        yield
    except InputError as error:
        for problem in error.problems:
            if not problem.file and not any(name in str(problem) for name in names):
                raise NoPlaceError(str(problem)) from error
        raise
    except StoreError as error:
        if not any(name in str(error) for name in names):
            raise NoPlaceError(str(error)) from error
        raise


@functools.cache
def _shipped(folder: Path) -> list[tuple[bytes, Any]]:
    """The text and the plain values of every YAML file in a folder."""
    texts = [path.read_bytes() for path in sorted(folder.glob("*.yaml"))]
    return [(text, plain(yaml.parse(text))) for text in texts]


def _yaml_file(luck: Random, folder: Path, path: Path) -> None:
    """Write a bad copy of a shipped file."""
    text, content = luck.choice(_shipped(folder))
    what = luck.random()
    if what < 0.5:
        text = mutations.yaml_of(mutations.tree(luck, content))
    elif what < 0.85:
        text = mutations.text(luck, text)
    elif what < 0.99:
        text = mutations.raw(luck, text)
    else:
        text = mutations.bomb(luck)
    path.write_bytes(text)


def _traps(folder: Path) -> None:
    """Names that scenarios may give for files, and should not be led by."""
    for name, target in (("loop.yaml", "loop.yaml"), ("out.yaml", "/etc/passwd"), ("zero.yaml", "/dev/zero")):
        os.symlink(target, folder / name)
    os.mkfifo(folder / "pipe.yaml")


def scenario_file(luck: Random, folder: Path) -> None:
    """A scenario, its parents and its data files."""
    _traps(folder)
    _yaml_file(luck, library.folder(), folder / "x.yaml")
    if luck.random() < 0.2:
        _chain(luck, folder)
    with placed("x.yaml"):
        load(folder / "x.yaml")


def _chain(luck: Random, folder: Path) -> None:
    """Files that extend each other, or what is no file."""
    n = luck.choice((1, 3, 30, 200))
    for i in range(n):
        name = luck.choice(("loop.yaml", "pipe.yaml", "zero.yaml", "out.yaml", "x.yaml", ".", "../x.yaml", "y0.yaml"))
        parent = f"y{i + 1}.yaml" if i < n - 1 else luck.choice((name, "public_feed"))
        (folder / f"y{i}.yaml").write_text(f"extends: {parent}\n")
    (folder / "x.yaml").write_text("extends: y0.yaml\n")


def override(luck: Random, folder: Path) -> None:
    """Changes of a scenario on the command line."""
    paths = ("market.users", "brands.aurora.price_yuan", "platforms.0.affordances.repost", "network.follow", "a.b", "")
    path = luck.choice(paths) + luck.choice(("", ".x", ".0", "." + ".".join("x" * luck.choice((1, 50, 2000))), "\n"))
    value = luck.choice((str(luck.choice(mutations.ODD)), mutations.bomb(luck).decode()[:100_000], "{a: 1}", "[1, 2]"))
    with placed("--set"):
        load("public_feed", [f"{path}{luck.choice(('=', '=', '=', ''))}{value}"])


def study_file(luck: Random, folder: Path) -> None:
    """A study, its priors and the scenarios it names."""
    from simulator.app.studies import KINDS
    from simulator.ensemble import study_library
    from simulator.ensemble.study_file import read_study

    where = study_library.folder() if luck.random() < 0.9 else study_library.priors_folder()
    _yaml_file(luck, where, folder / "x.yaml")
    found = [kind for kind in STUDIES if f"kind: {kind}".encode() in (folder / "x.yaml").read_bytes()]
    kind = (found or [luck.choice(list(STUDIES))])[0]
    module, _, name = STUDIES[kind].partition(":")
    with placed("x.yaml"):
        file = read_study(folder / "x.yaml", getattr(import_module(f"simulator.ensemble.{module}"), name), KINDS)
        _plan(kind, file)


def _plan(kind: str, file: Any) -> None:
    """What the command of a study does before its first run, of those that name scenarios."""
    from simulator.ensemble import attribution_study, decompose_study, luck_study, panel, seed_study
    from simulator.metrics import METRICS

    if kind == "decompose":
        decompose_study.make_plan(file, list(METRICS))
    elif kind == "attribution":
        attribution_study.attribution_variants(file)
    elif kind == "luck":
        luck_study.luck_variants(file, list(METRICS))
    elif kind == "seed":
        seed_study.seed_variants(file, list(METRICS))
    elif kind == "panel":
        panel.panel_variants(file)


def graph_text(luck: Random, folder: Path) -> None:
    """An edge list in text, plain or packed."""
    content = mutations.edges(luck)
    if luck.random() < 0.3:
        content = mutations.raw(luck, content)
    path = folder / f"g{luck.choice(('.txt', '.tsv', '.csv', '.edges', '.gz', '.pkl', ''))}"
    if luck.random() < 0.3:
        path, content = folder / "g.csv.gz", mutations.packed(luck, content)
    path.write_bytes(content)
    _read_graph(luck, path)


def _read_graph(luck: Random, path: Path) -> None:
    with placed(path.name):
        read_graph(
            path, luck.choice(("flows", "follows", "undirected")), luck.choice((None, None, None, 0, 50, -1, 100)),
            ids=luck.choice(("auto", "auto", "integer", "string")), weighted=luck.random() < 0.3,
            header=luck.choice((None, None, True, False)), self_loops=luck.choice(("drop", "keep", "error")),
            duplicates=luck.choice(("drop", "keep", "error")),
        )  # fmt: skip


def graph_parquet(luck: Random, folder: Path) -> None:
    """An edge list in parquet."""
    n = luck.choice((0, 1, 5, 300))
    names = [luck.choice(("", "u", f"c{i}", f"c{i}", f"c{i}")) for i in range(luck.choice((1, 2, 2, 3, 5)))]
    table = pa.Table.from_arrays([_column(luck, n) for _ in names], names=names)
    if luck.random() < 0.02:
        big = pa.array(np.zeros(luck.choice((10**6, 3 * 10**7)), np.uint8))
        table = pa.table({"u": big, "v": big})
    buffer = io.BytesIO()
    pq.write_table(table, buffer)
    content = buffer.getvalue()
    path = folder / "g.parquet"
    path.write_bytes(mutations.raw(luck, content) if luck.random() < 0.3 else content)
    _read_graph(luck, path)


def _column(luck: Random, n: int) -> Any:
    """A column of some type, most often one that edges have."""
    numbers = [luck.randrange(50) for _ in range(n)]
    made: dict[str, Callable[[], Any]] = {
        "int64": lambda: pa.array(numbers, pa.int64()),
        "uint8": lambda: pa.array(numbers, pa.uint8()),
        "text": lambda: pa.array([str(one) for one in numbers], pa.string()),
        "negative": lambda: pa.array([-one for one in numbers], pa.int32()),
        "uint64": lambda: pa.array([2**64 - 1 - one for one in numbers], pa.uint64()),
        "float": lambda: pa.array([luck.choice((float("nan"), float("inf"), 1.5)) for _ in numbers]),
        "bytes": lambda: pa.array([b"\xff" for _ in numbers], pa.binary()),
        "lists": lambda: pa.array([[one] for one in numbers]),
        "structs": lambda: pa.array([{"a": one} for one in numbers]),
        "dates": lambda: pa.array(numbers, pa.timestamp("us")),
        "decimals": lambda: pa.array(numbers, pa.int64()).cast(pa.decimal128(30, 2)),
        "dictionary": lambda: pa.array([str(one) for one in numbers]).dictionary_encode(),
        "nothing": lambda: pa.nulls(n),
        "booleans": lambda: pa.array([one > 9 for one in numbers]),
    }
    kind = luck.choice(list(made)) if luck.random() < 0.3 else luck.choice(("int64", "uint8", "text"))
    return made[kind]()


def graph_mapped(luck: Random, folder: Path) -> None:
    """A graph that was written to be mapped."""
    arrays = {OFFSETS: np.array([0, 2, 3, 3], luck.choice(("int32", "int64"))), TARGETS: np.array([1, 2, 0], "uint16")}
    for name, array in arrays.items():
        buffer = io.BytesIO()
        np.save(buffer, array)
        content = buffer.getvalue()
        (folder / name).write_bytes(mutations.raw(luck, content) if luck.random() < 0.6 else content)
    with placed(OFFSETS, TARGETS):
        graph = CompactGraph.open(folder)
        for row in range(min(graph.n, 5)):
            graph.followers(row)
        if graph.n < 100:
            graph.to_csr().reverse()


@functools.cache
def _scenario() -> dict[str, Any]:
    return load("public_feed").resolved


def stored_run(luck: Random, folder: Path) -> None:
    """A stored run of which a file was touched, by accident or by somebody who knows seals."""
    store = ResultStore(folder / "runs")
    one = new_manifest(_scenario(), 1, "campaign", {})
    panel = pd.DataFrame({"tick": np.arange(5), "brand": list("abcde")})
    run = store.write(one.address, {"panel": panel, "posts": panel}, one)
    path = luck.choice(sorted(run.folder.iterdir()))
    _touch(luck, path)
    with placed(one.address, "manifest"):
        found = store.read(one.address)
        for name in found.tables:
            found.table(name)
        load_resolved(Manifest.from_json((run.folder / "manifest.json").read_text("utf-8")).scenario)


def _touch(luck: Random, path: Path) -> None:
    content = path.read_bytes()
    if path.suffix != ".json" or luck.random() < 0.3:
        path.write_bytes(mutations.raw(luck, content))
        return
    known = {name: value for name, value in json.loads(content).items() if name != "seal"}
    changed = mutations.tree(luck, known)
    try:
        path.write_text(sealed_text(changed), "utf-8")
    except (ValueError, AttributeError, TypeError):
        path.write_text(json.dumps(changed), "utf-8")


@functools.cache
def _study(root: Path) -> Path:
    """A whole stored study, kept beside the cases."""
    from tests.unit.report.fake_study import Fake, write_study

    return write_study(root / "whole", Fake(replications=3))


def stored_study(luck: Random, folder: Path) -> None:
    """A stored study of which a file was touched, as the report and the app read it."""
    from simulator.app.dashboard import stored
    from simulator.report.page import write_report
    from simulator.report.tables import StudyTables

    study = folder / "study"
    shutil.copytree(_study(folder.parent), study)
    path = luck.choice([study / "study.json"] * 3 + sorted(study.rglob("*.parquet")) + sorted(study.rglob("m*.json")))
    if path.suffix == ".parquet" and luck.random() < 0.3:
        _honest_damage(luck, study, path)
    else:
        _touch(luck, path)
    for place in stored.places(folder):
        stored.runs(place)
    with placed("study", "table"):
        if luck.random() < 0.03:
            write_report(study)
            return
        tables = StudyTables(study)
        for name in tables:
            tables[name]
        _ = tables.arms, tables.styles, tables.manifests, tables.scenarios, tables.campaigning, tables.replications


def _honest_damage(luck: Random, study: Path, path: Path) -> None:
    """A parquet file that is damaged, though study.json says it is not."""
    path.write_bytes(mutations.raw(luck, path.read_bytes()))
    content = json.loads((study / "study.json").read_bytes())
    content["files"][f"{path.parent.name}/{path.name}"] = hashlib.sha256(path.read_bytes()).hexdigest()
    (study / "study.json").write_text(sealed_text({k: v for k, v in content.items() if k != "seal"}), "utf-8")


TARGETS_OF: dict[str, tuple[Target, float]] = {
    "scenario files": (scenario_file, 0.15),
    "overrides": (override, 0.1),
    "study files": (study_file, 0.1),
    "graphs in text and gz": (graph_text, 0.35),
    "graphs in parquet": (graph_parquet, 0.15),
    "mapped graphs": (graph_mapped, 0.07),
    "stored runs": (stored_run, 0.05),
    "stored studies": (stored_study, 0.03),
}
"""By class of input: how a case is made, and the share of cases it gets."""

EXPECTED = (SimulatorError,)
