"""The same kernels interpreted, and compiled with bounds checks and nothing optimised, give the same tables."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from simulator.scenario.schema import Scenario
from tests.support.worlds import KINDS, busy, hashes, on

ROOT = Path(__file__).parents[2]
PROGRAM = """
import json, sys, warnings
warnings.simplefilter("ignore", RuntimeWarning)  # interpreted uint64 arithmetic warns where it wraps, as it must
from tests.determinism.test_compilers import small
from tests.support.worlds import hashes
print(json.dumps({kind: hashes(small(kind)) for kind in sys.argv[1:]}))
"""


def small(kind: str) -> Scenario:
    """A small market, its ordinary posts followed."""
    return busy(kind, 150, "market.days=2", *on(kind, ordinary_posts={"enabled": True, "share": 1.0}))


def elsewhere(**environment: str) -> dict[str, dict[str, str]]:
    """Hashes of small runs in another process."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *KINDS],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("flags", [{"NUMBA_DISABLE_JIT": "1"}, {"NUMBA_BOUNDSCHECK": "1", "NUMBA_OPT": "0"}])
def test_same_tables(flags):
    assert elsewhere(**flags) == {kind: hashes(small(kind)) for kind in KINDS}
