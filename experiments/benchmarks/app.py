"""From a slider to a finished comparison in the app, as a browser sees it: students' size, three models.

    python -m experiments.benchmarks.app --rounds 7

Starts the app, opens its first question (20,000 users for 14 days in the shop, the circle and the feed), warms it up,
and moves sliders by one step each. The clock runs from the slider's change event to the first frame in which the status
says finished and the answer names the new value; nothing but the app is asked. A slider of all campaigns makes three
runs; one of a single model makes that model's runs with and without its campaigns. Runs of unchanged arms are
remembered, so every value is used once. Prints the median of each slider and of all; needs chromium and playwright.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
from importlib.metadata import version
from typing import Any

QUESTION = "/play/three_models"
SLIDERS = {
    "Budget of each campaign": "all three models, campaigns",
    "Depth of the deal": "all three models, campaigns",
    "How readily posts are passed on in the feed": "the feed, with and without",
    "How readily posts are passed on in the circle": "the circle, with and without",
    "How often search finds an offer in the shop": "the shop, with and without",
}
"""Sliders that are moved, and what has to be run for it."""

CLOCK = "document.addEventListener('change', () => { window.changed = performance.now(); }, true);"
FINISHED = """value => new Promise(resolve => {
    const look = () => {
        const done = document.getElementById("status").className === "done";
        const assumed = document.getElementById("assumed");
        const said = done && assumed && assumed.textContent.includes(`: ${value} instead`);
        if (said) resolve(performance.now() - window.changed);
        else requestAnimationFrame(look);
    };
    look();
})"""


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def measure(page: Any, rounds: int) -> dict[str, list[tuple[float, float]]]:
    """Milliseconds in the browser, and seconds of the runs as the app tells them, by slider."""
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in SLIDERS}
    for _ in range(rounds):
        for name in SLIDERS:
            slider = page.get_by_role("slider", name=name, exact=True)
            slider.press("ArrowRight")
            milliseconds = page.evaluate(
                FINISHED, page.get_by_role("textbox", name=f"{name}, as a number").input_value()
            )
            told = re.search(r"in ([\d.]+) s", page.locator("#status").inner_text())
            found[name].append((float(milliseconds), float(told[1]) if told else float("nan")))
    return found


def browse(address: str, worlds: int, rounds: int, chromium: str) -> dict[str, list[tuple[float, float]]]:
    """Open the question, run it as it stands, and measure."""
    from playwright.sync_api import sync_playwright

    flags = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, headless=True, args=flags)
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.add_init_script(CLOCK)
        page.goto(address + QUESTION)
        page.get_by_role("button", name="Open feed", exact=True).click()
        field = page.get_by_role("textbox", name="Worlds")
        field.fill(str(worlds))
        field.press("Enter")
        page.get_by_role("button", name="Run", exact=True).click()
        page.locator("#status.done").wait_for(timeout=600_000)
        measure(page, 1)  # graphs, kernels and pages are warm after this
        found = measure(page, rounds)
        browser.close()
    return found


def report(found: dict[str, list[tuple[float, float]]], worlds: int, jobs: int) -> None:
    """Print what was measured."""
    print(f"From slider to finished comparison: 20,000 users, 14 days, three models, {worlds} world(s), {jobs} workers")
    print(
        f"{platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}, dash {version('dash')}"
    )
    print(f"{'slider':48} {'what is run':30} {'median':>8} {'fastest':>8} {'slowest':>8} {'outside the runs':>17}")
    for name, values in found.items():
        times = [milliseconds / 1000 for milliseconds, _ in values]
        outside = statistics.median(milliseconds / 1000 - seconds for milliseconds, seconds in values)
        row = f"{statistics.median(times):7.2f}s {min(times):7.2f}s {max(times):7.2f}s {outside:16.2f}s"
        print(f"{name:48} {SLIDERS[name]:30} {row}")
    every = [milliseconds / 1000 for values in found.values() for milliseconds, _ in values]
    print(f"median of all: {statistics.median(every):.2f} s")


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5, help="moves of each slider")
    parser.add_argument("--worlds", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--chromium", default=os.environ.get("SIMULATOR_CHROMIUM") or shutil.which("chromium") or "")
    asked = parser.parse_args()
    if not asked.chromium:
        sys.exit("chromium is not installed; name a browser with --chromium")
    command = [sys.executable, "-c", "from simulator.app.cli import main; main()", "app", "--jobs", str(asked.jobs)]
    with tempfile.TemporaryDirectory() as empty:
        command += ["--port", str(free_port()), "--results", empty]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as served:
            try:
                told = served.stdout.readline() if served.stdout is not None else ""
                address = re.search(r"http://[\w.]+:\d+", told)
                if address is None:
                    sys.exit("the app did not start")
                found = browse(address[0], asked.worlds, asked.rounds, asked.chromium)
            finally:
                served.terminate()
    report(found, asked.worlds, asked.jobs)


if __name__ == "__main__":
    main()
