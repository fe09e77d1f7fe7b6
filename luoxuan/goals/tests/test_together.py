"""Writes at the same time: one waits for the other, and nothing is done twice."""

import threading
from datetime import date
from pathlib import Path

import pytest
from django.utils import timezone

from luoxuan.core.models import AuditEntry
from luoxuan.data.models import Dataset
from luoxuan.goals.actions import (
    SheetEntry,
    ask_deadline_change,
    intake,
    open_year,
    record_lagging_tasks,
    record_sheet,
    sheets,
)
from luoxuan.goals.models import IntakeMark
from luoxuan.goals.queries import month_coded
from luoxuan.goals.rules import ProgressState
from luoxuan.testing.college import NOW, open_college
from luoxuan.testing.filling.goals import open_example
from luoxuan.testing.modules import open_warehouse
from luoxuan.testing.together import PATIENCE, together, wait_for_another

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
GOOD = SheetEntry(ProgressState.ON_TRACK)
NEW_DATE = date(2026, 6, 30)


@pytest.fixture
def year(tmp_path: Path, settings):
    """The small college in a year of its own."""
    open_warehouse(settings, tmp_path)
    open_college()
    return open_year(year=2026, by=None, at=NOW)


def test_another_date_is_asked_for_while_the_sheet_is_recorded(year, monkeypatch):
    first = open_example("EAST", "共建课程", deadline_on=date(2026, 4, 30))
    second = open_example("EAST", "示范课", deadline_on=date(2026, 4, 30))
    recorded = threading.Event()
    late = SheetEntry(ProgressState.LATE, cause="停机", measure="先试运行", asked_on=NEW_DATE)
    record_one = sheets.record_progress

    def record_and_wait(**values):
        found = record_one(**values)
        recorded.set()
        wait_for_another()
        return found

    monkeypatch.setattr(sheets, "record_progress", record_and_wait)

    def record():
        record_sheet(
            unit=first.responsible_unit, month=month_coded("2026-03"),
            entries={first.pk: GOOD, second.pk: late}, by=None, at=NOW,
        )  # fmt: skip

    def ask():
        assert recorded.wait(PATIENCE)
        ask_deadline_change(task=second, asked_on=NEW_DATE, reason="停机", by=None, at=NOW)

    assert together(record, ask) == []
    assert second.changes.get().asked_on == NEW_DATE


def test_two_refreshes_take_a_version_in_once(year, monkeypatch):
    dataset = Dataset.objects.get_or_create(name=intake.DATASET)[0]
    Dataset.objects.filter(pk=dataset.pk).update(current_number=3)
    taken = []

    def take_in(*_, **__):
        taken.append(1)
        wait_for_another()
        return 1

    monkeypatch.setattr(intake, "_record", take_in)

    def refresh():
        record_lagging_tasks(by=None, at=timezone.now())

    assert together(refresh, refresh) == []
    assert len(taken) == 1
    assert IntakeMark.objects.get(dataset=dataset).number == 3
    assert AuditEntry.objects.filter(action="record_tasks").count() == 1
