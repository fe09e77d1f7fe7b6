"""Recording units, subjects, periods and memberships: what is written, refused and kept."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from luoxuan.campus.actions import (
    MembershipSpec,
    ParentUnknown,
    PeriodUnknown,
    SubjectSpec,
    UnitSpec,
    UnitUnknown,
    UnitWouldMove,
    record_members,
    record_memberships,
    record_periods,
    record_subjects,
    record_units,
)
from luoxuan.campus.models import Membership, Period, Person, Subject, Unit
from luoxuan.campus.queries import (
    ancestor_codes,
    children_of,
    members_of,
    periods,
    subject_at,
    subject_places,
    unit_of,
    units,
)
from luoxuan.campus.rules import PeriodKind, SubjectKind, UnitKind
from luoxuan.campus.scope import EVERYTHING, Scope
from luoxuan.core.models import AuditEntry
from luoxuan.testing.college import NOW, open_user

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)
BY: dict[str, Any] = {"by": None, "at": LATER}


def audits(action: str) -> list[AuditEntry]:
    """Return the audit entries of an action after the college was opened."""
    return list(AuditEntry.objects.filter(action=action, at=LATER))


def unit(code: str, parent: str = "SMALL", name: str = "新部门") -> UnitSpec:
    return UnitSpec(code, name, "New unit", UnitKind.OFFICE, parent)


def subject(kind: SubjectKind, code: str, **values: str) -> SubjectSpec:
    return SubjectSpec(kind, code, values.pop("name", "新对象"), **values)


def record(*specs: SubjectSpec, at=LATER) -> int:
    return record_subjects(subjects=specs, origin="test@1", by=None, at=at)


# --- units --------------------------------------------------------------------------------------


def test_a_unit_gets_a_path_below_its_parent(college):
    record_units(units=[unit("NORTH"), unit("NORTH-A", "NORTH")], origin="test@1", **BY)
    root, north, group = (
        Unit.objects.get(subject__code=code) for code in ("SMALL", "NORTH", "NORTH-A")
    )
    assert north.unit_path == f"{root.unit_path}{north.subject_id}."
    assert group.unit_path == f"{north.unit_path}{group.subject_id}."
    assert group.subject.parent == north.subject
    assert group.subject.unit_path == group.unit_path
    assert audits("record_units")[0].facts == {"n": 2, "first": ["NORTH", "NORTH-A"]}


def test_a_unit_is_renamed_and_keeps_its_path(college):
    path = Unit.objects.get(subject__code="EAST").unit_path
    record_units(units=[unit("EAST", name="新东学院")], origin="test@1", **BY)
    east = Unit.objects.get(subject__code="EAST")
    assert (east.subject.name, east.kind, east.unit_path) == ("新东学院", UnitKind.OFFICE, path)
    assert (east.subject.origin, east.subject.changed_at) == ("test@1", LATER)


def test_a_unit_below_an_unknown_one_is_refused_and_nothing_is_written(college):
    with pytest.raises(UnitUnknown) as refused:
        record_units(units=[unit("NORTH"), unit("SOUTH", "NOWHERE")], origin="test@1", **BY)
    assert (refused.value.code, refused.value.facts) == ("unit_unknown", {"unit": "NOWHERE"})
    assert not Unit.objects.filter(subject__code="NORTH").exists()
    assert audits("record_units") == []


def test_a_unit_does_not_move_by_being_recorded(college):
    with pytest.raises(UnitWouldMove) as refused:
        record_units(units=[unit("EAST-MATH", "WEST")], origin="test@1", **BY)
    assert (refused.value.code, refused.value.facts) == ("unit_would_move", {"unit": "EAST-MATH"})


def test_only_the_institution_has_no_parent(college):
    new = Subject.objects.create(kind="UNIT", code="ALONE", name="x", changed_at=NOW)
    with pytest.raises(IntegrityError, match="unit_root_is_the_institution"):
        Unit.objects.create(subject=new, kind=UnitKind.OFFICE, unit_path="99.")


def test_every_unit_counts_for_itself_and_the_units_above_it_but_the_root(college):
    assert sorted(ancestor_codes()) == [
        ("EAST", "EAST"),
        ("EAST-MATH", "EAST"),
        ("EAST-MATH", "EAST-MATH"),
        ("QUALITY", "QUALITY"),
        ("WEST", "WEST"),
    ]


def test_a_college_without_units_has_no_ancestors(db):
    assert ancestor_codes() == []
    assert not units(EVERYTHING).exists()


# --- subjects -----------------------------------------------------------------------------------


def test_subjects_are_created_below_their_unit_and_their_parent(college):
    # The parent stands after its child on purpose.
    n = record(
        subject(SubjectKind.TEACHING_CLASS, "NEW-1", unit="WEST", parent="COURSE:NEW"),
        subject(SubjectKind.COURSE, "NEW", unit="WEST", parent="UNIT:WEST"),
    )
    child = subject_at(EVERYTHING, kind="TEACHING_CLASS", code="NEW-1")
    assert n == 2
    assert (child.parent.code, child.unit_path) == (
        "NEW",
        Unit.objects.get(subject__code="WEST").unit_path,
    )
    assert unit_of(child).subject.code == "WEST"
    assert [row.code for row in children_of(EVERYTHING, child.parent)] == ["NEW-1"]
    assert audits("record_subjects")[0].facts == {"n": 2, "first": ["NEW-1", "NEW"]}


def test_a_subject_without_a_unit_belongs_to_the_institution(college):
    record(subject(SubjectKind.PROGRAM, "P"))
    found = subject_at(EVERYTHING, kind="PROGRAM", code="P")
    assert unit_of(found).kind == UnitKind.INSTITUTION


def test_recording_the_same_subjects_again_changes_and_audits_nothing(college):
    spec = subject(SubjectKind.COURSE, "NEW", unit="WEST", parent="UNIT:WEST")
    record(spec, at=NOW)
    assert record(spec) == 0
    assert audits("record_subjects") == []
    assert subject_at(EVERYTHING, kind="COURSE", code="NEW").changed_at == NOW


def test_people_are_opened_with_their_subject(college):
    record(subject(SubjectKind.TEACHER, "T1"), subject(SubjectKind.COURSE, "C1"))
    assert [person.subject.code for person in Person.objects.all()] == ["T1"]


def test_a_subject_in_an_unknown_unit_is_refused(college):
    with pytest.raises(UnitUnknown) as refused:
        record(subject(SubjectKind.COURSE, "NEW", unit="NOWHERE"))
    assert refused.value.facts == {"unit": "NOWHERE"}


def test_a_subject_of_an_unknown_parent_is_refused_and_nothing_is_written(college):
    with pytest.raises(ParentUnknown) as refused:
        record(subject(SubjectKind.TEACHING_CLASS, "NEW-1", parent="COURSE:NOWHERE"))
    assert refused.value.code == "parent_unknown"
    assert refused.value.facts == {"subject": "NEW-1", "parent": "COURSE:NOWHERE"}
    assert not Subject.objects.filter(code="NEW-1").exists()


def test_one_code_may_stand_for_subjects_of_two_kinds_but_not_twice_for_one(college):
    record(subject(SubjectKind.PROGRAM, "MATH"))
    with pytest.raises(IntegrityError), transaction.atomic():
        Subject.objects.create(kind="PROGRAM", code="MATH", name="x", changed_at=NOW)


def test_an_unknown_kind_is_refused_by_the_database(college):
    with pytest.raises(IntegrityError, match="subject_kind_known"):
        Subject.objects.create(kind="PLANET", code="X", name="x", changed_at=NOW)


def test_the_places_of_subjects_are_read_again_after_any_change(college):
    def paths() -> dict[str, str]:
        return {row.code: row.unit_path for row in subject_places(["TEACHING_CLASS"])}

    before = paths()
    assert set(before) == {"MATH-1", "MATH-2", "WELD-1"}
    record(subject(SubjectKind.TEACHING_CLASS, "NEW-1", unit="WEST"))
    assert paths()["NEW-1"] == before["WELD-1"]
    record(
        subject(SubjectKind.TEACHING_CLASS, "MATH-1", unit="WEST"), at=LATER + timedelta(seconds=1)
    )
    assert paths()["MATH-1"] == before["WELD-1"]


# --- periods ------------------------------------------------------------------------------------


def period(code: str, **values: object) -> dict[str, object]:
    base = {"kind": PeriodKind.TERM, "code": code, "name": code, "name_en": "", "within": ""}
    days = {"start_on": None, "end_on": None, "first_day": None, "last_day": None, "position": 9}
    return {**base, **days, **values}


def test_periods_are_recorded_with_the_one_they_lie_within_in_any_order(college):
    week = period(
        "F-W00", kind=PeriodKind.RELATIVE_WEEK, first_day=0, last_day=6, within="F", position=0
    )
    record_periods(periods=[week, period("F", kind=PeriodKind.FREE)], origin="test@1", **BY)
    found = periods(kind=PeriodKind.RELATIVE_WEEK).get()
    assert (found.within.code, found.first_day, found.last_day) == ("F", 0, 6)
    assert audits("record_periods")[0].facts["n"] == 2
    record_periods(periods=[{**week, "name": "第零周"}], origin="test@2", **BY)
    assert periods(kind=PeriodKind.RELATIVE_WEEK).get().name == "第零周"


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"start_on": date(2026, 2, 1)},
        {"start_on": date(2026, 2, 1), "end_on": date(2026, 2, 1)},
        {"start_on": date(2026, 2, 2), "end_on": date(2026, 2, 1)},
        {"start_on": date(2026, 2, 1), "end_on": date(2026, 3, 1), "first_day": 0, "last_day": 6},
        {"kind": PeriodKind.FREE, "first_day": 0, "last_day": 6},
        {"kind": PeriodKind.RELATIVE_WEEK, "first_day": 0, "last_day": 6},
        {"kind": PeriodKind.RELATIVE_WEEK, "first_day": 6, "last_day": 0, "within": "2025-1"},
        {"kind": PeriodKind.RELATIVE_WEEK, "within": "2025-1"},
        {"kind": PeriodKind.RELATIVE_WEEK, "within": "2025-1", "first_day": 0},
        {"end_on": date(2026, 2, 1)},
        {"kind": PeriodKind.RELATIVE_WEEK, "first_day": 0, "last_day": 6, "within": "2025-1",
         "start_on": date(2026, 2, 1), "end_on": date(2026, 2, 8)},
    ],
)  # fmt: skip
def test_a_period_without_dates_or_days_in_order_is_refused(college, values):
    with pytest.raises(IntegrityError, match="period_has_dates_or_days"):
        record_periods(periods=[period("BAD", **values)], origin="test@1", **BY)


@pytest.mark.parametrize(
    "values",
    [
        {"kind": PeriodKind.FREE},
        {"kind": PeriodKind.FREE, "start_on": date(2026, 2, 1), "end_on": date(2026, 2, 2)},
        {"kind": PeriodKind.RELATIVE_WEEK, "first_day": -7, "last_day": -1, "within": "2025-1"},
    ],
)
def test_a_period_with_one_of_both_or_free_of_them_is_taken(college, values):
    record_periods(periods=[period("GOOD", **values)], origin="test@1", **BY)
    assert Period.objects.filter(code="GOOD").exists()


def test_a_period_within_an_unknown_one_is_refused_by_name(college):
    with pytest.raises(PeriodUnknown) as refused:
        record_periods(periods=[period("BAD", within="NOWHERE")], origin="test@1", **BY)
    assert (refused.value.code, refused.value.facts) == ("period_unknown", {"period": "NOWHERE"})


# --- memberships --------------------------------------------------------------------------------


@pytest.fixture
def student(college) -> Subject:
    record(subject(SubjectKind.STUDENT, "S1", unit="EAST-MATH"), at=NOW)
    return subject_at(EVERYTHING, kind="STUDENT", code="S1")


def join(*pairs: tuple[str, str]) -> int:
    return record_members(
        group_kind=SubjectKind.TEACHING_CLASS, member_kind=SubjectKind.STUDENT, pairs=pairs,
        role="student", valid_from=None, **BY,
    )  # fmt: skip


def test_members_join_once_and_unknown_ones_are_left_out(student):
    pairs = [("S1", "MATH-1"), ("S1", "MATH-1"), ("S2", "MATH-1"), ("S1", "NOWHERE")]
    assert join(*pairs) == 1
    assert join(*pairs) == 0
    assert [entry.facts for entry in audits("record_members")] == [
        {"n_memberships": 1, "role": "student"}
    ]


def test_a_membership_that_ended_is_kept_and_can_begin_again(student):
    start, end = date(2025, 9, 1), date(2025, 12, 1)
    spec = MembershipSpec("STUDENT:S1", "TEACHING_CLASS:MATH-1", "student", start, None)
    record_memberships(memberships=[spec], **BY)
    ended = MembershipSpec("STUDENT:S1", "TEACHING_CLASS:MATH-1", "student", start, end)
    record_memberships(memberships=[ended], **BY)
    again = MembershipSpec("STUDENT:S1", "TEACHING_CLASS:MATH-1", "student", end, None)
    record_memberships(memberships=[again], **BY)
    rows = Membership.objects.order_by("valid_from").values_list("valid_from", "valid_to")
    assert list(rows) == [(start, end), (end, None)]
    assert len(audits("record_memberships")) == 3

    group = subject_at(EVERYTHING, kind="TEACHING_CLASS", code="MATH-1")
    assert members_of(EVERYTHING, group).count() == 2
    assert members_of(EVERYTHING, group, on=end).get().valid_from == end
    assert not members_of(EVERYTHING, group, on=date(2025, 8, 31)).exists()


def test_members_of_a_group_out_of_scope_are_not_shown(student):
    join(("S1", "MATH-1"))
    group = subject_at(EVERYTHING, kind="TEACHING_CLASS", code="MATH-1")
    assert members_of(EVERYTHING, group).count() == 1
    assert not members_of(Scope(subject_ids=frozenset({student.pk})), group).exists()


@pytest.mark.parametrize("unknown", ["member", "group"])
def test_a_membership_of_an_unknown_subject_is_refused(student, unknown):
    parts = {"member": "STUDENT:S1", "group": "TEACHING_CLASS:MATH-1", unknown: "STUDENT:NOBODY"}
    with pytest.raises(ParentUnknown) as refused:
        record_memberships(
            memberships=[MembershipSpec(**parts, role="student", valid_from=None, valid_to=None)],
            **BY,
        )
    assert refused.value.facts["parent"] == "STUDENT:NOBODY"
    assert not Membership.objects.exists()


def test_a_membership_is_open_once_and_ends_after_it_began(student):
    join(("S1", "MATH-1"))
    row = Membership.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.create(member=row.member, group=row.group, role="student")
    with pytest.raises(IntegrityError, match="membership_validity_in_order"):
        Membership.objects.create(
            member=row.member, group=row.group, role="student",
            valid_from=date(2026, 1, 2), valid_to=date(2026, 1, 2),
        )  # fmt: skip


def test_an_act_carries_who_did_it(college):
    office = open_user("office")
    record_units(units=[unit("NORTH")], origin="test@1", by=office, at=LATER)
    assert (audits("record_units")[0].by, audits("record_units")[0].by_label) == (office, "office")
