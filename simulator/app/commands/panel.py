"""`simulator panel`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.app import console
from simulator.app.amounts import amount
from simulator.app.studies import KINDS, Conduct, Request

if TYPE_CHECKING:
    import pandas as pd

    from simulator.ensemble.lab import Lab


def run(request: Request) -> None:
    """Write panels as market-mix models read them, with the truth by channel beside."""
    from simulator.ensemble.panel import DOCS, PanelStudy, panel, panel_variants, panels_of
    from simulator.ensemble.study_file import read_study

    file = read_study(request.study, PanelStudy, KINDS)
    spec = file.spec
    each = panels_of(panel_variants(file))
    study = Conduct(request, file, [one.arm for one in each], DOCS)
    runs = sum(one.runs for one in each) * spec.replications
    if not study.begins(runs, f"Would make {runs} runs"):
        return

    def work(lab: Lab, _: Any) -> Any:
        return panel(spec, each, lab), {}

    made = study.run(work)
    if not study.as_json({"effects": made["effects"]}):
        _show(made, spec.replications)
        study.end()


def _show(made: dict[str, pd.DataFrame], worlds: int) -> None:
    rows = [
        (
            r["scenario"], r["brand"], r["channel"], _told(r, "orders", "orders"), _told(r, "revenue_yuan", "revenue"),
            amount(r["spend_yuan"]),
        )
        for r in made["effects"].to_dict("records")
    ]  # fmt: skip
    heads = ("scenario", "brand", "channel", "orders brought", "revenue brought, yuan", "spent, yuan")
    title = f"What each channel truly brought: sales less those without it ({worlds} worlds; mean [95 % interval])"
    console.table(title, heads, rows, right=(3, 4, 5))
    console.say("Channels do not add up to the campaign: each is withdrawn while the others are there.")
    console.say(f"The panel has {len(made['panel']):,} rows: panel.csv, and truth.csv beside it.")


def _told(row: dict[str, Any], name: str, ends: str) -> str:
    low, high = row[f"{ends}_low"], row[f"{ends}_high"]
    return f"{amount(row[name])} [{amount(low)}, {amount(high)}]" if low == low else amount(row[name])
