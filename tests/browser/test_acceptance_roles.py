"""One alert goes through the hands of three roles, and everybody finds what he may see."""

import time
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page

from luoxuan.campus.actions import SubjectSpec, record_periods, record_subjects
from luoxuan.campus.rules import PeriodKind, SubjectKind
from luoxuan.improvement.models import Improvement
from luoxuan.testing.college import NOW
from luoxuan.testing.filling.diagnosis import load_loops, open_loop

CLOSED = "已关闭"


@pytest.fixture
def tabs(browser, live_server, users, enter):
    """One open page for each role that has a hand in it."""
    contexts: list[BrowserContext] = []

    def open_tab(username: str) -> Page:
        context = browser.new_context(base_url=live_server.url, locale="zh-CN")
        context.set_default_timeout(15_000)
        contexts.append(context)
        enter(context, users[username])
        return context.new_page()

    yield {name: open_tab(name) for name in ("office", "math", "east")}
    for context in contexts:
        context.close()


@pytest.fixture
def term(users, tmp_path) -> None:
    """The loops, and a term around the day of the test."""
    load_loops(tmp_path)
    today, weeks = timezone.localdate(), timedelta(weeks=8)
    row = {
        "kind": PeriodKind.TERM, "code": "NOW", "name": "本学期", "name_en": "", "position": 3,
        "start_on": today - weeks, "end_on": today + weeks, "first_day": None, "last_day": None,
        "within": "",
    }  # fmt: skip
    record_periods(periods=[row], origin="", by=None, at=NOW)


def timeline(page: Page) -> str:
    return page.inner_text(".timeline")


def test_an_alert_is_given_out_improved_checked_and_goes_into_the_next_design(tabs, users, term):
    office, math, east = tabs["office"], tabs["math"], tabs["east"]
    # 监测: the office gives out an alert; who was named finds it among what is his to do.
    office.goto("/alerts/?status=unanswered")
    office.click(".alert-words a:has-text('高等数学 2 班') >> nth=0")
    office.click(".tap-row label >> nth=0")
    office.fill("[name=measure]", "每周加一次习题课。")
    office.select_option("#id_responsible", str(users["math"].pk))
    office.click("main form button.button-primary")
    assert "预警" in timeline(office)
    math.goto("/improvements/?status=mine")
    named = urlsplit(office.url).path
    assert math.locator(f"main a[href='{named}']").count() == 1

    # 派单: the office opens what was found and names who does it until when.
    office.goto("/improvements/new/?subject=COURSE:MATH")
    office.fill("#id_problem", "教材版本偏旧，三届学生意见一致")
    office.click("main form button[type=submit]")
    address = office.url
    improvement = Improvement.objects.latest("pk")
    office.click(".tap-row label >> nth=0")
    office.fill("#id_measure", "下学期换用新版教材。")
    office.select_option("#id_responsible", str(users["math"].pk))
    office.fill("#id_due_on", str(timezone.localdate() + timedelta(days=2)))
    office.click("main button:has-text('保存措施')")
    assert "逾期" not in office.inner_text("h1 + p, .page-head")
    assert "派" in timeline(office) or "措施" in timeline(office)

    # Its day passes: the colour changes, in the list and on the page.
    math.goto("/improvements/?status=mine")
    line = math.locator(".link-list > li", has_text="教材版本偏旧")
    assert line.locator(".status.ba").count() == 0
    late = timezone.localdate() - timedelta(days=3)
    Improvement.objects.filter(pk=improvement.pk).update(due_on=late)
    math.reload()
    assert line.locator(".status.ba").inner_text() == "逾期 3 天"
    math.goto("/todo/")
    math.click("main a:has-text('教材版本偏旧')")
    assert "逾期 3 天" in math.inner_text(".page-head")

    # 改进: who was named reports that it is done; his own check counts for nothing.
    math.click("main button:has-text('措施已落实')")
    assert math.locator("#verify-title").count() == 0

    # 验证: another person with the right confirms it by what he saw.
    east.goto(address)
    east.fill("[name=note]", "看过新版教材和两次听课记录。")
    east.click("main button:has-text('查证通过')")
    assert CLOSED in east.inner_text("h1")
    steps = timeline(east)
    for words in ("教材版本偏旧", "换用新版教材", "看过新版教材"):
        assert words in steps or words in east.inner_text("main"), words
    assert len(east.locator(".timeline > li").all()) >= 4
    people = {users[name].name for name in ("office", "math", "east")}
    assert {name for name in people if name in steps} == people

    # 并入设计: the design of the course's cycle of this term has it.
    cycle = open_loop("MATH", period="NOW", by=users["office"])
    math.goto(f"/diagnosis/cycles/{cycle.pk}/?stage=design")
    assert "教材版本偏旧" in math.inner_text("#stage")


def test_the_search_finds_by_name_pinyin_initials_and_code_only_what_the_reader_may_open(
    tabs, users
):
    specs = [
        SubjectSpec(SubjectKind.PROGRAM, "ZY1", "数控技术", unit="EAST"),
        SubjectSpec(SubjectKind.TEACHER, "T9", "欧阳文博", unit="EAST-MATH"),
    ]
    record_subjects(subjects=specs, origin="", by=None, at=NOW)
    expected = {
        "数控技术": "数控技术", "skjs": "数控技术", "欧阳": "欧阳文博", "oywb": "欧阳文博",
        "ouyangwen": "欧阳文博", "gdsx": "高等数学", "pass_share": "通过率", "WELD-1": "焊接工艺",
    }  # fmt: skip
    office = tabs["office"]
    office.goto("/")
    office.focus("#top-search")
    for typed, found in expected.items():
        office.goto("/search/")
        began = time.monotonic()
        office.fill("#search-text", typed)
        with office.expect_navigation(wait_until="commit"):
            office.keyboard.press("Enter")
        office.wait_for_selector(f"main .link-list a:has-text('{found}')")
        assert time.monotonic() - began < 2, typed
    # The east side finds nothing of the west, and no link leads to a page that is not there.
    east = tabs["east"]
    for typed in ("WELD", "焊接", "hjgy"):
        east.goto(f"/search/?q={typed}")
        assert "没有找到" in east.inner_text("main"), typed
    east.goto("/search/?q=math")
    links = east.eval_on_selector_all("main .link-list a", "all => all.map(a => a.href)")
    assert len(links) >= 3
    assert {east.context.request.get(link).status for link in links} == {200}
