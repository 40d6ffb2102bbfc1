"""A large market on a computed graph: real deliveries, and no more memory than announced before the start."""

from __future__ import annotations

import json
import subprocess
import sys

PROGRAM = """
import json
from dataclasses import fields
from simulator.model.market import CommerceModel
from simulator.model.run import peak_bytes
from simulator.model.tables import tables_of

model = CommerceModel("ten_million", rng=1, threads=2, settings=("market.users=600000",))
table = model.state.table
allocated = sum(getattr(table, field.name).nbytes for field in fields(table)) / model.state.n
for _ in range(4):
    model.step()
tables_of(model)
print(json.dumps({
    "announced": model.memory.peak, "peak": peak_bytes(), "declared": model.memory.per_user, "allocated": allocated,
    "deliveries": model.deliveries, "reposts": int(model.panel[-1][:, :, 0].sum()),
}))
"""


def test_a_large_market_on_a_computed_graph():
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["deliveries"] > 100_000
    assert found["declared"] == found["allocated"]
    assert found["peak"] <= found["announced"]
    # an announcement twice too high would refuse runs that fit
    assert found["peak"] >= 0.5 * found["announced"]
