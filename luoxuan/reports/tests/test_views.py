"""Pages of documents: who sees what, and what a refused act answers."""

from datetime import timedelta

import pytest

from luoxuan.campus.actions import SubjectSpec, record_subjects
from luoxuan.campus.models import Period
from luoxuan.campus.queries import subject_at
from luoxuan.campus.rules import SubjectKind
from luoxuan.campus.scope import EVERYTHING
from luoxuan.data.rules import ImportMode
from luoxuan.indicators.actions import compute_readings
from luoxuan.reports.actions import record_files, submit_document
from luoxuan.reports.models import Document
from luoxuan.reports.printing.making import make_files
from luoxuan.testing.college import NOW, Passes, import_text, open_user, score_csv

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


def test_only_terms_in_which_something_was_are_offered_and_taken(author, client):
    client.force_login(author)
    url = "/reports/new/?kind=COURSE_TERM"
    fields = client.get(url).context["form"].fields
    assert [row.code for row in fields["period"].queryset] == ["2025-1"]
    data = {
        "subject": fields["subject"].queryset.get(code="MATH").pk,
        "period": Period.objects.get(code="2025-2").pk,
    }
    assert client.post(url, data).status_code == 422
    assert not Document.objects.exists()


def test_a_course_is_not_reported_on_for_a_term_of_others(college, client):
    """The term is offered because other courses have readings in it."""
    robot = SubjectSpec(SubjectKind.COURSE, "ROBOT", "机器人", "", "EAST-MATH", "UNIT:EAST")
    record_subjects(subjects=[robot], origin="test@1", by=None, at=NOW)
    client.force_login(open_user("office"))
    data = {
        "subject": subject_at(EVERYTHING, kind="COURSE", code="ROBOT").pk,
        "period": Period.objects.get(code="2025-1").pk,
    }
    answer = client.post("/reports/new/?kind=COURSE_TERM", data)
    assert answer.status_code == 422
    words = "“机器人”在2025 学年第一学期没有教学班、指标值或循环，没有可报告的内容。"
    assert words in answer.content.decode()
    assert not Document.objects.exists()


def test_terms_to_report_stand_newest_first(author, client, tmp_path):
    import_text(score_csv([Passes("MATH-1", 1, 1, "2025-2")]), tmp_path, mode=ImportMode.APPEND)
    compute_readings(by=None, at=NOW + timedelta(hours=1))
    client.force_login(author)
    form = client.get("/reports/new/?kind=COURSE_TERM").context["form"]
    assert [row.code for row in form.fields["period"].queryset] == ["2025-2", "2025-1"]


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
