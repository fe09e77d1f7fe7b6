"""The story of a file by the page: three bad rows are named, the good ones change the number."""

from datetime import timedelta

from luoxuan.portal.catch_up import catch_up
from luoxuan.testing.college import HEADER

from .conftest import LATER
from .pages import send_file

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

    # First a look without writing: the same findings, nothing changed.
    send_file(page, path, mode="append", is_dry_run=True)
    assert "还没有写入任何数据" in page.inner_text("main")
    looked = table(page)
    page.goto("/data/score/")
    assert "第 4 版" in page.inner_text("h1")

    send_file(page, path, mode="append")
    assert "/data/imports/" in page.url
    assert page.inner_text(".summary-keys").split() == [
        "12", "读入", "=", "9", "接受", "+", "3", "拒绝",
    ]  # fmt: skip
    assert "部分拒绝" in page.inner_text("h1")
    assert "第 5 版" in page.inner_text(".page-subtitle")
    problems = table(page)
    assert problems == looked
    assert [row[:3] for row in problems] == [
        ["A2", "学号", "空"], ["F8", "得分", "101"], ["G9", "结果", "优"],
    ]  # fmt: skip
    assert all(len(row[3]) > 3 for row in problems)
    assert "100" in problems[1][3]

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
    assert "已经导入过" in page.inner_text("[role=status]")
    assert "第 5 版" in page.inner_text("h1")
    assert witness.complaints == []
