"""A wrong workbook teaches its owner what to mend: eight faults, each with cell and remedy."""

from io import BytesIO

import openpyxl
import pytest

from luoxuan.data.models import Dataset, Field
from luoxuan.testing.browser import axe
from luoxuan.testing.college import open_college, open_user

from .pages import after_work, send_file

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1440, "height": 900}
HEADERS = ("学号", "教学班", "课程", "部门", "学期", "分数", "结果", "考试日期")
GOOD = ("8001", "MATH-1", "MATH", "EAST-MATH", "2025-2", 88.5, "通过", "2026-06-20")
# What stands wrong in each row, by the column of it, and what the page must say of it.
FAULTS = {
    "A3": ({0: None}, "（空）", "必填项为空"),
    "G4": ({6: "优"}, "优", "不在代码表中"),
    "F5": ({5: "八十五"}, "八十五", "不是数字"),
    "H6": ({7: "2026年2月30日"}, "2026年2月30日", "没有这一天"),
    "C8": ({2: "MATHS"}, "MATHS", "MATH"),
    "F9": ({5: 101}, "101", "100"),
}
REPEATED = 7


@pytest.fixture
def clerk(live_server):
    """The quality office of a college whose scores name a course that exists, and a day."""
    open_college()
    score = Dataset.objects.get(name="score")
    score.fields.filter(name="course_code").update(reference="COURSE")
    Field.objects.create(
        dataset=score, position=99, name="examined_on", title="考试日期", type="date"
    )
    return open_user("office")


def row(number, changes=None):
    cells = list(GOOD)
    cells[0] = str(8000 + number)
    for place, value in (changes or {}).items():
        cells[place] = value
    return cells


def workbook(path, rows):
    book = openpyxl.Workbook()
    book.active.title = "成绩"
    book.create_sheet("说明").append(["请把成绩填在第一张表"])
    for cells in [HEADERS, *rows]:
        book.active.append(cells)
    book.save(path)


def faulty_rows():
    """Rows 2 to 9: a good one, then one fault each; row 7 has the key of row 2 and other points."""
    changed = {int(cell[1:]): changes for cell, (changes, _, _) in FAULTS.items()}
    rows = [row(number, changed.get(number)) for number in range(2, 10)]
    rows[REPEATED - 2][0] = "8002"
    rows[REPEATED - 2][5] = 70
    return rows


def problems(page):
    found = page.eval_on_selector_all(
        "section[aria-labelledby=problems-title] tbody tr",
        "rows => rows.map(row => [...row.cells].map(cell => cell.innerText.trim()))",
    )
    return {cells[0]: cells[1:] for cells in found}


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["390", "1440"])
def test_every_fault_is_named_with_its_cell_and_the_corrected_workbook_passes(
    browser, live_server, clerk, enter, tmp_path, size
):
    context = browser.new_context(
        base_url=live_server.url, locale="zh-CN", viewport=size, reduced_motion="reduce"
    )
    context.set_default_timeout(20_000)
    enter(context, clerk)
    page = context.new_page()
    path = tmp_path / "成绩.xlsx"
    workbook(path, faulty_rows())

    # The wrong header is asked about by its own words, beside the fields that it may mean.
    send_file(page, path)
    assert "还没有写入任何数据" in page.inner_text("main")
    asked = page.locator("main tbody tr", has_text="请确认")
    assert asked.count() == 1
    assert "分数" in asked.inner_text()
    asked.locator("select").select_option(label="得分")
    assert axe(page) == []
    page.screenshot(path=tmp_path / "columns.png", full_page=True)
    page.click("main button:has-text('下一步：检查')")
    after_work(page)

    named = problems(page)
    for cell, (_, value, said) in FAULTS.items():
        column, found, reason, remedy = named[f"成绩!{cell}"]
        assert column
        assert found == value
        assert said in reason + remedy
        assert len(remedy) > 3
    repeated = [cells for address, cells in named.items() if address.endswith(("A2", "A7"))]
    assert len(repeated) == 2
    assert all("主键" in cells[2] for cells in repeated)
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.screenshot(path=tmp_path / "check.png", full_page=True)

    # The same workbook with every fault marked in its place.
    with page.expect_download() as download:
        page.click("main a:has-text('下载改正文件')")
    marked = openpyxl.load_workbook(BytesIO(download.value.path().read_bytes()))
    sheet = marked.worksheets[0]
    titles = [cell.value for cell in sheet[1]]
    assert titles == [*HEADERS, "错误", "原行号"]
    for cell, (_, _, said) in FAULTS.items():
        assert sheet[cell].fill.fgColor.rgb == "FFFDE0DD"
        assert sheet[cell].comment is not None
        assert said in sheet[f"I{cell[1:]}"].value

    # Mended where it is marked, and handed in as it is.
    mended = {"A3": "8003", "G4": "通过", "F5": 85, "H6": "2026-02-28", "A7": "8007",
              "C8": "MATH", "F9": 100}  # fmt: skip
    for cell, value in mended.items():
        sheet[cell] = value
    corrected = tmp_path / "改正.xlsx"
    marked.save(corrected)
    page.set_input_files("#id_file", corrected)
    page.click("main button:has-text('重新上传')")
    after_work(page)
    assert problems(page) == {}
    page.click("main a:has-text('下一步：预览')")
    page.screenshot(path=tmp_path / "preview.png", full_page=True)
    page.click("main button:has-text('写入 8 行')")
    after_work(page)
    assert "接受" in page.inner_text("h1")
    context.close()
