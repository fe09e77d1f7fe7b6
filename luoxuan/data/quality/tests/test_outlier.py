import re
from html import unescape

import pytest

from luoxuan.campus.queries import Rights
from luoxuan.campus.scope import EVERYTHING
from luoxuan.core.models import AuditEntry
from luoxuan.data.models import Outlier
from luoxuan.data.quality.actions import (
    OutlierAnswered,
    OutlierNeedsReason,
    accept_correction,
    confirm_outlier,
    refuse_correction,
    request_correction,
)
from luoxuan.data.quality.actions.outliers import find_outliers
from luoxuan.data.quality.queries import todos
from luoxuan.data.rules import ImportMode
from luoxuan.testing.college import NOW


@pytest.fixture
def many(add_rows):
    rows = [f"{2000 + n},MATH-1,MATH,EAST-MATH,2025-1,{80 + n % 5},通过" for n in range(60)]
    add_rows(*rows, mode=ImportMode.REPLACE)
    assert find_outliers(at=NOW) == 0


def test_a_value_far_from_the_history_is_asked_once(many, add_rows, score):
    add_rows("7001,MATH-1,MATH,EAST-MATH,2025-1,5,不通过")
    assert find_outliers(at=NOW) == 1
    outlier = Outlier.objects.get()
    assert (outlier.field, outlier.value, outlier.low, outlier.high) == ("score", "5.0", "75", "89")
    add_rows("7003,MATH-1,MATH,EAST-MATH,2025-1,81,通过")
    assert find_outliers(at=NOW) == 0


def test_the_usual_values_end_where_the_field_ends_and_are_written_out(add_rows):
    rows = [f"{2000 + n},MATH-1,MATH,EAST-MATH,2025-1,{95 + n % 4},通过" for n in range(60)]
    add_rows(*rows, mode=ImportMode.REPLACE)
    add_rows("7001,MATH-1,MATH,EAST-MATH,2025-1,5,不通过")
    find_outliers(at=NOW)
    outlier = Outlier.objects.get()
    # Three times the quarters' distance above would be 103, and nobody can have it.
    assert (outlier.low, outlier.high) == ("89", "100")


def test_too_short_a_history_says_nothing(score):
    assert find_outliers(at=NOW) == 0


@pytest.fixture
def outlier(many, add_rows):
    add_rows("7001,MATH-1,MATH,EAST-MATH,2025-1,5,不通过")
    find_outliers(at=NOW)
    return Outlier.objects.get()


def test_a_true_value_needs_its_reason_and_is_answered_once(outlier):
    with pytest.raises(OutlierNeedsReason):
        confirm_outlier(outlier=outlier, reason=" ", by=None, at=NOW)
    confirm_outlier(outlier=outlier, reason="缺考一半", by=None, at=NOW)
    assert (outlier.answer, outlier.reason, outlier.answered_at) == ("TRUE", "缺考一半", NOW)
    entry = AuditEntry.objects.get(action="answer_outlier")
    assert entry.facts == {"answer": "TRUE", "dataset": "score", "reason": "缺考一半"}
    with pytest.raises(OutlierAnswered):
        confirm_outlier(outlier=outlier, reason="再答", by=None, at=NOW)


def asked(outlier, users):
    return request_correction(
        dataset=outlier.dataset, batch=outlier.batch, row_number=outlier.row_number,
        field=outlier.field, after="85", reason="少录一位", scope=EVERYTHING,
        by=users["teacher"], at=NOW,
    )  # fmt: skip


def test_a_correction_of_its_value_answers_an_outlier(outlier, users):
    request = asked(outlier, users)
    outlier.refresh_from_db()
    assert (outlier.answer, outlier.correction, outlier.by) == ("WRONG", request, users["teacher"])
    accept_correction(request=request, answer="", by=users["office"], at=NOW)
    outlier.refresh_from_db()
    assert outlier.answer == "WRONG"


def test_a_refused_correction_calls_the_outlier_true_for_its_reason(outlier, users):
    request = asked(outlier, users)
    refuse_correction(request=request, answer="试卷上就是 5 分", by=users["office"], at=NOW)
    outlier.refresh_from_db()
    assert (outlier.answer, outlier.reason, outlier.by) == (
        "TRUE", "试卷上就是 5 分", users["office"],
    )  # fmt: skip


def test_the_page_asks_keeps_the_answer_and_leads_to_a_correction(outlier, users, client):
    address = f"/data/quality/outliers/{outlier.pk}/"
    client.force_login(users["west"])
    assert client.post(address, {"reason": "真的"}).status_code == 404
    client.force_login(users["eastdata"])
    page = client.get("/data/quality/score/").content.decode()
    assert "请核对" in page
    asked = unescape(re.search(r'href="(/data/corrections/new/[^"]+)"', page)[1])
    assert client.get(asked).status_code == 200
    client.post(address, {"reason": "全班补考"})
    page = client.get("/data/quality/score/").content.decode()
    assert "请核对" not in page
    assert "全班补考" in page


def test_whoever_decides_corrections_has_outliers_to_answer(outlier, users):
    titles = [row.title for row in todos(Rights(users["eastdata"], on=NOW.date()), on=NOW.date())]
    assert titles == ["成绩：核对 1 个离群值"]
    assert not todos(Rights(users["west"], on=NOW.date()), on=NOW.date())
