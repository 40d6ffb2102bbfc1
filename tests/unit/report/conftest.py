"""Made-up studies, each written once a session."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator.report.tables import StudyTables
from tests.unit.report.fake_kinds import KINDS, write_kind
from tests.unit.report.fake_study import Fake, write_study

HOSTILE = "</script><script>alert(1)</script><b>bold</b>"

STUDIES = {
    "usual": Fake(),
    "one": Fake(replications=1),
    "tie": Fake(gains={"marketplace": 1.2e6, "private_circle": -0.9e6, "public_feed": 1.21e6}),
    "loss": Fake(gains={"marketplace": -3e6, "private_circle": -4e6, "public_feed": -2e6}),
    "alone": Fake(arms=("marketplace",)),
    "silent": Fake(cascades=False),
    "levels": Fake(campaigns=False),
    "hostile": Fake(
        arms=("marketplace", "public_feed", HOSTILE, "public_feed (2)"),
        titles={HOSTILE: HOSTILE},
        brands=("=cmd()", "<img src=x onerror=alert(1)>", "Plain"),
    ),
}


@pytest.fixture(scope="session")
def studies(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Folders by name of the study."""
    base = tmp_path_factory.mktemp("studies")
    return {name: write_study(base / name, fake) for name, fake in STUDIES.items()}


@pytest.fixture(scope="session")
def kinds(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Folders of studies of other kinds, by name."""
    base = tmp_path_factory.mktemp("kinds")
    return {name: write_kind(base / name, name) for name in KINDS}


@pytest.fixture(scope="session")
def loaded(studies: dict[str, Path]) -> dict[str, StudyTables]:
    """The same, read."""
    return {name: StudyTables(folder) for name, folder in studies.items()}
