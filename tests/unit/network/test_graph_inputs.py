import numpy as np
import pytest

from simulator.errors import InputError
from simulator.kernels.graph_generators import build_alias, capped_scale
from simulator.network.generators import GENERATORS
from simulator.network.inputs import GraphInputs, region_starts
from simulator.parameters import rows


def columns(n):
    return [np.array([0, n])] + [np.ones(n, np.float32) for _ in range(3)]


def test_region_starts():
    assert region_starts(np.array([3, 3, 0, 1, 1, 1], np.uint8)).tolist() == [0, 2, 3, 6]
    assert region_starts(np.zeros(4, np.uint8)).tolist() == [0, 4]
    with pytest.raises(InputError, match="one block for each region"):
        region_starts(np.array([0, 1, 0], np.uint8))


def test_wrong_columns_are_named():
    with pytest.raises(InputError, match=r"region starts .* rising from 0 to 5"):
        GraphInputs(5, *columns(4))
    for index, name in ((1, "popularity"), (2, "sociability"), (3, "taste")):
        wrong = columns(5)
        wrong[index] = wrong[index][:4]
        with pytest.raises(InputError, match=f"{name} has shape"):
            GraphInputs(5, *wrong)
    for name, value, message in ((1, 0.0, "weights of 0"), (2, -1.0, "weights of 0"), (3, np.nan, "no finite")):
        wrong = columns(5)
        wrong[name][2] = value
        with pytest.raises(InputError, match=message):
            GraphInputs(5, *wrong)
    with pytest.raises(InputError, match="allowed: 2 to"):
        GraphInputs(1, *columns(1))


def test_capped_scale_holds_the_mean():
    weights = np.array([1.0, 1.0, 2.0, 4.0, 100.0])
    scale = capped_scale(weights, 6.0, 12.0)
    assert np.minimum(12.0, scale * weights).mean() == pytest.approx(6.0, rel=1e-12)
    assert capped_scale(np.ones(4), 3.0, 5.0) == 3.0
    assert capped_scale(weights, 20.0, 12.0) == np.inf


def test_alias_table_gives_every_user_its_weight():
    weights = np.random.default_rng(0).pareto(1.2, 60) + 0.01
    table = np.empty(60, np.uint64)
    build_alias(weights, 0, 20, table)
    build_alias(weights, 20, 60, table)
    for start, stop in ((0, 20), (20, 60)):
        share = np.zeros(60)
        for cell in range(start, stop):
            kept = int(table[cell] >> np.uint64(32)) / 2**32
            share[cell] += kept
            share[int(table[cell] & np.uint64(0xFFFFFFFF))] += 1.0 - kept
        expected = weights[start:stop] / weights[start:stop].sum()
        # thresholds have 32 bits, and each user can meet every cell
        assert np.abs(share[start:stop] / (stop - start) - expected).max() < 2.0**-31


def test_every_generator_declares_itself():
    assert set(GENERATORS) >= {"circle", "follow", "procedural"}
    for name, generator in GENERATORS.items():
        assert generator.name == name
        assert generator.expected
        for row in rows(generator.parameters):
            assert all(row[key] for key in ("unit", "source", "doc", "evidence")), row["path"]
            assert row["low"] <= row["default"] <= row["high"], row["path"]
