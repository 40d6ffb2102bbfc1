"""Tutorials are followed as a reader does: every block in order, with few people and days."""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from simulator.diffusion.rules import RULES
from simulator.kernels import diffusion as rule_package
from tests.support.documents import FILE, SHELL, blocks, commands, simulator

FOLDER = Path(__file__).parents[2] / "experiments" / "tutorials"
TUTORIALS = sorted(path for path in FOLDER.glob("*.md") if path.name != "README.md")
RULES_IN = "simulator/kernels/diffusion"
"""Where a reader saves a rule; a test has such a folder of its own."""


def follow(text: str, folder: Path) -> int:
    """Do what a tutorial says; returns the number of blocks done."""
    names: dict[str, object] = {"__name__": "__main__"}
    done = 0
    for language, block in blocks(text):
        saved = FILE.match(block)
        if saved:
            target = folder / saved[1]
            assert target.resolve().is_relative_to(folder.resolve())
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(block, "utf-8")
        elif language == "python":
            exec(compile(block, "block", "exec"), names)
        elif language in SHELL:
            for line in commands(f"```sh\n{block}```\n"):
                program, *arguments = shlex.split(line)
                assert program == "simulator", f"nothing tests {line!r}"
                simulator(arguments, folder)
        else:
            pytest.fail(f"a block of {language!r} is not saved, run or executed")
        done += 1
    return done


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One for all tutorials, so that runs made for one are found by another."""
    return tmp_path_factory.mktemp("reader")


@pytest.fixture
def rules_of_ones_own(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Rules saved under the reader's folder are found as those of the package are; afterwards they are forgotten."""
    before = set(sys.modules)
    monkeypatch.setattr(rule_package, "__path__", [*rule_package.__path__, str(folder / RULES_IN)])
    monkeypatch.setattr(RULES, "_found", None)
    yield
    for name in set(sys.modules) - before:
        if str(getattr(sys.modules[name], "__file__", "")).startswith(str(folder)):
            delattr(rule_package, name.rpartition(".")[2])
            del sys.modules[name]


@pytest.mark.parametrize("tutorial", TUTORIALS, ids=lambda path: path.stem)
@pytest.mark.usefixtures("rules_of_ones_own")
def test_a_tutorial_can_be_followed(tutorial: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    assert follow(tutorial.read_text("utf-8"), folder) >= 2


def test_all_tutorials_are_listed_and_nothing_else() -> None:
    listed = re.findall(r"\]\((\w+\.md)\)", (FOLDER / "README.md").read_text("utf-8"))
    assert sorted(listed) == [path.name for path in TUTORIALS]
    linked = {name for path in TUTORIALS for name in re.findall(r"\]\((\w+\.md)\)", path.read_text("utf-8"))}
    assert linked <= set(listed)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("```python\nassert 1 == 2\n```\n", None),
        ("```sh\nsimulator check nowhere\n```\n", "no shipped scenario"),
        ("```sh\npython x.py\n```\n", "nothing tests"),
        ("```toml\na = 1\n```\n", "is not saved, run or executed"),
        ("```yaml\n# file: ../x.yaml\n```\n", None),
    ],
)
def test_a_tutorial_that_does_not_hold_is_caught(text: str, said: str | None, tmp_path: Path) -> None:
    """Negative control."""
    with pytest.raises((AssertionError, pytest.fail.Exception), match=said):
        follow(text, tmp_path)
