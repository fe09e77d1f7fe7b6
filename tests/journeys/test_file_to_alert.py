"""The story of one class: a file of scores, a pass share, a warning, a better file, recovery.

The quality office imports the scores of the first term. In MATH-2 only half of the students pass:
the share crosses its warning value, and the leader of the course finds the alert among his own.
Later the corrected scores come in; the alert recovers by itself, and every number of the story can
still be traced to the rows it was made from.
"""

from datetime import timedelta
from decimal import Decimal

import pytest

from luoxuan.campus.queries import Rights, scope_for
from luoxuan.campus.rules import Action, Resource
from luoxuan.campus.scope import EVERYTHING
from luoxuan.core.models import AuditEntry
from luoxuan.data.models import DatasetVersion
from luoxuan.data.verification import verify_data
from luoxuan.indicators.queries import judged, reading_at, rows_of
from luoxuan.indicators.rules import ReadingState
from luoxuan.monitoring.models import Alert
from luoxuan.monitoring.queries import my_alerts
from luoxuan.monitoring.rules import AlertState
from luoxuan.portal.catch_up import catch_up
from luoxuan.testing.college import (
    NOW,
    Passes,
    import_text,
    open_college,
    open_user,
    score_csv,
)

pytestmark = pytest.mark.django_db

TODAY = NOW.date()
LATER = NOW + timedelta(days=7)
FIRST = [Passes("MATH-1", 9, 1), Passes("MATH-2", 5, 5), Passes("WELD-1", 8, 2)]
CORRECTED = [Passes("MATH-1", 9, 1), Passes("MATH-2", 8, 2), Passes("WELD-1", 8, 2)]


def pass_share(run=None):
    return reading_at(
        EVERYTHING, code="course.pass_share", kind="TEACHING_CLASS", subject="MATH-2",
        period="2025-1", run=run,
    )  # fmt: skip


def alerts_of(user):
    scope = scope_for(user, Resource.ALERT, Action.LIST, on=TODAY)
    return [] if scope is None else list(my_alerts(scope, Rights(user, on=TODAY)))


def test_from_the_file_to_the_alert_and_back(tmp_path):
    open_college()
    office, leader, west = (open_user(name) for name in ("office", "math", "west"))

    # The office imports the term; every row is accepted and the version bears the office's name.
    report = import_text(score_csv(FIRST), tmp_path, by=office)
    assert (report.rows_accepted, report.rows_rejected, report.version) == (30, 0, 1)
    assert DatasetVersion.objects.get(dataset__name="score").by == office

    # The catch-up computes what lags and compares it with the warning values.
    done = catch_up(by=None, at=NOW)
    assert (done.refresh.run, done.watches.n_opened) == (1, 1)
    share = pass_share()
    assert (share.numerator, share.denominator, share.value) == (5, 10, Decimal("0.5"))
    (verdict,) = judged([share], on=TODAY)
    assert verdict.state is ReadingState.WARNING

    # The alert tells what it was decided on, and goes to the leader of the course alone.
    alert = Alert.objects.get()
    assert (alert.subject.code, alert.value, alert.warning_value, alert.run) == (
        "MATH-2", Decimal("0.5"), Decimal("0.6"), 1,
    )  # fmt: skip
    assert alerts_of(leader) == [alert]
    assert alerts_of(west) == []
    behind = rows_of(EVERYTHING, share, limit=None)
    assert behind.page.n_rows == share.rows == 10
    results = [row["result"] for row in behind.page.table.dicts()]
    assert (results.count("通过"), results.count("不通过")) == (5, 5)

    # Nothing new, nothing done: the catch-up may run as often as it likes.
    for _ in range(3):
        again = catch_up(by=None, at=NOW)
        assert (again.refresh.run, again.n_subjects) == (None, 0)
        assert (again.watches.n_opened, again.watches.n_confirmed) == (0, 0)

    # The corrected file replaces the first; the share rises and the alert recovers.
    import_text(score_csv(CORRECTED), tmp_path, by=office)
    done = catch_up(by=None, at=LATER)
    assert (done.refresh.run, done.watches.n_recovered, done.watches.n_opened) == (2, 1, 0)
    alert.refresh_from_db()
    assert (alert.state, alert.recovered_at) == (AlertState.RECOVERED, LATER)
    assert (alert.recovered_value, alert.recovered_run) == (Decimal("0.8"), 2)
    assert alerts_of(leader) == []

    # The old number is still there, with the rows it was counted from.
    old = pass_share(run=1)
    assert old.value == Decimal("0.5")
    assert rows_of(EVERYTHING, old, limit=None).page.table.rows == behind.page.table.rows
    acts = AuditEntry.objects.filter(object_kind="Alert").values_list("action", flat=True)
    assert list(acts) == ["open_alert", "recover_alert"]
    assert verify_data(at=LATER) == []


def test_an_alert_that_stays_is_confirmed_by_newer_numbers(tmp_path):
    open_college()
    import_text(score_csv(FIRST), tmp_path)
    catch_up(by=None, at=NOW)
    import_text(score_csv([Passes("MATH-2", 4, 6)]), tmp_path)
    done = catch_up(by=None, at=LATER)
    assert (done.watches.n_opened, done.watches.n_confirmed) == (0, 1)
    alert = Alert.objects.get()
    assert (alert.value, alert.run, alert.opened_at, alert.last_seen_at) == (
        Decimal("0.4"), 2, NOW, LATER,
    )  # fmt: skip


def test_the_catch_up_of_an_empty_college_finds_nothing_to_do():
    done = catch_up(by=None, at=NOW)
    assert (done.n_subjects, done.refresh.run, done.watches.n_opened) == (0, None, 0)
    assert verify_data(at=NOW) == []
