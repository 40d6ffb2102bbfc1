"""How many apps run on open platforms."""

from simulator.metrics.view import Metric, RunView, for_every_brand


def mean_per_period(view: RunView, column: str) -> float:
    """A column of the table of apps, summed, over the periods in which a platform had any."""
    table = view.tables["apps"]
    return float(table[column].sum() / max(table.groupby("platform")["day"].nunique().sum(), 1))


def _total(view: RunView) -> float:
    return mean_per_period(view, "apps")


METRIC = Metric(
    "apps",
    "apps",
    "apps that run, mean over periods with apps; the same for every brand",
    for_every_brand(_total),
    _total,
)
