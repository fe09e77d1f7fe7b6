"""Subjects and memberships that stand in the rows of a dataset."""

from datetime import timedelta

import pytest

from luoxuan.campus.models import Membership, Subject
from luoxuan.campus.scope import EVERYTHING, Scope
from luoxuan.core.models import AuditEntry
from luoxuan.data.actions import record_lagging_subjects
from luoxuan.data.actions.subjects import NobodyHeld, confirm_leavers
from luoxuan.data.models import SubjectSource
from luoxuan.data.rules import leaves_too_many
from luoxuan.data.subject_queries import held_rosters
from luoxuan.testing.college import NOW, Passes, import_text, score_csv

LATER = NOW + timedelta(days=30)


@pytest.fixture
def source(score) -> SubjectSource:
    return SubjectSource.objects.create(
        dataset=score,
        kind="STUDENT",
        code_field="student_id",
        name="学号 {student_id}",
        name_en="Student {student_id}",
        unit="unit_code",
        member_of="class_code",
        member_of_kind="TEACHING_CLASS",
    )


def test_every_student_of_the_rows_becomes_a_subject_and_a_member(source, score, tmp_path):
    import_text(score_csv([Passes("MATH-1", 2, 0), Passes("WELD-1", 1, 0)]), tmp_path)
    assert record_lagging_subjects(by=None, at=NOW) == 6
    students = Subject.objects.filter(kind="STUDENT").order_by("code")
    assert [(row.code, row.name, row.name_en) for row in students] == [
        ("1001", "学号 1001", "Student 1001"),
        ("1002", "学号 1002", "Student 1002"),
        ("1003", "学号 1003", "Student 1003"),
    ]
    paths = dict(Subject.objects.values_list("code", "unit_path"))
    assert students[0].unit_path == paths["EAST-MATH"]
    assert students[2].unit_path == paths["WEST"]
    pairs = Membership.objects.order_by("member__code").values_list("member__code", "group__code")
    assert list(pairs) == [("1001", "MATH-1"), ("1002", "MATH-1"), ("1003", "WELD-1")]
    assert {row.origin for row in students} == {"dataset:score"}
    assert AuditEntry.objects.filter(action="record_subjects", object_kind="Subject").exists()


def test_recording_again_changes_nothing(source, score, tmp_path):
    import_text(score_csv([Passes("MATH-1", 2, 0)]), tmp_path)
    record_lagging_subjects(by=None, at=NOW)
    n_audited = AuditEntry.objects.count()
    assert record_lagging_subjects(by=None, at=NOW) == 0
    assert AuditEntry.objects.count() == n_audited


def test_a_literal_unit_and_a_parent_of_the_row_are_taken(source, score, tmp_path):
    SubjectSource.objects.update(unit="WEST", parent="COURSE:{course_code}", member_of="")
    import_text(score_csv([Passes("MATH-1", 1, 0)]), tmp_path)
    record_lagging_subjects(by=None, at=NOW)
    student = Subject.objects.get(kind="STUDENT")
    assert student.unit_path == Subject.objects.get(code="WEST").unit_path
    assert student.parent == Subject.objects.get(kind="COURSE", code="MATH")
    assert not Membership.objects.exists()


def test_a_dataset_without_rows_names_nobody(source, score):
    assert record_lagging_subjects(by=None, at=NOW) == 0
    assert not Subject.objects.filter(kind="STUDENT").exists()


def test_a_newer_version_is_recorded_again_and_an_old_one_is_not(source, score, tmp_path):
    import_text(score_csv([Passes("MATH-1", 1, 0)]), tmp_path)
    record_lagging_subjects(by=None, at=NOW)
    import_text(score_csv([Passes("MATH-1", 3, 0)]), tmp_path)
    assert record_lagging_subjects(by=None, at=NOW) == 4
    source.refresh_from_db()
    assert source.recorded_number == 2


@pytest.fixture
def roster(source) -> SubjectSource:
    source.is_roster = True
    source.save()
    return source


def open_codes(kind: str = "STUDENT") -> list[str]:
    found = Subject.objects.filter(kind=kind, valid_to=None).order_by("code")
    return list(found.values_list("code", flat=True))


def test_who_no_longer_stands_in_a_roster_has_left_and_keeps_his_name(roster, score, tmp_path):
    import_text(score_csv([Passes("MATH-1", 3, 0)]), tmp_path)
    record_lagging_subjects(by=None, at=NOW)
    import_text(score_csv([Passes("MATH-1", 2, 0)]), tmp_path)
    assert record_lagging_subjects(by=None, at=LATER) == 1
    assert open_codes() == ["1001", "1002"]
    gone = Subject.objects.get(code="1003")
    assert (gone.name, gone.valid_to) == ("学号 1003", LATER.date())
    assert Membership.objects.get(member=gone).valid_to == LATER.date()
    assert AuditEntry.objects.get(action="end_subjects").facts == {"n": 1, "first": ["1003"]}


def test_who_stands_in_a_roster_again_is_back(roster, score, tmp_path):
    for n_students, day in ((3, 0), (2, 1), (3, 2)):
        import_text(score_csv([Passes("MATH-1", n_students, 0)]), tmp_path)
        record_lagging_subjects(by=None, at=NOW + timedelta(days=day))
    assert open_codes() == ["1001", "1002", "1003"]
    rows = Membership.objects.filter(member__code="1003").order_by("id")
    assert [row.valid_to for row in rows] == [(NOW + timedelta(days=1)).date(), None]


def test_a_member_of_another_group_has_left_the_former_one(roster, score, tmp_path):
    import_text(score_csv([Passes("MATH-1", 1, 0)]), tmp_path)
    record_lagging_subjects(by=None, at=NOW)
    import_text(score_csv([Passes("MATH-2", 1, 0)]), tmp_path)
    record_lagging_subjects(by=None, at=LATER)
    rows = Membership.objects.order_by("id").values_list("group__code", "valid_to")
    assert list(rows) == [("MATH-1", LATER.date()), ("MATH-2", None)]


def test_a_dataset_that_is_no_roster_lets_nobody_leave(source, score, tmp_path):
    for n_students in (3, 1):
        import_text(score_csv([Passes("MATH-1", n_students, 0)]), tmp_path)
        record_lagging_subjects(by=None, at=LATER)
    assert open_codes() == ["1001", "1002", "1003"]


def test_half_a_file_lets_nobody_leave_before_somebody_confirms_it(roster, score, tmp_path):
    import_text(score_csv([Passes("MATH-1", 40, 0)]), tmp_path)
    record_lagging_subjects(by=None, at=NOW)
    import_text(score_csv([Passes("MATH-1", 20, 0)]), tmp_path)
    record_lagging_subjects(by=None, at=LATER)
    assert len(open_codes()) == 40
    assert [row.dataset.name for row in held_rosters(EVERYTHING)] == ["score"]
    assert not held_rosters(Scope()).exists()
    roster.refresh_from_db()
    assert confirm_leavers(source=roster, by=None, at=LATER) == 20
    assert len(open_codes()) == 20
    with pytest.raises(NobodyHeld):
        confirm_leavers(source=roster, by=None, at=LATER)


def test_what_was_held_is_gone_when_the_whole_file_comes(roster, score, tmp_path):
    for n_students in (40, 20, 40):
        import_text(score_csv([Passes("MATH-1", n_students, 0)]), tmp_path)
        record_lagging_subjects(by=None, at=LATER)
    assert len(open_codes()) == 40
    assert not held_rosters(EVERYTHING).exists()


@pytest.mark.parametrize(
    ("n_gone", "n_before", "is_held"),
    [(9, 9, False), (10, 50, True), (10, 51, False), (0, 0, False), (20, 40, True)],
)
def test_a_fifth_and_at_least_ten_are_too_many_to_leave_unasked(n_gone, n_before, is_held):
    assert leaves_too_many(n_gone, n_before) is is_held
