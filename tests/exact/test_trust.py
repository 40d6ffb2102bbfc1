"""Trust in commercial posts: what is lost, what returns, and what is shared."""

from __future__ import annotations

import math
from types import SimpleNamespace

import numpy as np
import pytest
from numba import njit

from simulator.kernels import trust as kernels
from simulator.kernels.state import COUNTERS, LET_DOWN
from simulator.model.commons import share_distrust, trust_params
from simulator.model.run import simulate
from simulator.population.table import inbox_dtype, tie_dtype
from tests.support.worlds import busy, on

ONE_STEP = float(np.finfo(np.float32).eps)
"""Distrust is stored in single precision: each step rounds it once."""


def params(**given):
    trust = {"strength": 1.0, "start": 0.7, "loss": 0.02, "recovery": 0.01, "shared": 0.3, "reliance": 0.5} | given
    return trust_params(SimpleNamespace(trust=SimpleNamespace(**trust), active=lambda name: True))


def inbox(distrust=0.0):
    made = np.zeros(1, inbox_dtype()).view(np.recarray)
    made.distrust = distrust
    return made


@njit
def lose_trust(box, trust):
    kernels.lose_trust(box[0], trust)


@njit
def regain_trust(box, hours, trust):
    kernels.regain_trust(box[0], hours, trust)


@njit
def believed(box, trust):
    return kernels.believed(box[0], trust)


@njit
def doubt(box, ties, trust):
    return kernels.doubt(box[0], ties[0], trust)


@pytest.mark.parametrize("posts", [1, 5, 40])
def test_every_let_down_takes_the_same_share_of_what_is_left(posts):
    trust, box = params(shared=0.0), inbox()
    for _ in range(posts):
        lose_trust(box, trust)
    assert believed(box, trust) == pytest.approx(0.7 * 0.98**posts, abs=posts * ONE_STEP)


def test_lost_trust_returns_by_half_in_ln_2_over_the_rate():
    trust, box = params(shared=0.0), inbox(0.5)
    regain_trust(box, 24.0 * math.log(2.0) / 0.01, trust)
    assert box.distrust[0] == pytest.approx(0.25, abs=ONE_STEP)


def test_those_who_saw_nothing_bear_the_shared_part():
    trust, box = params(), inbox()
    platform = SimpleNamespace(
        feed=SimpleNamespace(trust=trust), table=SimpleNamespace(n=4), set_distrust=trust.commons.fill
    )
    counters = np.zeros((2, len(COUNTERS)), np.int64)
    counters[:, LET_DOWN] = 3, 1
    share_distrust(platform, counters, 0)
    assert trust.commons[0] == pytest.approx(0.02, rel=1e-12)
    assert believed(box, trust) == pytest.approx(0.7 * (1.0 - 0.3 * 0.02), rel=1e-12)


@pytest.mark.parametrize(("source", "doubted"), [(0, 0.0), (1, 0.0), (2, 0.0), (3, 0.2), (4, 0.0), (5, 0.2), (6, 0.2)])
def test_only_what_a_commercial_post_made_known_is_doubted(source, doubted):
    trust, box = params(shared=0.0), inbox(0.4)
    ties = np.zeros(1, tie_dtype()).view(np.recarray)
    ties.marks = source << 2
    assert doubt(box, ties, trust) == pytest.approx(doubted, abs=ONE_STEP)


def test_more_sellers_leave_less_trust_to_everybody():
    """The same people and luck; with the shared part alone, even those who saw no post lose trust."""
    trust = []
    for share in (0.0, 0.05, 0.2):
        settings = on("private_circle", peer_sellers={"share": share}, trust={"shared": 1.0, "loss": 0.05})
        outcomes = simulate(busy("private_circle", 800, *settings), 7).tables["outcomes"]
        trust.append(float(outcomes[(outcomes["metric"] == "trust") & (outcomes["brand"] == "")]["value"].iloc[0]))
    assert trust[0] > trust[1] > trust[2]
