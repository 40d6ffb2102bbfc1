"""That every worksheet of the app can be solved, and is not solved as it stands.

    python -m experiments.checks.worksheets --jobs 2

Each is run twice, as it stands and with the solution its file keeps, in as many worlds as it asks for, and judged as
the app judges it. Exit status 1 if one is solved too soon or not at all.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping

from simulator.app.dashboard.comparison import RUNNING, Comparison, Memory
from simulator.app.dashboard.controls import make
from simulator.app.dashboard.desk_work import metrics_of
from simulator.app.dashboard.pool import Pool
from simulator.app.dashboard.presets import Preset, worksheets
from simulator.app.dashboard.readings import READINGS
from simulator.app.dashboard.readings.arms import OPEN, SOLVED, UNSOLVED, solved
from simulator.app.dashboard.readings.base import see
from simulator.app.dashboard.work import Wants
from simulator.ensemble.design import Study


def judged(preset: Preset, values: Mapping[str, float], seed: int, pool: Pool, memory: Memory) -> tuple[str, str]:
    """The verdict on a worksheet with some sliders turned, and the answer in words."""
    made = make(preset, {key: f"{value:g}" for key, value in values.items()})
    study = Study(made.arms, preset.worlds, seed)
    run = Comparison(study, Wants(preset.curve, metrics_of(preset)), True, "check", pool, memory)
    while run.status == RUNNING:
        run.wait(run.version, 5.0)
    seen = see(preset, run, "en")
    if seen is None or preset.goal is None:
        return "failed", "; ".join(run.errors.values())
    return solved(seen, preset.goal), READINGS[preset.reading].read(seen, "").text


def main() -> int:
    """Run the check."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--jobs", type=int, default=None)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--worksheet", action="append", help="only this one; may be repeated")
    asked = parser.parse_args()
    pool, memory, wrong = Pool(asked.jobs, at_once=64), Memory(), 0
    try:
        for name, preset in worksheets().items():
            if asked.worksheet and name not in asked.worksheet:
                continue
            for what, values, wanted in (
                ("as it stands", {}, (UNSOLVED, OPEN)),
                ("solution", preset.solution, (SOLVED,)),
            ):
                verdict, text = judged(preset, values, asked.seed, pool, memory)
                wrong += verdict not in wanted
                print(f"{name}, {what}: {verdict}{'' if verdict in wanted else ' (WRONG)'}. {text}", flush=True)
    finally:
        pool.close()
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
