"""The report in a real browser: offline, drawn, readable in both themes, usable by keyboard, on a phone, on paper.

One report tells every kind of study at once, so that one page holds every figure there is.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from simulator.report.figures import FIGURES
from simulator.report.page import write_report
from simulator.report.style import TEXT_CONTRAST, contrast
from tests.ui.conftest import CHROMIUM
from tests.unit.report.conftest import HOSTILE, STUDIES
from tests.unit.report.fake_kinds import KINDS, write_kind
from tests.unit.report.fake_study import write_study

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
COMPARED = [name for name in FIGURES if name not in (
    "claims", "conditions", "attribution", "drivers", "shapley", "calibration", "scorecard"
)]  # fmt: skip
TEXT_OF_PAGE = "h1, h2, h3, p, dt, dd strong, dd span, li, a, button, summary, caption, th, td"
FILLS = """(all) => all.filter((one) => {
    const box = one.getBoundingClientRect();
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    return ![...one.closest(".plot").querySelectorAll(".heatmaplayer image")].some((image) => {
        const cells = image.getBoundingClientRect();
        return cells.x < x && x < cells.right && cells.y < y && y < cells.bottom;
    });
}).map((one) => getComputedStyle(one).fill)"""
"""Colours of the texts of figures, but for those on cells of a heatmap, whose colours a unit test checks."""
TOGETHER = ("budget", "decompose", "morris", "attribution", "calibrate", "validate", "claims")
"""Kinds of studies that are told together, one of each."""
READ = """async () => {
    const late = [];
    for (const plot of document.querySelectorAll(".plot")) {
        plot.scrollIntoView({ block: "center", behavior: "instant" });
        for (let waited = 0; !plot.dataset.drawn && waited < 500; waited++) {
            await new Promise((done) => setTimeout(done, 20));
        }
        if (!plot.dataset.drawn) late.push(plot.dataset.figure);
    }
    await new Promise((done) => setTimeout(done, 50));
    return late;
}"""
"""Scrolls to every figure, and names those that were not drawn in 10 seconds."""
NAMED = """(all) => all.map((one) => {
    const ids = one.getAttribute("aria-labelledby");
    const name = one.getAttribute("aria-label")
        || (ids && document.getElementById(ids).textContent)
        || (one.labels && one.labels.length && one.labels[0].textContent)
        || one.textContent;
    return [one.outerHTML.slice(0, 80), name.trim()];
})"""
"""Every control with its accessible name."""
QUESTIONS = "(plots) => plots.map((one) => document.getElementById(one.getAttribute('aria-labelledby')).textContent)"
BEYOND = """(plots) => plots.flatMap((plot) => [plot, ...plot.querySelectorAll("text")])
    .map((one) => [one.textContent.slice(0, 60), one.getBoundingClientRect()])
    .filter(([, box]) => box.width > 0 && (box.x < 0 || box.right > innerWidth)).map(([text]) => text)"""
"""Figures and texts that reach beyond the edge of the screen."""
WRITTEN = """(plots) => plots.map((plot) => {
    const inside = plot.getBoundingClientRect();
    const texts = [...plot.querySelectorAll("text")].filter((one) => one.textContent.trim()).map((one) => {
        const box = one.getBoundingClientRect();
        return { text: one.textContent, x: box.x, y: box.y, right: box.right, bottom: box.bottom };
    }).filter((box) => box.right > box.x);
    const cut = texts.filter((box) => box.x < inside.x - 1 || box.right > inside.right + 1
        || box.y < inside.y - 1 || box.bottom > inside.bottom + 1).map((box) => box.text);
    const over = [];
    texts.forEach((one, place) => texts.slice(place + 1).forEach((other) => {
        const wide = Math.min(one.right, other.right) - Math.max(one.x, other.x);
        const high = Math.min(one.bottom, other.bottom) - Math.max(one.y, other.y);
        if (wide > 2 && high > 4) over.push([one.text, other.text]);
    }));
    return { name: plot.dataset.figure, cut, over };
})"""
"""Texts of each figure that are cut by its edge, and pairs that lie on each other by more than a few pixels."""
GROUND = """(element) => {
    const clear = (colour) => colour === "rgba(0, 0, 0, 0)";
    let at = element;
    while (at && clear(getComputedStyle(at).backgroundColor)) at = at.parentElement;
    return [getComputedStyle(element).color, at ? getComputedStyle(at).backgroundColor : "rgb(255, 255, 255)"];
}"""


@dataclass
class Visit:
    """An open report, and what it did that it should not."""

    page: Page
    requests: list[str] = field(default_factory=list)
    alerts: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def scroll_through(self) -> None:
        """Read the page from top to bottom, as a reader does."""
        assert self.page.evaluate(READ) == []


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, headless=True, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Reports by name; "whole" holds every figure, "zh" the same in Chinese."""
    base = tmp_path_factory.mktemp("reports")
    found = {name: write_report(write_study(base / name, STUDIES[name])) for name in ("one", "hostile")}
    usual = write_study(base / "usual", STUDIES["usual"])
    also = [write_kind(base / name, name) for name in KINDS if name in TOGETHER]
    return found | {"whole": write_report(usual, also=also), "zh": write_report(usual, "zh", also)}


@pytest.fixture(scope="module")
def opened(browser: Browser, reports: dict[str, Path]) -> Iterator[Callable[..., Visit]]:
    """Reports that were read from top to bottom, each kept for the tests that only look."""
    kept: dict[tuple[object, ...], Visit] = {}

    def read(name: str, *, scheme: str = "light", width: int = 1280) -> Visit:
        key = (name, scheme, width)
        if key not in kept:
            kept[key] = visit(browser, reports[name], scheme=scheme, width=width)
            kept[key].scroll_through()
        return kept[key]

    yield read
    for seen in kept.values():
        seen.page.context.close()


def visit(browser: Browser, report: Path, *, scheme: str = "light", width: int = 1280, motion: str = "reduce") -> Visit:
    context = browser.new_context(
        color_scheme="dark" if scheme == "dark" else "light",
        viewport={"width": width, "height": 900},
        reduced_motion="no-preference" if motion == "no-preference" else "reduce",
        accept_downloads=True,
    )
    found = Visit(context.new_page())
    found.page.on("request", lambda request: found.requests.append(request.url))
    found.page.on("console", lambda message: found.complaints.append(f"{message.type}: {message.text}"))
    found.page.on("dialog", lambda dialog: (found.alerts.append(dialog.message), dialog.dismiss()))
    found.page.on("pageerror", lambda error: found.complaints.append(str(error)))
    found.page.goto(report.as_uri())
    return found


@pytest.mark.parametrize("name", ["whole", "hostile"])
def test_every_figure_is_drawn_and_nothing_leaves_the_page(
    name: str, opened: Callable[..., Visit], reports: dict[str, Path]
) -> None:
    seen = opened(name)
    page = seen.page
    assert seen.requests == [reports[name].as_uri()]
    assert seen.complaints == []
    plots = page.locator(".plot").all()
    assert len(plots) == (len(FIGURES) if name == "whole" else len(COMPARED))
    for plot in plots:
        assert plot.locator("svg.main-svg").count() > 0
        assert plot.locator(".scatterlayer .trace, .heatmaplayer image").count() > 0
    assert page.locator(".failed:visible").count() == 0


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("name", ["whole", "zh"])
def test_no_text_of_a_figure_is_cut_or_lies_on_another(name: str, width: int, opened: Callable[..., Visit]) -> None:
    found = opened(name, width=width).page.eval_on_selector_all(".plot", WRITTEN)
    assert len(found) == len(FIGURES)
    for figure in found:
        assert figure["cut"] == [], figure["name"]
        assert figure["over"] == [], figure["name"]


def test_a_text_on_another_is_noticed(browser: Browser, reports: dict[str, Path]) -> None:
    """Negative control of the test above."""
    seen = visit(browser, reports["one"])
    for name in ("verdict", "spread"):
        plot = seen.page.locator(f"#plot-{name}")
        plot.scroll_into_view_if_needed()
        expect(plot).to_have_attribute("data-drawn", "light")
    seen.page.evaluate(
        """() => {
            const note = document.querySelector("#plot-verdict .annotation text");
            note.parentElement.append(note.cloneNode(true));
            document.querySelector("#plot-spread .annotation text").setAttribute("x", -500);
        }"""
    )
    found = {one["name"]: one for one in seen.page.eval_on_selector_all(".plot", WRITTEN)}
    assert found["verdict"]["over"]
    assert found["spread"]["cut"]
    seen.page.context.close()


def test_the_day_of_the_map_is_moved_by_keyboard(browser: Browser, reports: dict[str, Path]) -> None:
    seen = visit(browser, reports["whole"])
    page = seen.page
    page.locator("#plot-spread_map").scroll_into_view_if_needed()
    slider = page.get_by_role("slider", name="Day shown")
    expect(slider).to_have_value("14")
    last = page.locator("#plot-spread_map .annotation").all_text_contents()
    slider.focus()
    page.keyboard.press("Home")
    expect(slider).to_have_attribute("aria-valuetext", "end of day 0")
    assert page.locator("#plot-spread_map .annotation").all_text_contents() != last
    page.keyboard.press("End")
    assert page.locator("#plot-spread_map .annotation").all_text_contents() == last
    expect(page.get_by_role("button", name="Play")).to_be_hidden()
    assert seen.complaints == []
    page.context.close()


def test_the_map_plays_only_where_motion_is_wanted(browser: Browser, reports: dict[str, Path]) -> None:
    seen = visit(browser, reports["whole"], motion="no-preference")
    page = seen.page
    page.locator("#plot-spread_map").scroll_into_view_if_needed()
    page.get_by_role("button", name="Play").click()
    expect(page.get_by_role("slider", name="Day shown")).not_to_have_value("14")
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    assert seen.complaints == []
    page.context.close()


def test_figures_wait_until_they_are_scrolled_to(browser: Browser, reports: dict[str, Path]) -> None:
    seen = visit(browser, reports["whole"])
    seen.page.locator("#plot-verdict").scroll_into_view_if_needed()
    expect(seen.page.locator("#plot-verdict")).to_have_attribute("data-drawn", "light")
    assert seen.page.locator("#plot-cascades").get_attribute("data-drawn") is None
    seen.page.context.close()


def test_hostile_names_are_read_and_not_run(opened: Callable[..., Visit]) -> None:
    seen = opened("hostile")
    assert seen.complaints == [], "an alert that is not answered would have stopped the page"
    assert seen.alerts == []
    assert seen.page.locator("img, main b").count() == 0
    expect(seen.page.get_by_role("heading", level=1)).to_contain_text(HOSTILE, ignore_case=True)


def test_headings_are_in_order_and_controls_have_names(opened: Callable[..., Visit]) -> None:
    page = opened("whole").page
    levels = page.eval_on_selector_all("h1, h2, h3, h4", "all => all.map(one => Number(one.tagName[1]))")
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    controls = page.eval_on_selector_all("a, button, input, summary, [tabindex]:not(section)", NAMED)
    assert len(controls) > 100
    assert [one for one, name in controls if not name] == []
    labels = page.eval_on_selector_all(".plot", QUESTIONS)
    assert all(label.endswith("?") for label in labels)
    assert page.get_by_role("slider", name="Day shown").count() == 1
    assert page.locator("html").get_attribute("lang") == "en"


def test_the_keyboard_reaches_answer_theme_table_and_download(browser: Browser, reports: dict[str, Path]) -> None:
    seen = visit(browser, reports["whole"])
    page = seen.page
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the answer")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#claims")).to_be_focused()
    page.get_by_role("button", name="Dark theme").focus()
    page.keyboard.press("Enter")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.locator("#plot-verdict").scroll_into_view_if_needed()
    expect(page.locator("#plot-verdict")).to_have_attribute("data-drawn", "dark")
    page.locator("#verdict summary").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#verdict table").first).to_be_visible()
    page.keyboard.press("Tab")
    with page.expect_download() as caught:
        page.keyboard.press("Enter")
    assert caught.value.suggested_filename == "effects.csv"
    assert caught.value.path().read_text(encoding="utf-8-sig").startswith("arm,metric,unit,mean")
    page.context.close()


def test_a_figure_is_saved_as_a_picture(browser: Browser, reports: dict[str, Path]) -> None:
    seen = visit(browser, reports["whole"])
    with seen.page.expect_download() as caught:
        seen.page.get_by_role("button", name="Save the figure of “Where do people drop out?” as a picture").click()
    assert caught.value.suggested_filename == "funnel.png"
    assert caught.value.path().read_bytes().startswith(b"\x89PNG")
    assert seen.requests[0] == reports["whole"].as_uri()
    assert all(url.startswith(("blob:", "data:")) for url in seen.requests[1:])
    assert seen.complaints == []
    seen.page.context.close()


@pytest.mark.parametrize("name", ["whole", "hostile"])
def test_a_phone_shows_all_without_scrolling_sideways(name: str, opened: Callable[..., Visit]) -> None:
    page = opened(name, width=390).page
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert {plot.get_attribute("data-drawn") for plot in page.locator(".plot").all()} == {"light-narrow"}
    assert page.eval_on_selector_all(".plot", BEYOND) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_is_readable_in_both_themes(scheme: str, opened: Callable[..., Visit]) -> None:
    page = opened("whole", scheme=scheme).page
    pressed = "true" if scheme == "dark" else "false"
    expect(page.get_by_role("button", name="Dark theme")).to_have_attribute("aria-pressed", pressed)
    colours = {tuple(pair) for pair in page.eval_on_selector_all(TEXT_OF_PAGE, f"all => all.map({GROUND})")}
    assert len(colours) >= 3
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    fills = page.eval_on_selector_all(".plot text", FILLS)
    for ink, behind in colours | {(fill, ground) for fill in fills}:
        assert contrast(as_hex(ink), as_hex(behind)) >= TEXT_CONTRAST, (ink, behind)


def as_hex(colour: str) -> str:
    red, green, blue = (int(value) for value in re.findall(r"\d+", colour)[:3])
    return f"#{red:02x}{green:02x}{blue:02x}"


def test_paper_is_light_and_holds_every_figure(browser: Browser, reports: dict[str, Path]) -> None:
    seen = visit(browser, reports["whole"], scheme="dark")
    page = seen.page
    printed = page.pdf(format="A4")
    assert printed.startswith(b"%PDF")
    page.emulate_media(media="print", color_scheme="dark")
    assert page.locator(".plot[data-drawn=light]").count() == len(FIGURES)
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    expect(page.get_by_role("button", name="Dark theme")).to_be_hidden()
    page.emulate_media(media="screen", color_scheme="dark")
    page.locator("#plot-verdict").scroll_into_view_if_needed()
    expect(page.locator("#plot-verdict")).to_have_attribute("data-drawn", "dark")
    page.context.close()
