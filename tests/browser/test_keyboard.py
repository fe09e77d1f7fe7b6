"""Work without a mouse: everything has a place in the order, and shows when it has the focus."""

from luoxuan.testing.college import PASSWORD

PHONE = {"width": 390, "height": 844}
FOCUSED = """() => {
  const e = document.activeElement, look = getComputedStyle(e), box = e.getBoundingClientRect();
  return {
    words: (e.ariaLabel || e.innerText || "").trim(), href: e.getAttribute("href") || "", id: e.id,
    isBody: e === document.body,
    isMarked: look.outlineStyle !== "none" && parseFloat(look.outlineWidth) >= 2,
    isSeen: box.width > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0,
  };
}"""


def tab_to(page, *, words="", href="", identifier="", most=80):
    """Press Tab until the focus is there; every place on the way must show that it has it."""
    for _ in range(most):
        page.keyboard.press("Tab")
        here = page.evaluate(FOCUSED)
        if here["isBody"]:
            continue
        assert here["isMarked"], f"no mark on {here}"
        assert here["isSeen"], f"out of sight: {here}"
        if (
            (not words or words in here["words"])
            and (not href or href in here["href"])
            and (not identifier or identifier == here["id"])
        ):
            return here
    raise AssertionError(f"{words or href or identifier} cannot be reached by Tab")


def press_enter(page):
    with page.expect_navigation():
        page.keyboard.press("Enter")


def wait_until(page, expression):
    """Wait for what a script does later; Playwright's own wait needs eval, which is refused."""
    for _ in range(100):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(20)
    raise AssertionError(expression)


def focused(page):
    return page.evaluate(FOCUSED)


def test_the_first_tab_leads_past_the_menu(page, users, enter):
    for path in ("/login/", "/", "/alerts/", "/data/score/import/", "/no/such/"):
        page.goto(path)
        page.keyboard.press("Tab")
        assert focused(page)["words"] == "跳到主要内容", path
        assert focused(page)["isSeen"], path
        page.keyboard.press("Enter")
        assert focused(page)["id"] == "main", path
        enter(page.context, users["office"])


def test_from_login_to_the_rows_of_an_alert_by_keyboard_alone(page, users, witness):
    page.goto("/")
    tab_to(page, identifier="id_username")
    page.keyboard.type("math")
    tab_to(page, identifier="id_password")
    page.keyboard.type(PASSWORD)
    press_enter(page)
    tab_to(page, words="监测预警")
    press_enter(page)
    tab_to(page, words="高等数学 2 班：通过率")
    press_enter(page)
    tab_to(page, words="看指标与来源")
    press_enter(page)
    tab_to(page, words="看明细行")
    press_enter(page)
    assert page.locator("h1").inner_text().startswith("通过率 · 明细行")
    tab_to(page, words="通过人次")
    press_enter(page)
    assert page.locator("tbody tr").count() == 4
    tab_to(page, words="回到指标")
    press_enter(page)
    tab_to(page, words="退出登录")
    press_enter(page)
    assert page.url.endswith("/login/")
    assert witness.complaints == []


def test_escape_closes_the_drawer_and_gives_the_focus_back(page, users, enter, witness):
    enter(page.context, users["office"])
    page.set_viewport_size(PHONE)
    page.goto("/alerts/")
    page.goto("/indicators/course.pass_share/")
    tab_to(page, words="谁说的？")
    page.keyboard.press("Enter")
    wait_until(page, "document.activeElement.id === 'who-title'")
    page.keyboard.press("Escape")
    wait_until(page, "document.activeElement.matches('.drawer-open')")
    assert page.locator("#who").is_hidden()
    assert "#" not in page.url
    # The cross does the same, and the way back does not lead through the drawer again.
    page.keyboard.press("Enter")
    wait_until(page, "document.activeElement.id === 'who-title'")
    tab_to(page, words="关闭")
    page.keyboard.press("Enter")
    wait_until(page, "document.activeElement.matches('.drawer-open')")
    page.go_back()
    assert page.url.endswith("/alerts/")
    assert witness.complaints == []


def test_a_drawer_that_the_address_opened_closes_too(page, users, enter):
    enter(page.context, users["office"])
    page.set_viewport_size(PHONE)
    page.goto("/indicators/course.pass_share/#who")
    assert page.locator("#who").is_visible()
    page.keyboard.press("Escape")
    wait_until(page, "document.activeElement.matches('.drawer-open')")
    assert page.locator("#who").is_hidden()
    assert "#" not in page.url


def test_escape_closes_the_menu_and_gives_the_focus_back(page, users, enter):
    enter(page.context, users["office"])
    page.set_viewport_size(PHONE)
    page.goto("/")
    tab_to(page, words="菜单")
    page.keyboard.press("Enter")
    assert page.get_attribute(".burger", "aria-expanded") == "true"
    assert focused(page)["words"] == "工作台"
    page.keyboard.press("Escape")
    assert focused(page)["words"] == "菜单"
    assert page.get_attribute(".burger", "aria-expanded") == "false"
    assert page.locator(".side-menu").is_hidden()
