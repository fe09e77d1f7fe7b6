"""Every page in a real browser: it answers, breaks no rule, fits every screen, weighs little."""

import gzip
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import resolve

from luoxuan.testing.browser import axe
from luoxuan.testing.college import PASSWORD, open_user

from .pages import HOME_PAGES, STATUSES, forgive, walk
from .test_language import english_left
from .test_marks import Marks

# One reader of each set of rights; the others differ from them only by place.
ROLES = ("office", "president", "centre", "east", "eastdata", "teacher", "student", "expert")
WIDTHS = (320, 390, 768, 1024, 1440, 1920)
DESK, PHONE = (1440, 900), (390, 844)
# What a theme can change; everything else of a page is the same in both.
OF_COLOR = ("color-contrast", "link-in-text-block")
# The rules of a look: all, only those of color, or all but those. Color takes half of the time.
ALL, COLOR, STRUCTURE = "all", "color", "structure"
LOOKS = [(PHONE, "light", ALL), (DESK, "light", STRUCTURE), (DESK, "dark", COLOR)]
PATHS = "all => all.map(a => a.pathname + a.search)"
MOST_BYTES, MOST_WITH_CHARTS, MOST_REQUESTS = 150 * 1024, 520 * 1024, 15


def choose_theme(page, theme):
    page.evaluate("theme => { document.documentElement.dataset.bsTheme = theme }", theme)


@pytest.fixture
def office(page, users, enter):
    enter(page.context, users["office"])
    return page


def test_who_is_logged_in_stays_so_when_a_kept_college_is_put_back(office, keys, shelf, settings):
    shelf.put_back("packages", settings.LUOXUAN_HOME)
    office.goto("/alerts/")
    assert office.url.endswith("/alerts/")


def few_of_each(addresses, most=4):
    """Return a few addresses of each route and set of filters: fifty rows of a list are alike."""
    kept = {}
    for address in sorted(addresses):
        parts = urlsplit(address)
        alike = kept.setdefault((resolve(parts.path).view_name, *parse_qs(parts.query)), [])
        if len(alike) < most:
            alike.append(address)
    return [address for alike in kept.values() for address in alike]


def test_what_a_role_is_shown_it_may_open(browser, live_server, users, enter, client):
    wrong = []
    for username in ROLES:
        with browser.new_context(base_url=live_server.url) as context:
            enter(context, users[username])
            page = context.new_page()
            page.goto("/")
            shown = set(page.eval_on_selector_all(".side-menu a", PATHS))
            linked = set(shown)
            for address in shown:
                page.goto(address)
                linked |= set(page.eval_on_selector_all("main a[href], .tab-bar a", PATHS))
            # What the menu hides is not there either.
            hidden = set(HOME_PAGES) - shown
            expected = dict.fromkeys(few_of_each(linked), 200) | dict.fromkeys(hidden, 404)
            client.force_login(users[username])
            for address, status in sorted(expected.items()):
                if (answer := client.get(address).status_code) != status:
                    wrong.append(f"{username}: {address} answers {answer}, not {status}")
    assert not wrong, "\n".join(wrong)


def test_clicks_theme_menu_drawer_and_back_leave_no_complaint(office, witness):
    office.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    office.goto("/")
    office.click(".burger")
    office.click(".side-menu a[href='/alerts/']")
    office.click(".alert-words a >> nth=0")
    office.click("main a:has-text('看指标与来源')")
    office.click(".drawer-open")
    assert office.locator("#who").is_visible()
    office.click(".drawer-close")
    assert office.locator("#who").is_hidden()
    office.click("#theme-button")
    office.locator(".table-twin summary").click()
    office.go_back()
    office.go_forward()
    office.go_back()
    office.go_back()
    office.click(".tabs a[href='?status=all']")
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
        assert small_targets(page) == []
    page.fill("#id_username", "office")
    page.fill("#id_password", PASSWORD)
    page.click(".login-box button")
    assert page.url.endswith("/alerts/")
    assert witness.complaints == []


def found_by_axe(page, *, looks=LOOKS):
    found = []
    for size, theme, kind in looks:
        page.set_viewport_size({"width": size[0], "height": size[1]})
        choose_theme(page, theme)
        only, but = (OF_COLOR, ()) if kind == COLOR else ((), OF_COLOR if kind != ALL else ())
        texts = axe(page, rules=only, without=but)
        found += [f"axe, {size[0]} px, {theme}: {text}" for text in texts]
    choose_theme(page, "light")
    return found


def widths_too_small(page):
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        needed = page.evaluate("document.documentElement.scrollWidth")
        if needed > width:
            found.append(f"{width} px wide, needs {needed}")
    return found


# A link inside a sentence may be as high as its line (WCAG 2.5.8, the inline exception).
TARGETS = """([least, leastControl]) => {
  const controls = "button, input, select, textarea, summary, .button, .tabs a, .tab-bar a, " +
    ".pager a, .side-menu a";
  const name = e => `${e.tagName.toLowerCase()}.${e.className?.baseVal ?? e.className} “${
    (e.ariaLabel || e.innerText || e.value || "").trim().slice(0, 24)}”`;
  const isInSentence = e => e.tagName === "A" && getComputedStyle(e).display === "inline" &&
    e.parentElement.innerText.trim() !== e.innerText.trim();
  const found = [];
  for (const e of document.querySelectorAll("a[href], button, input, select, textarea, summary")) {
    if (e.type === "hidden" || !e.checkVisibility({visibilityProperty: true})) continue;
    if (e.matches(".skip-link") || isInSentence(e)) continue;
    const target = e.matches("[type=checkbox], [type=radio]") ? e.labels[0] : e;
    const {width, height} = target.getBoundingClientRect();
    const leastHeight = e.matches(controls) ? leastControl : least;
    if (Math.round(width) < least || Math.round(height) < leastHeight)
      found.push(`${name(e)} ${Math.round(width)}×${Math.round(height)}`);
  }
  return [...new Set(found)];
}"""


def small_targets(page):
    found = []
    for size, least_control in ((DESK, 24), (PHONE, 40)):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        small = page.evaluate(TARGETS, [24, least_control])
        found += [f"target at {size[0]} px: {text}" for text in small]
    return found


def too_heavy(page, weights):
    names = page.evaluate("performance.getEntriesByType('resource').map(e => e.name)")
    for name in set(names) - set(weights):
        weights[name] = len(gzip.compress(page.context.request.get(name).body()))
    weight = len(gzip.compress(page.content().encode())) + sum(weights[name] for name in names)
    has_charts = page.locator("[data-chart]").count() > 0
    found = []
    if weight > (MOST_WITH_CHARTS if has_charts else MOST_BYTES) or len(names) >= MOST_REQUESTS:
        found.append(f"{weight} bytes in {len(names) + 1} requests")
    if not has_charts and any("echarts" in name for name in names):
        found.append("a chart library without a chart")
    return found


# How far the page jumped while it was built up; clicks and typing are not counted.
SHIFT = """() => {
  const observer = new PerformanceObserver(() => {});
  observer.observe({type: "layout-shift", buffered: true});
  return observer.takeRecords().reduce((sum, e) => sum + (e.hadRecentInput ? 0 : e.value), 0);
}"""
MOST_SHIFT = 0.05


def jumps(page):
    shift = page.evaluate(SHIFT)
    return [f"jumps by {shift:.3f} while it loads"] if shift > MOST_SHIFT else []


def unsound(page, stop, witness):
    found = [] if stop.status == STATUSES.get(stop.name, 200) else [f"answers {stop.status}"]
    if page.locator("h1").count() != 1 or page.locator("main").count() != 1:
        found.append("not exactly one heading and one main part")
    found += witness.complaints
    witness.forget()
    return found


def test_every_page_answers_is_accessible_fits_every_screen_and_is_light(
    office, witness, tmp_path, keys
):
    aborted, weights, found, marks = [], {}, [], Marks()
    office.on("requestfailed", lambda request: aborted.append(request.url))
    # A walk that goes on at once lets the browser drop what the page it leaves still asks for: the
    # picture of its tab and the latest jobs.
    for stop in walk(office, witness, tmp_path, keys):
        here = unsound(office, stop, witness) + too_heavy(office, weights)
        here += jumps(office) + english_left(office) + marks.look(office)
        here += widths_too_small(office) + small_targets(office) + found_by_axe(office)
        found += [f"{stop.name}: {text}" for text in here]
    assert not found, "\n".join(found)
    # Met, short of the standard, warning, no data: four states, four shapes without any colour.
    assert {"ok", "wa", "ba", "no"} <= set(marks.shapes)
    assert marks.confused() == []
    dropped = ("/favicon.svg", "/jobs/?part=1")
    assert [url for url in aborted if not url.endswith(dropped)] == []


def test_the_open_drawer_and_the_open_menu_break_no_accessibility_rule(office):
    for theme in ("light", "dark"):
        for opener in (".drawer-open", ".burger", ".table-twin summary"):
            office.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
            office.goto("/indicators/course.pass_share/?kind=TEACHING_CLASS&subject=MATH-1")
            office.click(opener)
            assert (
                found_by_axe(office, looks=[(PHONE, theme, ALL if theme == "light" else COLOR)])
                == []
            ), opener


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
