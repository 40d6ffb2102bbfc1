"""The app in a real browser: alone with its machine, silent console, named controls, keyboard, phone, both themes."""

from __future__ import annotations

import io
import itertools
import os
import re
import signal
import socket
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from simulator.app.dashboard.presets import presets, worksheets
from simulator.app.dashboard.texts import say
from simulator.ensemble.compare import compare_scenarios
from simulator.ensemble.design import RunSpec, replication_seed
from simulator.report.style import TEXT_CONTRAST, contrast
from simulator.scenario.loader import load
from tests.support.small_app import LARGE
from tests.support.worlds import BUSY
from tests.ui.conftest import CHROMIUM
from tests.ui.test_report_browser import FLAGS

ROOT = Path(__file__).parents[2]
PATIENCE = 60_000
"""Milliseconds; a run here takes a fraction of a second on a machine that has nothing else to do."""
NAMED = "button|link|slider|textbox|combobox|progressbar|img|region|navigation"
"""Roles that must have a name."""
PAGES = ("/play", "/play/three_models", "/compare", "/explore", "/learn", "/learn/circle_wins")


@dataclass
class Served:
    """The app in a process of its own."""

    process: subprocess.Popen[str]
    address: str

    def workers(self) -> list[int]:
        """Its child processes that compute."""
        found = []
        for status in Path("/proc").glob("[0-9]*/status"):
            try:
                text = status.read_text()
                command = (status.parent / "cmdline").read_bytes()
            except OSError:
                continue
            if f"PPid:\t{self.process.pid}\n" in text and b"spawn_main" in command:
                found.append(int(status.parent.name))
        return found


def computed(pid: int) -> float:
    """Seconds of processor time a process has taken."""
    parts = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(parts[11]) + int(parts[12])) / os.sysconf("SC_CLK_TCK")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    results = tmp_path_factory.mktemp("results")
    settings = ("market.users=400", *BUSY, "market.days=3")
    compare_scenarios([load("public_feed", settings)], out=results, replications=1, seed=2, jobs=1)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.support.small_app", str(port), str(results)],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    address = process.stdout.readline().strip()
    assert address.startswith("http://127.0.0.1:"), process.stderr and process.stderr.read()
    yield Served(process, address.rstrip("/"))
    if process.poll() is None:
        process.terminate()
    process.communicate(timeout=60)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, headless=True, args=FLAGS)
        yield browser
        browser.close()


@dataclass
class Visit:
    """A browser of its own at the app, and what it did that it should not."""

    page: Page
    address: str
    foreign: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def go(self, path: str, language: str = "en") -> Page:
        """Open a page and wait until it stands."""
        self.page.goto(f"{self.address}{path}{'' if language == 'en' else '?lang=zh'}")
        expect(self.page.get_by_role("heading", level=1)).to_be_visible(timeout=PATIENCE)
        if self.page.locator("#live").count():
            expect(self.page.locator("#live svg.main-svg").first).to_be_visible(timeout=PATIENCE)
        return self.page

    def hop(self, path: str, language: str = "en") -> Page:
        """Go to a page as a link of the app does, without loading the app again."""
        target = f"{path}{'' if language == 'en' else '?lang=zh'}"
        step = "path => { history.pushState({}, '', path); dispatchEvent(new CustomEvent('_dashprivate_pushstate')); }"
        self.page.evaluate(step, target)
        language = "zh-CN" if language == "zh" else "en"
        main = self.page.locator(f"main[data-path='{path}']")
        expect(main).to_be_visible(timeout=PATIENCE)
        expect(self.page.locator("html")).to_have_attribute("lang", language)
        for plot in ("#live", "#needs-figure"):
            if self.page.locator(plot).count():
                expect(self.page.locator(f"{plot} svg.main-svg").first).to_be_visible(timeout=PATIENCE)
        return self.page

    def finish(self, name: str = "status") -> None:
        """Wait until what runs is over."""
        expect(self.page.locator(f"#{name}")).to_have_class("done", timeout=PATIENCE)

    def close(self) -> None:
        """Nothing was fetched from elsewhere and nothing complained of."""
        self.page.context.close()
        assert self.foreign == []
        assert self.complaints == []


@pytest.fixture
def visits(served: Served, browser: Browser) -> Iterator[Any]:
    made: list[Visit] = []

    def visit(scheme: Any = "light", width: int = 1280) -> Visit:
        size: Any = {"width": width, "height": 900}
        context = browser.new_context(
            color_scheme=scheme, viewport=size, reduced_motion="reduce", accept_downloads=True
        )
        found = Visit(context.new_page(), served.address)
        page = found.page
        local = (served.address, "data:", "blob:")
        page.on("request", lambda request: None if request.url.startswith(local) else found.foreign.append(request.url))
        page.on("console", lambda message: found.complaints.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: found.complaints.append(str(error)))
        made.append(found)
        return found

    yield visit
    for found in made:
        found.close()


def run_small(visit: Visit, path: str = "/play/three_models", guess: str = "Open feed") -> Page:
    """Guess and run, and wait for the end."""
    page = visit.go(path)
    page.get_by_role("button", name=guess, exact=True).click()
    page.get_by_role("button", name="Run", exact=True).click()
    visit.finish()
    return page


# -- every page


@pytest.mark.parametrize("language", ["en", "zh"])
def test_pages_are_in_order_and_every_control_has_a_name(visits: Any, language: str) -> None:
    visit = visits()
    visit.go("/", language)
    for path in PAGES:
        page = visit.hop(path, language)
        levels = page.eval_on_selector_all("h1, h2, h3, h4", "all => all.map(one => Number(one.tagName[1]))")
        assert levels.count(1) == levels[0] == 1
        assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
        controls = re.findall(rf"^\s*- ({NAMED})\b(.*)$", page.locator("body").aria_snapshot(), re.MULTILINE)
        assert len(controls) > 8
        assert [f"{path}: {role}" for role, rest in controls if not re.match(r' "[^"]+"', rest)] == []
        assert page.title().endswith(say(language, "page.title"))
        assert page.locator("[aria-current]").count() >= 2


def test_the_whole_way_by_keyboard_alone(visits: Any) -> None:
    visit = visits()
    page = visit.go("/play/three_models")
    keys = page.keyboard

    def to(role: Any, name: str, exact: bool = True) -> None:
        """Tab on until the control has the focus, and see that it shows."""
        wanted = page.get_by_role(role, name=name, exact=exact)
        for _ in range(80):
            keys.press("Tab")
            if wanted.evaluate("e => e === document.activeElement"):
                ring = "e => getComputedStyle(e.closest('.dash-input-container') || e).outlineStyle"
                assert wanted.evaluate(ring) == "solid"
                return
        raise AssertionError(f"the keyboard does not reach {role} {name!r}")

    keys.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    keys.press("Enter")
    expect(page.locator("#content")).to_be_focused()
    to("button", "Traditional shop")
    keys.press("Space")
    expect(page.get_by_role("button", name="Traditional shop", exact=True)).to_have_attribute("aria-pressed", "true")
    to("slider", "Depth of the deal")
    keys.press("ArrowRight")
    deal = page.get_by_role("textbox", name="Depth of the deal, as a number")
    expect(deal).to_have_value("0.06")
    keys.press("Tab")
    expect(deal).to_be_focused()
    keys.press("Control+A")
    keys.type("0.1")
    keys.press("Enter")
    expect(page.get_by_role("slider", name="Depth of the deal", exact=True)).to_have_value("0.1")
    to("button", "Run")
    keys.press("Enter")
    visit.finish()
    expect(page.locator("#answer")).to_be_visible()
    expect(page.locator("#assumed")).to_contain_text("0.1 instead of 0.05")
    to("button", "Pin: Open feed")
    keys.press("Enter")
    expect(page.locator("#kept")).to_contain_text("Pinned: Open feed")
    page.get_by_role("link", name="Compare", exact=True).focus()
    keys.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Compare what you put aside")
    to("button", "Compare")
    keys.press("Enter")
    visit.finish("board-status")
    expect(page.locator("#board-dots svg.main-svg").first).to_be_visible()


# -- playing


def test_a_change_runs_again_and_the_answer_follows(visits: Any) -> None:
    visit = visits()
    page = run_small(visit)
    assert page.locator("#live .scatterlayer .trace").count() == 9
    expect(page.locator("#answer")).to_contain_text("over 2 paired worlds")
    expect(page.locator(".guessed")).to_contain_text("Open feed")
    assert page.locator("#why p").count() == 4
    before = page.locator("#dots").inner_text()
    slider = page.get_by_role("slider", name="Budget of each campaign", exact=True)
    slider.focus()
    slider.press("End")
    expect(page.get_by_role("textbox", name="Budget of each campaign, as a number")).to_have_value("20000")
    expect(page.locator("#assumed")).to_contain_text("20000 instead of 4000", timeout=PATIENCE)
    visit.finish()
    assert page.locator("#dots").inner_text() != before
    page.get_by_role("button", name="Reset the sliders").click()
    expect(page.get_by_role("textbox", name="Budget of each campaign, as a number")).to_have_value("4000")


def test_every_question_can_be_asked_and_is_answered(visits: Any) -> None:
    visit = visits()
    visit.go("/play")
    for name, preset in presets().items():
        if name in (LARGE, "three_models", "no_payment"):  # asked by other tests
            continue
        page = visit.hop(f"/play/{name}")
        if preset.guess.kind == "number":
            page.get_by_role("textbox", name=preset.guess.question.en).fill("50")
            page.keyboard.press("Enter")
        else:
            page.locator("[data-guess]").first.click()
        page.get_by_role("button", name="Run", exact=True).click()
        visit.finish()
        expect(page.locator("#answer")).not_to_be_empty()
        expect(page.locator(".guessed")).to_be_visible()
        expect(page.locator("#dots .scatterlayer .trace")).not_to_have_count(0)
        assert re.search(r"\bnan\b", page.locator("main").inner_text(), re.IGNORECASE) is None


def test_a_wrong_value_says_what_is_allowed_and_nothing_is_lost(visits: Any) -> None:
    visit = visits()
    page = visit.go("/play/no_payment")
    steps = page.get_by_role("textbox", name="Steps of the checkout elsewhere, as a number")
    steps.fill("2.5")
    steps.press("Enter")
    beside = page.locator(".control", has=steps).locator(".error")
    expect(beside).to_contain_text("Allowed: a whole number, 1 to 10 steps")
    leak = page.get_by_role("textbox", name="Who buys elsewhere after breaking off, as a number")
    leak.fill("eighty %")
    leak.press("Tab")
    expect(page.locator(".control", has=leak).locator(".error")).to_contain_text("Allowed: 0 to 1 probability")
    page.get_by_role("textbox", name="Worlds").fill("0")
    page.keyboard.press("Enter")
    worlds = page.locator(".control", has=page.get_by_role("textbox", name="Worlds"))
    expect(worlds.get_by_role("alert")).to_contain_text("a whole number from 1 to 32")
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.locator("#status")).to_have_class("wrong")
    page = visit.go("/play/no_payment")
    expect(steps).to_have_value("2.5")
    expect(leak).to_have_value("eighty %")
    expect(beside).to_contain_text("must be a whole number")
    steps.fill("3")
    steps.press("Enter")
    expect(beside).to_be_empty()
    expect(leak).to_have_value("eighty %")


def test_the_files_on_the_screen_repeat_it(visits: Any, tmp_path: Path) -> None:
    """The run addresses of the downloaded files are those of what was run."""
    visit = visits()
    page = visit.go("/play/no_payment")
    page.locator("[data-guess]").first.click()
    field = page.get_by_role("textbox", name="Lost at each step on a phone, as a number")
    field.fill("0.3")
    field.press("Enter")
    page.get_by_role("button", name="Run", exact=True).click()
    visit.finish()
    with page.expect_download() as caught:
        page.get_by_role("button", name="Download the scenario files").click()
    with zipfile.ZipFile(io.BytesIO(caught.value.path().read_bytes())) as packed:
        packed.extractall(tmp_path)
        names = packed.namelist()
    assert names == [f"no_payment_{label}.yaml" for label in presets()["no_payment"].labels]
    spec = presets()["no_payment"].arms[0]
    from tests.support.small_app import SMALL

    changes = {**spec.set, **SMALL, "platforms.public_feed.affordances.checkout.loss_phone": 0.3}
    settings = [f"{path}={str(value).lower() if isinstance(value, bool) else value}" for path, value in changes.items()]
    from_file = load(tmp_path / names[0])
    title = f"title='{from_file.resolved['title']}'"
    wanted = load("public_feed", (*settings, "name=no_payment_without", title))
    both = [RunSpec("a", "campaign", 0, replication_seed(1, 0), one.resolved, one.files) for one in (from_file, wanted)]
    assert both[0].address() == both[1].address()


def test_a_cancelled_run_leaves_its_workers_idle(visits: Any, served: Served) -> None:
    visit = visits()
    page = visit.go(f"/play/{LARGE}")
    page.get_by_role("textbox", name=presets()[LARGE].guess.question.en).fill("30")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.locator("#status")).to_have_class("running", timeout=PATIENCE)
    curve = page.locator("#live .scatterlayer .trace path").first
    expect(curve).to_have_attribute("d", re.compile("L"), timeout=PATIENCE)
    workers = served.workers()
    assert len(workers) == 2
    page.get_by_role("button", name="Cancel", exact=True).click()
    expect(page.locator("#status")).to_contain_text("Cancelled")
    time.sleep(0.3)
    before = [computed(pid) for pid in workers]
    time.sleep(0.6)
    assert served.workers() == workers, "they keep their worlds"
    assert all(computed(pid) - start < 0.1 for pid, start in zip(workers, before, strict=True))


def test_two_browsers_do_not_see_each_others_runs(visits: Any) -> None:
    one, other = visits(), visits()
    page = run_small(one)
    page.get_by_role("button", name="Pin: Open feed").click()
    expect(page.locator("#kept")).to_contain_text("1 are put aside")
    there = other.go("/play/three_models")
    expect(there.locator("#status")).to_have_class("ready")
    expect(there.locator("#result")).to_have_text("Nothing has been run yet.")
    assert there.locator("[aria-pressed=true]").count() == 0
    expect(other.go("/compare").locator("main")).to_contain_text("Nothing is pinned yet.")
    expect(one.go("/compare").locator(".pins > li")).to_have_count(1)
    assert one.page.context.cookies()[0]["value"] != other.page.context.cookies()[0]["value"]


# -- the other pages


def test_pinned_models_are_compared_in_pairs_and_their_files_taken_along(visits: Any, tmp_path: Path) -> None:
    visit = visits()
    page = run_small(visit)
    for name in ("Traditional shop", "Open feed"):
        page.get_by_role("button", name=f"Pin: {name}").click()
        expect(page.locator("#kept")).to_contain_text(name)
    page = visit.go("/compare")
    worlds = page.get_by_role("textbox", name="Worlds")
    worlds.fill("99")
    page.get_by_role("button", name="Compare", exact=True).click()
    expect(page.locator(".control", has=worlds).get_by_role("alert")).to_contain_text("from 1 to 32")
    worlds.fill("3")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Compare", exact=True).click()
    visit.finish("board-status")
    row = page.get_by_role("row", name=re.compile("1 · Traditional shop minus 2 · Open feed"))
    expect(row).to_contain_text(re.compile(r"\[.+, .+\]"))
    expect(row.get_by_role("cell").nth(2)).to_have_text("3")
    page.get_by_label("Outcome").select_option("reach")
    expect(page.get_by_role("heading", name=re.compile("People reached, changed"))).to_be_visible()
    page.get_by_label("Counted").select_option("level")
    expect(page.get_by_role("heading", name=re.compile("People reached, in total"))).to_be_visible()
    with page.expect_download() as caught:
        page.get_by_role("button", name="Scenario file of 2 · Open feed").click()
    path = tmp_path / caught.value.suggested_filename
    caught.value.save_as(path)
    assert load(path).name == "three_models_feed"
    page.get_by_role("button", name="Remove 1 · Traditional shop").click()
    expect(page.locator(".pins > li")).to_have_count(1)


def test_a_stored_result_is_filtered_and_a_user_followed(visits: Any) -> None:
    visit = visits()
    page = visit.go("/explore")
    expect(page.locator("#needs-figure svg.main-svg").first).to_be_visible(timeout=PATIENCE)
    whole = page.locator("#explore-needs table").inner_text()
    page.get_by_label("First told by").focus()
    page.get_by_label("First told by").select_option("friend")
    expect(page.locator("#explore-needs table")).not_to_have_text(whole)
    expect(page.get_by_label("First told by")).to_be_focused()
    assert page.locator("#tree .scatterlayer .trace").count() == 2
    user = page.get_by_role("textbox", name="User number")
    user.fill("400")
    page.get_by_role("button", name="Tell the story").click()
    expect(page.locator(".control", has=user).get_by_role("alert")).to_contain_text("a whole number from 0 to 399")
    page.get_by_label("Someone who").select_option(index=1)
    expect(user).not_to_have_value("400")
    page.get_by_role("button", name="Tell the story").click()
    expect(page.locator(".story-list > li").first).to_be_visible(timeout=PATIENCE)
    expect(page.locator("#explore-story")).to_contain_text("Checked: at every tick the agent did what the run did")
    page.get_by_label("Run: model").select_option(index=1)
    expect(page.locator("#explore-story")).to_contain_text("Choose a user.")


def test_a_worksheet_checks_its_answer(visits: Any) -> None:
    visit = visits()
    name = next(iter(worksheets()))
    page = visit.go("/learn")
    page.get_by_role("link", name=re.compile(re.escape(worksheets()[name].question.en))).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(worksheets()[name].question.en)
    page.get_by_text("A hint").click()
    expect(page.get_by_text(worksheets()[name].hint.en)).to_be_visible()  # type: ignore[union-attr]
    page.locator("[data-guess]").first.click()
    page.get_by_role("button", name="Run", exact=True).click()
    visit.finish()
    expect(page.locator("#goal")).to_have_text(re.compile("Solved|Not yet|could be luck"))


# -- for everybody


WRITTEN = """() => {
    const clear = (colour) => colour === "rgba(0, 0, 0, 0)";
    const ground = (element) => {
        let at = element;
        while (at && clear(getComputedStyle(at).backgroundColor)) at = at.parentElement;
        return at ? getComputedStyle(at).backgroundColor : "rgb(255, 255, 255)";
    };
    const paper = (element) => element.closest(".plot").querySelector(".main-svg");
    const shown = (element) => element.getClientRects().length && element.innerText !== "";
    const page = "h1, h2, p, a, button, summary, label, th, td, caption, input, select, li, strong, .unit, .when";
    const text = [...document.querySelectorAll(page)].filter(shown);
    const plots = [...document.querySelectorAll(".plot text")];
    return [
        ...text.map((e) => [e.innerText || e.tagName, getComputedStyle(e).color, ground(e)]),
        ...plots.map((e) => [e.textContent, getComputedStyle(e).fill, ground(paper(e))]),
    ];
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read_in_both_themes(visits: Any, scheme: str) -> None:
    visit = visits(scheme)
    page = run_small(visit)
    expect(page.locator("html")).to_have_attribute("data-theme", scheme)
    page.get_by_role("button", name="Pin: Open feed").click()
    expect(page.locator("#kept")).not_to_be_empty()
    deal = page.get_by_role("textbox", name="Depth of the deal, as a number")
    deal.fill("2")
    deal.press("Enter")
    expect(page.locator("#status")).to_have_class("wrong")
    for path in ("", "/play", "/compare", "/explore"):
        page = visit.hop(path) if path else page
        found = page.evaluate(WRITTEN)
        assert len(found) > 14
        faint = [text[:40] for text, ink, ground in found if contrast(colour(ink), colour(ground)) < TEXT_CONTRAST]
        assert faint == [], path
    visit.hop("/play/three_models").get_by_role("button", name="Dark theme").click()
    other = "dark" if scheme == "light" else "light"
    expect(page.locator("html")).to_have_attribute("data-theme", other)
    ground = "rgb(18, 23, 29)" if other == "dark" else "rgb(255, 255, 255)"
    expect(page.locator("#live .main-svg").first).to_have_css("background-color", ground)
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", other)


def colour(value: str) -> str:
    """A computed colour as '#rrggbb'."""
    parts = [float(part) for part in re.findall(r"[\d.]+", value)][:3]
    return "#" + "".join(f"{round(part):02x}" for part in parts)


OUTSIDE = """() => {
    const out = (box) => box.width > 0 && (box.left < -0.5 || box.right > innerWidth + 0.5);
    const parts = [...document.querySelectorAll(".plot, .plot text, button, input, select, h1, h2")];
    return parts.filter((e) => out(e.getBoundingClientRect())).map((e) => e.textContent || e.tagName);
}"""


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_phone_shows_all_without_scrolling_sideways(visits: Any, language: str) -> None:
    visit = visits(width=390)
    page = visit.go("/play/three_models", language)
    page.locator("[data-guess]").first.click()
    page.get_by_role("button", name=say(language, "play.run"), exact=True).click()
    visit.finish()
    page.locator("[id*=pin]").first.click()
    expect(page.locator("#kept")).not_to_be_empty()
    for path in PAGES:
        page = visit.hop(path, language)
        if page.locator("#dots").count():
            expect(page.locator("#dots svg.main-svg").first).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") == 390, path
        assert page.evaluate(OUTSIDE) == [], path


def test_sigterm_leaves_no_child(visits: Any, served: Served) -> None:
    """The last test: the app ends, with runs under way."""
    visit = visits()
    page = visit.go(f"/play/{LARGE}")
    page.get_by_role("textbox", name=presets()[LARGE].guess.question.en).fill("3")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.locator("#status")).to_have_class("running", timeout=PATIENCE)
    workers = served.workers()
    assert len(workers) == 2
    page.goto("about:blank")
    served.process.send_signal(signal.SIGTERM)
    _, errors = served.process.communicate(timeout=60)
    assert served.process.returncode == 0
    assert "Traceback" not in errors
    assert [pid for pid in workers if Path(f"/proc/{pid}").exists()] == []
