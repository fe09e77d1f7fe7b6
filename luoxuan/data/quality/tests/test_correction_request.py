import pytest
from django.utils.translation import override

from luoxuan.campus.queries import Rights
from luoxuan.campus.rules import Action, Resource
from luoxuan.campus.scope import EVERYTHING
from luoxuan.core.models import AuditEntry, Notice
from luoxuan.data.models import Dataset
from luoxuan.data.quality.actions import (
    CorrectionDecided,
    CorrectionNotPossible,
    DecidesOwn,
    RowGone,
    RowNotSound,
    accept_correction,
    refuse_correction,
    request_correction,
)
from luoxuan.data.quality.queries import may_decide, row_at, todos
from luoxuan.data.queries import dataset_rows
from luoxuan.testing.college import NOW

TODAY = NOW.date()


def row_of(score, number=2):
    page = dataset_rows(EVERYTHING, score, limit=None)
    place = [row[-1] for row in page.table.rows].index(number)
    return page.batches[place], number


def ask(score, user, *, field="score", after="88.0", number=2, scope=None, reason="登记错了"):
    batch, row = row_of(score, number)
    here = Rights(user, on=TODAY).scope(Resource.CORRECTION, Action.CREATE)
    return request_correction(
        dataset=score, batch=batch, row_number=row, field=field, after=after, reason=reason,
        scope=scope or here, by=user, at=NOW,
    )  # fmt: skip


def values(score, batch, number):
    score.refresh_from_db()
    page = row_at(EVERYTHING, score, batch=batch, row_number=number)
    return dict(zip(page.fields, page.table.rows[0], strict=False))


def test_an_accepted_correction_writes_the_row_by_a_version_of_its_own(score, users):
    request = ask(score, users["teacher"])
    version = accept_correction(request=request, answer="", by=users["east"], at=NOW)
    assert (version.number, version.mode, version.n_rows) == (2, "correction", 30)
    assert str(values(score, request.batch, 2)["score"]) == "88.0"
    assert str(values(score, request.batch, 3)["score"]) == "75.5"
    assert request.version == version
    assert AuditEntry.objects.filter(action="decide_correction").count() == 1
    assert Notice.objects.filter(user=users["teacher"], text__contains="已采纳").count() == 1


def test_the_owner_of_the_unit_is_told_and_has_it_to_do(score, users):
    request = ask(score, users["teacher"])
    told = set(Notice.objects.filter(key=f"correction:{request.pk}").values_list(
        "user__username", flat=True
    ))  # fmt: skip
    assert told == {"east", "eastdata", "courses"}
    items = todos(Rights(users["east"], on=TODAY), on=TODAY)
    assert [item.url for item in items] == [f"/data/corrections/{request.pk}/"]
    assert todos(Rights(users["west"], on=TODAY), on=TODAY) == []


def test_nobody_decides_his_own_and_no_stranger_decides(score, users):
    request = ask(score, users["east"])
    with pytest.raises(DecidesOwn):
        accept_correction(request=request, answer="", by=users["east"], at=NOW)
    decide = {
        name: may_decide(Rights(users[name], on=TODAY), request)
        for name in ("east", "eastdata", "west", "teacher", "office")
    }
    assert decide == {
        "east": False, "eastdata": True, "west": False, "teacher": False, "office": True
    }  # fmt: skip


def test_a_refusal_needs_its_reason_and_ends_the_request(score, users):
    request = ask(score, users["teacher"])
    with pytest.raises(CorrectionNotPossible):
        refuse_correction(request=request, answer=" ", by=users["east"], at=NOW)
    refuse_correction(request=request, answer="试卷上是 75.5", by=users["east"], at=NOW)
    with pytest.raises(CorrectionDecided):
        accept_correction(request=request, answer="", by=users["east"], at=NOW)
    assert Dataset.objects.get(name="score").current_number == 1


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"after": "75.5"}, "correction_same_value"),
        ({"reason": "  "}, "correction_needs_reason"),
        ({"field": "import_batch"}, "correction_field_computed"),
    ],
)
def test_what_would_change_nothing_is_not_asked(score, users, told, code):
    with pytest.raises(CorrectionNotPossible) as refused:
        ask(score, users["teacher"], **told)
    assert refused.value.code == code


def test_a_value_has_one_open_request(score, users):
    ask(score, users["teacher"])
    with pytest.raises(CorrectionNotPossible) as refused:
        ask(score, users["math"], after="66.0")
    assert refused.value.code == "correction_open_already"


def test_a_row_out_of_scope_is_not_there(score, users):
    with pytest.raises(RowGone):
        ask(score, users["teacher"], number=25)


@pytest.mark.parametrize(
    ("field", "after", "code"),
    [
        ("score", "266", "correction_not_sound"),
        ("result", "优", "correction_not_sound"),
        ("student_id", "1002", "correction_key_held"),
    ],
)
def test_a_correction_passes_the_checks_of_an_import(score, users, field, after, code):
    request = ask(score, users["teacher"], field=field, after=after)
    with pytest.raises(RowNotSound) as refused, override("zh-hans"):
        accept_correction(request=request, answer="", by=users["east"], at=NOW)
    assert refused.value.code == code
    assert Dataset.objects.get(name="score").current_number == 1


def test_a_value_that_moved_since_is_not_overwritten(score, users):
    first, second = ask(score, users["teacher"]), None
    accept_correction(request=first, answer="", by=users["east"], at=NOW)
    score.refresh_from_db()
    second = ask(score, users["teacher"], after="90.0")
    third = ask(score, users["teacher"], field="result", after="不通过")
    accept_correction(request=third, answer="", by=users["east"], at=NOW)
    second.before = "75.5"
    second.save()
    with pytest.raises(CorrectionDecided):
        accept_correction(request=second, answer="", by=users["east"], at=NOW)


def test_a_teacher_asks_from_the_row_and_the_owner_accepts_on_the_page(score, users, client):
    batch, number = row_of(score)
    client.force_login(users["teacher"])
    address = f"/data/corrections/new/?dataset=score&batch={batch}&row={number}"
    assert "数据有误" in client.get(address).content.decode()
    told = {"field": "score", "after": "88.0", "reason": "登记错了"}
    answer = client.post(address, told)
    assert answer.status_code == 302
    # A second click finds the open request and makes no other.
    assert client.post(address, told).status_code == 422
    assert client.get(answer["Location"]).status_code == 200
    client.force_login(users["west"])
    assert client.get(answer["Location"]).status_code == 404
    client.force_login(users["eastdata"])
    assert client.post(answer["Location"], {"refuse": "1"}).status_code == 422
    assert client.post(answer["Location"], {"accept": "1"}).status_code == 302
    assert "已采纳" in client.get("/data/corrections/").content.decode()
    assert str(values(score, batch, number)["score"]) == "88.0"
