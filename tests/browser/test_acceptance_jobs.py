"""Long work: progress that survives navigation, a notice and a file at its end, cancel, failure."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from luoxuan.core import downloads, jobs
from luoxuan.core.errors import Refused
from luoxuan.core.jobs import run_due
from luoxuan.core.models import Job, Notice


@pytest.fixture
def office(page, users, enter, monkeypatch):
    """A reader for whom ten rows are many, so that they come by a job."""
    monkeypatch.setattr(downloads, "ROWS_AT_ONCE", 10)
    enter(page.context, users["office"])
    return page


def ask_for_csv(page) -> None:
    """Open the menu of the page's head and choose the file, as a reader does."""
    page.click(".page-head .export-menu > summary")
    page.click(".page-head a:has-text('导出 CSV')")


def work(monkeypatch, look) -> None:
    """Do the waiting jobs as the worker does; ``look`` sees the browser at each step of them."""
    write = jobs._JOBS[downloads.LIST_JOB]

    def watched(run, **arguments):
        progress = run.progress

        def step(done, total, words=""):
            progress(done, total, words)
            look(done)

        run.progress = step
        return write(run, **arguments)

    monkeypatch.setitem(jobs._JOBS, downloads.LIST_JOB, watched)
    run_due(owner="browser", now=timezone.now)


def test_an_export_by_a_job_shows_its_progress_everywhere_and_ends_with_a_file(
    office, witness, monkeypatch
):
    office.goto("/data/score/")
    ask_for_csv(office)
    assert "/jobs/" in office.url
    card = office.url
    expect(office.locator("main .job-card .status")).to_have_text("排队中")

    def look(done):
        if done == 0:
            expect(office.locator("main .job-card .status")).to_have_text("进行中")
            expect(office.locator("main .job-card")).to_contain_text("正在读取")
            office.goto("/subjects/")
            office.click("#job-drawer summary")
            expect(office.locator("#job-drawer progress")).to_have_js_property("value", 0)
        else:
            # The same page, nothing clicked: the drawer has moved on.
            expect(office.locator("#job-drawer progress")).to_have_js_property("value", 1)
            office.goto(card)
            expect(office.locator("main .job-card")).to_contain_text("正在写入")

    with office.expect_download() as download:
        work(monkeypatch, look)
    text = download.value.path().read_bytes()
    assert text.startswith(b"\xef\xbb\xbf")
    assert text.count(b"\n") > 100
    office.goto("/notices/")
    notice = office.locator("main a:has-text('已完成：导出')")
    assert notice.get_attribute("href").endswith(f"/{Job.objects.latest('pk').pk}/file/")
    assert witness.complaints == []


def test_a_job_is_cancelled_from_its_page_and_leaves_nothing(office, witness, monkeypatch):
    office.goto("/data/score/")
    ask_for_csv(office)
    card = office.url

    def look(done):
        assert done == 0, "the job went on after it was cancelled"
        expect(office.locator("main .job-card .status")).to_have_text("进行中")
        office.click("main button:has-text('取消任务')")

    work(monkeypatch, look)
    office.goto(card)
    expect(office.locator("main .job-card .status")).to_have_text("已取消")
    assert not Notice.objects.filter(text__contains="导出").exists()
    number = Job.objects.latest("pk").pk
    assert office.context.request.get(f"/jobs/{number}/file/").status == 404
    assert witness.complaints == []


def test_a_job_that_fails_says_why_and_what_to_do(office, witness, monkeypatch):
    def refuse(done):
        raise Refused("list_not_allowed")

    office.goto("/data/score/")
    ask_for_csv(office)
    work(monkeypatch, refuse)
    main = office.locator("main .job-card")
    expect(main.locator(".status")).to_have_text("未完成")
    expect(main).to_contain_text("没有留下一半的数据")
    expect(main).to_contain_text("请")
    office.goto("/notices/")
    assert "未能完成：导出" in office.inner_text("main")
    assert witness.complaints == []
