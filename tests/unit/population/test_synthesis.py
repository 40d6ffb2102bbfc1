"""The people: attributes within their declared ranges, of the declared laws, and drawn by key alone.

A statistical test here fails a right sampler with chance `LEVEL`, had its seed not been pinned. Of `N` people it must
catch a parameter that is off by a tenth.
"""

import numpy as np
import pytest
from scipy import stats

from simulator.parameters import rows
from simulator.population import selection, synthesis
from simulator.population.attribute import Attribute
from simulator.population.attributes import ATTRIBUTES
from simulator.population.parameters import PopulationParameters
from simulator.population.regions import Regions, netizens, provinces
from simulator.population.synthesis import synthesise

LEVEL = 1e-7
N = 60_000
SEED = 20141111
DEFAULT = PopulationParameters()
OF_THE_WHOLE = ("region", "income")
"""Attributes that depend on how many people there are: regions are blocks of keys, and income follows the region."""
OF_THE_KEY = tuple(name for name in ATTRIBUTES if name not in OF_THE_WHOLE)


def log_normal(sd):
    return stats.lognorm(s=sd, scale=np.exp(-0.5 * sd * sd))


def gamma(shape, mean):
    return stats.gamma(shape, scale=mean / shape)


LAWS = {
    "activity": (
        "sessions_shape",
        lambda p: stats.gamma(p.sessions_shape, scale=p.sessions_per_day / p.sessions_shape),
    ),
    "susceptibility": (
        "susceptibility_shape",
        lambda p: stats.gamma(p.susceptibility_shape, scale=1.0 / p.susceptibility_shape),
    ),
    "credibility": ("credibility_sd", lambda p: log_normal(p.credibility_sd)),
    "sociability": ("sociability_sd", lambda p: log_normal(p.sociability_sd)),
    "popularity": ("popularity_exponent", lambda p: stats.pareto(p.popularity_exponent - 1.0)),
}
"""The parameter an attribute's law stands on, and the law."""


@pytest.fixture(scope="module")
def people():
    return synthesise(N, SEED, DEFAULT)


def agrees(values, law):
    return stats.kstest(values.astype(np.float64), law.cdf).pvalue


NUMBERS = [row for row in rows(PopulationParameters) if row["low"] is not None]
"""Where users live is no number, and has a test of its own."""


def every_end():
    return [(row["path"], row[end]) for row in NUMBERS for end in ("low", "high")]


# -- laws


@pytest.mark.parametrize("name", LAWS)
def test_an_attribute_has_its_law(people, name):
    _, law = LAWS[name]
    assert agrees(people.columns[name], law(DEFAULT)) > LEVEL


@pytest.mark.parametrize("name", LAWS)
def test_a_parameter_off_by_a_tenth_is_caught(people, name):
    parameter, law = LAWS[name]
    off = DEFAULT.model_copy(update={parameter: getattr(DEFAULT, parameter) * 1.1})
    assert agrees(people.columns[name], law(off)) < LEVEL


@pytest.mark.parametrize("name", ["susceptibility", "credibility", "sociability"])
def test_multipliers_have_mean_1(people, name):
    law = LAWS[name][1](DEFAULT)
    assert law.mean() == pytest.approx(1.0, rel=1e-12)
    assert people.columns[name].mean() == pytest.approx(1.0, abs=5.4 * law.std() / np.sqrt(N))


def test_people_visit_as_often_as_declared(people):
    spread = DEFAULT.sessions_per_day / np.sqrt(DEFAULT.sessions_shape * N)
    assert people.columns["activity"].mean() == pytest.approx(DEFAULT.sessions_per_day, abs=5.4 * spread)


def test_income_is_log_normal_about_the_mean_of_its_region(people):
    relative = people.columns["income"] / people.regions.income_yuan[people.columns["region"]]
    assert agrees(relative, log_normal(DEFAULT.income_sd)) > LEVEL
    assert agrees(relative, log_normal(DEFAULT.income_sd * 1.1)) < LEVEL
    assert agrees(people.columns["income"] / people.regions.mean_income_yuan, log_normal(DEFAULT.income_sd)) < LEVEL


def test_taste_is_normal_and_partly_common_to_neighbours():
    """Of two in one neighbourhood the correlation is the homophily; across neighbourhoods there is none.

    The correlation over 30,000 neighbourhoods has a standard error below .0058, and `apart` is 5.4 of them: a homophily
    that is off by .065 is caught.
    """
    apart = 5.4 / np.sqrt(N / 2)
    for homophily in (0.0, 0.5, 1.0):
        p = PopulationParameters(taste_homophily=homophily, neighbourhood=2)
        taste = synthesise(N, SEED, p).columns["taste"].astype(np.float64).reshape(-1, 2)
        assert stats.kstest(taste[:, 0], "norm").pvalue > LEVEL
        assert np.corrcoef(taste.T)[0, 1] == pytest.approx(homophily, abs=apart)
        assert np.corrcoef(taste[1:, 0], taste[:-1, 1])[0, 1] == pytest.approx(0.0, abs=apart)
    assert (taste[:, 0] == taste[:, 1]).all(), "all of it is common at homophily 1"


def test_attributes_do_not_know_of_each_other(people):
    """Rank correlations of all pairs that are drawn apart are within 5.4 standard errors of none."""
    names = [*LAWS, "taste"]
    ranks = stats.spearmanr(np.array([people.columns[name] for name in names]).T).statistic
    assert np.abs(ranks - np.eye(len(names))).max() < 5.4 / np.sqrt(N)


# -- ranges


@pytest.mark.parametrize(("parameter", "value"), [("", None), *every_end()])
def test_every_attribute_stays_in_its_range(parameter, value):
    """With each parameter at each end, as a finite number of the declared type."""
    made = synthesise(3000, SEED, PopulationParameters(**({parameter: value} if parameter else {})))
    assert set(made.columns) == set(ATTRIBUTES)
    for name, attribute in ATTRIBUTES.items():
        column = made.columns[name]
        assert column.shape == (3000,)
        assert column.dtype == attribute.dtype
        assert np.isfinite(column.astype(np.float64)).all(), name
        assert attribute.low <= column.min() <= column.max() <= attribute.high, name


def test_no_law_is_cut_by_its_range(people):
    """A range is there for safety: at the defaults nobody stands at an end that the law does not have itself."""
    for name, attribute in ATTRIBUTES.items():
        if np.issubdtype(attribute.dtype, np.floating):
            assert people.columns[name].max() < attribute.high, name
            assert (people.columns[name] == attribute.low).mean() < 0.01, name


# -- keys


@pytest.mark.parametrize("name", OF_THE_KEY)
def test_a_larger_population_keeps_what_is_drawn_by_key(people, name):
    few = synthesise(777, SEED, DEFAULT).columns[name]
    np.testing.assert_array_equal(people.columns[name][:777], few)


def test_a_larger_population_lives_elsewhere(people):
    """The same key may live in another region of a larger population; its luck in income stays."""
    few = synthesise(777, SEED, DEFAULT)
    region, small = people.columns["region"][:777], few.columns["region"]
    assert (region != small).any()
    relative = people.columns["income"][:777] / people.regions.income_yuan[region]
    np.testing.assert_allclose(relative, few.columns["income"] / few.regions.income_yuan[small], rtol=2e-7)


@pytest.mark.parametrize("name", ATTRIBUTES)
def test_the_order_of_keys_is_nothing(people, name):
    """Drawn for keys in another order, or for a few of them, a column is permuted or cut and otherwise the same."""
    order = np.random.default_rng(1).permutation(N)
    np.testing.assert_array_equal(people.draw(name, order), people.columns[name][order])
    np.testing.assert_array_equal(people.draw(name, order[:7]), people.columns[name][order[:7]])


def test_seeds_repeat_and_differ(people):
    again, other = synthesise(N, SEED, DEFAULT), synthesise(N, SEED + 1, DEFAULT)
    for name in ATTRIBUTES:
        np.testing.assert_array_equal(again.columns[name], people.columns[name])
        assert name == "region" or (other.columns[name] != people.columns[name]).mean() > 0.99


@pytest.mark.parametrize("parameter", [row["path"] for row in NUMBERS])
def test_a_parameter_moves_its_own_attribute_only(people, parameter):
    """All others are bit for bit what they were: nothing shares luck or order."""
    value = getattr(DEFAULT, parameter)
    changed = synthesise(2000, SEED, DEFAULT.model_copy(update={parameter: value + 1 if value > 1 else value / 2}))
    same = synthesise(2000, SEED, DEFAULT)
    moved = {name for name in ATTRIBUTES if not np.array_equal(changed.columns[name], same.columns[name])}
    assert len(moved) <= 1


# -- regions


def test_where_users_live_moves_regions_and_the_income_of_people_there_alone():
    """Shares as stated; everybody who stays in a region keeps his luck; the mean income is the people's."""
    same = synthesise(N, SEED, DEFAULT)
    for given in ({"users_from": "netizens"}, {"regional": {"Beijing": 4.0, "Tibet": 0.5}}):
        changed = synthesise(N, SEED, DEFAULT.model_copy(update=given))
        moved = {name for name in ATTRIBUTES if not np.array_equal(changed.columns[name], same.columns[name])}
        assert moved == {"region", "income"}
        found = np.bincount(changed.columns["region"], minlength=31) / N
        np.testing.assert_allclose(found, changed.regions.share, atol=1 / N)
        assert changed.regions.mean_income_yuan == same.regions.mean_income_yuan
    people, internet = provinces(), netizens()
    at = people.names.index("Beijing")
    ratio = internet.share[at] / people.share[at]
    assert ratio == pytest.approx(0.752 / 0.4586, rel=1e-3)  # over the national mean, derived from the same table
    weighted = PopulationParameters(regional={"Beijing": 4.0}).regions
    rest = np.delete(weighted.share, at) / np.delete(people.share, at)
    assert weighted.share[at] / people.share[at] == pytest.approx(4.0 * rest[0])
    np.testing.assert_allclose(rest, rest[0])


@pytest.mark.parametrize(
    ("given", "said"), [({"Bejing": 2.0}, "did you mean 'Beijing'"), ({"Tibet": 0.0}, "allowed: 0.01 to")]
)
def test_a_wrong_region_says_what_is_allowed(given, said):
    with pytest.raises(ValueError, match=said):
        PopulationParameters(regional=given)


def test_provinces_are_all_of_the_country():
    regions = provinces()
    assert len(regions.names) == len(set(regions.names)) == regions.share.size == regions.income_yuan.size == 31
    assert regions.share.sum() == pytest.approx(1.0, rel=1e-15)
    assert (regions.share > 0).all()
    assert regions.income_yuan.min() > 5_000
    assert regions.income_yuan.max() < 100_000
    assert regions.mean_income_yuan == pytest.approx(float(regions.share @ regions.income_yuan), rel=1e-14)


@pytest.mark.parametrize("n", [1, 2, 10, 31, 1000, 99_991])
def test_regions_are_blocks_of_keys_in_their_shares(n):
    regions = provinces()
    starts = regions.starts(n)
    assert starts[0] == 0
    assert starts[-1] == n
    sizes = np.diff(starts)
    assert (sizes >= 0).all()
    assert np.abs(sizes - regions.share * n).max() <= 1.0, "both ends are rounded"
    column = synthesise(n, SEED, DEFAULT).columns["region"]
    np.testing.assert_array_equal(column, np.repeat(np.arange(31), sizes))


def test_other_regions_may_be_given():
    two = Regions(("north", "south"), np.array([0.25, 0.75]), np.array([10.0, 1000.0]))
    made = synthesise(1000, SEED, DEFAULT, two)
    assert np.bincount(made.columns["region"]).tolist() == [250, 750]
    assert made.columns["income"][:250].mean() < 20 < 500 < made.columns["income"][250:].mean()


def test_attributes_that_need_each_other_are_a_defect(monkeypatch):
    def nothing(draft):
        return np.zeros(draft.keys.size)

    circle = {
        name: Attribute(name, np.float32, "-", 0, 1, "doc", "source", nothing, needs=(other,))
        for name, other in (("hen", "egg"), ("egg", "hen"))
    }
    monkeypatch.setattr(synthesis, "ATTRIBUTES", circle)
    with pytest.raises(TypeError, match="hen, egg, hen"):
        synthesise(10, 1, DEFAULT).draw("hen", np.arange(10))


def test_blocks_in_which_people_are_drawn_leave_no_trace(people, monkeypatch):
    monkeypatch.setattr(synthesis, "BLOCK", 777)
    monkeypatch.setattr(synthesis, "MOST_KEPT", 0)
    pieces = synthesise(N, SEED, DEFAULT)
    for name in ATTRIBUTES:
        np.testing.assert_array_equal(pieces.columns[name], people.columns[name])
    assert pieces.columns["taste"] is not pieces.columns["taste"], "drawn anew"
    assert people.columns["taste"] is people.columns["taste"]


def test_the_smallest_of_many_are_found_block_by_block(monkeypatch):
    scores = np.random.default_rng(5).integers(0, 40, 1000).astype(float)
    keys = np.random.default_rng(6).permutation(1000)
    monkeypatch.setattr(selection, "BLOCK", 64)
    for count in (0, 1, 63, 64, 65, 400, 1000):
        by_row = np.lexsort((np.arange(1000), scores))[:count]
        np.testing.assert_array_equal(selection.smallest(1000, count, lambda part: scores[part]), by_row)
        by_key = np.lexsort((keys, scores))[:count]
        np.testing.assert_array_equal(selection.smallest(1000, count, lambda part: scores[part], keys), by_key)
