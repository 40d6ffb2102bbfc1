"""What the documents show is run as it stands, in an empty folder and small, and does what they say."""

from __future__ import annotations

import gzip
import os
import re
import shlex
import socket
import subprocess
import sys
import tomllib
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.main import get_command

from simulator.app.cli import app
from tests.support.documents import NOT_RUN, blocks, commands, inline, simulator

ROOT = Path(__file__).parents[2]
TUTORIALS = ROOT / "experiments" / "tutorials"
"""Their blocks belong together and are run by a module of their own."""
DOCUMENTS = sorted(
    path
    for pattern in ("*.md", "scenarios/**/*.md", "experiments/**/*.md", "results/*.md")
    for path in ROOT.glob(pattern)
    if TUTORIALS not in path.parents
)
ENTRY = "from simulator.app.cli import main; main()"
COMMANDS: dict[str, Any] = get_command(app).commands  # type: ignore[attr-defined]
SAYING = [
    *sorted(ROOT.glob("simulator/report/words/*.toml")),
    *(ROOT / "simulator" / "app" / place for place in ("dashboard/texts/en.py", "dashboard/texts/zh.py",
                                                      "commands/init.py", "dashboard/export.py")),
]  # fmt: skip
"""What the report and the app say to their readers, and what they write into files."""
SERVING = {"app": "The app is at "}
"""Commands that go on until they are told to end, and what they say once they are there."""


# -- what documents show


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def python_blocks() -> list[tuple[str, str]]:
    return [
        (f"{document.name}-{number}", block)
        for document in DOCUMENTS
        for number, (language, block) in enumerate(blocks(document.read_text("utf-8")))
        if language == "python"
    ]


# -- running it


def test_a_command_in_a_process_of_its_own(tmp_path: Path) -> None:
    """As the entry point starts it."""
    done = subprocess.run(
        [sys.executable, "-c", ENTRY, "check", "public_feed"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "No problem found." in done.stdout
    assert "Traceback" not in done.stderr


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def served(arguments: list[str], said: str, folder: Path) -> None:
    """A command that serves: it says where, its first page comes, and it ends when asked to."""
    with subprocess.Popen(
        [sys.executable, "-c", ENTRY, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as running:
        try:
            assert running.stdout is not None
            line = running.stdout.readline()
            assert line.startswith(said), line + running.stdout.read()
            with urllib.request.urlopen(line.removeprefix(said).split(" ")[0], timeout=60) as page:
                assert page.status == 200
            running.terminate()
            assert running.wait(timeout=60) == 0, running.stdout.read()
        finally:
            running.kill()


def report_of(done: Result, folder: Path) -> Path:
    """The report that the last line names."""
    last = done.stdout.rstrip().splitlines()[-1]
    assert last.startswith("Report: ")
    page = folder / last.removeprefix("Report: ")
    assert page.name == "report.html"
    assert page.is_file()
    return page


def edges(folder: Path, nodes: int = 40) -> Path:
    """A ring with chords: everybody follows three others."""
    lines = [f"{a}\t{(a + step) % nodes}" for a in range(nodes) for step in (1, 7, 11)]
    path = folder / "edges.tsv.gz"
    path.write_bytes(gzip.compress("\n".join(lines).encode()))
    return path


def test_the_parser_finds_what_is_shown() -> None:
    """Negative control of the tests below: they would pass on documents in which nothing is found."""
    readme = (ROOT / "README.md").read_text("utf-8")
    shown = commands(readme)
    assert any(line.startswith("simulator compare") and "--reps" in line for line in shown)
    assert any(line.startswith("simulator init") for line in shown)
    assert any(line.startswith("simulator compare") and "--set" in line for line in shown)
    assert len(python_blocks()) >= 2
    assert commands("Text.\n\n    simulator run x && simulator check y  # why\n\nMore.\n") == [
        "simulator run x",
        "simulator check y",
    ]
    assert commands("```sh\n$ simulator run x\n```\n") == ["simulator run x"]


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_commands_of_a_document(document: Path, tmp_path: Path) -> None:
    """One after the other, in one folder: later ones may use what earlier ones made."""
    for line in commands(document.read_text("utf-8")):
        if line.startswith(NOT_RUN):
            continue
        program, *arguments = shlex.split(line)
        assert program == "simulator", f"nothing tests {line!r}"
        if arguments[0] in SERVING:
            served([*arguments, "--port", str(free_port()), "--jobs", "1"], SERVING[arguments[0]], tmp_path)
            continue
        done = simulator(arguments, tmp_path)
        if arguments[0] == "compare":
            page = report_of(done, tmp_path)
            text = page.read_text("utf-8")
            assert "</html>" in text
            assert not re.search(r"""(?:src|href)=["']?https?://[^"' >]+\.(?:js|css)""", text), "it opens offline"
            page.unlink()
            again = simulator(["report", str(page.parent)], tmp_path)
            assert report_of(again, tmp_path).read_text("utf-8") == text, "written again from what is stored"


@pytest.mark.parametrize("document", [*DOCUMENTS, *TUTORIALS.glob("*.md")], ids=name_of)
def test_commands_that_a_sentence_names_exist(document: Path) -> None:
    """And so do their options."""
    for line in inline(document.read_text("utf-8")):
        _, name, *arguments = shlex.split(line)
        assert options_named(arguments) <= options_of(name), line


@pytest.mark.parametrize("file", SAYING, ids=name_of)
def test_commands_that_the_report_and_the_app_name_exist(file: Path) -> None:
    named = re.findall(r"\bsimulator ([a-z]+)((?: --?[a-z]+| DIR| FILE)*)", file.read_text("utf-8"))
    known = [(name, rest) for name, rest in named if name in COMMANDS or rest]
    assert known
    for name, rest in known:
        assert options_named(rest.split()) <= options_of(name), (name, rest)


def options_named(arguments: list[str]) -> set[str]:
    return {argument.split("=")[0] for argument in arguments if argument.startswith("--")}


def options_of(name: str) -> set[str]:
    """The options of a command."""
    assert name in COMMANDS, f"there is no command {name!r}"
    return {option for parameter in COMMANDS[name].params for option in parameter.opts} | {"--help"}


def test_a_command_or_an_option_that_is_not_there_is_noticed() -> None:
    """Negative control of the tests above."""
    assert "--reps" in options_of("compare")
    assert "--replications" not in options_of("compare")
    with pytest.raises(AssertionError, match="no command"):
        options_of("contrast")


def test_what_is_not_run_can_be() -> None:
    """Extras that `pip install` names exist, and so does what pre-commit reads."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    for document in DOCUMENTS:
        for line in commands(document.read_text("utf-8")):
            for extra in re.findall(r"\.\[([\w,]+)\]", line):
                assert set(extra.split(",")) <= set(project["optional-dependencies"])
            if line.startswith("pre-commit"):
                assert (ROOT / ".pre-commit-config.yaml").is_file()
    assert project["scripts"] == {"simulator": "simulator.app.cli:main"}


@pytest.mark.parametrize(("name", "block"), python_blocks(), ids=[name for name, _ in python_blocks()])
def test_python_of_a_document(name: str, block: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As it stands, with a small file for the reader's own graph."""
    monkeypatch.chdir(tmp_path)
    edges(tmp_path)
    namespace: dict[str, object] = {"__name__": "__main__"}
    exec(compile(block, name, "exec"), namespace)


def test_a_graph_of_ones_own_in_a_market(tmp_path: Path) -> None:
    """The edge list of the README in a scenario file: checked, run, and counted."""
    edges(tmp_path)
    network = "network: {follow: {file: edges.tsv.gz, edges: follows}}"
    text = f"extends: public_feed\nname: mine\nmarket: {{days: 2, users: 40}}\n{network}\n"
    (tmp_path / "mine.yaml").write_text(text, "utf-8")
    assert "No problem found." in simulator(["check", "mine.yaml"], tmp_path, small=False).stdout
    done = simulator(["run", "mine.yaml"], tmp_path, small=False)
    folder = done.stdout.rstrip().splitlines()[-1].removeprefix("Tables: ")
    assert (tmp_path / folder / "manifest.json").is_file()
    assert "## panel" in (tmp_path / "results" / "mine" / "dictionary.md").read_text("utf-8")
