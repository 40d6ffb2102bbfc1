"""How long the report of a comparison takes to build, and how large it is.

``python -m experiments.benchmarks.report`` compares the three shipped models, 20 replications each, among ``--users``
people (or takes the study in ``--study``), then builds its report several times, each in a process of its own, as the
command does. Aim: three arms and 20 replications in under 5 s and under 8 MB.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

AIM_SECONDS, AIM_MEGABYTES = 5.0, 8.0
MODELS = ("marketplace", "private_circle", "public_feed")
BUILD = """
import json, sys, time
began = time.perf_counter()
from simulator.report.page import write_report
imported = time.perf_counter()
page = write_report(sys.argv[1], sys.argv[2])
done = time.perf_counter()
print(json.dumps({"imports": imported - began, "build": done - imported, "bytes": page.stat().st_size}))
"""


def study(users: int, replications: int, out: Path) -> Path:
    """Compare the shipped models; returns the study's folder."""
    from simulator.ensemble.compare import compare_scenarios
    from simulator.scenario.loader import load

    loaded = [load(name, (f"market.users={users}",)) for name in MODELS]
    return compare_scenarios(loaded, out=out, replications=replications, seed=1).folder.path


def build(folder: Path, lang: str) -> dict[str, float]:
    """Build the report in a new process: seconds of imports and of the rest, and bytes."""
    done = subprocess.run([sys.executable, "-c", BUILD, str(folder), lang], capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--study", type=Path, help="folder of a study, instead of a new one")
    parser.add_argument("--users", type=int, default=20_000)
    parser.add_argument("--replications", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = arguments.study or study(arguments.users, arguments.replications, Path(made))
        asked = json.loads((folder / "study.json").read_text(encoding="utf-8"))
        print(f"{len(asked['arms'])} arms, {asked['replications']} replications; {arguments.rounds} builds each")
        print("language | imports, s | build, s (median, fastest) | in all, s | MB")
        for lang in ("en", "zh"):
            rounds = [build(folder, lang) for _ in range(arguments.rounds)]
            builds, imports = ([one[name] for one in rounds] for name in ("build", "imports"))
            total = statistics.median(one["build"] + one["imports"] for one in rounds)
            megabytes = rounds[0]["bytes"] / 1e6
            middle, least = statistics.median(builds), min(builds)
            print(
                f"{lang} | {statistics.median(imports):.2f} | {middle:.2f}, {least:.2f} | {total:.2f} | {megabytes:.2f}"
            )
            if total > AIM_SECONDS or megabytes > AIM_MEGABYTES:
                print(f"  above the aim of {AIM_SECONDS:g} s and {AIM_MEGABYTES:g} MB")


if __name__ == "__main__":
    main()
