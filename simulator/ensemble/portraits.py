"""What a report draws of people over replications: regions, checkouts, wear, and a linked sample."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import pandas as pd

from simulator.ensemble.statistics import count_interval, jackknife_interval
from simulator.ensemble.trends import QUANTILES, ArmRun
from simulator.output.dictionary import REGION_MEASURES, WEAR, declared
from simulator.types import Array

PER = 1000
"""Mutes and unfollows are told for so many users."""

_PLACE = ["region", "category", "tier"]
_STEP = ["platform", "device", "payment", "step"]


def regions(runs: Iterable[ArmRun]) -> pd.DataFrame:
    """Who looked and who bought, by region and price tier: mean over replications, and how well it is known.

    Counts are small, so the interval is never narrower than that of a Poisson count.
    """
    columns = ["arm", "role", *_PLACE, "measure", "people", "mean", "low", "high", "n"]
    rows = []
    for (arm, role), several in _grouped(runs).items():
        tables = [one.run.table("regions").set_index(_PLACE).sort_index() for one in several]
        for measure in REGION_MEASURES:
            counts = np.array([table[measure].to_numpy() for table in tables])
            for place, people, own in zip(tables[0].index, tables[0]["people"], counts.T, strict=True):
                got = count_interval(own)
                rows.append((arm, role, *place, measure, people, got.mean, got.low, got.high, got.n))
    return declared("comparison/regions", rows, columns)


def payment(runs: Iterable[ArmRun]) -> pd.DataFrame:
    """Steps of checkouts: attempts that came to each and passed it, and the share that gets past it from the start.

    That share is the product of the shares that pass each step so far (Kaplan & Meier 1958), as some attempts go on
    from a step that an earlier one reached; pooled over replications, its interval by the jackknife over them.
    """
    rows = []
    for (arm, role), several in _grouped(runs).items():
        tables = [one.run.table("checkouts").set_index(_STEP)[["tried", "passed"]] for one in several]
        index = pd.MultiIndex.from_tuples(sorted(set().union(*(table.index for table in tables))), names=_STEP)
        counts = np.array([table.reindex(index, fill_value=0).to_numpy() for table in tables], np.float64)
        counts = counts.reshape(len(tables), len(index), 2)
        for way in dict.fromkeys((platform, device, how) for platform, device, how, _ in index):
            own = [i for i, (*key, _) in enumerate(index) if tuple(key) == way]
            for last, i in enumerate(own):
                got = jackknife_interval(counts[:, own[: last + 1]], _got_past)
                tried, passed = counts[:, i].mean(axis=0)
                ends = np.clip((got.low, got.high), 0.0, 1.0)
                rows.append((arm, role, *index[i], tried, passed, got.mean, *ends, got.n))
    columns = ["arm", "role", *_STEP, "tried", "passed", "kept", "low", "high", "n"]
    return declared("comparison/payment", rows, columns)


def _got_past(total: Array) -> float:
    """The share that gets past all steps, from float64 (steps, 2): tried, passed, summed over replications."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return float(np.prod(total[:, 1] / total[:, 0]))


def wear(runs: Iterable[ArmRun]) -> pd.DataFrame:
    """Trust, fatigue, mutes, unfollows and reviews at the end of each day: median, 5 % and 95 % quantile."""
    rows = []
    for (arm, role), several in _grouped(runs).items():
        curves: dict[tuple[str, str], list[pd.Series]] = {}
        for one in several:
            for platform, measure, values in _wear_of(one):
                curves.setdefault((platform, measure), []).append(values)
        for (platform, measure), found in sorted(curves.items()):
            table = pd.concat(found, axis=1)
            for day, values in table.iterrows():
                known = values.to_numpy(np.float64)
                known = known[np.isfinite(known)]
                if known.size:
                    low, middle, high = np.quantile(known, QUANTILES)
                    rows.append((arm, role, platform, measure, WEAR[measure], day, middle, low, high, known.size))
    columns = ["arm", "role", "platform", "measure", "unit", "day", "median", "p5", "p95", "n"]
    return declared("comparison/wear", rows, columns)


def _wear_of(one: ArmRun) -> Iterator[tuple[str, str, pd.Series]]:
    """Platform, measure and its values by day, of one run; only platforms with a feed have readers to tire."""
    panel = one.run.table("panel", ["day", "platform", "mutes", "unfollows", "reviews", "review_stars"])
    panel = panel.assign(day=np.ceil(panel["day"].round(6)).astype(np.int64))
    total = panel.groupby(["platform", "day"], sort=True).sum().groupby(level="platform").cumsum()
    assets = one.run.table("assets", ["day", "platform", "brand", "followers", "trust", "fatigue"])
    for platform, own in assets[assets["brand"] == ""].groupby("platform", sort=True):
        by_day = own.set_index("day")
        for measure in ("trust", "fatigue"):
            yield str(platform), measure, by_day[measure]
        for measure in ("mutes", "unfollows"):
            yield str(platform), measure, PER * total.loc[platform, measure] / by_day["followers"]
    for platform in total.index.unique("platform"):
        here = total.loc[platform]
        if here["reviews"].iloc[-1] > 0:
            yield str(platform), "stars", (here["review_stars"] / here["reviews"].where(here["reviews"] > 0))


def sample(runs: Iterable[ArmRun]) -> pd.DataFrame:
    """The linked sample of the first replication of each arm with its campaigns; days from the start."""
    frames = []
    for one in _first(runs):
        panel = one.run.table("panel", ["tick", "day"])
        ends = panel.drop_duplicates("tick").set_index("tick")["day"]
        own = one.run.table("sample")
        days = {f"{what}_day": own[f"{what}_tick"].map(ends) for what in ("seen", "aware", "bought")}
        found = own[["user", "brand", "knew", "source"]].assign(**days)
        found.loc[own["knew"], "aware_day"] = 0.0
        found.insert(0, "arm", pd.Series(one.arm, index=found.index, dtype="str"))
        frames.append(found)
    columns = ["arm", "user", "brand", "knew", "source", "seen_day", "aware_day", "bought_day"]
    return _stacked("comparison/sample", frames, columns)


def sample_ties(runs: Iterable[ArmRun]) -> pd.DataFrame:
    """Who of that sample sees what whom posts."""
    frames = []
    for one in _first(runs):
        own = one.run.table("sample_ties")
        own.insert(0, "arm", pd.Series(one.arm, index=own.index, dtype="str"))
        frames.append(own)
    return _stacked("comparison/sample_ties", frames, ["arm", "platform", "author", "reader"])


def _stacked(name: str, frames: Sequence[pd.DataFrame], columns: list[str]) -> pd.DataFrame:
    """One table of several, with the types declared for it; an empty one has them too."""
    filled = [frame[columns] for frame in frames if len(frame)]
    return pd.concat(filled, ignore_index=True) if filled else declared(name, [], columns)


def _first(runs: Iterable[ArmRun]) -> list[ArmRun]:
    """The first replication of each arm with its campaigns."""
    found: dict[str, ArmRun] = {}
    for one in runs:
        if one.role == "campaign" and one.replication <= found.get(one.arm, one).replication:
            found[one.arm] = one
    return list(found.values())


def _grouped(runs: Iterable[ArmRun]) -> dict[tuple[str, str], list[ArmRun]]:
    found: dict[tuple[str, str], list[ArmRun]] = {}
    for one in runs:
        found.setdefault((one.arm, one.role), []).append(one)
    return found
