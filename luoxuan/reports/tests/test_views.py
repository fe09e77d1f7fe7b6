"""Pages of documents: who sees what, and what a refused act answers."""

import pytest

from luoxuan.campus.scope import EVERYTHING
from luoxuan.reports.actions import record_files, submit_document
from luoxuan.reports.models import Document
from luoxuan.reports.printing.making import make_files
from luoxuan.testing.college import NOW, open_user

pytestmark = pytest.mark.django_db


def test_a_course_leader_writes_submits_and_downloads(document, author, client):
    client.force_login(author)
    url = f"/reports/{document.pk}/"
    assert "草稿" in client.get(url).content.decode()
    answer = client.post(f"{url}write/", {"summary": "二班出勤偏低。", "next_step": ""})
    assert answer.status_code == 302
    assert client.post(f"{url}submit/").status_code == 302
    document.refresh_from_db()
    assert document.state == "SUBMITTED"
    assert client.get(f"{url}download/pdf/").headers["Location"] == url
    record_files(document=document, files=make_files(document), at=NOW)
    answer = client.get(f"{url}download/pdf/")
    assert answer.content.startswith(b"%PDF")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_the_same_new_report_twice_is_one_document(author, client):
    client.force_login(author)
    page = client.get("/reports/new/?kind=COURSE_TERM")
    form = page.context["form"]
    data = {
        "subject": form.fields["subject"].queryset.get(code="MATH").pk,
        "period": form.fields["period"].queryset.get(code="2025-1").pk,
    }
    first = client.post("/reports/new/?kind=COURSE_TERM", data)
    second = client.post("/reports/new/?kind=COURSE_TERM", data)
    assert first.headers["Location"] == second.headers["Location"]
    assert Document.objects.count() == 1
    assert client.post("/reports/new/?kind=COURSE_TERM", {"subject": "0"}).status_code == 422


def test_a_signer_signs_on_the_page_and_returning_needs_a_reason(document, author, client):
    submit_document(document=document, scope=EVERYTHING, by=author, at=NOW)
    client.force_login(open_user("east"))
    url = f"/reports/{document.pk}/decide/"
    assert client.post(url, {"decision": "return", "reason": ""}).status_code == 422
    assert client.post(url, {"decision": "sign"}).status_code == 302
    answer = client.post(url, {"decision": "sign"})
    assert answer.status_code == 422
    assert "报告不在待签发状态。" in answer.content.decode()


def test_another_may_neither_see_a_draft_nor_write_in_a_submitted_one(document, author, client):
    client.force_login(open_user("office"))
    url = f"/reports/{document.pk}/"
    assert client.get(url).status_code == 404
    submit_document(document=document, scope=EVERYTHING, by=author, at=NOW)
    assert client.get(url).status_code == 200
    assert client.post(f"{url}submit/").status_code == 404
    assert client.post(f"{url}withdraw/", {"reason": "x"}).status_code == 404


def test_charts_carry_their_option_a_sentence_and_a_table(document, author, client):
    client.force_login(author)
    page = client.get(f"/reports/{document.pk}/").content.decode()
    assert 'data-chart="chart-' in page
    assert 'type="application/json"' in page
    assert "以表格查看" in page
    assert "echarts.min.js" in page
    assert "<script src" not in page.split("data-chart")[1]
