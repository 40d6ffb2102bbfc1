"""The scenarios that are shipped: all load."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator.app.commands.compare import DEFAULT
from simulator.app.commands.init import PARENT
from simulator.errors import InputError
from simulator.scenario import library
from simulator.scenario.loader import load

CHECKOUT = Path(__file__).resolve().parents[3] / "scenarios"
NAMES = sorted(file.stem for file in CHECKOUT.glob("*.yaml"))
BASES = {"base_market"}


@pytest.fixture(autouse=True)
def real(shipped: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The library of the checkout in place of the small one."""
    monkeypatch.setattr(library, "folder", lambda: CHECKOUT)


@pytest.mark.parametrize("name", [name for name in NAMES if name not in BASES])
def test_a_shipped_scenario_loads(name: str) -> None:
    loaded = load(name)
    assert loaded.name == name
    assert loaded.scenario.title


@pytest.mark.parametrize("name", sorted(BASES))
def test_a_base_lacks_its_platform_and_nothing_else(name: str) -> None:
    with pytest.raises(InputError) as caught:
        load(name)
    assert [problem.path for problem in caught.value.problems] == ["platforms"]


def test_what_commands_use_by_default_is_shipped() -> None:
    assert {*DEFAULT, PARENT} <= set(library.names())
    assert set(DEFAULT) <= set(library.kinds())
