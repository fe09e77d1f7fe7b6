"""A collection asks for what is not known yet, of whom it concerns, until a day."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from luoxuan.campus.actions import assign_role
from luoxuan.campus.queries import Rights, subjects
from luoxuan.campus.rules import SubjectKind
from luoxuan.campus.scope import EVERYTHING
from luoxuan.core.models import AuditEntry, Notice
from luoxuan.data.actions import import_file
from luoxuan.data.collecting.actions import (
    CollectionRefused,
    CollectionValues,
    accept_submission,
    close_collection,
    open_collection,
    remind,
    submit_submission,
    withdraw_collection,
)
from luoxuan.data.collecting.queries import own_submissions, todos
from luoxuan.data.collecting.rules import AskedKind, CollectionState
from luoxuan.data.models import Collection, Dataset, Field, Submission
from luoxuan.testing.college import NOW, Passes, import_text, open_user, score_csv
from luoxuan.testing.filling.collecting import EAST_ROW, hand_in, open_scores, submission_of

LATER = timedelta(days=7)
TODAY = timezone.localdate(NOW)


def asked(score, **changes) -> CollectionValues:
    told = {"dataset": score, "title": "成绩", "due_on": TODAY, "period": "2025-2"}
    return CollectionValues(**{**told, **changes})


def units(*codes):
    return list(subjects(EVERYTHING, kind=SubjectKind.UNIT).filter(code__in=codes))


REFUSALS = [
    ({"title": " "}, ("EAST",), "collection_needs_title"),
    ({}, (), "collection_asks_nobody"),
    ({"due_on": TODAY - timedelta(days=1)}, ("EAST",), "collection_due_in_past"),
    ({"period": "1999-1"}, ("EAST",), "period_unknown"),
    ({"period": ""}, ("EAST",), "collection_needs_period"),
    ({"fields": ["score"]}, ("EAST",), "collection_lacks_required"),
    ({"fields": ["unit_code"]}, ("EAST",), "collection_field_unknown"),
    ({"remind_days": (0,)}, ("EAST",), "collection_bad_reminders"),
    ({"asked_kind": AskedKind.PERSON}, ("EAST",), "collection_without_place"),
]


@pytest.mark.parametrize(("changes", "codes", "code"), REFUSALS)
def test_what_cannot_be_asked_is_refused_and_nothing_opens(users, score, changes, codes, code):
    with pytest.raises(CollectionRefused) as refused:
        open_collection(
            values=asked(score, **changes), subjects=units(*codes), receipt="x", by=None, at=NOW
        )
    assert refused.value.code == code
    assert not Collection.objects.exists()


def test_a_double_click_opens_one_collection_with_one_submission_each(users, score):
    told = {"values": asked(score), "subjects": units("EAST", "WEST"), "receipt": "x"}
    first = open_collection(**told, by=users["office"], at=NOW)
    assert open_collection(**told, by=users["office"], at=NOW) == first
    assert (Collection.objects.count(), Submission.objects.count()) == (1, 2)
    assert AuditEntry.objects.filter(action="open_collection").count() == 1
    assert first.fields == ["student_id", "class_code", "course_code", "score", "result"]


@pytest.fixture
def roster(users, score, tmp_path) -> Dataset:
    """Who sits in which class: what the scores repeat belongs to it."""
    other = Dataset.objects.create(
        name="roster", title="选课名单", key=["student_id", "class_code"], unit_field="unit_code"
    )
    for position, name in enumerate(("student_id", "class_code", "course_code", "unit_code")):
        field = Field.objects.get(dataset=score, name=name)
        field.pk, field.dataset, field.position = None, other, position
        field.save()
    path = tmp_path / "roster.csv"
    path.write_text(
        "学号,教学班,课程,部门\n8001,MATH-1,MATH,EAST\n8002,WELD-1,WELD,WEST\n", "utf-8"
    )
    import_file(dataset=other, path=path, by=None, at=NOW)
    other.refresh_from_db()
    return other


def test_what_another_dataset_owns_is_brought_along_and_locked(users, score, roster):
    east = submission_of(open_scores(users["office"]), "EAST")
    (row,) = east.rows
    assert (row["cells"]["course_code"], row["cells"]["student_id"]) == ("MATH", "8001")
    assert row["from"]["course_code"]["title"] == "选课名单"
    assert set(row["locked"]) == {"student_id", "class_code", "course_code"}
    handed = hand_in(east, users["eastdata"])
    assert handed.rows == []
    east = submission_of(open_scores(users["office"], units=("EAST",)), "EAST")
    sent = [("r1", {"course_code": "HACK", "score": "70", "result": "通过"})]
    assert [r["cells"]["course_code"] for r in hand_row(east, users, sent).rows] == ["MATH"]


def hand_row(submission, users, sent):
    from luoxuan.data.collecting.actions import save_submission  # noqa: PLC0415

    return save_submission(
        submission=submission, sent=sent, revision=submission.revision,
        by=users["eastdata"], at=NOW,
    )  # fmt: skip


def test_asking_for_what_another_dataset_owns_is_refused(users, score, roster):
    with pytest.raises(CollectionRefused) as refused:
        open_collection(
            values=asked(score, fields=["course_code"]), subjects=units("EAST"), receipt="x",
            by=None, at=NOW,
        )  # fmt: skip
    assert (refused.value.code, refused.value.facts["dataset"]) == (
        "collection_field_owned", "选课名单",
    )  # fmt: skip


def test_the_page_offers_no_field_that_another_dataset_owns_and_says_whose_it_is(
    users, score, roster
):
    client = Client()
    client.force_login(users["office"])
    address = "/data/collections/new/?dataset=score"
    page = client.get(address).content.decode()
    assert "课程（选课名单）" in page
    assert 'value="course_code"' not in page
    told = {
        "title": "成绩", "period": "2025-2", "due_on": str(timezone.localdate() + LATER),
        "fields_asked": ["student_id", "class_code", "score", "result", "course_code"],
        "subjects": [row.pk for row in units("EAST")], "receipt": "x", "remind_days": "5，2",
    }  # fmt: skip
    assert client.post(address, told).status_code == 422
    assert client.post(address, {**told, "remind_days": "bald"}).status_code == 422
    assert not Collection.objects.exists()
    told["fields_asked"].remove("course_code")
    assert client.post(address, told).status_code == 302
    made = Collection.objects.get()
    assert made.remind_days == [5, 2]
    page = client.get(f"/data/collections/{made.pk}/").content.decode()
    assert "自动提醒：提前 5、2 天" in page


def test_more_rows_than_the_grid_holds_are_left_to_a_file(users, score, tmp_path, monkeypatch):
    import_text(score_csv([Passes("WELD-1", 2, 1)]), tmp_path)
    score.refresh_from_db()
    monkeypatch.setattr("luoxuan.data.collecting.actions.collections.MOST_ROWS", 2)
    with pytest.raises(CollectionRefused) as refused:
        open_collection(values=asked(score), subjects=units("WEST"), receipt="x", by=None, at=NOW)
    assert (refused.value.code, refused.value.facts["n"]) == ("collection_too_large", 3)
    assert not Collection.objects.exists()


def test_those_who_have_not_handed_in_are_reminded_once_a_day(users, collection):
    hand_in(submission_of(collection, "WEST"), users["west"], EAST_ROW)
    assert remind(collection=collection, by=users["office"], at=NOW) == 2
    remind(collection=collection, by=users["office"], at=NOW)
    told = Notice.objects.filter(key__startswith="collection:")
    assert sorted(told.values_list("user__username", flat=True)) == ["east", "eastdata"]
    remind(collection=collection, by=users["office"], at=NOW + timedelta(days=9))
    assert told.order_by("-id").first().text.startswith("逾期未报")


def test_a_collection_ends_and_is_taken_back_only_while_nothing_was_accepted(users, collection):
    office = users["office"]
    east = hand_in(submission_of(collection, "EAST"), users["eastdata"], EAST_ROW)
    with pytest.raises(CollectionRefused) as without_reason:
        withdraw_collection(collection=collection, reason=" ", by=office, at=NOW)
    accept_submission(submission=east, by=office, at=NOW)
    with pytest.raises(CollectionRefused) as accepted:
        withdraw_collection(collection=collection, reason="发错了", by=office, at=NOW)
    codes = (without_reason.value.code, accepted.value.code)
    assert codes == ("collection_needs_reason", "collection_has_accepted")
    close_collection(collection=collection, by=office, at=NOW)
    close_collection(collection=collection, by=office, at=NOW)
    assert collection.state == CollectionState.CLOSED
    assert AuditEntry.objects.filter(action="close_collection").count() == 1
    with pytest.raises(CollectionRefused):
        remind(collection=collection, by=office, at=NOW)
    other = open_scores(office, units=("EAST",))
    withdraw_collection(collection=other, reason="发错了", by=office, at=NOW)
    eastdata = Rights(users["eastdata"], on=TODAY)
    assert [row.collection for row in own_submissions(scope_of(eastdata), users["eastdata"])] == [
        collection
    ]


def scope_of(rights):
    from luoxuan.campus.rules import Action, Resource  # noqa: PLC0415

    return rights.scope(Resource.SUBMISSION, Action.LIST)


def test_the_work_to_do_stands_with_whoever_is_asked_and_then_with_whoever_checks(
    users, collection
):
    def work(name):
        return [item.title for item in todos(Rights(users[name], on=TODAY), on=TODAY)]

    assert work("eastdata") == ["填报 补报第二学期成绩（东学院）"]
    assert work("office") == work("teacher") == []
    submit_submission(submission=submission_of(collection, "EAST"), by=users["eastdata"], at=NOW)
    assert work("eastdata") == []
    assert work("office") == ["审核 补报第二学期成绩 的 1 份填报"]


def test_what_is_asked_of_a_person_is_seen_by_nobody_else_of_the_unit(users, score):
    from luoxuan.campus.actions import SubjectSpec, record_subjects  # noqa: PLC0415

    spec = SubjectSpec(
        kind=SubjectKind.TEACHER, code="T1", name="甲", name_en="", unit="EAST", parent=""
    )
    record_subjects(subjects=[spec], origin="", by=None, at=NOW)
    person = subjects(EVERYTHING, kind=SubjectKind.TEACHER).get(code="T1")
    mine = open_user("mine")
    assign_role(
        user=mine, role="teacher", by=None, at=NOW, is_whole_institution=False, unit=None,
        level=None, subject=person,
    )  # fmt: skip
    Field.objects.filter(dataset=score, name="student_id").update(reference="person", pattern="")
    values = replace(asked(score), asked_kind=AskedKind.PERSON)
    open_collection(values=values, subjects=[person], receipt="p", by=None, at=NOW)
    counts = {
        user.username: own_submissions(scope_of(Rights(user, on=TODAY)), user).count()
        for user in (mine, users["east"], users["eastdata"])
    }
    assert counts == {"mine": 1, "east": 0, "eastdata": 0}
    assert remind(collection=Collection.objects.get(), by=None, at=NOW) == 1
