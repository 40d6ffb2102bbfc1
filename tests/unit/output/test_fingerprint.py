"""The engine's fingerprint: what moves it and what does not."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from simulator.output import fingerprint as module
from simulator.output.fingerprint import digest_of, fingerprint, source_hash


@pytest.fixture
def package(tmp_path: Path) -> Path:
    files = {"a.py": "x = 1\n", "model/b.py": "y = 2\n", "data/c.csv": "1,2\n", "app/cli.py": "z\n", "notes.md": "n"}
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(text.encode())
    return tmp_path


@pytest.mark.parametrize("name", ["a.py", "model/b.py", "data/c.csv"])
def test_source_and_data_count(package: Path, name: str) -> None:
    before = source_hash(package)
    (package / name).write_bytes(b"x = 5\n")
    assert source_hash(package) != before


@pytest.mark.parametrize("name", ["app/cli.py", "app/new.py", "report/figure.py", "notes.md", "model/b.pyc"])
def test_what_makes_no_result_does_not_count(package: Path, name: str) -> None:
    before = source_hash(package)
    (package / name).parent.mkdir(exist_ok=True)
    (package / name).write_bytes(b"changed\n")
    assert source_hash(package) == before


def test_a_file_that_moves_or_is_split_counts(package: Path) -> None:
    before = source_hash(package)
    (package / "a.py").rename(package / "z.py")
    moved = source_hash(package)
    (package / "z.py").write_bytes(b"x = 1")
    (package / "zz.py").write_bytes(b"\n")
    assert len({before, moved, source_hash(package)}) == 3


def test_line_ends_do_not_count(package: Path) -> None:
    before = source_hash(package)
    (package / "a.py").write_bytes(b"x = 1\r\n")
    assert source_hash(package) == before


def test_parts_name_every_dependency_and_flag(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in module.FLAGS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NUMBA_BOUNDSCHECK", "1")
    checked = fingerprint.__wrapped__()
    assert set(checked.versions) == {*module.DEPENDENCIES, "python"}
    assert "absent" not in checked.versions.values()
    assert checked.flags == {"NUMBA_BOUNDSCHECK": "1"}
    monkeypatch.delenv("NUMBA_BOUNDSCHECK")
    assert fingerprint.__wrapped__().digest != checked.digest
    assert digest_of(checked.parts()) == checked.digest


def test_computed_once_a_process() -> None:
    assert fingerprint() is fingerprint()


def test_asking_imports_no_dependency() -> None:
    code = (
        "import sys; from simulator.output.fingerprint import fingerprint; fingerprint();"
        "sys.exit(any(name in sys.modules for name in ('numba', 'numpy', 'mesa', 'pandas', 'pyarrow')))"
    )
    root = Path(module.__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": str(root)}, check=False)
    assert done.returncode == 0
