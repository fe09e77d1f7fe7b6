"""Units are reorganized: paths and rights follow at once, the past stays under its names."""

from datetime import date, timedelta
from typing import Any

import pytest

from luoxuan.campus.actions import SubjectSpec, UnitSpec, record_subjects, record_units
from luoxuan.campus.models import Subject, Unit, UnitChange
from luoxuan.campus.queries import Rights, dated_ancestors, subjects, unit_changes
from luoxuan.campus.rules import Action, Resource, SubjectKind, UnitChangeKind, UnitKind
from luoxuan.campus.scope import EVERYTHING
from luoxuan.campus.unit_actions import (
    UnitChangeRefused,
    close_unit,
    merge_units,
    move_unit,
    split_unit,
)
from luoxuan.core.models import AuditEntry
from luoxuan.testing.college import NOW, open_user

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 1)
LATER = NOW + timedelta(hours=1)
TOLD: dict[str, Any] = {"on": DAY, "reason": "院务会 2026 年第 3 号", "by": None, "at": LATER}


def unit(code: str) -> Unit:
    return Unit.objects.select_related("subject", "parent__subject").get(subject__code=code)


def tree() -> list[tuple[object, ...]]:
    return list(Unit.objects.values_list("subject__code", "unit_path", "subject__valid_to"))


def seen_by(user) -> set[str]:
    scope = Rights(user, on=LATER.date()).scope(Resource.SUBJECT, Action.LIST)
    assert scope is not None
    return set(subjects(scope).values_list("code", flat=True))


@pytest.fixture
def north(college) -> None:
    """A third college with a group and a teacher; in the tests it takes over, or is taken over."""
    units = [
        UnitSpec("NORTH", "北学院", "North", UnitKind.SECONDARY_COLLEGE, "SMALL"),
        UnitSpec("NORTH-A", "北组", "North A", UnitKind.TEACHING_GROUP, "NORTH"),
    ]
    record_units(units=units, origin="", by=None, at=NOW)
    people = [
        SubjectSpec(SubjectKind.TEACHER, "T9", "测试教师九", unit="NORTH"),
        SubjectSpec(SubjectKind.TEACHER, "T10", "测试教师十", unit="NORTH-A"),
    ]
    record_subjects(subjects=people, origin="", by=None, at=NOW)


def test_a_moved_unit_takes_all_below_it_along(north):
    change = move_unit(unit=unit("NORTH-A"), to=unit("EAST"), **TOLD)
    moved, east = unit("NORTH-A"), unit("EAST")
    assert moved.parent == east
    assert moved.unit_path == f"{east.unit_path}{moved.subject_id}."
    assert moved.subject.unit_path == moved.unit_path
    assert Subject.objects.get(code="T10").unit_path == moved.unit_path
    assert (change.kind, change.before, change.after) == ("MOVED", unit("NORTH"), east)
    facts = AuditEntry.objects.get(action="change_unit").facts
    assert (facts["before"], facts["after"], facts["on"]) == ("NORTH", "EAST", "2026-03-01")


def test_rights_follow_a_moved_unit_at_the_next_request(north):
    head = open_user("east")
    assert "T10" not in seen_by(head)
    move_unit(unit=unit("NORTH-A"), to=unit("EAST"), **TOLD)
    assert "T10" in seen_by(head)


def test_rows_count_for_the_units_that_stood_above_them_then(north):
    assert dated_ancestors() == []
    move_unit(unit=unit("NORTH-A"), to=unit("EAST"), **TOLD)
    pairs = {row[1:] for row in dated_ancestors() if row[0] == "NORTH-A"}
    assert pairs == {
        ("NORTH-A", None, DAY), ("NORTH", None, DAY), ("NORTH-A", DAY, None), ("EAST", DAY, None),
    }  # fmt: skip


def test_a_unit_that_moved_twice_has_three_pasts(north):
    move_unit(unit=unit("NORTH-A"), to=unit("EAST"), **{**TOLD, "on": date(2025, 9, 1)})
    move_unit(unit=unit("NORTH-A"), to=unit("WEST"), **TOLD)
    above = [
        (code, since, until)
        for own, code, since, until in dated_ancestors()
        if own == "NORTH-A" and code != own
    ]
    assert sorted(above, key=lambda row: row[1] or date.min) == [
        ("NORTH", None, date(2025, 9, 1)),
        ("EAST", date(2025, 9, 1), DAY),
        ("WEST", DAY, None),
    ]


def test_a_merged_unit_hands_over_what_belongs_to_it_and_keeps_its_name(north):
    merge_units(units=[unit("NORTH")], into=unit("EAST"), **TOLD)
    old, east = unit("NORTH"), unit("EAST")
    assert (old.subject.valid_to, old.parent) == (DAY, unit("SMALL"))
    assert unit("NORTH-A").parent == east
    assert Subject.objects.get(code="T9").unit_path == east.unit_path
    kinds = list(unit_changes(EVERYTHING).values_list("kind", flat=True))
    assert sorted(kinds) == ["MERGED", "MOVED"]


def test_whoever_sees_the_heir_sees_the_past_of_what_it_took_over(north):
    head, other = open_user("east"), open_user("west")
    merge_units(units=[unit("NORTH")], into=unit("EAST-MATH"), **TOLD)
    assert unit("EAST-MATH").inherited_paths == [unit("NORTH").unit_path]
    assert "NORTH" in seen_by(head)
    assert "NORTH" not in seen_by(other)


def test_the_institution_itself_may_go_on_with_the_work(north):
    merge_units(units=[unit("NORTH")], into=unit("SMALL"), **TOLD)
    assert unit("NORTH-A").parent == unit("SMALL")
    assert not Unit.objects.exclude(inherited_paths=[]).exists()


def test_a_past_is_inherited_through_a_second_merger(north):
    merge_units(units=[unit("NORTH")], into=unit("EAST"), **TOLD)
    merge_units(units=[unit("EAST")], into=unit("WEST"), **TOLD)
    assert set(unit("WEST").inherited_paths) == {unit("NORTH").unit_path, unit("EAST").unit_path}


def test_a_split_unit_gives_each_heir_what_is_told_and_the_first_one_the_rest(north):
    parts = {"T9": unit("WEST")}
    split_unit(unit=unit("NORTH"), goes=parts, into=[unit("EAST"), unit("WEST")], **TOLD)
    assert Subject.objects.get(code="T9").unit_path == unit("WEST").unit_path
    assert unit("NORTH-A").parent == unit("EAST")
    assert unit("NORTH").subject.valid_to == DAY
    assert unit("EAST").inherited_paths == unit("WEST").inherited_paths != []
    kinds = UnitChange.objects.filter(kind=UnitChangeKind.SPLIT).values_list("after__subject__code")
    assert sorted(code for (code,) in kinds) == ["EAST", "WEST"]


def test_an_empty_unit_is_closed(north):
    Subject.objects.filter(code="T10").update(unit_path=unit("NORTH").unit_path)
    close_unit(unit=unit("NORTH-A"), **TOLD)
    assert unit("NORTH-A").subject.valid_to == DAY


@pytest.mark.parametrize(
    ("action", "own", "others", "told", "code"),
    [
        (move_unit, "SMALL", {"to": "EAST"}, {}, "unit_is_the_institution"),
        (move_unit, "EAST", {"to": "EAST-MATH"}, {}, "unit_cannot_move_there"),
        (move_unit, "NORTH-A", {"to": "NORTH"}, {}, "unit_cannot_move_there"),
        (close_unit, "NORTH", {}, {}, "unit_has_parts"),
        (close_unit, "NORTH-A", {}, {"reason": "  "}, "unit_change_needs_reason"),
        (close_unit, "NORTH-A", {}, {"on": date(2026, 3, 3)}, "unit_change_lies_ahead"),
    ],
)
def test_a_reorganization_that_cannot_be_changes_nothing(north, action, own, others, told, code):
    before = tree()
    named = {name: unit(other) for name, other in others.items()}
    with pytest.raises(UnitChangeRefused) as refused:
        action(unit=unit(own), **named, **{**TOLD, **told})
    assert refused.value.code == code
    assert tree() == before
    assert not UnitChange.objects.exists()


def test_nothing_merges_into_itself_or_into_what_is_below(north):
    for units, code in (([], "unit_is_closed"), (["EAST"], "unit_cannot_merge_into_itself")):
        with pytest.raises(UnitChangeRefused) as refused:
            merge_units(units=[unit(one) for one in units], into=unit("EAST-MATH"), **TOLD)
        assert refused.value.code == code


def test_a_split_needs_two_heirs_that_stay(north):
    for into in (["EAST"], ["EAST", "NORTH-A"]):
        with pytest.raises(UnitChangeRefused) as refused:
            split_unit(unit=unit("NORTH"), goes={}, into=[unit(one) for one in into], **TOLD)
        assert refused.value.code == "unit_split_needs_two"


def test_a_closed_unit_is_not_reorganized_again(north):
    merge_units(units=[unit("NORTH")], into=unit("EAST"), **TOLD)
    with pytest.raises(UnitChangeRefused):
        merge_units(units=[unit("NORTH")], into=unit("WEST"), **TOLD)
