"""Diffusion rules interpreted, and compiled with bounds checks and nothing optimised, give the same cascades."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.rule_hashes import rule_hashes

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("flags", [{"NUMBA_DISABLE_JIT": "1"}, {"NUMBA_BOUNDSCHECK": "1", "NUMBA_OPT": "0"}])
def test_same_cascades(flags, tmp_path):
    environment = {**os.environ, **flags}
    if "NUMBA_BOUNDSCHECK" in flags and "NUMBA_CACHE_DIR" in environment:
        environment["NUMBA_CACHE_DIR"] = str(tmp_path)  # a cache given by hand does not know the flag
    done = subprocess.run(
        [sys.executable, "-m", "tests.support.rule_hashes"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == rule_hashes()
