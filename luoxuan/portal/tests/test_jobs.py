"""Pages of jobs, notices and the audit chain: one's own, in words, without a script."""

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from luoxuan.core.actions import cancel_job, enqueue, notify, record_audit
from luoxuan.core.actions.jobs import claim_job, finish_job, renew_lease
from luoxuan.core.models import Job, Notice
from luoxuan.core.queries import shell_counts
from luoxuan.core.rules import LEASE, JobState
from luoxuan.portal import job_views
from luoxuan.testing.college import NOW, open_college, open_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(client, warehouse):
    open_college()
    user = open_user("office")
    client.force_login(user)
    return user


def ask(user, title="导入：成绩", **more):
    return enqueue(name="test.work", arguments={}, by=user, at=NOW, title=title, **more)


def claim():
    return claim_job(owner="one", at=NOW, lease=LEASE)


def test_the_list_shows_my_jobs_and_nobody_elses(client, office):
    ask(office)
    ask(open_user("east"), "别人的任务")
    body = client.get("/jobs/").content.decode()
    assert "导入：成绩" in body
    assert "排队中" in body
    assert "别人的任务" not in body


def test_a_running_job_shows_its_progress_and_can_be_cancelled(client, office):
    job = ask(office, url="/data/")
    renew_lease(job=claim(), at=NOW, lease=LEASE, done=3, total=10, words="第 3 行")
    page = client.get(f"/jobs/{job.pk}/").content.decode()
    assert '<progress class="job-progress" max="10" value="3"' in page
    assert "第 3 行" in page
    assert "data-next" not in page
    part = client.get(f"/jobs/{job.pk}/?part=1").content.decode()
    assert "<html" not in part
    assert f'data-job="{job.pk}"' in part
    response = client.post(f"/jobs/{job.pk}/cancel/")
    assert (response.status_code, response.headers["Location"]) == (302, f"/jobs/{job.pk}/")
    job.refresh_from_db()
    assert job.cancel_asked_at is not None
    assert "正在取消" in client.get(f"/jobs/{job.pk}/").content.decode()


def test_a_job_that_has_ended_is_not_cancelled_and_the_page_says_so(client, office):
    job = ask(office)
    cancel_job(job=job, by=office, at=NOW)
    body = client.post(f"/jobs/{job.pk}/cancel/", follow=True).content.decode()
    assert "任务已经结束，不能再取消。" in body


def test_a_done_job_leads_to_what_it_made(client, office):
    job = ask(office, url="/data/")
    finish_job(job=claim(), state=JobState.DONE, at=NOW, result={"url": "/data/score/"})
    assert 'data-next="/data/score/"' in client.get(f"/jobs/{job.pk}/?part=1").content.decode()


def test_a_failed_job_says_why_and_what_to_do(client, office):
    job = ask(office)
    facts = {"dataset": "score"}
    finish_job(job=claim(), state=JobState.FAILED, at=NOW, code="version_moved", facts=facts)
    body = client.get(f"/jobs/{job.pk}/").content.decode()
    assert "数据集“score”正被他人更新，请稍后再试。" in body
    assert f"#{job.pk}" in body


def test_the_shell_counts_my_jobs_and_notices_by_one_query(client, office):
    ask(office)
    ask(open_user("east"))
    notify(user=office, text="完成", url="/", at=NOW, key="a")
    with CaptureQueriesContext(connection) as queries:
        counts = shell_counts(office)
    assert (counts.n_unfinished, counts.n_unread, counts.n_all, len(queries)) == (1, 1, 2, 1)
    body = client.get("/").content.decode()
    assert "data-job-count >2</span>" in body
    assert 'href="/jobs/"' in body


def test_a_notice_comes_once_and_is_read_alone_or_with_the_others(client, office):
    for key in ("a", "a", "b"):
        notify(user=office, text=f"通知 {key}", url="/data/", at=NOW, key=key)
    east = notify(user=open_user("east"), text="别人的通知", url="", at=NOW, key="a")
    body = client.get("/notices/").content.decode()
    assert body.count("标为已读") == 2 + 1
    assert "别人的通知" not in body
    first = Notice.objects.get(user=office, key="a")
    client.post("/notices/", {"notice": str(first.pk)})
    assert Notice.objects.filter(user=office, read_at=None).count() == 1
    client.post("/notices/")
    assert not Notice.objects.filter(user=office, read_at=None).exists()
    client.post("/notices/", {"notice": str(east.pk)})
    east.refresh_from_db()
    assert east.read_at is None


def test_the_auditor_filters_the_chain_by_the_address(client, office):
    client.force_login(open_user("auditor"))
    record_audit(
        by=office, at=NOW, action="odd_act", object_kind="Thing", object_key="T-1",
        facts={"why": "测试"},
    )  # fmt: skip
    assert "odd_act" in client.get("/audit/").content.decode()
    for query, is_there in (
        ("who=office", True), ("who=east", False), ("action=odd_act&kind=Thing&key=T-", True),
        ("key=U", False), ("since=2026-03-02&until=2026-03-02", True), ("since=2026-03-03", False),
        ("until=2026-03-01", False), ("since=nonsense", True),
    ):  # fmt: skip
        shown = "T-1" in client.get(f"/audit/?{query}").content.decode()
        assert shown is is_there, query


def test_a_busy_database_is_answered_with_try_again(client, office, monkeypatch):
    def locked(**_options):
        raise OperationalError("database is locked")

    job = ask(office)
    monkeypatch.setattr(job_views, "cancel_job", locked)
    client.raise_request_exception = False
    response = client.post(f"/jobs/{job.pk}/cancel/")
    assert response.status_code == 503
    assert "请稍后再试" in response.content.decode()
    assert "locked" not in response.content.decode()
    assert response.headers["Retry-After"] == "10"
    assert Job.objects.get().state == JobState.QUEUED


def test_another_error_is_no_busy_database(client, office, monkeypatch):
    def broken(**_options):
        raise OperationalError("no such table")

    monkeypatch.setattr(job_views, "cancel_job", broken)
    client.raise_request_exception = False
    assert client.post(f"/jobs/{ask(office).pk}/cancel/").status_code == 500
