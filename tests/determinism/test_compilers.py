"""The same kernels interpreted, and compiled with bounds checks, give the same tables."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.worlds import KINDS, busy, hashes

ROOT = Path(__file__).parents[2]
PROGRAM = """
import json, sys, warnings
warnings.simplefilter("ignore", RuntimeWarning)  # interpreted uint64 arithmetic warns where it wraps, as it must
from tests.support.worlds import busy, hashes
print(json.dumps({kind: hashes(busy(kind, 150, "market.days=2")) for kind in sys.argv[1:]}))
"""


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


@pytest.mark.parametrize("flag", ["NUMBA_DISABLE_JIT", "NUMBA_BOUNDSCHECK"])
def test_same_tables(flag):
    assert elsewhere(**{flag: "1"}) == {kind: hashes(busy(kind, 150, "market.days=2")) for kind in KINDS}
