"""Comparisons: what is remembered, what is shared, and numbers that are those of stored studies."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simulator.app.dashboard.comparison import DONE, FAILED, RUNNING, STOPPED, Comparison, Memory, outcome_of
from simulator.app.dashboard.controls import make
from simulator.app.dashboard.presets import HEADLINE, presets
from simulator.app.dashboard.work import CURVES, StoppedError, Wants, brands_in_question, prepare
from simulator.app.dashboard.work import make as make_run
from simulator.app.dashboard.worker import Ended
from simulator.ensemble import outcomes
from simulator.ensemble.compare import compare_scenarios
from simulator.ensemble.design import Arm, RunSpec, Study, make_study
from simulator.errors import InputError
from simulator.metrics import METRICS
from simulator.output.tables import table_hash
from simulator.scenario.loader import load
from tests.support.deskwork import InstantPool, alike, compared, facts
from tests.support.worlds import BUSY

MODELS = presets()["three_models"]
SMALL = ("market.users=300", *BUSY, "market.days=3")


def ignore(*_: Any) -> None:
    """What a run tells."""


def spec_of(kind: str, *settings: str, role: str = "campaign", seed: int = 7) -> RunSpec:
    loaded = load(kind, (*SMALL, *settings))
    return RunSpec(kind, role, 0, seed, loaded.resolved, loaded.files, loaded.paths)


# -- one run


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Any:
    loaded = [load(kind, SMALL) for kind in ("marketplace", "public_feed")]
    return compare_scenarios(loaded, out=tmp_path_factory.mktemp("study"), replications=2, seed=3, jobs=1)


def test_facts_are_those_of_the_stored_tables(study: Any) -> None:
    """Outcome for outcome, count for count: the app makes fewer tables, not others."""
    wants = Wants("bought", tuple(METRICS), ledger=True)
    for spec, record in zip(study.study.specs()[:4], study.records[:4], strict=True):
        run = study.folder.runs.read(record.address)
        made = make_run(spec, wants, ignore, lambda: False)
        stored = {(r["metric"], r["brand"]): r["value"] for r in run.table("outcomes").to_dict("records")}
        ours = {(name, brand): value for name, brand, value, _ in made.outcomes}
        assert ours.keys() == stored.keys()
        assert all(a == b or (np.isnan(a) and np.isnan(b)) for a, b in ((ours[k], stored[k]) for k in ours))
        needs, funnel, panel = (run.table(name) for name in ("needs", "funnel", "panel"))
        brands = brands_in_question(spec.resolved)
        assert brands == ("aurora", "cotton")
        own = needs[(needs["status"] == "bought") & needs["brand"].isin(brands)]
        assert dict(made.sources) == own["source"].value_counts().to_dict()
        assert made.leaked == (own["outlet"] == "leaked").sum()
        assert made.stages["paid"] == funnel[(funnel["stage"] == "paid") & funnel["brand"].isin(brands)]["people"].sum()
        counted = panel[panel["brand"].isin(brands)][list(CURVES["bought"])].to_numpy().sum()
        assert made.curve[-1] == counted == sum(made.sources.values())
        assert len(made.curve) == panel["tick"].nunique()
        assert (np.diff(made.curve) >= 0).all()
        if spec.role == "campaign":
            assert set(made.naive) == {"first touch", "exposed over not", "before and after", "regression"}
        else:
            assert made.naive == {}


def test_a_run_tells_its_curve_bit_by_bit_and_can_be_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulator.app.dashboard.work.TELL_SECONDS", 0.0)
    told: list[tuple[int, int, list[int]]] = []
    spec, wants = spec_of("marketplace"), Wants("bought", ())
    made = make_run(spec, wants, lambda *what: told.append(what), lambda: False)
    assert [value for _, _, values in told for value in values] == made.curve.tolist()
    assert told[-1][:2] == (72, 72)
    after_ten = iter([False] * 10 + [True])
    with pytest.raises(StoppedError):
        make_run(spec, wants, ignore, lambda: next(after_ten))
    with pytest.raises(StoppedError):
        prepare((spec_of("public_feed"),), ignore, lambda: True)


def test_a_control_does_not_depend_on_the_campaign() -> None:
    """So that a slider of the campaign leaves the controls alone: every table is the same, hash for hash."""
    from simulator.model.run import simulate

    settings = ("brands.aurora.campaign.deal=0.3", "brands.cotton.campaign.budget_yuan=90000")
    for kind in ("marketplace", "private_circle", "public_feed"):
        specs = [spec_of(kind, role="control"), spec_of(kind, *settings, role="control")]
        tables = [simulate(load(kind, (*SMALL, *more)).scenario, 7, role="control").tables for more in ((), settings)]
        assert [table_hash(tables[0][name]) for name in tables[0]] == [
            table_hash(tables[1][name]) for name in tables[1]
        ]
        wants = Wants("bought", ())
        assert Memory().key(specs[0], wants) == Memory().key(specs[1], wants)
        campaigns = [spec_of(kind), spec_of(kind, *settings)]
        assert Memory().key(campaigns[0], wants) != Memory().key(campaigns[1], wants)
        assert Memory().key(campaigns[0], wants) != Memory().key(specs[0], wants)


def test_what_is_wanted_and_of_whom_is_part_of_what_is_remembered() -> None:
    plain, other = (
        spec_of("public_feed", role="control"),
        spec_of("public_feed", "brands.borealis.campaign={budget_yuan: 9}", role="control"),
    )
    memory = Memory()
    assert memory.key(plain, Wants("bought", ())) != memory.key(other, Wants("bought", ())), "other brands in question"
    assert memory.key(plain, Wants("bought", ())) != memory.key(plain, Wants("aware", ()))


# -- many


def test_differences_are_those_of_the_ensemble(study: Any) -> None:
    wants = Wants("bought", ("contribution_yuan", "orders_due"))
    pool: Any = InstantPool(lambda spec, wants: make_run(spec, wants, ignore, lambda: False))
    ours = Comparison(study.study, wants, True, "me", pool, Memory())
    assert ours.status == DONE
    assert ours.worlds == [0, 1]
    pairs = study.tables["paired_differences"]
    for name in (HEADLINE, "orders_due", "contribution_yuan"):
        for kind in ("effect", "level"):
            row = pairs[(pairs["metric"] == name) & (pairs["kind"] == kind) & (pairs["brand"] == "")].iloc[0]
            lead = ours.leads("marketplace", name, kind, ours.worlds)["public_feed"]
            assert alike(lead.mean, row["mean"])
            assert alike(lead.low, row["low"])
            assert alike(lead.high, row["high"])
            assert alike(lead.p_holm, row["p_holm"])
            assert lead.separable == row["separable"]
            back = ours.leads("public_feed", name, kind, ours.worlds)["marketplace"]
            assert (back.mean, back.low, back.high) == (-lead.mean, -lead.high, -lead.low)


def test_the_headline_is_of_the_campaigning_brands_alone() -> None:
    made = facts({HEADLINE: 90.0, "orders_due": 3.0}, ("a", "b", "c"))
    assert outcome_of(made, HEADLINE, ("a", "b", "c")) == 90.0
    assert outcome_of(made, HEADLINE, ("b",)) == 30.0
    assert np.isnan(outcome_of(made, HEADLINE, ()))
    assert outcome_of(made, "orders_due", ()) == 3.0
    assert np.isnan(outcome_of(made, "reach", ()))


def test_what_is_known_is_not_run_again() -> None:
    asked: list[tuple[str, str, int]] = []

    def give(spec: RunSpec, _wants: Wants) -> Any:
        asked.append((spec.arm, spec.role, spec.replication))
        return facts({"orders_due": 1.0})

    pool, memory, wants = InstantPool(give), Memory(), Wants("bought", ("orders_due",))

    def run(values: dict[str, str], worlds: int = 1) -> Comparison:
        asked.clear()
        some: Any = pool
        return Comparison(Study(make(MODELS, values).arms, worlds, 1), wants, True, "me", some, memory)

    assert len(run({}).facts) == len(asked) == 6
    assert run({}).status == DONE
    assert asked == [], "nothing changed"
    run({"feed_repost": "0.01"})
    assert asked == [("feed", "campaign", 0), ("feed", "control", 0)]
    run({"budget": "9000"})
    assert [role for _, role, _ in asked] == ["campaign"] * 3
    run({}, worlds=2)
    assert {world for _, _, world in asked} == {1}


def test_two_arms_that_differ_in_nothing_are_one_run() -> None:
    asked = []

    def give(spec: RunSpec, _wants: Wants) -> Any:
        asked.append(spec.label)
        return facts({"orders_due": 1.0})

    arm = make(MODELS, {}).arms[0]
    twins = (Arm("a", arm.resolved, arm.files), Arm("b", arm.resolved, arm.files))
    pool: Any = InstantPool(give)
    made = Comparison(Study(twins, 1, 1), Wants("bought", ()), True, "me", pool, Memory())
    assert len(asked) == 2
    assert len(made.facts) == 4


def test_one_world_after_the_other_and_the_longest_run_first() -> None:
    pool, memory = InstantPool(), Memory()
    for label, seconds in (("shop", 1.0), ("circle", 3.0), ("feed", 2.0)):
        memory.put(label, facts({}, seconds=seconds), label)
    some: Any = pool
    Comparison(Study(make(MODELS, {}).arms, 2, 1), Wants("bought", ()), False, "me", some, memory)
    order = sorted(pool.waiting, key=lambda ticket: -ticket.urgent)
    assert [t.arguments[0].arm for t in order] == ["circle", "feed", "shop"] * 2
    assert [t.arguments[0].replication for t in order] == [0, 0, 0, 1, 1, 1]


def test_a_comparison_under_way_shows_what_it_knows_and_can_be_stopped() -> None:
    pool: Any = InstantPool()
    made = Comparison(Study(make(MODELS, {}).arms, 1, 1), Wants("bought", ()), True, "me", pool, Memory())
    assert made.status == RUNNING
    first = pool.waiting[0]
    first.on_news(10, 40, [1, 2, 3, 4])
    key = (first.arguments[0].arm, first.arguments[0].role, 0)
    assert made.curve(*key) == [1, 2, 3, 4]
    assert made.share_done == pytest.approx(0.1 / 6)
    first.on_end(Ended(0, facts({}, curve=np.array([5, 6]))))
    assert made.curve(*key) == [5, 6]
    assert made.version == 1
    assert made.worlds == []
    made.stop()
    assert made.status == STOPPED
    assert len(pool.stopped) == 5
    assert made.seconds > 0
    pool.waiting[1].on_end(Ended(0, stopped=True))
    assert made.status == STOPPED


def test_a_failed_run_fails_the_comparison_and_says_why() -> None:
    def give(spec: RunSpec, _wants: Wants) -> Any:
        return "no room" if spec.arm == "feed" else facts({"orders_due": 1.0})

    pool: Any = InstantPool(give)
    made = Comparison(Study(make(MODELS, {}).arms, 1, 1), Wants("bought", ()), False, "me", pool, Memory())
    assert made.status == FAILED
    assert made.errors == {"feed, replication 0, campaign": "no room"}
    assert made.worlds == []


def test_a_queue_that_is_full_leaves_nothing_behind() -> None:
    class Full(InstantPool):
        def ask(self, ticket: Any) -> Any:
            if len(self.waiting) == 2:
                raise InputError("there are 2 runs waiting")
            return super().ask(ticket)

    pool: Any = Full()
    with pytest.raises(InputError, match="2 runs waiting"):
        Comparison(Study(make(MODELS, {}).arms, 1, 1), Wants("bought", ()), True, "me", pool, Memory())
    assert set(pool.waiting) <= set(pool.stopped)


def test_the_memory_forgets_what_was_asked_for_longest_ago(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulator.app.dashboard.comparison.MOST_REMEMBERED", 3)
    memory = Memory()
    for key in "abc":
        memory.put(key, facts({}), "arm")
    assert memory.get("a") is not None
    memory.put("d", facts({}), "arm")
    assert memory.get("b") is None
    assert memory.get("a") is not None


def test_made_up_effects_come_out_as_they_were_put_in() -> None:
    made = compared(
        MODELS,
        lambda arm, role, world: {HEADLINE: {"shop": 5, "circle": 3, "feed": 9}[arm] * (role == "campaign") + world},
    )
    assert made.values("feed", HEADLINE, "effect", made.worlds).tolist() == [9.0] * 4
    assert made.values("feed", HEADLINE, "level", made.worlds).tolist() == [9.0, 10.0, 11.0, 12.0]
    lead = made.leads("feed", HEADLINE, "effect", made.worlds)["shop"]
    assert (lead.mean, lead.low, lead.high, lead.n) == (4.0, 4.0, 4.0, 4)
    assert lead.separable
    assert outcomes.separable(lead.p_holm)


def test_a_study_of_the_command_line_has_the_same_addresses(tmp_path: Path) -> None:
    arms = make(MODELS, {"budget": "9000"}).arms
    ours = Study(arms, 2, 11).specs()
    theirs = make_study([load_again(arm, tmp_path) for arm in arms], 2, 11).specs()
    assert [spec.address() for spec in ours] == [spec.address() for spec in theirs]


def load_again(arm: Arm, folder: Path) -> Any:
    from simulator.app.dashboard.export import scenario_yaml

    path = folder / f"{arm.label}.yaml"
    path.write_text(scenario_yaml(arm, MODELS.arm(arm.label).scenario), "utf-8")
    return load(path)
