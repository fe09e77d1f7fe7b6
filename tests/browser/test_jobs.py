"""The card of a job moves by itself, the drawer goes along, and the end leads to the result."""

import re

from django.utils import timezone
from playwright.sync_api import expect

from luoxuan.core.actions.jobs import finish_job, renew_lease
from luoxuan.core.models import Job
from luoxuan.core.rules import LEASE, JobState


def test_progress_moves_survives_navigation_and_leads_to_the_result(
    browser, live_server, users, keys, enter
):
    context = browser.new_context()
    enter(context, users["office"])
    page = context.new_page()
    job = Job.objects.get(pk=keys["job"])
    Job.objects.filter(pk=job.pk).update(url="/data/")
    page.goto(f"{live_server.url}/jobs/{job.pk}/")
    renew_lease(job=job, at=timezone.now(), lease=LEASE, done=7)
    expect(page.locator("main progress")).to_have_js_property("value", 7)

    page.goto(f"{live_server.url}/subjects/")
    page.click("#job-drawer summary")
    expect(page.locator("#job-drawer progress")).to_have_js_property("value", 7)
    renew_lease(job=job, at=timezone.now(), lease=LEASE, done=8)
    expect(page.locator("#job-drawer progress")).to_have_js_property("value", 8)
    page.keyboard.press("Escape")
    expect(page.locator("#job-drawer")).not_to_have_attribute("open", re.compile(""))

    page.goto(f"{live_server.url}/jobs/{job.pk}/")
    finish_job(job=job, state=JobState.DONE, at=timezone.now(), result={})
    page.wait_for_url("**/data/")
    context.close()


def test_without_script_the_drawer_is_two_links_and_the_job_can_be_refreshed(
    browser, live_server, users, keys, enter
):
    context = browser.new_context(java_script_enabled=False)
    enter(context, users["office"])
    page = context.new_page()
    page.goto(f"{live_server.url}/")
    page.click("#job-drawer summary")
    page.click("#job-drawer a[href='/jobs/']")
    page.click(f"main a[href='/jobs/{keys['job']}/']")
    expect(page.locator("main progress")).to_be_visible()
    page.click("main .job-card a:has-text('刷新')")
    page.click("main button:has-text('取消任务')")
    expect(page.locator("main .job-card .status")).to_have_text("正在取消")
    context.close()
