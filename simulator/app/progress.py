"""How far a computation is: a bar on a terminal, plain lines elsewhere, both on standard error."""

from __future__ import annotations

import time
from types import TracebackType
from typing import TYPE_CHECKING, Any

from simulator.app import console

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

SECONDS_BETWEEN_LINES = 5.0


class Progress:
    """Shows what is done, the rate and the time left; a context manager that is called with the news.

    Parameters
    ----------
    unit : what is counted, in the plural.
    quiet : show nothing.
    """

    def __init__(self, unit: str, quiet: bool = False):
        self._unit = unit
        self._quiet = quiet
        self._bar: Bar | None = None
        self._told = 0.0
        self._first: tuple[int, float] | None = None

    def __enter__(self) -> Progress:
        screen = console.err()
        if not self._quiet and screen.is_terminal:
            from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
            from rich.progress import Progress as Bar

            columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}", markup=False))
            self._bar = Bar(*columns, console=screen, transient=True)
            self._bar.start()
            self._bar.add_task(f"{self._unit}, preparing", total=None)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def __call__(self, done: int, total: int, rate: float | None = None, what: Any = "") -> None:
        """Take the news.

        Parameters
        ----------
        done, total : counts.
        rate : units a second; if it is not given, taken from the time since the first news, before which code may have
            been compiled.
        what : what has just happened.
        """
        if self._quiet:
            return
        now = time.monotonic()
        self._first = self._first or (done, now)
        if rate is None:
            rate = (done - self._first[0]) / max(now - self._first[1], 1e-9)
        text = self._words(done, total, rate, str(what))
        if self._bar is not None:
            self._bar.update(self._bar.task_ids[0], completed=done, total=total, description=text)
        elif now - self._told >= SECONDS_BETWEEN_LINES or done >= total:
            self._told = now
            console.note(f"{done}/{total} {text}")

    def _words(self, done: int, total: int, rate: float, what: str) -> str:
        parts = [self._unit]
        if rate > 0 and done < total:
            parts += [f"{speed(rate, self._unit)}", f"{clock((total - done) / rate)} left"]
        return ", ".join(parts) + (f" - {what}" if what else "")


def speed(rate: float, unit: str) -> str:
    """A rate in words: a second where it is more than one, a minute where it is less."""
    return f"{rate:.3g} {unit}/s" if rate >= 1 else f"{60 * rate:.3g} {unit}/min"


def clock(seconds: float) -> str:
    """A duration as minutes and seconds, or hours and minutes and seconds."""
    whole = round(seconds)
    hours, rest = divmod(whole, 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02}"
