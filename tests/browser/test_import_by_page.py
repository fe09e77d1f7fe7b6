"""The story of a file by the page: three bad rows are named, the good ones change the number."""

from datetime import timedelta
from io import BytesIO

import openpyxl

from luoxuan.data.models import Dataset, DatasetVersion
from luoxuan.portal.catch_up import catch_up
from luoxuan.testing.college import HEADER

from .conftest import LATER
from .pages import after_work, send_file

READING = "/indicators/course.pass_share/?kind=TEACHING_CLASS&subject=MATH-1&period=2025-2"
BAD = ",MATH-1,MATH,EAST-MATH,2025-2,75,通过", "5002,MATH-1,MATH,EAST-MATH,2025-2,101,通过"
GOOD = [f"{number},MATH-1,MATH,EAST-MATH,2025-2,50,不通过" for number in range(5003, 5012)]
FILE = "\n".join([HEADER, BAD[0], *GOOD[:5], BAD[1], "5050,MATH-1,MATH,EAST-MATH,2025-2,60,优",
                  *GOOD[5:]]) + "\n"  # fmt: skip


def table(page):
    return page.eval_on_selector_all(
        "section[aria-labelledby=problems-title] tbody tr",
        "rows => rows.map(row => [...row.cells].map(cell => cell.innerText.trim()))",
    )


def test_a_file_with_three_bad_rows_changes_the_number_by_its_good_ones(
    page, users, enter, witness, tmp_path
):
    enter(page.context, users["office"])
    path = tmp_path / "scores.csv"
    path.write_text(FILE, encoding="utf-8")
    page.goto(READING)
    assert page.inner_text(".hero-value") == "72.73 %"
    assert "8/11" in page.inner_text(".comparisons")

    # First a look without writing: every finding, nothing changed.
    send_file(page, path, mode="append")
    assert "还没有写入任何数据" in page.inner_text("main")
    assert page.inner_text(".summary-keys").split() == [
        "12", "读入", "=", "9", "接受", "+", "0", "待确认", "+", "3", "拒绝",
    ]  # fmt: skip
    problems = table(page)
    assert [row[:3] for row in problems] == [
        ["A2", "学号", "（空）"], ["F8", "得分", "101"], ["G9", "结果", "优"],
    ]  # fmt: skip
    assert all(len(row[3]) > 3 and len(row[4]) > 3 for row in problems)
    assert "100" in problems[1][3]
    draft = page.url
    page.goto("/data/score/")
    assert "第 4 版" in page.inner_text("h1")

    page.goto(draft)
    page.click("main a:has-text('跳过这 3 行')")
    page.click("main button:has-text('写入 9 行')")
    after_work(page)
    assert page.inner_text(".summary-keys").split() == [
        "12", "读入", "=", "9", "接受", "+", "3", "拒绝",
    ]  # fmt: skip
    assert "部分拒绝" in page.inner_text("h1")
    assert "第 5 版" in page.inner_text(".page-subtitle")
    assert table(page) == problems

    # The number is of the old version until it is computed again, and says so.
    page.goto(READING)
    assert page.inner_text(".hero-value") == "72.73 %"
    catch_up(by=None, at=LATER + timedelta(minutes=1))
    page.reload()
    assert page.inner_text(".hero-value") == "40.00 %"
    assert "8/20" in page.inner_text(".comparisons")
    assert "预警" in page.inner_text(".hero")
    assert "第 5 版" in page.inner_text("#who")
    page.click(".page-actions a:has-text('看明细行')")
    assert "共 20 行" in page.inner_text("main .toolbar")
    page.goto("/alerts/")
    assert "高等数学 1 班：通过率 40.00 %，低于预警值 60.00 %" in page.inner_text("main")

    # The same file again: said, not stored twice.
    send_file(page, path, mode="append")
    page.goto("/data/score/")
    assert "第 5 版" in page.inner_text("h1")
    assert witness.complaints == []


def row(number, *, unit="EAST-MATH", term="2025-2", score="50", result="不通过"):
    return f"{number},MATH-1,MATH,{unit},{term},{score},{result}"


# Twenty mistakes that people make, each with the cell where it is.
MISTAKES = [
    ("A2", row("")), ("B3", "6002,,MATH,EAST-MATH,2025-2,50,通过"), ("F4", row(6003, score="abc")),
    ("F5", row(6004, score="101")), ("F6", row(6005, score="-1")), ("F7", row(6006, score="1e2")),
    ("F8", row(6007, score="85分")), ("F9", row(6008, score="60.555")),
    ("F10", row(6009, score="#N/A")), ("F11", row(6010, score="NaN")),
    ("F12", row(6011, score="是")), ("F13", row(6012, score="+")),
    ("G14", row(6013, result="优")), ("G15", row(6014, result="")),
    ("G16", row(6015, result="pass")),
    ("C17", "6016,MATH-1,,EAST-MATH,2025-2,50,通过"), ("D18", row(6017, unit="")),
    ("E19", row(6018, term="")), ("A20", row(6019)), ("A21", row(6019, score="51")),
]  # fmt: skip


def test_twenty_mistakes_are_listed_nothing_is_stored_the_corrected_file_passes_and_is_undone(
    page, users, enter, witness, tmp_path
):
    enter(page.context, users["office"])
    path, corrected = tmp_path / "scores.csv", tmp_path / "corrected.csv"
    good = [row(number) for number in range(7000, 7005)]
    lines = [HEADER, *(line for _, line in MISTAKES), *good]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    corrected.write_text("\n".join([HEADER, *good]) + "\n", encoding="utf-8")

    send_file(page, path, mode="append")
    assert "还没有写入任何数据" in page.inner_text("main")
    listed = {line[0]: line for line in table(page)}
    assert [cell for cell, _ in MISTAKES if cell not in listed] == []
    assert len(listed) == 20
    assert all(line[1] and line[3] and line[4] for line in listed.values())
    with page.expect_download() as download:
        page.click("main a:has-text('下载改正文件')")
    content = BytesIO(download.value.path().read_bytes())
    sheet = openpyxl.load_workbook(content).worksheets[0]
    assert sheet.max_row == 26
    assert Dataset.objects.get(name="score").current_number == 4

    page.set_input_files("#id_file", corrected)
    page.click("main button:has-text('重新上传')")
    after_work(page)
    assert page.inner_text(".summary-keys").split()[0] == "5"
    page.click("main a:has-text('下一步：预览')")
    assert page.locator(".sheet-preview tbody tr").count() == 5
    page.click("main button:has-text('写入 5 行')")
    after_work(page)
    assert "第 5 版" in page.inner_text(".page-subtitle")

    page.fill("#undo-reason", "选错了文件")
    page.click("main button:has-text('撤销导入')")
    assert "已在第 6 版撤销" in page.inner_text("main")
    page.goto("/data/score/")
    assert "第 6 版" in page.inner_text("h1")
    held = DatasetVersion.objects.filter(dataset__name="score").order_by("number")
    versions = held.values_list("n_rows", flat=True)
    assert versions[5] == versions[3]
    assert witness.complaints == []
