"""Scene 5: the month of a department head on a phone, refused date, twelve of twelve sheets."""

import time
from collections.abc import Callable
from datetime import date

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page

from luoxuan.campus.actions import UnitSpec, record_units
from luoxuan.campus.queries import subject_at
from luoxuan.campus.rules import UnitKind
from luoxuan.campus.scope import EVERYTHING
from luoxuan.core.jobs import run_due
from luoxuan.core.models import User
from luoxuan.goals.actions import SheetEntry, open_year, receive_sheet, record_sheet, submit_sheet
from luoxuan.goals.models import Task
from luoxuan.goals.queries import meeting_facts, month_coded
from luoxuan.goals.rules import ProgressState, TaskKind
from luoxuan.testing.browser import axe
from luoxuan.testing.college import NOW, open_college, open_user
from luoxuan.testing.filling.goals import open_example

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1440, "height": 900}
MINUTES = 4
GOOD = SheetEntry(ProgressState.ON_TRACK, text="按计划推进")
OTHERS = [f"OFFICE-{number:02d}" for number in range(1, 12)]
TITLES = (
    "省级高水平专业群中期验收", "课程思政示范课 20 门", "建设虚拟仿真实训项目 2 个",
    "新增省级在线精品课程 3 门", "迎接办学条件达标核查",
)  # fmt: skip
LATE_TASK = TITLES[3]
CAUSE = "平台方 10 月停机改版，2 门课程资源未能按期上线。"
MEASURE = "先用校内平台试运行；11-28 前完成 2 门课程资源迁移。"
Enter = Callable[[BrowserContext, User], None]


@pytest.fixture
def people(live_server) -> dict[str, User]:
    """A college of twelve offices: eleven have handed in November, the academic office has not."""
    open_college()
    specs = [UnitSpec("AAO", "教务处", "Academic office", UnitKind.OFFICE, "SMALL")]
    specs += [
        UnitSpec(code, f"职能部门 {code[-2:]}", "", UnitKind.OFFICE, "SMALL") for code in OTHERS
    ]
    record_units(units=specs, origin="", by=None, at=NOW)
    users = {
        "head": open_user("head", "department_head", "UNIT:AAO"),
        "leader": open_user("leader", "responsible_leader", "*"),
        "office": open_user("office", "quality_office", "*"),
    }
    year = open_year(year=2026, by=None, at=NOW)
    for number, title in enumerate(TITLES):
        kind = TaskKind.A if number in {0, 3} else TaskKind.B
        open_example("AAO", title, kind=kind, deadline_on=date(2026, 11, 30), year=year)
    open_example("AAO", "日常教学检查", kind=TaskKind.C, deadline_on=None, year=year)
    _report("AAO", "2026-10", users)
    for code in OTHERS:
        open_example(code, f"{code} 的重点任务", year=year)
        _report(code, "2026-11", users)
    return users


def _report(unit: str, month: str, users: dict[str, User]) -> None:
    subject = subject_at(EVERYTHING, kind="UNIT", code=unit)
    period = month_coded(month)
    keys = Task.objects.filter(responsible_unit=subject).exclude(kind="C")
    entries = dict.fromkeys(keys.values_list("pk", flat=True), GOOD)
    at = timezone.now()
    record_sheet(unit=subject, month=period, entries=entries, by=users["head"], at=at)
    sheet = submit_sheet(unit=subject, month=period, by=users["head"], at=at)
    receive_sheet(sheet=sheet, by=users["office"], at=at)


def tap(page: Page, title: str, word: str) -> None:
    card = page.locator(".sheet-card", has=page.get_by_role("heading", name=title))
    card.locator("label", has_text=word).click()


def fill_sheet(page: Page) -> None:
    """Four taps, and one late task with cause, measure and a new date, as a head would."""
    page.goto("/tasks/sheets/AAO/2026-11/")
    assert page.locator("form > article .pick").count() == len(TITLES)
    assert page.locator(".late-form:visible").count() == 0
    assert "10月：正常，按计划推进" in page.inner_text("main")
    for title in TITLES:
        tap(page, title, "滞后" if title == LATE_TASK else "正常")
    late = page.locator(".sheet-card", has=page.get_by_role("heading", name=LATE_TASK))
    late.locator("label", has_text="外部单位").click()
    late.get_by_label("一句话说明").fill(CAUSE)
    late.get_by_label("措施").fill(MEASURE)
    late.get_by_label("申请新时限").fill("2026-12-20")
    assert page.locator("[data-answered]").inner_text() == "5"
    assert axe(page) == []
    page.get_by_role("button", name="提交报送单").click()
    assert "报送单已提交" in page.inner_text("main")


def print_paper(page: Page) -> bytes:
    """Make the one-page paper of the month, let the worker print it, and return the PDF."""
    page.goto("/reports/new/?kind=MEETING_PAPER")
    page.get_by_label("时段").select_option(label="2026 年 11 月")
    page.get_by_role("button", name="组成报告").click()
    page.get_by_role("button", name="生成 PDF、Word、HTML").click()
    page.wait_for_load_state()
    address = page.url
    # The page follows its job by itself; nobody is to race with it.
    page.goto("about:blank")
    run_due(owner="browser", now=timezone.now)
    page.goto(address)
    with page.expect_download() as download:
        page.get_by_role("link", name="PDF").click()
    return download.value.path().read_bytes()


@pytest.mark.parametrize("size", [PHONE, pytest.param(DESK, marks=pytest.mark.nightly)])
def test_the_month_of_a_department_head(browser, live_server, people, enter: Enter, size):
    pages = {}
    for name, user in people.items():
        context = browser.new_context(
            base_url=live_server.url, locale="zh-CN", viewport=size, reduced_motion="reduce"
        )
        context.set_default_timeout(15_000)
        enter(context, user)
        pages[name] = context.new_page()
    head, leader, office = pages["head"], pages["leader"], pages["office"]
    office.set_viewport_size(DESK)

    began = time.monotonic()
    fill_sheet(head)
    assert time.monotonic() - began < MINUTES * 60

    leader.goto("/tasks/dates/")
    wish = leader.locator(".change-item", has_text=LATE_TASK)
    wish.get_by_label("批注").fill("先交已完成的，其余并入 12 月。")
    wish.get_by_role("button", name="不批准").click()
    assert "未批准，原时限不变" in leader.inner_text("main")

    head.goto("/tasks/sheets/AAO/2026-11/")
    words = head.locator(".sheet-card", has_text=LATE_TASK).inner_text()
    for expected in ("2026-11-30", "2026-12-20", "未批准", "先交已完成的"):
        assert expected in words

    office.goto("/tasks/sheets/?month=2026-11")
    assert "已接收 11/12，待接收 1" in office.inner_text("main")
    office.get_by_role("link", name="教务处").click()
    office.get_by_role("button", name="接收", exact=True).click()
    office.goto("/tasks/sheets/?month=2026-11")
    assert "已接收 12/12" in office.inner_text("main")
    assert axe(office) == []
    facts = meeting_facts(EVERYTHING, 2026, 11)
    assert (facts.n_received, facts.n_sheets, facts.missing) == (12, 12, ())
    late = next(row for row in facts.late if row.title == LATE_TASK)
    assert (late.cause, late.decision) == (CAUSE, "REFUSED")
    paper = print_paper(office)
    assert paper.startswith(b"%PDF")
    assert b"/Type/Pages/Count 1/" in paper
    for page in pages.values():
        page.context.close()
