"""Where to try next: evenly over the ranges; then, half and half, where a tree-structured Parzen estimator expects
little loss, and where emulators of the targets leave room. The first looks everywhere, the second hits narrow bands."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from scipy.stats import qmc

from simulator.errors import InputError
from simulator.types import Array

EVEN, SEARCH, EMULATED = "even", "search", "emulated"

Propose = Callable[[int, int], Array]
"""Number of settings wanted and number of the trial they begin with -> float64[at most so many, d]."""


class Search:
    """Proposes settings in batches of fixed size and learns their losses.

    Source: Bergstra et al. 2011, as optuna has it; the evenly spread settings are told to it first.

    Parameters
    ----------
    dimensions : parameters, each on a range from 0 to 1.
    start : settings spread evenly.
    trials : settings in all.
    batch : settings a batch.
    seed : of all of it.
    propose : draws settings from what the targets leave so far.

    Raises
    ------
    InputError
        If optuna is not installed.
    """

    def __init__(self, dimensions: int, start: int, trials: int, batch: int, seed: int, propose: Propose):
        self._propose = propose
        self._sizes = (start, trials, batch)
        self._seed = seed
        self._optuna = _optuna()
        with _quiet():
            sampler = self._optuna.samplers.TPESampler(
                seed=seed % 2**32, n_startup_trials=1, multivariate=True, constant_liar=True
            )
        self._study = self._optuna.create_study(sampler=sampler)
        self._space = {str(d): self._optuna.distributions.FloatDistribution(0.0, 1.0) for d in range(dimensions)}
        self._asked: list[Any] = []

    def batches(self) -> Iterator[list[tuple[str, Array]]]:
        """Phase and setting of each trial of a batch; `tell` what became of them before asking for more."""
        start, trials, batch = self._sizes
        even = spread(len(self._space), start, self._seed)
        for begin in range(0, start, batch):
            yield [(EVEN, setting) for setting in even[begin : begin + batch]]
        for begin in range(start, trials, batch):
            wanted = min(batch, trials - begin)
            emulated = [(EMULATED, setting) for setting in self._propose(wanted // 2, begin)]
            with _quiet():
                self._asked = [self._study.ask(self._space) for _ in range(wanted - len(emulated))]
            searched = [np.array([one.params[name] for name in self._space]) for one in self._asked]
            yield [(SEARCH, setting) for setting in searched] + emulated

    def tell(self, settings: Sequence[Array], losses: Sequence[float]) -> None:
        """Learn the losses of the last batch, in its order; nan for one that could not be made."""
        asked, self._asked = self._asked, []
        states = self._optuna.trial.TrialState
        for place, (setting, loss) in enumerate(zip(settings, losses, strict=True)):
            failed = math.isnan(loss)
            if place < len(asked):
                self._study.tell(asked[place], None if failed else loss, state=states.FAIL if failed else None)
            elif not failed:
                params = dict(zip(self._space, map(float, setting), strict=True))
                self._study.add_trial(
                    self._optuna.trial.create_trial(params=params, distributions=self._space, value=loss)
                )


def spread(dimensions: int, n: int, seed: int) -> Array:
    """float64[n, d] evenly over the unit cube: the first points of a scrambled Sobol sequence."""
    sobol = qmc.Sobol(dimensions, rng=np.random.default_rng(seed))
    return np.asarray(sobol.random_base2(max(1, math.ceil(math.log2(max(n, 1)))))[:n])


def _optuna() -> Any:
    try:
        with _quiet():
            import optuna
    except ImportError:
        raise InputError("calibration needs the package optuna: pip install 'market-simulator[calibrate]'") from None
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    return optuna


@contextmanager
def _quiet() -> Iterator[None]:
    """Without warnings: options used here are marked as experimental."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
