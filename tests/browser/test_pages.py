"""Every page in a real browser: it answers, breaks no rule, fits every screen, weighs little."""

import gzip

import pytest

from luoxuan.testing.browser import axe
from luoxuan.testing.college import PASSWORD, USERS, open_user

from .pages import HOME_PAGES, STATUSES, forgive, walk

WIDTHS = (320, 390, 768, 1024, 1440, 1920)
DESK, PHONE = (1440, 900), (390, 844)
MOST_BYTES, MOST_REQUESTS = 150 * 1024, 15


def resize(page, width, height=900):
    page.set_viewport_size({"width": width, "height": height})


def choose_theme(page, theme):
    page.evaluate("theme => { document.documentElement.dataset.bsTheme = theme }", theme)


@pytest.fixture
def office(page, users, enter):
    enter(page.context, users["office"])
    return page


def test_every_page_of_the_office_answers_without_a_complaint(office, witness, tmp_path):
    aborted = []
    office.on("requestfailed", lambda request: aborted.append(request.url))
    wrong = []
    for stop in walk(office, witness, tmp_path):
        if stop.status != STATUSES.get(stop.name, 200):
            wrong.append(f"{stop.name}: {stop.status}")
        if office.locator("h1").count() != 1 or office.locator("main").count() != 1:
            wrong.append(f"{stop.name}: not exactly one heading and one main part")
        if office.locator("#theme-button").count():
            office.click("#theme-button")
        if witness.complaints or aborted:
            wrong.append(f"{stop.name}: {witness.complaints} {aborted}")
            break
    assert wrong == []


@pytest.mark.parametrize("username", sorted(USERS))
def test_what_a_role_is_shown_it_may_open(username, page, users, enter, witness):
    enter(page.context, users[username])
    page.goto("/")
    links = page.eval_on_selector_all(".side-menu a, .tab-bar a", "all => all.map(a => a.href)")
    assert links
    seen = set()
    for link in dict.fromkeys(links):
        page.goto(link)
        assert page.locator("h1").count() == 1, link
        seen |= set(page.eval_on_selector_all("a[href]", "all => all.map(a => a.href)"))
    addresses = sorted({link.partition("#")[0] for link in seen})
    answers = {address: page.context.request.get(address).status for address in addresses}
    assert {address: status for address, status in answers.items() if status != 200} == {}
    # What the menu hides is not there either.
    shown = {link.removeprefix(page.context.request.get("/").url.rstrip("/")) for link in links}
    hidden = [address for address in HOME_PAGES if address not in shown]
    statuses = {address: page.context.request.get(address).status for address in hidden}
    assert statuses == dict.fromkeys(hidden, 404)
    assert witness.complaints == []


def test_clicks_theme_menu_drawer_and_back_leave_no_complaint(office, witness):
    resize(office, *PHONE)
    office.goto("/")
    office.click(".burger")
    office.click(".side-menu a[href='/alerts/']")
    office.click(".alert-words a >> nth=0")
    office.click(".drawer-open")
    assert office.locator("#who").is_visible()
    office.click(".drawer-close")
    assert office.locator("#who").is_hidden()
    office.click("#theme-button")
    office.locator(".table-twin summary").click()
    office.go_back()
    office.go_forward()
    office.go_back()
    office.click("text=全部 >> nth=0")
    assert "status=all" in office.url
    office.go_back()
    assert "/alerts/" in office.url
    assert office.evaluate("document.documentElement.dataset.bsTheme") == "dark"
    assert witness.complaints == []


def test_the_login_page_keeps_all_the_rules(page, users, witness):
    page.goto("/login/")
    answers = [("open", page.context.request.get("/login/").status)]
    with page.expect_navigation() as refused:
        page.fill("#id_username", "office")
        page.fill("#id_password", "wrong")
        page.click(".login-box button")
    forgive(witness, refused.value.status)
    answers.append(("refused", refused.value.status))
    assert answers == [("open", 200), ("refused", 422)]
    assert page.evaluate("document.activeElement.id") == "id_username"
    for address in ("", "/login/?next=/alerts/"):
        if address:
            page.goto(address)
        assert found_by_axe(page) == []
        assert widths_too_small(page) == []
        assert small_targets(page, "login") == []
    page.fill("#id_username", "office")
    page.fill("#id_password", PASSWORD)
    page.click(".login-box button")
    assert page.url.endswith("/alerts/")
    assert witness.complaints == []


def found_by_axe(page):
    found = []
    for size in (DESK, PHONE):
        resize(page, *size)
        for theme in ("light", "dark"):
            choose_theme(page, theme)
            found += [f"{size[0]} {theme}: {violation}" for violation in axe(page)]
    choose_theme(page, "light")
    resize(page, *DESK)
    return found


def test_no_page_breaks_an_accessibility_rule(office, witness, tmp_path):
    found = []
    for stop in walk(office, witness, tmp_path):
        found += [f"{stop.name}: {violation}" for violation in found_by_axe(office)]
    assert found == []


def test_the_open_drawer_and_the_open_menu_break_no_accessibility_rule(office):
    resize(office, *PHONE)
    office.goto("/indicators/course.pass_share/?kind=TEACHING_CLASS&subject=MATH-1")
    for theme in ("light", "dark"):
        choose_theme(office, theme)
        office.click(".drawer-open")
        assert axe(office) == []
        office.keyboard.press("Escape")
        office.click(".burger")
        assert axe(office) == []
        office.keyboard.press("Escape")
        office.click(".table-twin summary")
        assert axe(office) == []


def widths_too_small(page):
    found = []
    for width in WIDTHS:
        resize(page, width)
        needed = page.evaluate("document.documentElement.scrollWidth")
        if needed > width:
            found.append(f"{width} px wide, needs {needed}")
    resize(page, *DESK)
    return found


def test_no_page_is_wider_than_the_screen(office, witness, tmp_path):
    found = []
    for stop in walk(office, witness, tmp_path):
        found += [f"{stop.name}: {text}" for text in widths_too_small(office)]
    assert found == []


# A link inside a sentence may be as high as its line (WCAG 2.5.8, the inline exception).
TARGETS = """([least, leastControl]) => {
  const name = e => `${e.tagName.toLowerCase()}.${e.className?.baseVal ?? e.className} “${
    (e.ariaLabel || e.innerText || e.value || "").trim().slice(0, 24)}”`;
  const isInline = e => e.tagName === "A" && getComputedStyle(e).display === "inline" &&
    e.parentElement.innerText.trim() !== e.innerText.trim();
  const found = [];
  for (const e of document.querySelectorAll("a[href], button, input, select, textarea, summary")) {
    if (e.type === "hidden" || !e.checkVisibility({visibilityProperty: true})) continue;
    if (e.matches(".skip-link") || isInline(e)) continue;
    const target = e.matches("[type=checkbox], [type=radio]") ? e.labels[0] : e;
    const {width, height} = target.getBoundingClientRect();
    const isControl = e.matches(
      "button, input, select, textarea, summary, .button, .tabs a, .tab-bar a, .pager a, .side-menu a");
    const atLeast = isControl && !e.matches("[type=checkbox]") ? leastControl : least;
    if (Math.round(width) < least || Math.round(height) < atLeast)
      found.push(`${name(e)} ${Math.round(width)}×${Math.round(height)}`);
  }
  return [...new Set(found)];
}"""


def small_targets(page, name):
    found = []
    for size, least_control in ((DESK, 24), (PHONE, 40)):
        resize(page, *size)
        small = page.evaluate(TARGETS, [24, least_control])
        found += [f"{name} at {size[0]}: {text}" for text in small]
    resize(page, *DESK)
    return found


def test_every_target_is_large_enough_for_a_finger(office, witness, tmp_path):
    found = []
    for stop in walk(office, witness, tmp_path):
        found += small_targets(office, stop.name)
    assert found == []


def test_no_page_weighs_more_than_a_picture(office, witness, tmp_path):
    heavy, answers = [], []
    office.on("response", answers.append)
    # Nothing is cached, so that every page is weighed as its first reader gets it.
    office.context.new_cdp_session(office).send("Network.setCacheDisabled", {"cacheDisabled": True})
    for stop in walk(office, witness, tmp_path):
        here = [answer for answer in answers if answer.status < 300 or answer.status >= 400]
        weight = sum(len(gzip.compress(answer.body())) for answer in here)
        if weight > MOST_BYTES or len(here) > MOST_REQUESTS * 2:
            heavy.append(f"{stop.name}: {weight} bytes in {len(here)} requests")
        answers.clear()
    assert heavy == []


def test_an_empty_installation_says_what_to_do_next(page, live_server, enter, witness):
    enter(page.context, open_user("office"))
    for address in HOME_PAGES:
        page.goto(address)
        assert page.locator(".empty-state").count() >= 1, address
        assert found_by_axe(page) == []
        assert widths_too_small(page) == []
    page.goto("/")
    page.click("text=选择数据集")
    assert page.url.endswith("/data/")
    assert "luoxuan config load" in page.inner_text("main")
    assert witness.complaints == []
