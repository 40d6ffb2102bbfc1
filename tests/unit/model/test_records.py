"""What a run records beside its needs: regions, checkouts, a linked sample."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from simulator.kernels.state import LOOKED
from simulator.model.market import CommerceModel
from simulator.model.sample import BRANCH, PEOPLE
from simulator.model.tables import tables_of
from simulator.output.tables import table_hashes
from simulator.types import Payment
from tests.support.worlds import busy, on

RECORDS = ("regions", "checkouts", "sample", "sample_ties")


def finished(scenario: Any, **arguments: Any) -> CommerceModel:
    model = CommerceModel(scenario, rng=3, **arguments)
    model.run_model()
    return model


@pytest.fixture(scope="module")
def feed() -> CommerceModel:
    """A feed with payment for some, in which a step is often lost."""
    settings = on("public_feed", native_payment={"bound_share": 0.5, "steps": 1}, checkout={"steps": 3})
    return finished(busy("public_feed", 1500, *settings))


def test_looking_is_counted_once_a_person_and_tier(feed: CommerceModel) -> None:
    regions = tables_of(feed, RECORDS)["regions"]
    marks, region = feed.state.columns["marks"], feed.state.columns["region"]
    names = feed.population.regions.names
    for (category, tier), own in regions.groupby(["category", "tier"]):
        offers = [i for i, b in enumerate(feed.scenario.brands) if (b.category, b.tier) == (category, tier)]
        looking = [i for i in range(feed.state.n) if any(marks[i, b] & LOOKED for b in offers)]
        counted = dict.fromkeys(names, 0) | dict(zip(own["region"], own["looked"], strict=True))
        for name in names:
            assert counted[name] == sum(names[region[i]] == name for i in looking)
    assert regions["looked"].sum() > 0


def test_steps_by_way_of_paying(feed: CommerceModel) -> None:
    """A native checkout has one step and an ordinary one three; each way was tried on each device."""
    steps = tables_of(feed, RECORDS)["checkouts"]
    longest = steps.groupby(["device", "payment"])["step"].max().to_dict()
    assert longest == {("phone", "native"): 1, ("pc", "native"): 1, ("phone", "ordinary"): 3, ("pc", "ordinary"): 3}
    last = steps[steps["step"] == steps["payment"].map({"native": 1, "ordinary": 3})]
    assert last["passed"].sum() == (tables_of(feed, ("needs",))["needs"]["outlet"] == "platform").sum() > 0
    assert {kind.name.lower() for kind in Payment} >= set(steps["payment"])


def test_a_checkout_that_loses_nobody_passes_every_step() -> None:
    sure = on("marketplace", checkout={"loss_pc": 0.0, "loss_phone": 0.0, "hop_loss": 0.0})
    steps = tables_of(finished(busy("marketplace", 1500, *sure)), RECORDS)["checkouts"]
    assert len(steps) > 0
    assert (steps["tried"] == steps["passed"]).all()


def test_the_sample_is_linked_and_its_ties_are_those_of_the_graph(feed: CommerceModel) -> None:
    found = tables_of(feed, RECORDS)
    people, ties = found["sample"]["user"].unique(), found["sample_ties"]
    assert len(people) == min(PEOPLE, feed.state.n)
    graph = feed.state.platforms[0].graph
    expected = {(int(a), int(b)) for a in people for b in graph.followers(int(a)) if b in set(people.tolist())}
    assert set(zip(ties["author"].tolist(), ties["reader"].tolist(), strict=True)) == expected
    degree = ties.groupby("author").size()
    assert degree.mean() > BRANCH / 2, "people drawn without links would have fewer ties"


def test_a_shop_without_a_graph_has_people_but_no_ties() -> None:
    found = tables_of(finished(busy("marketplace")), RECORDS)
    assert found["sample"]["user"].nunique() > 0
    assert len(found["sample_ties"]) == 0


def test_records_do_not_depend_on_the_rows_of_users() -> None:
    scenario = busy("private_circle")
    shuffled = np.random.Generator(np.random.PCG64(1)).permutation(scenario.market.users)
    first, second = (tables_of(finished(scenario, order=order), RECORDS) for order in (None, shuffled))
    assert table_hashes(first) == table_hashes(second)


def test_fatigue_is_told_day_by_day(feed: CommerceModel) -> None:
    assets = tables_of(feed, ("assets",))["assets"]
    everybody = assets[assets["brand"] == ""]
    assert everybody["fatigue"].iloc[-1] > everybody["fatigue"].iloc[0] >= 0
    box = feed.state.table.inbox[0]
    days = feed.scenario.market.days - box["last_read"].astype(float) / 1440
    load = feed.state.columns["fatigue"][:, 0] * np.exp(
        -days / feed.scenario.platforms[0].affordances.fatigue.memory_days
    )
    assert everybody["fatigue"].iloc[-1] == pytest.approx(load.mean(), abs=1e-6)
