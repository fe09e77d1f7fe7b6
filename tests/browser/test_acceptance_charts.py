"""Charts: fetched when they come near, one sentence each, the same numbers in a table, dark too."""

import json

import pytest

from .test_theme import look_at_the_paper

CHARTS = """() => [...document.querySelectorAll("main [data-chart]")].map(place => ({
  name: place.getAttribute("aria-label"), top: place.getBoundingClientRect().top,
  option: document.getElementById(place.dataset.chart).textContent,
  words: place.closest("figure").querySelector("summary").innerText.trim(),
  table: [...place.closest("figure").querySelectorAll("details tbody tr")]
    .map(row => [...row.cells].map(cell => cell.textContent.trim())),
}))"""
FETCHED = "performance.getEntriesByType('resource').some(e => e.name.includes('echarts'))"
INK = "getComputedStyle(document.querySelector('[data-drawn] svg text')).fill"
LOW = {"width": 1440, "height": 200}


@pytest.fixture
def report(page, users, keys, enter):
    """The page of a report with charts, in a window too low for the first of them."""
    enter(page.context, users["office"])
    page.set_viewport_size(LOW)
    page.goto(f"/reports/{keys['document']}/")
    return page


def numbers_of(option: dict) -> list[float]:
    """Return the values that the marks of a chart stand for."""
    values = []
    for series in option["series"]:
        for point in series["data"]:
            value = point["value"] if isinstance(point, dict) else point
            value = value[-1] if isinstance(value, list) else value
            if isinstance(value, int | float):
                values.append(float(value))
    return values


def number_in(cell: str) -> float | None:
    text = cell.replace(",", "").replace("%", "").strip()
    try:
        return float(text)
    except ValueError:
        return None


def test_a_chart_is_fetched_when_it_comes_near_and_says_its_numbers_in_words_and_a_table(
    report, witness
):
    charts = report.evaluate(CHARTS)
    assert charts
    assert charts[0]["top"] > LOW["height"] + 200
    assert report.evaluate(FETCHED) is False
    for chart in charts:
        name = chart["name"]
        assert name, "a chart without a name"
        assert len(name) > 8
        assert name.rstrip("。").count("。") == 0, name
        assert chart["words"] == "以表格查看"
        drawn = numbers_of(json.loads(chart["option"]))
        cells = [number for row in chart["table"] for cell in row
                 if (number := number_in(cell)) is not None]  # fmt: skip
        assert drawn
        for value in drawn:
            assert any(abs(value - cell) < 0.006 or abs(value * 100 - cell) < 0.006
                       for cell in cells), (value, chart["table"])  # fmt: skip
    report.locator("[data-chart]").first.scroll_into_view_if_needed()
    report.wait_for_selector("[data-drawn] svg text")
    assert report.evaluate(FETCHED) is True

    # The charts follow the theme, and the theme of the paper is light.
    light = report.evaluate(INK)
    report.click("#theme-button")
    assert report.evaluate(INK) != light
    look_at_the_paper(report)
    assert witness.complaints == []


def test_home_cockpit_loop_and_list_print_on_at_most_four_sheets(page, users, keys, enter):
    enter(page.context, users["office"])
    page.goto("/")
    page.click("#theme-button")
    cycles = f"/diagnosis/cycles/{keys['cycle']}/", f"/diagnosis/cycles/{keys['frozen_cycle']}/"
    for address in ("/cockpit/", "/todo/", "/tasks/?year=2026", *cycles):
        page.goto(address)
        look_at_the_paper(page)
