"""Users who sell to their ties at the end."""

from simulator.metrics.view import Metric, RunView, for_every_brand


def _total(view: RunView) -> float:
    table = view.tables["sellers"]
    return float(table.loc[table["day"] == table["day"].max(), "sellers"].max()) if len(table) else 0.0


METRIC = Metric(
    "sellers",
    "people",
    "sellers after the last decision to sell; the same for every brand",
    for_every_brand(_total),
    _total,
)
