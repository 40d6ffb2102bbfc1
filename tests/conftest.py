"""Shared fixtures. SIMULATOR_DATA names the folder of raw data; without it, tests that need it are not collected."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

LONG = ("test_switches", "test_commands", "test_tutorials", "test_compilers")
"""A module stays on one worker: one that began last would keep the other waiting."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begin with the modules that take longest; leave out what needs the raw data where there is none."""
    items.sort(key=lambda item: item.path.stem not in LONG)
    if os.environ.get("SIMULATOR_DATA"):
        return
    needing = [item for item in items if "data_dir" in getattr(item, "fixturenames", ())]
    if needing:
        config.hook.pytest_deselected(items=needing)
        items[:] = [item for item in items if item not in needing]


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """Folder of the raw data."""
    folder = Path(os.environ["SIMULATOR_DATA"]).resolve()
    assert folder.is_dir(), f"SIMULATOR_DATA names {folder}, which is no folder"
    return folder
