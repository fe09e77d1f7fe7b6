"""Light and dark: remembered, never a flash of the other one, and paper is always light."""

import re

import pytest

PRINTED = [
    "/", "/indicators/course.pass_share/?kind=COURSE&subject=MATH&period=2025-1", "/alerts/",
]  # fmt: skip
THEME = "document.documentElement.dataset.bsTheme"
# Notes the theme at the first moment that the parser has a body, long before the first paint.
NOTE = """
new MutationObserver((changes, observer) => {
  if (!document.body) return;
  window.themeAtFirst = document.documentElement.dataset.bsTheme;
  observer.disconnect();
}).observe(document, {childList: true, subtree: true});
"""


@pytest.fixture
def office(page, users, enter):
    enter(page.context, users["office"])
    return page


def test_dark_is_remembered_and_never_flashes_light(office):
    office.add_init_script(NOTE)
    office.goto("/")
    assert office.evaluate(THEME) == "light"
    office.click("#theme-button")
    assert office.get_attribute("#theme-button", "aria-pressed") == "true"
    for address in ("/alerts/", "/indicators/", "/no/such/page/"):
        office.goto(address)
        assert office.evaluate("themeAtFirst") == "dark"
        assert office.evaluate(THEME) == "dark"
    other = office.context.new_page()
    other.goto("/")
    assert other.evaluate(THEME) == "dark"
    office.goto("/")
    dark = office.evaluate("getComputedStyle(document.body).backgroundColor")
    office.click("#theme-button")
    assert office.evaluate("getComputedStyle(document.body).backgroundColor") != dark
    office.reload()
    assert office.evaluate(THEME) == "light"


def test_without_storage_the_theme_still_changes(office):
    office.add_init_script(
        "Object.defineProperty(window, 'localStorage', {get() { throw Error(); }})"
    )
    office.goto("/")
    office.click("#theme-button")
    assert office.evaluate(THEME) == "dark"


def test_a_dark_page_prints_light_on_at_most_four_sheets(office):
    office.goto("/")
    office.click("#theme-button")
    for path in PRINTED:
        office.goto(path)
        look_at_the_paper(office)


def look_at_the_paper(office):
    paper = office.pdf(format="A4", print_background=True)
    assert 1 <= len(re.findall(rb"/Type\s*/Page\b", paper)) <= 4
    assert office.evaluate(THEME) == "dark"
    office.evaluate("dispatchEvent(new Event('beforeprint'))")
    office.emulate_media(media="print")
    assert (
        office.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    )
    for name in (".top-bar", ".side-menu", ".tab-bar", ".skip-link", ".filter-form .button"):
        for element in office.locator(name).all():
            assert element.is_hidden(), name
    clipped = office.eval_on_selector_all(
        "main svg[role=img]",
        "all => all.map(e => e.getBoundingClientRect().right - document.body.clientWidth)",
    )
    assert max(clipped, default=0) <= 0
    office.emulate_media(media="screen")
    office.evaluate("dispatchEvent(new Event('afterprint'))")
    assert office.evaluate(THEME) == "dark"
