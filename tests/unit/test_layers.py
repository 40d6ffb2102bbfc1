"""The house keeps its order: imports go downward, and no file names a machine or a place that is not its own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LINT = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports({name!r}, no_cache=True))"
BROKEN = """
[importlinter]
root_package = simulator
include_external_packages = True

[importlinter:contract:upside-down]
name = The lowest layer at the top
type = layers
layers =
    simulator.types
    simulator.kernels
    simulator.model

[importlinter:contract:no-mesa]
name = Nobody knows Mesa
type = forbidden
source_modules = simulator
forbidden_modules = mesa
"""

OWN = {".git", ".venv", "build", "dist", "__pycache__"}
"""Folders that hold no file of the project; so do hidden ones that end in _cache, and what is written to results."""


def lint(config: Path) -> subprocess.CompletedProcess[str]:
    """Import-linter over the package, with the contracts of a file."""
    return subprocess.run(
        [sys.executable, "-c", LINT.format(name=str(config))],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_imports_go_downward() -> None:
    done = lint(ROOT / "pyproject.toml")
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"Contracts: [3-9] kept, 0 broken", done.stdout)


def test_a_broken_contract_is_seen(tmp_path: Path) -> None:
    """Negative control: the same check, of contracts that the package breaks."""
    config = tmp_path / "contracts.ini"
    config.write_text(BROKEN, "utf-8")
    done = lint(config)
    assert done.returncode == 1
    assert "0 kept, 2 broken" in done.stdout


def test_every_part_of_the_package_has_a_layer() -> None:
    """A new part that stands in no contract would be free to import anything."""
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    layers = re.search(r"layers = \[(.*?)\n\]", text, re.DOTALL)
    assert layers
    named = set(re.findall(r"simulator\.(\w+)", layers[1]))
    parts = {path.stem for path in (ROOT / "simulator").iterdir() if path.suffix == ".py" or _is_package(path)}
    assert parts - {"__init__"} == named


def _is_package(path: Path) -> bool:
    return (path / "__init__.py").is_file()


# -- words

FORBIDDEN = ["/".join(("", part, "")) for part in ("root", "work")]
FORBIDDEN += [".".join(("pypi", "org")), ".".join(("pythonhosted", "org")), "TO" + "DO", "FIX" + "ME"]
"""Spelt in parts, so that this file passes its own test."""


def files() -> list[Path]:
    """Every text file of the project."""
    found = []
    for folder, folders, names in os.walk(ROOT):
        here = Path(folder)
        folders[:] = [name for name in folders if not _foreign(here / name)]
        found += [here / name for name in names if here != ROOT / "results" or name == "README.md"]
    return [path for path in found if b"\0" not in path.read_bytes()[:4096]]


def _foreign(folder: Path) -> bool:
    name = folder.name
    hidden = name.startswith(".") and name not in (".ci", ".github")
    return name in OWN or hidden or name.endswith(".egg-info") or folder.parent == ROOT / "results"


def offences(text: str) -> list[str]:
    """Which forbidden words a text holds."""
    return [word for word in FORBIDDEN if word in text]


def test_no_file_names_a_machine_or_leaves_work_undone() -> None:
    every = files()
    assert ROOT / "README.md" in every
    assert Path(__file__) in every
    assert len(every) > 150
    found = {
        f"{path.relative_to(ROOT)}:{number}": words
        for path in every
        for number, line in enumerate(path.read_text("utf-8", errors="replace").splitlines(), start=1)
        if (words := offences(line))
    }
    assert found == {}


@pytest.mark.parametrize("word", FORBIDDEN)
def test_a_forbidden_word_is_seen(word: str) -> None:
    assert word in offences(f"see {word}there")
