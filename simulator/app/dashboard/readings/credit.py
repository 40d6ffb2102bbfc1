"""What a campaign truly added, need by need, beside what methods that see one world say it added."""

from __future__ import annotations

import math

import numpy as np

from simulator.app.dashboard.figures import Dot
from simulator.app.dashboard.readings.base import Answer, Method, Seen, Table, judged_number
from simulator.ensemble.attribution import NAIVE, campaigns, fates, flows
from simulator.ensemble.statistics import MeanInterval, mean_interval

DASHBOARD = "first touch"
"""The method whose orders the guess is a share of."""

TRUE = ("incremental", "pulled_forward", "new", "won", "lost", "ceded")


def measured(seen: Seen) -> dict[str, np.ndarray]:
    """Of the preset's first arm, world by world: the true flows of the campaigning brands, and naive estimates."""
    label = seen.preset.labels[0]
    brands = list(campaigns(seen.comparison.study.arms[0].resolved))
    found: dict[str, list[float]] = {name: [] for name in (*TRUE, *NAIVE)}
    for campaign, control in zip(seen.facts(label, "campaign"), seen.facts(label, "control"), strict=True):
        assert campaign.ledger is not None
        assert control.ledger is not None
        words = dict.fromkeys(("brand", "outlet", "status"), "str")
        table = fates(campaign.ledger.astype(words), control.ledger.astype(words))
        own = [flows(table, brand) for brand in brands]
        for name in TRUE:
            found[name].append(float(sum(one[name] for one in own)))
        for name in NAIVE:
            found[name].append(float(campaign.naive.get(name, math.nan)))
    return {name: np.array(values) for name, values in found.items()}


def read(seen: Seen, guess: str) -> Answer:
    """The answer where a dashboard is held against the truth; the guess is the true share of its first-touch orders."""
    found = measured(seen)
    style = seen.styles[seen.preset.labels[0]]
    truth = mean_interval(found["incremental"])
    dots = [_dot(seen, "credit.incremental", truth, True)]
    dots += [_dot(seen, f"credit.{name}", mean_interval(found[name]), False, style) for name in NAIVE]
    share = _share(found)
    biases = {name: mean_interval(found[name] - found["incremental"]) for name in NAIVE}
    worst = max((n for n in NAIVE if math.isfinite(biases[n].mean)), key=lambda n: abs(biases[n].mean), default="")
    text = seen.say(
        "credit.text",
        truth=seen.told(truth, "orders"),
        touch=seen.told(mean_interval(found[DASHBOARD]), "orders"),
        share=seen.told(share, "share"),
    )
    if len(seen.worlds) < 2:
        text += f" {seen.say('word.one_world')}"
    if worst:
        name = seen.say(f"credit.{worst}")
        text += seen.say("credit.worst", method=name, bias=seen.told(biases[worst], "orders", signed=True))
    judged = judged_number(seen, guess, MeanInterval(*_percent(share)), "%")
    heads = (seen.say("credit.method"), seen.say("credit.says"), seen.say("credit.bias"))
    rows = [(seen.say(f"credit.{n}"), seen.told(mean_interval(found[n]), "orders"), "–") for n in TRUE]
    rows += [
        (seen.say(f"credit.{n}"), seen.told(mean_interval(found[n]), "orders"), seen.told(bias, "orders", signed=True))
        for n, bias in biases.items()
    ]
    axis = seen.say("credit.axis")
    return Answer(text, judged, seen.why("", ""), tuple(dots), axis, "orders", Table(heads, tuple(rows)))


def _dot(seen: Seen, key: str, own: MeanInterval, true: bool, style: object = None) -> Dot:
    return Dot(seen.say(key), seen.told(own, "orders"), own.mean, own.low, own.high, None if true else style)  # type: ignore[arg-type]


def _share(found: dict[str, np.ndarray]) -> MeanInterval:
    """Incremental over credited orders: a ratio of sums, its interval by the jackknife over worlds."""
    truth, credited = found["incremental"], found[DASHBOARD]
    n, total = truth.size, float(credited.sum())
    if not total > 0:
        return MeanInterval(math.nan, math.nan, math.nan, math.nan, n)
    ratio = float(truth.sum()) / total
    if n < 2:
        return MeanInterval(ratio, math.nan, math.nan, math.nan, n)
    left_out = (truth.sum() - truth) / (credited.sum() - credited)
    pseudo = mean_interval(n * ratio - (n - 1) * left_out)
    return MeanInterval(ratio, pseudo.sd, ratio - (pseudo.high - pseudo.mean), ratio + (pseudo.high - pseudo.mean), n)


def _percent(share: MeanInterval) -> tuple[float, float, float, float, int]:
    return 100 * share.mean, math.nan, 100 * share.low, 100 * share.high, share.n


READING = Method("credit", "number", read, ledger=True)
