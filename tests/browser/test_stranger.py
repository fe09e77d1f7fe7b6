"""A stranger with the open data of OULAD: from the search to the rows behind 28.79 %."""

import os
from pathlib import Path

import pytest
from django.utils import timezone

from luoxuan.portal.catch_up import catch_up
from luoxuan.portal.configuration import import_folder, load_package
from luoxuan.testing.browser import axe
from luoxuan.testing.college import PASSWORD, open_user

PACKAGE = Path(__file__).parents[2] / "examples" / "oulad"
FILES = (
    "assessments.csv", "courses.csv", "studentAssessment.csv", "studentInfo.csv",
    "studentRegistration.csv", "studentVle_part.parquet", "vle.csv",
)  # fmt: skip
CELLS = "rows => rows.map(row => [...row.cells].map(cell => cell.innerText))"
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1440, "height": 900}
CHINESE = {
    "subjects": "诊改对象", "card": "退出率", "rows": "看明细行", "part": "退出的选课人次",
    "back": "回到指标", "who": "谁说的？", "version": "第 1 版",
    "standard": "标准值", "warning": "预警值", "note": "公开的国外数据",
}  # fmt: skip
ENGLISH = {
    "subjects": "Subjects", "card": "Withdrawal share", "rows": "Show the rows",
    "part": "Enrolments withdrawn", "back": "Back to the indicator", "who": "Who says so?",
    "version": "Version 1", "standard": "Standard value", "warning": "Warning value",
    "note": "Public foreign data",
}  # fmt: skip


@pytest.fixture
def oulad(live_server) -> None:
    """The example as a newcomer loads it, and a member of the quality office."""
    folder = Path(os.environ.get("LUOXUAN_SHARED", "../shared")) / "data" / "oulad"
    missing = [name for name in FILES if not (folder / name).is_file()]
    if missing:
        pytest.skip(f"OULAD files missing in {folder}: {', '.join(missing)}; set LUOXUAN_SHARED")
    now = timezone.now()
    load_package(PACKAGE, by=None, at=now)
    open_user("office", "quality_office", "*")
    dict(import_folder(folder, by=None, at=now))
    catch_up(by=None, at=now)


def journey(page, words):
    page.set_viewport_size(DESK)
    page.click(f".side-menu a:has-text('{words['subjects']}')")
    page.fill("#filter-text", "BBB-2013J")
    page.keyboard.press("Enter")
    page.click("main tbody tr:has-text('BBB-2013J') td:first-child a")
    assert words["note"] in page.inner_text("main")
    card = page.locator(f".reading:has(h3 a:text-is('{words['card']}'))")
    assert "28.79 %" in card.inner_text()
    assert "644/2,237" in card.inner_text()
    card.locator("h3 a").click()
    assert page.inner_text(".hero-value") == "28.79 %"
    assert "644/2,237" in page.inner_text(".comparisons")
    address = page.url

    page.click(f".page-actions a:has-text('{words['rows']}')")
    assert "2,237" in page.inner_text(".equation")
    page.click(f".tabs a:has-text('{words['part']}')")
    assert "644" in page.inner_text("main .toolbar")
    rows = page.eval_on_selector_all("main tbody tr", CELLS)
    while page.locator("a[rel=next]").count():
        # A click returns before the next page is there, and a page before all of its rows are.
        with page.expect_navigation(wait_until="domcontentloaded"):
            page.click("a[rel=next]")
        rows += page.eval_on_selector_all("main tbody tr", CELLS)
    assert len(rows) == len({row[0] for row in rows}) == 644
    assert all("Withdrawn" in row for row in rows)

    page.click(f".page-actions a:has-text('{words['back']}')")
    assert page.url == address
    page.set_viewport_size(PHONE)
    page.click(f".drawer-open:has-text('{words['who']}')")
    drawer = page.locator("#who")
    assert drawer.is_visible()
    shown = drawer.inner_text()
    for expected in ("644", "2,237", "28.79 %", words["version"], words["standard"],
                     words["warning"], "enrolment.withdrawn ÷ enrolment.count"):  # fmt: skip
        assert expected in shown
    limits = drawer.locator("dl.facts").first.locator("dd")
    assert limits.count() >= 2
    assert all(limit.inner_text().split() for limit in limits.all())
    assert axe(page) == []
    page.keyboard.press("Escape")


def test_a_stranger_traces_a_withdrawal_share_to_its_rows(page, oulad, witness):
    page.goto("/")
    page.fill("#id_username", "office")
    page.fill("#id_password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("h1:has-text('您好')")
    journey(page, CHINESE)
    page.set_viewport_size(DESK)
    page.goto("/")
    page.click("button:has-text('English')")
    journey(page, ENGLISH)
    assert witness.complaints == []
