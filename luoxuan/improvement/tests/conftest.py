"""The small college with one term of scores; MATH-2 is in warning."""

from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from luoxuan.campus.queries import subject_at
from luoxuan.campus.scope import EVERYTHING
from luoxuan.core.models import User
from luoxuan.improvement.actions import open_improvement, plan_improvement
from luoxuan.improvement.rules import Baseline
from luoxuan.indicators.actions import compute_readings
from luoxuan.indicators.queries import reading_at
from luoxuan.testing.college import NOW, Passes, fill_college, import_text, open_user, score_csv
from luoxuan.testing.modules import filled_once, open_warehouse


@pytest.fixture(scope="module")
def filled(tmp_path_factory, django_db_setup, django_db_blocker):
    """The college with readings, once for a module, and the leader of its course."""
    folder = tmp_path_factory.mktemp("college")
    with filled_once(folder, django_db_blocker) as warehouse:
        fill_college(folder)
        yield SimpleNamespace(warehouse=warehouse, leader=open_user("math"))


@pytest.fixture
def leader(filled, db, tmp_path: Path, settings):
    """The leader of the course, in a college with readings."""
    open_warehouse(settings, tmp_path, like=filled.warehouse)
    return User.objects.get(pk=filled.leader.pk)


@pytest.fixture
def subject(leader):
    return subject_at(EVERYTHING, kind="TEACHING_CLASS", code="MATH-2")


@pytest.fixture
def opened(leader, subject):
    """An improvement with a number as its baseline: 5 of 10 pass, the warning value is 0.6."""
    reading = reading_at(
        EVERYTHING, code="course.pass_share", kind="TEACHING_CLASS", subject="MATH-2",
        period="2025-1",
    )  # fmt: skip
    baseline = Baseline(
        indicator="course.pass_share", value=reading.value, numerator=reading.numerator,
        denominator=reading.denominator, period=reading.period, run=reading.run,
    )  # fmt: skip
    return open_improvement(
        subject=subject, problem="通过率低", baseline=baseline, by=leader, at=NOW
    )


@pytest.fixture
def plan(leader):
    """Return a function that plans an improvement, with changed values if given."""

    def act(improvement, **changed):
        values = {
            "cause_categories": ["pace"], "cause": "", "measure": "加一次习题课",
            "responsible": leader, "due_on": NOW.date() + timedelta(days=21), "by": leader,
            "at": NOW, **changed,
        }  # fmt: skip
        return plan_improvement(improvement=improvement, **values)

    return act


@pytest.fixture
def new_scores(leader, tmp_path: Path):
    """Return a function that replaces the scores and computes the readings."""

    def take(*classes: Passes) -> None:
        import_text(score_csv(classes), tmp_path)
        compute_readings(by=None, at=NOW + timedelta(hours=1))

    return take
