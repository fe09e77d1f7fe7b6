"""Readings and alerts do not depend on the run or on the number of threads."""

import hashlib
from typing import Any

import pytest
from django.utils import timezone

from luoxuan.campus.scope import EVERYTHING
from luoxuan.data.queries import files_of, store
from luoxuan.data.warehouse.store import sha256_of
from luoxuan.indicators.actions import compute_readings
from luoxuan.indicators.queries import READINGS, indicators, readings, readings_dataset
from luoxuan.monitoring.actions import run_watches
from luoxuan.monitoring.models import Watch
from luoxuan.monitoring.queries import alerts

pytestmark = pytest.mark.django_db


def fingerprint() -> str:
    codes = [version.indicator.code for version in indicators()]
    found = readings(EVERYTHING, indicator_codes=codes)
    rows = sorted(
        (
            row.indicator, row.period, row.kind, row.subject, str(row.numerator),
            str(row.denominator), row.rows, str(row.value), str(row.reason),
        )
        for row in found
    )  # fmt: skip
    assert len(rows) > 1000
    return hashlib.sha256(repr(rows).encode()).hexdigest()


def open_alerts() -> list[tuple[str, str, str, str]]:
    # Only the columns that are compared: PostgreSQL knows nothing yet of tables filled in this very
    # transaction, and joins of all that a page shows take it minutes.
    columns = ("watch__code", "subject__code", "period", "value")
    found = alerts(EVERYTHING).values_list(*columns)
    return sorted((watch, subject, period, str(value)) for watch, subject, period, value in found)


@pytest.mark.parametrize("runs", [6, pytest.param(20, marks=pytest.mark.nightly)])
def test_runs_on_one_two_and_four_threads_agree(oulad_college: dict[str, Any], runs: int) -> None:
    prints, found = {fingerprint()}, [open_alerts()]
    assert found[0]
    for number in range(runs):
        compute_readings(by=None, at=timezone.now(), threads=(1, 2, 4)[number % 3], is_forced=True)
        Watch.objects.update(compared="")
        run_watches(by=None, at=timezone.now())
        prints.add(fingerprint())
        found.append(open_alerts())
    assert len(prints) == 1
    assert all(alerts_now == found[0] for alerts_now in found)


def test_every_run_left_one_whole_file(oulad_college: dict[str, Any]) -> None:
    dataset = readings_dataset()
    files = list(files_of(dataset, number=dataset.current_number))
    assert dataset.name == READINGS
    assert [sha256_of(store().root / file.path) for file in files] == [f.sha256 for f in files]
