"""Nothing in the package turns bytes of a file or of the network into code, or asks a shell."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import simulator

PACKAGE = Path(simulator.__file__).parent
MODULES = {"pickle", "cPickle", "dill", "cloudpickle", "marshal", "shelve", "joblib", "code", "ctypes", "telnetlib"}
CALLS = {"eval", "exec", "compile", "__import__", "read_pickle", "to_pickle", "unsafe_load", "full_load", "os.system",
         "os.popen", "os.execv", "os.spawnv"}  # fmt: skip
COMPILED = ("re", "kernel")
"""Whose `compile` takes patterns, or types of arguments of our own functions."""


def findings(source: str) -> Iterator[str]:
    """What a module does that it should not, with the line."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [one.name for one in node.names] if isinstance(node, ast.Import) else [node.module or ""]
            yield from (f"{node.lineno}: import {name}" for name in names if name.split(".")[0] in MODULES)
        elif isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            plain = {word.arg: word.value for word in node.keywords}
            if called in CALLS or (called.split(".")[-1] in CALLS and called.split(".")[0] not in COMPILED):
                yield f"{node.lineno}: {called}"
            if called.endswith("np.load") and ast.unparse(plain.get("allow_pickle", ast.Constant(None))) != "False":
                yield f"{node.lineno}: {called} without allow_pickle=False"
            if ast.unparse(plain.get("shell", ast.Constant(False))) != "False":
                yield f"{node.lineno}: a shell"
            if called.split(".")[-1] == "YAML" and ast.unparse(plain.get("typ", ast.Constant(None))) == "'unsafe'":
                yield f"{node.lineno}: unsafe YAML"


def test_no_module_runs_data() -> None:
    found = {str(path.relative_to(PACKAGE)): list(findings(path.read_text("utf-8"))) for path in PACKAGE.rglob("*.py")}
    assert len(found) > 200
    assert {name: what for name, what in found.items() if what} == {}


@pytest.mark.parametrize(
    "source",
    ["import pickle", "from pickle import loads", "eval(x)", "pd.read_pickle(p)", "np.load(p)", "os.system(x)",
     "np.load(p, allow_pickle=True)", "subprocess.run(x, shell=True)", "YAML(typ='unsafe')", "builtins.exec(x)"],
)  # fmt: skip
def test_what_is_looked_for_is_found(source: str) -> None:
    assert list(findings(source))
    assert not list(
        findings("re.compile(x); kernel.compile((int64,)); np.load(p, allow_pickle=False); YAML(typ='safe')")
    )
