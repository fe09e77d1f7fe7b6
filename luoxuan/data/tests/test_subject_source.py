"""Subjects and memberships that stand in the rows of a dataset."""

import pytest

from luoxuan.campus.models import Membership, Subject
from luoxuan.core.models import AuditEntry
from luoxuan.data.actions import record_lagging_subjects
from luoxuan.data.models import SubjectSource
from luoxuan.testing.college import NOW, Passes, import_text, score_csv


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
