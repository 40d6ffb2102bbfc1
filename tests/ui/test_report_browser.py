"""The report in a real browser: offline, drawn, readable in both themes, usable by keyboard, on a phone, on paper."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from simulator.report.page import write_report
from simulator.report.style import TEXT_CONTRAST, contrast
from tests.ui.conftest import CHROMIUM
from tests.unit.report.conftest import HOSTILE, STUDIES
from tests.unit.report.fake_study import write_study

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
TEXT_OF_PAGE = "h1, h2, h3, p, dt, dd strong, dd span, li, a, button, summary, caption, th, td"
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
    complaints: list[str] = field(default_factory=list)

    def scroll_through(self) -> None:
        """Read the page from top to bottom, as a reader does."""
        for plot in self.page.locator(".plot").all():
            plot.scroll_into_view_if_needed()
            expect(plot).to_have_attribute("data-drawn", re.compile("light|dark"))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, headless=True, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    base = tmp_path_factory.mktemp("reports")
    return {name: write_report(write_study(base / name, STUDIES[name])) for name in ("usual", "one", "hostile")}


def visit(browser: Browser, report: Path, *, scheme: str = "light", width: int = 1280) -> Visit:
    context = browser.new_context(
        color_scheme="dark" if scheme == "dark" else "light",
        viewport={"width": width, "height": 900},
        reduced_motion="reduce",
        accept_downloads=True,
    )
    found = Visit(context.new_page())
    found.page.on("request", lambda request: found.requests.append(request.url))
    found.page.on("console", lambda message: found.complaints.append(f"{message.type}: {message.text}"))
    found.page.on("pageerror", lambda error: found.complaints.append(str(error)))
    found.page.goto(report.as_uri())
    return found


@pytest.mark.parametrize("name", ["usual", "one", "hostile"])
def test_every_figure_is_drawn_and_nothing_leaves_the_page(
    name: str, browser: Browser, reports: dict[str, Path]
) -> None:
    seen = visit(browser, reports[name])
    seen.scroll_through()
    page = seen.page
    assert seen.requests == [reports[name].as_uri()]
    assert seen.complaints == []
    assert page.locator(".plot").count() == 5
    for plot in page.locator(".plot").all():
        assert plot.locator("svg.main-svg").count() > 0
        assert plot.locator(".scatterlayer .trace").count() > 0
    expect(page.locator(".failed").first).to_be_hidden()
    page.context.close()


def test_figures_wait_until_they_are_scrolled_to(browser: Browser, reports: dict[str, Path]) -> None:
    seen = visit(browser, reports["usual"])
    seen.page.locator("#plot-verdict").scroll_into_view_if_needed()
    expect(seen.page.locator("#plot-verdict")).to_have_attribute("data-drawn", "light")
    assert seen.page.locator("#plot-cascades").get_attribute("data-drawn") is None
    seen.page.context.close()


def test_hostile_names_are_read_and_not_run(browser: Browser, reports: dict[str, Path]) -> None:
    seen = visit(browser, reports["hostile"])
    alerts: list[str] = []
    seen.page.on("dialog", lambda dialog: (alerts.append(dialog.message), dialog.dismiss()))
    seen.scroll_through()
    assert alerts == []
    assert seen.page.locator("img, main b").count() == 0
    expect(seen.page.get_by_role("heading", level=1)).to_contain_text(HOSTILE, ignore_case=True)
    seen.page.context.close()


def test_headings_are_in_order_and_controls_have_names(browser: Browser, reports: dict[str, Path]) -> None:
    seen = visit(browser, reports["usual"])
    page = seen.page
    levels = page.eval_on_selector_all("h1, h2, h3, h4", "all => all.map(one => Number(one.tagName[1]))")
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    for role in ("button", "link"):
        for control in page.get_by_role(role).all():
            assert (control.get_attribute("aria-label") or control.inner_text()).strip()
    for plot in page.locator(".plot").all():
        label = plot.get_attribute("aria-labelledby")
        assert page.locator(f"#{label}").inner_text().endswith("?")
    assert page.locator("html").get_attribute("lang") == "en"
    page.context.close()


def test_the_keyboard_reaches_answer_theme_table_and_download(browser: Browser, reports: dict[str, Path]) -> None:
    seen = visit(browser, reports["usual"])
    page = seen.page
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the answer")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#verdict")).to_be_focused()
    page.get_by_role("button", name="Dark theme").focus()
    page.keyboard.press("Enter")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.locator("#plot-verdict").scroll_into_view_if_needed()
    expect(page.locator("#plot-verdict")).to_have_attribute("data-drawn", "dark")
    page.locator("#verdict summary").first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("table").first).to_be_visible()
    page.keyboard.press("Tab")
    with page.expect_download() as caught:
        page.keyboard.press("Enter")
    assert caught.value.suggested_filename == "effects.csv"
    assert caught.value.path().read_text(encoding="utf-8-sig").startswith("arm,metric,unit,mean")
    page.context.close()


def test_a_figure_is_saved_as_a_picture(browser: Browser, reports: dict[str, Path]) -> None:
    seen = visit(browser, reports["usual"])
    with seen.page.expect_download() as caught:
        seen.page.get_by_role("button", name="Save the figure of “Where do people drop out?” as a picture").click()
    assert caught.value.suggested_filename == "funnel.png"
    assert caught.value.path().read_bytes().startswith(b"\x89PNG")
    assert seen.requests[0] == reports["usual"].as_uri()
    assert all(url.startswith(("blob:", "data:")) for url in seen.requests[1:])
    assert seen.complaints == []
    seen.page.context.close()


@pytest.mark.parametrize("name", ["usual", "hostile"])
def test_a_phone_shows_all_without_scrolling_sideways(name: str, browser: Browser, reports: dict[str, Path]) -> None:
    seen = visit(browser, reports[name], width=390)
    seen.scroll_through()
    page = seen.page
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    for plot in page.locator(".plot").all():
        assert plot.get_attribute("data-drawn") == "light-narrow"
        box = plot.bounding_box()
        assert box is not None
        assert box["x"] + box["width"] <= 390
        for text in plot.locator("text").all():
            written = text.bounding_box()
            if written is not None and written["width"] > 0:
                assert written["x"] >= 0, text.text_content()
                assert written["x"] + written["width"] <= 390, text.text_content()
    page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_is_readable_in_both_themes(scheme: str, browser: Browser, reports: dict[str, Path]) -> None:
    seen = visit(browser, reports["usual"], scheme=scheme)
    seen.scroll_through()
    page = seen.page
    pressed = "true" if scheme == "dark" else "false"
    expect(page.get_by_role("button", name="Dark theme")).to_have_attribute("aria-pressed", pressed)
    colours = {tuple(pair) for pair in page.eval_on_selector_all(TEXT_OF_PAGE, f"all => all.map({GROUND})")}
    assert len(colours) >= 3
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    fills = page.eval_on_selector_all(".plot text", "all => all.map(one => getComputedStyle(one).fill)")
    for ink, behind in colours | {(fill, ground) for fill in fills}:
        assert contrast(as_hex(ink), as_hex(behind)) >= TEXT_CONTRAST, (ink, behind)
    page.context.close()


def as_hex(colour: str) -> str:
    red, green, blue = (int(value) for value in re.findall(r"\d+", colour)[:3])
    return f"#{red:02x}{green:02x}{blue:02x}"


def test_paper_is_light_and_holds_every_figure(browser: Browser, reports: dict[str, Path]) -> None:
    seen = visit(browser, reports["usual"], scheme="dark")
    page = seen.page
    printed = page.pdf(format="A4")
    assert printed.startswith(b"%PDF")
    page.emulate_media(media="print", color_scheme="dark")
    assert page.locator(".plot[data-drawn=light]").count() == 5
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    expect(page.get_by_role("button", name="Dark theme")).to_be_hidden()
    page.emulate_media(media="screen", color_scheme="dark")
    expect(page.locator("#plot-verdict")).to_have_attribute("data-drawn", "dark")
    page.context.close()
