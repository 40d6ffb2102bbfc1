"""The command line. Only names and options are here: what a command does is imported when it is called."""

from __future__ import annotations

import importlib
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from simulator.app import console
from simulator.app.studies import KINDS, Request
from simulator.errors import SimulatorError

INTERRUPTED = 130
STUDIES = "Studies of YAML files"
LARGEST_SEED = 2**63 - 1


class Commands(TyperGroup):
    """The group of commands; it turns errors a user can mend into messages and an exit status."""

    def invoke(self, ctx: Any) -> Any:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except SimulatorError as error:
            console.show(error)
            raise typer.Exit(error.exit_code) from None
        except KeyboardInterrupt:
            console.note("interrupted; finished runs are stored and will be reused")
            raise typer.Exit(INTERRUPTED) from None


class Engine(StrEnum):
    """How a run is computed; both give the same tables."""

    kernels = "kernels"
    agents = "agents"


class Role(StrEnum):
    """A run with its campaigns, or the same world without them."""

    campaign = "campaign"
    control = "control"


Scenario = Annotated[
    str, typer.Argument(metavar="SCENARIO", show_default=False, help="Path of a scenario file, or a shipped name.")
]
Scenarios = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="SCENARIO", show_default=False,
        help="Paths or shipped names; marketplace, private_circle and public_feed if there is none.",
    ),
]  # fmt: skip
Settings = Annotated[
    list[str] | None,
    typer.Option(
        "--set", metavar="PATH=VALUE", show_default=False,
        help="Change a value, such as market.users=5000 or brands.NAME.price_yuan=900. May be repeated.",
    ),
]  # fmt: skip
Seed = Annotated[int, typer.Option(min=0, max=LARGEST_SEED, help="Seed of all luck.")]
Out = Annotated[Path | None, typer.Option("--out", metavar="DIR", show_default=False, help="Folder for results.")]
Json = Annotated[bool, typer.Option("--json", help="Write the result as JSON on standard output.")]
Force = Annotated[bool, typer.Option("--force", help="Compute again what is stored, and compare it.")]

Study = Annotated[
    str, typer.Argument(metavar="STUDY", show_default=False, help="Path of a study file, or a shipped name.")
]
Jobs = Annotated[int | None, typer.Option(min=1, max=4096, show_default="one a processor", help="Worker processes.")]
Scheduler = Annotated[
    str,
    typer.Option(
        "--scheduler", metavar="ADDRESS", show_default=False,
        help="Let the workers of a Dask scheduler make the runs: tcp://127.0.0.1:PORT, or tls://HOST:PORT.",
    ),
]  # fmt: skip
DryRun = Annotated[bool, typer.Option("--dry-run", help="Check the study, say what would be computed, and stop.")]

app = typer.Typer(
    cls=Commands,
    name="simulator",
    help="Simulate selling on social networks: one market, the same people and luck, several platforms.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        from simulator.app.version import version

        typer.echo(f"simulator {version()}")
        raise typer.Exit


@app.callback()
def _common(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Simulate selling on social networks: one market, the same people and luck, several platforms."""


@app.command()
def compare(
    scenarios: Scenarios = None,
    out: Out = None,
    reps: Annotated[int, typer.Option(min=1, max=100_000, help="Replications of every scenario.")] = 8,
    seed: Seed = 1,
    jobs: Jobs = None,
    scheduler: Scheduler = "",
    settings: Settings = None,
    json: Json = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be computed, and stop.")] = False,
    force: Force = False,
) -> None:
    """Compare scenarios on the same people and luck, each with and without its campaigns, and write a report."""
    from simulator.app.commands.compare import Request, run

    changes = tuple(settings or ())
    run(Request(tuple(scenarios or ()), out, reps, seed, jobs, changes, json, dry_run, force, scheduler))


@app.command()
def run(
    scenario: Scenario,
    seed: Seed = 1,
    out: Out = None,
    settings: Settings = None,
    engine: Annotated[Engine, typer.Option(help="Both give the same tables; agents is the slow, readable one.")] = (
        Engine.kernels
    ),
    threads: Annotated[int, typer.Option(min=1, max=1024, help="Threads of the run; no result depends on it.")] = 1,
    role: Annotated[Role, typer.Option(help="With the campaigns, or the same world without them.")] = Role.campaign,
    json: Json = False,
    force: Force = False,
) -> None:
    """Run one scenario once and store its tables; a run's manifest.json repeats that run."""
    from simulator.app.commands.run import Request
    from simulator.app.commands.run import run as start

    start(Request(scenario, out, seed, tuple(settings or ()), engine.value, threads, role.value, json, force))


@app.command()
def affordances(
    scenario: Scenario,
    out: Out = None,
    reps: Annotated[int, typer.Option(min=1, max=100_000, help="Replications of every switch.")] = 8,
    seed: Seed = 1,
    jobs: Jobs = None,
    scheduler: Scheduler = "",
    settings: Settings = None,
    json: Json = False,
    force: Force = False,
) -> None:
    """Switch every affordance of a scenario off in turn, on the same luck, and say what that moved."""
    from simulator.app.commands.affordances import Request
    from simulator.app.commands.affordances import run as start

    start(Request(scenario, out, reps, seed, jobs, tuple(settings or ()), json, force, scheduler))


@app.command()
def validate(
    full: Annotated[
        bool, typer.Option("--full/--quick", help="200,000 users and twice the replications, or a few minutes.")
    ] = False,
    pattern: Annotated[
        list[str] | None,
        typer.Option("--pattern", metavar="ID", show_default=False, help="Only this pattern or part. May be repeated."),
    ] = None,
    data: Annotated[
        Path | None,
        typer.Option("--data", metavar="DIR", show_default=False, help="Folder of raw data, for patterns D1 to D7."),
    ] = None,
    out: Out = None,
    seed: Seed = 1,
    jobs: Jobs = None,
    scheduler: Scheduler = "",
    json: Json = False,
    force: Force = False,
) -> None:
    """Measure observed patterns on the model, and say which it shows, which not, and why."""
    from simulator.app.commands.validate import Request
    from simulator.app.commands.validate import run as start

    start(Request(full, tuple(pattern or ()), data, out, seed, jobs, json, force, scheduler))


@app.command()
def check(scenario: Scenario, settings: Settings = None, json: Json = False) -> None:
    """Check a scenario file: every problem at once, or a summary of what it says."""
    from simulator.app.commands.check import run as start

    start(scenario, tuple(settings or ()), json)


Page = Annotated[
    Path | None, typer.Option("--out", metavar="FILE", show_default=False, help="File to write, in Markdown.")
]


@app.command()
def describe(scenario: Scenario, settings: Settings = None, out: Page = None) -> None:
    """Describe a scenario as an ODD protocol: purpose, entities, schedule, every value and where it comes from."""
    from simulator.app.commands.describe import run as start

    start(scenario, tuple(settings or ()), out)


@app.command()
def trace(
    results: Annotated[
        list[Path] | None,
        typer.Argument(metavar="DIR", show_default=False, help="Folders of scorecards that `validate` made."),
    ] = None,
    tests: Annotated[
        Path | None,
        typer.Option("--tests", metavar="DIR", show_default="those of the checkout", help="The project's tests."),
    ] = None,
    out: Page = None,
) -> None:
    """Write a TRACE record: what was verified and validated, from the tests and stored scorecards."""
    from simulator.app.commands.trace import run as start

    start(tuple(results or ()), tests, out)


@app.command()
def scenarios(json: Json = False) -> None:
    """List the shipped scenarios."""
    from simulator.app.commands.scenarios import run as start

    start(json)


@app.command()
def schema(
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", show_default=False, help="File to write.")
    ] = None,
) -> None:
    """Write the JSON Schema of scenario files, for completion and checks in editors."""
    from simulator.app.commands.schema import run as start

    start(out)


@app.command()
def init(
    folder: Annotated[Path | None, typer.Argument(metavar="DIR", show_default=False, help="Where to write.")] = None,
) -> None:
    """Write a commented scenario to start from; nothing is ever overwritten."""
    from simulator.app.commands.init import run as start

    start(folder or Path())


@app.command(rich_help_panel=STUDIES, help=KINDS["calibrate"])
def calibrate(
    study: Study,
    out: Out = None,
    jobs: Jobs = None,
    scheduler: Scheduler = "",
    data: Annotated[
        Path | None, typer.Option("--data", metavar="DIR", show_default=False, help="Raw data that some patterns need.")
    ] = None,
    json: Json = False,
    dry_run: DryRun = False,
    force: Force = False,
) -> None:
    """Run a study of kind calibrate."""
    _study("calibrate", Request(study, out, jobs, json, dry_run, force, data, scheduler))


def _add(kind: str, says: str) -> None:
    """The command that runs the studies of a kind."""

    @app.command(kind, rich_help_panel=STUDIES, help=says)
    def command(
        study: Study,
        out: Out = None,
        jobs: Jobs = None,
        scheduler: Scheduler = "",
        json: Json = False,
        dry_run: DryRun = False,
        force: Force = False,
    ) -> None:
        _study(kind, Request(study, out, jobs, json, dry_run, force, None, scheduler))


def _study(kind: str, request: Request) -> None:
    importlib.import_module(f"simulator.app.commands.{kind}").run(request)


@app.command(rich_help_panel=STUDIES, help=KINDS["claims"])
def claims(
    study: Annotated[
        str, typer.Argument(metavar="STUDY", help="Path of a file of claims, or a shipped name.")
    ] = "claims",
    full: Annotated[
        bool, typer.Option("--full/--quick", help="All users and worlds, or a few minutes: only full verdicts count.")
    ] = False,
    claim: Annotated[
        list[str] | None,
        typer.Option("--claim", metavar="ID", show_default=False, help="Only this claim. May be repeated."),
    ] = None,
    out: Out = None,
    jobs: Jobs = None,
    scheduler: Scheduler = "",
    json: Json = False,
    dry_run: DryRun = False,
    force: Force = False,
) -> None:
    """Run a study of kind claims."""
    from simulator.app.commands.claims import run as start

    start(Request(study, out, jobs, json, dry_run, force, None, scheduler), full, tuple(claim or ()))


for _kind, _says in KINDS.items():
    if _kind not in ("calibrate", "claims"):
        _add(_kind, _says)


class Language(StrEnum):
    """What the report speaks."""

    en = "en"
    zh = "zh"


class Picture(StrEnum):
    """Format of pictures."""

    png = "png"
    svg = "svg"


@app.command()
def report(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", show_default=False, help="Folder of any study, or of a scorecard.")
    ],
    lang: Annotated[Language, typer.Option(help="Language of the report.")] = Language.en,
    also: Annotated[
        list[Path] | None,
        typer.Option("--with", metavar="DIR", show_default=False, help="Another study to tell in it. May be repeated."),
    ] = None,
    figures: Annotated[
        Path | None,
        typer.Option("--figures", metavar="DIR", show_default=False, help="Write figures and tables there, too."),
    ] = None,
    form: Annotated[Picture, typer.Option("--format", help="Format of the figures.")] = Picture.png,
    json: Json = False,
) -> None:
    """Write the report of a stored study: one HTML file that needs no network."""
    from simulator.app.commands.report import Request, run

    run(Request(folder, lang.value, tuple(also or ()), figures, form.value, json))


@app.command("app")
def serve_app(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Where it listens.")] = 8050,
    host: Annotated[
        str,
        typer.Option(metavar="ADDRESS", help="Only this machine can reach 127.0.0.1; 0.0.0.0 opens it to the network."),
    ] = "127.0.0.1",
    results: Annotated[
        Path, typer.Option("--results", metavar="DIR", help="Folder of stored results that may be opened.")
    ] = Path("results"),
    jobs: Jobs = None,
    allow_host: Annotated[
        list[str] | None,
        typer.Option(
            "--allow-host", metavar="NAME", show_default=False, help="A host name it answers to. May be repeated."
        ),
    ] = None,
) -> None:
    """Play with the simulator in a browser: questions, sliders, comparisons, stored results, worksheets."""
    from simulator.app.commands.app import Request
    from simulator.app.commands.app import run as start

    start(Request(port, host, results, jobs, tuple(allow_host or ())))


def main() -> None:
    """The entry point: runs the command line and exits with its status."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")
    try:
        app()
    except KeyboardInterrupt:
        console.note("interrupted")
        sys.exit(INTERRUPTED)
