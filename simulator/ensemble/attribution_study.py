"""Attribution by re-run: what campaigns truly did, and what methods that see one world would have said."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Literal

import numpy as np
import pandas as pd

from simulator.ensemble.attribution import FLOWS, NAIVE, added_sales_yuan, campaigns, fates, flows, naive
from simulator.ensemble.lab import Lab
from simulator.ensemble.statistics import mean_interval
from simulator.ensemble.study_file import StudyFile
from simulator.ensemble.study_output import TableDoc
from simulator.ensemble.study_schema import BaseStudy, Outcome, Texts, setting, wrong
from simulator.ensemble.targets import level
from simulator.ensemble.variants import Variants, make_variants
from simulator.errors import InputError, Problem

SPEND = Outcome(metric="marketing_spend_yuan", kind="level")

_KEY = {"scenario": ("-", "label of the scenario"), "brand": ("-", "brand with a campaign")}
_INTERVAL = {
    "mean": ("see row", "over replications"),
    "low": ("see row", "lower end of the 95 % interval (Student's t); missing for one replication"),
    "high": ("see row", "upper end of it"),
    "n": ("-", "replications in which it is known"),
}
DOCS = {
    "worlds": TableDoc(
        "one row per scenario, brand, replication and measure",
        {
            **_KEY,
            "replication": ("-", "number, from 0"),
            "measure": ("-", "a flow of needs, sales, spend, or a naive method"),
            "value": ("needs, orders or yuan", "of one world"),
        },
    ),
    "truth": TableDoc(
        "one row per scenario, brand and measure, by comparing every need with the same need in the control",
        {**_KEY, "measure": ("-", "; ".join(f"{name}: {what}" for name, what in FLOWS.items())), **_INTERVAL},
    ),
    "naive": TableDoc(
        "one row per scenario, brand and method that sees the campaign run only",
        {
            **_KEY,
            "method": ("-", "; ".join(f"{name}: {what}" for name, what in NAIVE.items())),
            **_INTERVAL,
            "bias": ("orders", "mean over replications of the estimate minus the incremental orders of the same world"),
            "bias_low": ("orders", "lower end of its 95 % interval"),
            "bias_high": ("orders", "upper end of it"),
        },
    ),
}


class AttributionStudy(BaseStudy):
    """What campaigns added, moved and took."""

    kind: Literal["attribution"] = setting("attribution", doc="what is done")
    scenarios: Texts = setting(doc="scenarios with campaigns")

    def findings(self) -> Iterator[Problem]:
        """What is wrong between the parts of the study."""
        if not self.scenarios:
            yield wrong("scenarios", "is empty", "at least one scenario with a campaign")


def attribution_variants(file: StudyFile[AttributionStudy]) -> Variants:
    """The study's scenarios.

    Raises
    ------
    InputError
        If one cannot be loaded or has no campaign.
    """
    variants = make_variants(file, [(("scenarios", i), name) for i, name in enumerate(file.spec.scenarios)])
    problems = [
        file.problem(("scenarios", i), f"no brand of {one.label} has a campaign", "a scenario with a campaign")
        for i, one in enumerate(variants.each)
        if not campaigns(one.base.resolved)
    ]
    if problems:
        raise InputError(problems)
    return variants


def attribute(spec: AttributionStudy, variants: Variants, lab: Lab) -> dict[str, pd.DataFrame]:
    """Run every scenario with and without its campaigns, and compare need by need.

    Raises
    ------
    StudyError
        If no replication of a scenario has both runs.
    """
    arms = variants.arms("", {})
    lab.expected = 2 * len(arms) * spec.replications
    runs = lab.run(arms, range(spec.replications))
    rows = []
    for label, arm in zip(variants.labels, arms, strict=True):
        for number in range(spec.replications):
            both = runs.tables(arm.label, ("campaign", "control"), [number])
            if not both:
                continue
            table = fates(both[0]["needs"], both[1]["needs"])
            for brand, plan in campaigns(arm.resolved).items():
                spent = SPEND.model_copy(update={"brand": brand})
                found: dict[str, float] = dict(flows(table, brand))
                found |= {"added_sales_yuan": added_sales_yuan(table, brand), "spend_yuan": level(both[0], spent)}
                found |= naive(both[0], brand, plan)
                rows += [(label, brand, number, measure, float(value)) for measure, value in found.items()]
    if not rows:
        lab.raise_failures()
    worlds = pd.DataFrame(rows, columns=list(DOCS["worlds"].columns))
    return {"worlds": worlds, "truth": _truth(worlds), "naive": _naive(worlds)}


def _truth(worlds: pd.DataFrame) -> pd.DataFrame:
    rows = []
    own = worlds[~worlds["measure"].isin(list(NAIVE))]
    for (scenario, brand, measure), values in own.groupby(["scenario", "brand", "measure"], sort=False)["value"]:
        rows.append((scenario, brand, measure, *_interval(values.to_numpy())))
    for (scenario, brand), values in own.groupby(["scenario", "brand"], sort=False):
        wide = values.set_index(["replication", "measure"])["value"].unstack()  # noqa: PD010 - one value a cell
        spend = wide["spend_yuan"].to_numpy()
        roas = np.divide(wide["added_sales_yuan"].to_numpy(), spend, out=np.full(len(wide), math.nan), where=spend > 0)
        rows.append((scenario, brand, "roas", *_interval(roas)))
    return pd.DataFrame(rows, columns=list(DOCS["truth"].columns))


def _naive(worlds: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for (scenario, brand), own in worlds.groupby(["scenario", "brand"], sort=False):
        wide = own.set_index(["replication", "measure"])["value"].unstack()  # noqa: PD010 - one value a cell
        for method in NAIVE:
            bias = mean_interval((wide[method] - wide["incremental"]).to_numpy())
            rows.append((scenario, brand, method, *_interval(wide[method].to_numpy()), bias.mean, bias.low, bias.high))
    return pd.DataFrame(rows, columns=list(DOCS["naive"].columns))


def _interval(values: np.ndarray) -> tuple[float, float, float, int]:
    own = mean_interval(values)
    return own.mean, own.low, own.high, own.n
