"""Where a grant lets a user act, from the next request on."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError
from django.test import Client

from luoxuan.campus.actions import (
    PlaceMissing,
    SubjectSpec,
    UnknownRole,
    assign_role,
    record_subjects,
    withdraw_role,
)
from luoxuan.campus.models import Grant, Subject, Unit
from luoxuan.campus.queries import Rights, grants_of, scope_for, scope_of, subjects
from luoxuan.campus.rules import Action, Level, Resource, SubjectKind
from luoxuan.campus.scope import EVERYTHING
from luoxuan.core.actions import deactivate_user
from luoxuan.core.models import AuditEntry, User
from luoxuan.testing.college import NOW, open_user

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


def seen(user: User, *, on: date = TODAY, resource: Resource = Resource.SUBJECT) -> set[str]:
    """Return the codes of the subjects that a user sees on a day."""
    scope = scope_for(user, resource, Action.VIEW, on=on)
    return {row.code for row in subjects(scope)} if scope else set()


def session_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


EAST = {"EAST", "EAST-MATH", "MATH", "MATH-1", "MATH-2"}


@pytest.mark.parametrize(
    ("place", "codes"),
    [
        ("UNIT:EAST", EAST),
        ("UNIT:EAST-MATH", EAST - {"EAST"}),
        ("UNIT:QUALITY", {"QUALITY"}),
        ("COURSE:MATH", {"MATH", "MATH-1", "MATH-2"}),
        ("TEACHING_CLASS:WELD-1", {"WELD-1"}),
        ("LEVEL:COURSE", {"MATH", "WELD", "MATH-1", "MATH-2", "WELD-1"}),
        ("LEVEL:TEACHER", set()),
        ("*", EAST | {"SMALL", "WEST", "QUALITY", "WELD", "WELD-1"}),
    ],
)
def test_a_grant_covers_its_place_and_what_belongs_to_it(college, place, codes):
    assert seen(open_user("somebody", "department_head", place)) == codes


def test_two_roles_add_up_and_neither_widens_the_other(college):
    user = open_user("double", "teacher", "TEACHING_CLASS:MATH-1")
    assign_role(
        user=user, role="college_data_officer", by=None, at=NOW,
        unit=Unit.objects.get(subject__code="WEST"),
    )  # fmt: skip
    assert seen(user) == {"MATH-1", "WEST", "WELD", "WELD-1"}
    assert seen(user, resource=Resource.READING_ROWS) == {"MATH-1", "WEST", "WELD", "WELD-1"}
    # Only the data officer reads datasets, so only his place counts for them.
    assert seen(user, resource=Resource.DATASET) == {"WEST", "WELD", "WELD-1"}
    by_role = Rights(user, on=TODAY).scopes_by_role()
    assert {row.code for row in subjects(by_role["teacher"])} == {"MATH-1"}


def test_a_grant_of_a_role_that_the_catalogue_lost_gives_nothing(college):
    user = open_user("old")
    Grant.objects.create(user=user, role="lost", is_whole_institution=True, valid_from=TODAY)
    assert seen(user) == set()
    assert Rights(user, on=TODAY).scopes_by_role() == {}


@pytest.mark.parametrize(
    ("start", "end", "day", "is_held"),
    [
        (0, None, 0, True),
        (1, None, 0, False),
        (-3, 0, 0, False),
        (-3, 0, -1, True),
        (-3, 1, 0, True),
    ],
)
def test_a_grant_holds_from_its_first_day_to_the_day_before_its_end(
    college, start, end, day, is_held
):
    user = open_user("timed")
    Grant.objects.create(
        user=user,
        role="leader",
        is_whole_institution=True,
        valid_from=TODAY + timedelta(days=start),
        valid_to=None if end is None else TODAY + timedelta(days=end),
    )
    assert bool(seen(user, on=TODAY + timedelta(days=day))) is is_held


def test_no_grant_is_no_scope(college):
    assert scope_for(open_user("nobody"), Resource.HOME, Action.VIEW, on=TODAY) is None
    assert not subjects(scope_of([])).exists()


def test_a_withdrawn_role_ends_with_the_next_request_of_an_open_session(college):
    user = open_user("east")
    client = session_of(user)
    assert client.get("/subjects/").status_code == 200
    withdraw_role(grant=Grant.objects.get(user=user), by=None, at=NOW)
    assert client.get("/subjects/").status_code == 404
    assert client.get("/").status_code == 404
    assert AuditEntry.objects.filter(action="withdraw_role").count() == 1


def test_an_assigned_role_begins_with_the_next_request_of_an_open_session(college):
    user = open_user("nobody")
    client = session_of(user)
    assert client.get("/subjects/").status_code == 404
    assign_role(user=user, role="leader", by=None, at=NOW, is_whole_institution=True)
    assert client.get("/subjects/").status_code == 200


def test_deactivating_a_user_ends_the_open_session(college):
    user = open_user("office")
    client = session_of(user)
    assert client.get("/").status_code == 200
    deactivate_user(user=user, by=None, at=NOW)
    answer = client.get("/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/login/?next=/")


def test_a_subject_that_changes_its_unit_is_seen_by_the_other_college_at_once(college):
    east, west = session_of(open_user("east")), session_of(open_user("west"))
    address = "/subjects/TEACHING_CLASS/MATH-2/"
    assert (east.get(address).status_code, west.get(address).status_code) == (200, 404)
    moved = SubjectSpec(
        SubjectKind.TEACHING_CLASS, "MATH-2", "移交", unit="WEST", parent="COURSE:WELD"
    )
    record_subjects(subjects=[moved], origin="small@2", by=None, at=NOW + timedelta(minutes=1))
    assert (east.get(address).status_code, west.get(address).status_code) == (404, 200)


def test_a_role_is_assigned_with_its_place_and_an_audit_entry(college):
    office = open_user("office")
    user = open_user("nobody")
    grant = assign_role(
        user=user, role="supervisor", by=office, at=NOW, level=Level.COURSE, function="督导"
    )
    assert (grant.level, grant.valid_from, grant.valid_to) == (Level.COURSE, TODAY, None)
    entry = AuditEntry.objects.get(action="assign_role", object_key=str(grant.pk))
    assert (entry.by, entry.by_label, entry.at) == (office, "office", NOW)
    assert entry.facts == {"user": "nobody", "role": "supervisor", "place": "COURSE"}
    assert [row.role for row in grants_of(user, on=TODAY)] == ["supervisor"]


def test_an_unknown_role_is_refused(college):
    with pytest.raises(UnknownRole) as refused:
        assign_role(user=open_user("x"), role="king", by=None, at=NOW, is_whole_institution=True)
    assert (refused.value.code, refused.value.facts) == ("unknown_role", {"role": "king"})
    assert not Grant.objects.exists()


def test_a_grant_without_a_place_or_with_two_is_refused(college):
    user, unit = open_user("x"), Unit.objects.get(subject__code="EAST")
    for places in (
        {},
        {"unit": unit, "is_whole_institution": True},
        {"unit": unit, "level": Level.COURSE},
    ):
        with pytest.raises(PlaceMissing) as refused:
            assign_role(user=user, role="leader", by=None, at=NOW, **places)
        assert refused.value.code == "grant_needs_one_place"


@pytest.mark.parametrize("places", [{}, {"level": "COURSE", "is_whole_institution": True}])
def test_the_database_refuses_a_grant_without_exactly_one_place(college, places):
    user = open_user("x")
    with pytest.raises(IntegrityError, match="grant_has_exactly_one_place"):
        Grant.objects.create(user=user, role="leader", valid_from=TODAY, **places)


def test_the_day_of_a_grant_is_the_school_day_and_not_the_day_of_greenwich(college):
    evening = NOW.replace(hour=20)  # four in the morning of the next day in Shanghai
    grant = assign_role(
        user=open_user("x"), role="leader", by=None, at=evening, is_whole_institution=True
    )
    assert grant.valid_from == TODAY + timedelta(days=1)


def test_a_scope_follows_a_loop_of_subjects_once(college):
    course = Subject.objects.get(code="MATH", kind="COURSE")
    child = Subject.objects.get(code="MATH-1")
    Subject.objects.filter(pk=course.pk).update(parent=child)
    user = open_user("math")
    assert {"MATH", "MATH-1", "MATH-2"} <= seen(user)
    assert subjects(EVERYTHING).count() == 10
