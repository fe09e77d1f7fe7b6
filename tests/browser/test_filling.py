"""Rows asked of six colleges: filled in on a phone, returned, corrected, accepted, counted."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from luoxuan.campus.actions import UnitSpec, record_units
from luoxuan.campus.rules import UnitKind
from luoxuan.campus.scope import EVERYTHING
from luoxuan.core.models import User
from luoxuan.data.models import Collection, Dataset
from luoxuan.indicators.queries import reading_at
from luoxuan.portal.catch_up import catch_up
from luoxuan.testing.browser import axe
from luoxuan.testing.college import NOW, open_college, open_user

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1440, "height": 900}
MORE = ("SOUTH", "NORTH", "ARTS", "TRADE")
ROW = {"学号": "8001", "教学班": "MATH-1", "课程": "MATH", "得分": "88"}


@pytest.fixture
def people(live_server) -> dict[str, User]:
    open_college()
    specs = [
        UnitSpec(code, f"{code} 学院", "", UnitKind.SECONDARY_COLLEGE, "SMALL") for code in MORE
    ]
    record_units(units=specs, origin="", by=None, at=NOW)
    return {name: open_user(name) for name in ("office", "centre", "eastdata")}


def open_page(browser, live_server, enter, user, size):
    context = browser.new_context(
        base_url=live_server.url, locale="zh-CN", viewport=size, reduced_motion="reduce"
    )
    context.set_default_timeout(15_000)
    enter(context, user)
    return context.new_page()


def due() -> str:
    return (timezone.localdate() + timedelta(days=7)).isoformat()


def test_a_clerk_fills_in_on_a_phone_is_returned_corrects_and_is_accepted(
    browser, live_server, people, enter
):
    centre = open_page(browser, live_server, enter, people["centre"], DESK)
    clerk = open_page(browser, live_server, enter, people["eastdata"], PHONE)

    centre.goto("/data/collections/new/?dataset=score")
    centre.get_by_label("名称").fill("补报成绩")
    centre.get_by_label("时段").select_option("2025-2")
    centre.get_by_label("截止日期").fill(due())
    assert axe(centre) == []
    centre.get_by_role("button", name="发起采集").click()
    assert "已交 0/6" in centre.inner_text("main")
    assert date.fromisoformat(due()) == Collection.objects.get().due_on

    clerk.goto("/")
    clerk.get_by_role("link", name="填报 补报成绩").first.click()
    for title, value in ROW.items():
        clerk.get_by_label(f"第 1 行 {title}").fill(value)
    clerk.get_by_label("第 1 行 得分").fill("188")
    clerk.get_by_label("第 1 行 结果").select_option("通过")
    clerk.get_by_text("已自动保存").wait_for()
    assert "不能大于 100" in clerk.inner_text("[data-grid]")
    assert "必填 4 / 4" in clerk.inner_text("[data-filled]")
    assert clerk.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert axe(clerk) == []
    clerk.get_by_role("button", name="提交审核").click()
    assert "有 1 处没有填对" in clerk.inner_text("main")
    clerk.get_by_label("第 1 行 得分").fill("88")
    clerk.get_by_role("button", name="提交审核").click()
    assert "已提交，等待审核" in clerk.inner_text("main")

    centre.reload()
    assert "已交 1/6" in centre.inner_text("main")
    centre.get_by_role("link", name="东学院").click()
    cell = centre.locator("td", has_text="88")
    cell.locator("summary").click()
    cell.get_by_role("textbox").fill("与试卷不符")
    assert axe(centre) == []
    centre.get_by_role("button", name="退回").click()
    assert "退回 1" in centre.inner_text("main")

    clerk.goto("/data/filling/")
    clerk.get_by_role("link", name="补报成绩").click()
    assert "退回：与试卷不符" in clerk.inner_text("[data-grid]")
    assert axe(clerk) == []
    clerk.get_by_label("第 1 行 得分").fill("55")
    clerk.get_by_role("button", name="提交审核").click()

    centre.get_by_role("link", name="东学院").click()
    centre.get_by_role("button", name="通过").click()
    assert "已通过，数据已写入" in centre.inner_text("main")
    batch = Collection.objects.get().submissions.get(subject__code="EAST").batch
    assert (batch.version.number, batch.file_name) == (1, "补报成绩 · 东学院")
    centre.goto("/data/score/")
    assert "补报成绩 · 东学院" in centre.inner_text("main")
    centre.get_by_role("link", name="数据行").click()
    assert "55.0" in centre.inner_text("main")
    catch_up(by=None, at=timezone.now())
    reading = reading_at(
        EVERYTHING, code="course.pass_share", kind="COURSE", subject="MATH", period="2025-2"
    )
    assert (reading.numerator, reading.denominator) == (1, 1)
    assert Dataset.objects.get(name="score").current_number == 1
    for page in (centre, clerk):
        page.context.close()


def test_a_block_of_cells_is_pasted_from_a_spreadsheet(browser, live_server, people, enter):
    centre = open_page(browser, live_server, enter, people["centre"], DESK)
    clerk = open_page(browser, live_server, enter, people["eastdata"], DESK)
    centre.goto("/data/collections/new/?dataset=score")
    centre.get_by_label("时段").select_option("2025-2")
    centre.get_by_role("button", name="发起采集").click()
    clerk.goto("/data/filling/")
    clerk.get_by_role("link", name="成绩").first.click()
    lines = "\n".join(f"80{n:02d}\tMATH-1\tMATH\t{60 + n}\t通过" for n in range(1, 4))
    clerk.get_by_label("第 1 行 学号").focus()
    clerk.evaluate(
        """(text) => {
          const data = new DataTransfer();
          data.setData("text/plain", text);
          document.activeElement.dispatchEvent(
            new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
        }""",
        lines,
    )
    assert clerk.get_by_label("第 3 行 得分").input_value() == "63"
    clerk.get_by_label("第 1 行 学号").press("Enter")
    assert clerk.evaluate("document.activeElement.getAttribute('aria-label')") == "第 2 行 学号"
    clerk.get_by_role("button", name="提交审核").click()
    east = Collection.objects.get().submissions.get(subject__code="EAST")
    assert [row["cells"]["score"] for row in east.rows] == ["61", "62", "63"]
    for page in (centre, clerk):
        page.context.close()
