"""A collection reminds by itself: before its day, on it, and after it the leader too, once each."""

from datetime import date, datetime, timedelta

import pytest

from luoxuan.core.models import AuditEntry, Notice
from luoxuan.data.collecting.actions import close_collection, remind_of_collections
from luoxuan.data.collecting.rules import fits_reminding, reminder_due, worked_seconds
from luoxuan.data.models import Collection
from luoxuan.testing.college import NOW, open_college, open_users
from luoxuan.testing.filling.collecting import hand_in, open_scores, submission_of
from luoxuan.testing.together import together

DUE = date(2026, 3, 12)


@pytest.mark.parametrize(
    ("days", "day", "step"),
    [
        ([3, 1], 5, ""),
        ([3, 1], 8, ""),
        ([3, 1], 9, "before:3"),
        ([3, 1], 10, "before:3"),
        ([3, 1], 11, "before:1"),
        ([3, 1], 12, "due"),
        ([3, 1], 13, "overdue"),
        ([3, 1], 30, "overdue"),
        ([], 11, ""),
        ([], 12, "due"),
        ([7], 6, ""),
    ],
)
def test_each_day_stands_at_one_step(days, day, step):
    told = reminder_due(days, due_on=DUE, opened_on=date(2026, 3, 5), on=date(2026, 3, day))
    assert told == step


@pytest.mark.parametrize(
    ("days", "fits"),
    [([3, 1], True), ([], True), ([0], False), ([61], False), ([*range(1, 7)], False)],
)
def test_only_so_many_reminders_so_far_ahead(days, fits):
    assert fits_reminding(days) is fits


def test_time_at_a_form_is_counted_without_the_pauses():
    at = datetime(2026, 3, 2, 8, 0)  # noqa: DTZ001 (only the difference counts)
    opened = at - timedelta(minutes=4)
    assert worked_seconds(None, opened=None, saved=None, at=at) is None
    assert worked_seconds(None, opened=opened, saved=None, at=at) == 240
    assert worked_seconds(240, opened=opened, saved=at - timedelta(minutes=1), at=at) == 300
    assert worked_seconds(0, opened=at - timedelta(hours=9), saved=None, at=at) == 600


def told_at(day: int) -> dict[str, str]:
    """Return who was told what by the reminders of a day after the opening."""
    known = set(Notice.objects.values_list("pk", flat=True))
    remind_of_collections(at=NOW + timedelta(days=day))
    found = Notice.objects.exclude(pk__in=known).order_by("user__username")
    return {row.user.username: row.text for row in found}


def test_every_step_is_told_once_and_after_the_day_the_leader_learns_of_it(users, collection):
    hand_in(submission_of(collection, "WEST"), users["west"])
    title = "补报第二学期成绩（东学院）"
    assert told_at(0) == told_at(3) == {}
    ahead = told_at(4)
    assert sorted(ahead) == ["east", "eastdata"]
    assert ahead["eastdata"].startswith(f"请填报：{title}")
    assert told_at(4) == told_at(5) == {}
    assert sorted(told_at(6)) == sorted(told_at(7)) == ["east", "eastdata"]
    assert told_at(8) == {"east": f"本部门逾期未报：{title}", "eastdata": f"逾期未报：{title}"}
    assert told_at(9) == told_at(40) == {}
    steps = AuditEntry.objects.filter(action="remind_collection").order_by("sequence")
    assert [row.facts["step"] for row in steps] == ["before:3", "before:1", "due", "overdue"]


def test_a_machine_that_was_off_tells_the_newest_step_only(users, collection):
    assert sorted(told_at(30)) == ["east", "eastdata", "west"]
    assert told_at(31) == {}


def test_what_ended_is_not_reminded_of(users, collection):
    close_collection(collection=collection, by=users["office"], at=NOW)
    assert told_at(9) == {}


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_workers_tell_everybody_once(transactional_db):
    open_college()
    users = open_users()
    open_scores(users["office"])
    late = NOW + timedelta(days=8)
    acts = [lambda: remind_of_collections(at=late)] * 2
    assert together(*acts) == []
    assert Notice.objects.filter(key__startswith="collection:").count() == 3
    assert AuditEntry.objects.filter(action="remind_collection").count() == 1
    assert Collection.objects.get().reminded == "overdue"
