"""The style guide: every token and component, drawn by the real parts, right in both themes."""

import re
from pathlib import Path

import pytest

from luoxuan.testing.browser import axe

PACKAGES = Path(__file__).parents[2] / "luoxuan"
DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
KINDS = "all => all.map(chip => [...chip.classList].join('.'))"


@pytest.fixture
def guide(page, users, enter, witness):
    enter(page.context, users["office"])
    page.goto("/styleguide/")
    page.locator(".chart-place").scroll_into_view_if_needed()
    page.locator(".chart-place svg").wait_for()
    page.evaluate("scrollTo(0, 0)")
    return page


def test_the_style_guide_breaks_no_rule_in_light_and_dark(guide, witness):
    found = []
    for size in (DESK, PHONE):
        guide.set_viewport_size(size)
        for theme in ("light", "dark"):
            guide.evaluate("theme => { document.documentElement.dataset.bsTheme = theme }", theme)
            found += [f"{size['width']} px, {theme}: {text}" for text in axe(guide)]
            for opener in ("details.export-menu", "#trend .table-twin", "#chart .table-twin"):
                guide.locator(f"{opener} > summary").first.click()
                found += [f"{opener}, {theme}: {text}" for text in axe(guide, selector=opener)]
                guide.locator(f"{opener} > summary").first.click()
        # Below 1280 px the drawer is a sheet that its opener brings.
        if size is PHONE:
            guide.click("#drawer .drawer-open")
            found += [f"drawer: {text}" for text in axe(guide)]
    assert not found, "\n".join(found)
    assert witness.complaints == []


def test_the_style_guide_shows_every_token_and_every_state_that_the_sheets_know(guide):
    sheets = {path: path.read_text("utf-8") for path in PACKAGES.glob("*/static/css/*.css")}
    declared = {name for text in sheets.values() for name in re.findall(r"(--[\w-]+):", text)}
    shown = set(guide.locator("#tokens code").all_inner_texts())
    assert len(declared) > 30
    assert declared - shown == set()
    states = {kind for text in sheets.values() for kind in re.findall(r"\.status\.([a-z]+)", text)}
    drawn = guide.eval_on_selector_all("#chips .status", KINDS)
    assert states - {kind.removeprefix("status.") for kind in drawn} == set()
    words = guide.locator("#chips .status").all_inner_texts()
    assert all(words)


def test_every_part_of_the_guide_says_when_it_is_used_and_is_drawn(guide):
    parts = guide.locator("main .guide-part:not(#tokens)")
    assert parts.count() >= 20
    for part in parts.all():
        assert re.search(r"。$", part.locator(".guide-when").inner_text())
        box = part.bounding_box()
        assert box["height"] > 60, part.get_attribute("id")
    # The example of a form is no refused form: the focus stays where the reader is.
    assert guide.evaluate("document.activeElement.tagName") == "BODY"


def test_the_guide_is_drawn_by_the_parts_of_the_pages():
    folder = PACKAGES / "portal/templates/portal"
    examples = "".join(path.read_text("utf-8") for path in (folder / "styleguide").glob("*.html"))
    shared = {"_empty", "_pager", "_field", "_messages", "_counts", "_todo_item"}
    for name in shared:
        assert f'"portal/{name}.html"' in examples, name
    assert "<style" not in examples
