"""Time and memory of whole markets by size, and against the same market run person by person.

    python -m experiments.benchmarks.market --users 10000 100000 1000000
    python -m experiments.benchmarks.market --users 156000000 --rounds 1 --threads 2

Every run is a process of its own, which first runs a very small market so that nothing is compiled while the clock
goes, and tells the largest memory the operating system counted. Two families are grown: all of Weibo on a graph that
is computed (`weibo_full`), and a public feed on a stored graph of mean degree 60. `--twin` compares the compiled engine
with the one that calls every person's decisions in Python, over the same day of the same market; their tables must
be equal before the ratio is printed. Writes market.csv, market.md and market.html to results/benchmarks/, beside what
earlier calls measured at other sizes.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

from experiments.benchmarks.writing import write_picture, write_table

FAMILIES = {
    "computed graph": ("weibo_full", (), 10**9),
    "stored graph, degree 60": ("public_feed", ("network.follow.mean_followees=60",), 10**6),
}
"""Name: scenario, settings, largest number of users it is grown to."""
CHILD = """
import json, sys, time
from simulator.model.market import CommerceModel
from simulator.model.run import peak_bytes
from simulator.model.tables import tables_of
from simulator.output.tables import table_hashes
scenario, settings, threads, engine, ticks = json.loads(sys.argv[1])
small = CommerceModel(scenario, rng=1, settings=[*settings, "market.users=400", "market.days=1"])
while small.running:
    small.step()
began = time.perf_counter()
model = CommerceModel(scenario, rng=1, settings=settings, threads=threads, engine=engine)
model.collects = False
built, cpu_built = time.perf_counter(), time.process_time()
for _ in range(min(ticks, model.ticks)):
    model.step()
stepped, cpu_stepped = time.perf_counter(), time.process_time()
tables = tables_of(model)
told = time.perf_counter()
orders = tables["outcomes"].query("brand == ''").set_index("metric")["value"]["orders"]
print(json.dumps({
    "build_s": built - began, "ticks_s": stepped - built, "tables_s": told - stepped,
    "ticks_cpu_s": cpu_stepped - cpu_built, "peak_gb": peak_bytes() / 1e9, "announced_gb": model.memory.peak / 1e9,
    "bytes_per_user": model.memory.per_user, "deliveries": model.deliveries, "orders": int(orders),
    "hashes": table_hashes(tables) if ticks < model.ticks else {},
}))
"""
ALL_TICKS = 1 << 30


def run(scenario: str, settings: list[str], threads: int, engine: str = "kernels", ticks: int = ALL_TICKS) -> Any:
    """What a process that runs the market says of it."""
    given = json.dumps([scenario, settings, threads, engine, ticks])
    done = subprocess.run([sys.executable, "-c", CHILD, given], capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    return json.loads(done.stdout.splitlines()[-1])


def grown(family: str, users: int, threads: int, rounds: int) -> dict[str, Any]:
    """Medians over rounds, and the range of the seconds the ticks took."""
    scenario, settings, _ = FAMILIES[family]
    found = [run(scenario, [*settings, f"market.users={users}"], threads) for _ in range(rounds)]
    line: dict[str, Any] = {"market": family, "users": users, "threads": threads, "rounds": rounds}
    for name in found[0]:
        if name != "hashes":
            line[name] = float(f"{statistics.median(one[name] for one in found):.4g}")
    line["ticks_s_least"] = float(f"{min(one['ticks_s'] for one in found):.4g}")
    line["ticks_s_most"] = float(f"{max(one['ticks_s'] for one in found):.4g}")
    line["us_per_user"] = float(f"{1e6 * line['ticks_s'] / users:.4g}")
    return line


def twin(users: int, ticks: int, rounds: int) -> str:
    """The ratio of processor time, run alternately."""
    ratios = []
    for _ in range(rounds):
        small = [f"market.users={users}"]
        fast, slow = (run("public_feed", small, 1, engine, ticks) for engine in ("kernels", "agents"))
        if fast["hashes"] != slow["hashes"]:
            raise SystemExit("the two engines give different tables")
        ratios.append(slow["ticks_cpu_s"] / fast["ticks_cpu_s"])
    return (
        f"{users:,} people, {ticks} ticks: person by person takes {statistics.median(ratios):,.0f} times the processor "
        f"time ({min(ratios):,.0f} to {max(ratios):,.0f} in {rounds} rounds), with equal tables"
    )


def write(lines: list[dict[str, Any]], notes: list[str], folder: Path) -> None:
    """The table, with lines of earlier calls at other sizes, and its picture."""
    import pandas as pd

    file, names = folder / "market.csv", ["market", "users", "threads"]
    table = pd.DataFrame(lines)
    if file.exists():
        table = pd.concat([pd.read_csv(file), table]).drop_duplicates(names, keep="last")
    table = table.sort_values(names, ignore_index=True)
    write_table(table, folder, "market", *notes, "14 days hourly; medians over rounds.")
    picture(table, folder / "market.html")


def picture(table: Any, file: Path) -> None:
    """Seconds and gigabytes against the number of users."""
    import plotly.graph_objects as go
    from plotly.subplots import make_subplots

    figure = make_subplots(1, 2, subplot_titles=("Seconds for 14 days hourly", "Peak memory, GB"))
    for number, ((market, threads), one) in enumerate(table.groupby(["market", "threads"])):
        color = ("#1f6feb", "#b35900", "#2d7d46", "#8250df")[number % 4]
        for column, name in ((1, "ticks_s"), (2, "peak_gb")):
            label = f"{market}, {threads} thread{'s' if threads > 1 else ''}"
            line = go.Scatter(x=one["users"], y=one[name], name=label, legendgroup=label, showlegend=column == 1)
            figure.add_trace(line.update(mode="lines+markers", line_color=color), 1, column)
    figure.update_xaxes(type="log", title="users")
    figure.update_yaxes(type="log")
    figure.update_layout(template="plotly_white", legend={"orientation": "h", "y": -0.2})
    write_picture(figure, file)


def main() -> None:
    """Run what is asked for and write the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--users", type=int, nargs="*", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--families", nargs="+", choices=list(FAMILIES), default=list(FAMILIES))
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--twin", type=int, metavar="USERS", help="compare both engines at this size")
    parser.add_argument("--ticks", type=int, default=24, help="ticks of that comparison")
    parser.add_argument("--out", type=Path, default=Path("results/benchmarks"))
    given = parser.parse_args()
    lines = [
        grown(family, users, given.threads, given.rounds)
        for family in given.families
        for users in given.users
        if users <= FAMILIES[family][2]
    ]
    notes = [twin(given.twin, given.ticks, given.rounds)] if given.twin else []
    write(lines, notes, given.out)


if __name__ == "__main__":
    main()
