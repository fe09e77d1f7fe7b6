"""Rows asked of six colleges: filled in on a phone, returned, corrected, accepted, counted."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from luoxuan.campus.actions import UnitSpec, record_units
from luoxuan.campus.models import Subject
from luoxuan.campus.rules import UnitKind
from luoxuan.campus.scope import EVERYTHING
from luoxuan.core.models import User
from luoxuan.data.collecting.actions import CollectionValues, open_collection
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


def opened_form(browser, live_server, people, enter):
    """Return the grid of the eastern college, open for its clerk, and the collection."""
    east = Subject.objects.filter(kind="UNIT", code="EAST")
    values = CollectionValues(
        dataset=Dataset.objects.get(name="score"), title="补报成绩", period="2025-2",
        due_on=timezone.localdate() + timedelta(days=7),
    )  # fmt: skip
    made = open_collection(
        values=values, subjects=list(east), receipt="x", by=people["centre"], at=timezone.now()
    )
    clerk = open_page(browser, live_server, enter, people["eastdata"], DESK)
    clerk.goto(f"/data/filling/{made.submissions.get().pk}/")
    return clerk, made


def paste(page, text):
    page.evaluate(
        """(text) => {
          const data = new DataTransfer();
          data.setData("text/plain", text);
          document.activeElement.dispatchEvent(
            new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
        }""",
        text,
    )


def leave(page):
    """Wait until nothing is under way any more."""
    page.goto("/data/filling/")
    page.wait_for_load_state("networkidle")


def stored(made):
    return made.submissions.get().rows


def test_two_hundred_rows_are_pasted_and_saved_and_what_does_not_fit_is_said(
    browser, live_server, people, enter
):
    clerk, made = opened_form(browser, live_server, people, enter)
    # Ten columns from the sheet; the grid takes the five that it has.
    more = "\t".join("abcde")
    lines = [f"{8000 + n}\tMATH-1\tMATH\t{n % 100}\t通过\t{more}" for n in range(200)]
    clerk.get_by_label("第 1 行 学号").focus()
    paste(clerk, "\n".join(lines))
    assert clerk.get_by_label("第 200 行 得分").input_value() == "99"
    clerk.get_by_text("已自动保存").wait_for()
    rows = stored(made)
    assert (len(rows), rows[-1]["cells"]["student_id"]) == (200, "8199")
    clerk.get_by_label("第 200 行 学号").focus()
    paste(clerk, "\n".join(["8999\tMATH-1\tMATH\t5\t优", *lines * 2]))
    assert "“优”不在选项中" in clerk.inner_text("tr:nth-child(200)")
    assert "有 100 行没有粘贴" in clerk.inner_text("[data-status]")
    clerk.get_by_text("已自动保存").wait_for()
    assert len(stored(made)) == 500
    leave(clerk)
    clerk.context.close()


def test_a_lost_connection_is_said_and_a_reload_costs_nothing(browser, live_server, people, enter):
    clerk, made = opened_form(browser, live_server, people, enter)
    clerk.route("**/data/filling/*/", lambda route: (
        route.abort() if route.request.method == "POST" else route.continue_()
    ))  # fmt: skip
    clerk.get_by_label("第 1 行 学号").fill("8001")
    clerk.get_by_text("未保存").wait_for()
    assert stored(made) == []
    clerk.on("dialog", lambda dialog: dialog.accept())
    clerk.reload()
    assert clerk.get_by_label("第 1 行 学号").input_value() == "8001"
    clerk.unroute("**/data/filling/*/")
    clerk.get_by_text("已自动保存").wait_for()
    assert stored(made)[0]["cells"]["student_id"] == "8001"
    # Nothing is brought back that is saved already.
    clerk.reload()
    assert "找回" not in clerk.inner_text("[data-status]")
    leave(clerk)
    clerk.context.close()


def test_two_tabs_see_what_the_other_saved(browser, live_server, people, enter):
    clerk, made = opened_form(browser, live_server, people, enter)
    other = clerk.context.new_page()
    other.goto(clerk.url)
    clerk.get_by_label("第 1 行 学号").fill("8001")
    clerk.get_by_text("已自动保存").wait_for()
    other.get_by_label("第 1 行 学号").fill("8002")
    other.get_by_text("别处已保存了不同的内容").wait_for()
    assert "8001" in other.inner_text("[data-grid]")
    assert stored(made)[0]["cells"]["student_id"] == "8001"
    other.get_by_role("button", name="暂存").click()
    assert stored(made)[0]["cells"]["student_id"] == "8002"
    clerk.context.close()


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
    paste(clerk, lines)
    assert clerk.get_by_label("第 3 行 得分").input_value() == "63"
    clerk.get_by_label("第 1 行 学号").press("Enter")
    assert clerk.evaluate("document.activeElement.getAttribute('aria-label')") == "第 2 行 学号"
    clerk.get_by_role("button", name="提交审核").click()
    east = Collection.objects.get().submissions.get(subject__code="EAST")
    assert [row["cells"]["score"] for row in east.rows] == ["61", "62", "63"]
    for page in (centre, clerk):
        page.context.close()
