"""What old runs read is let go after its days, never what somebody refers to or shows now."""

from datetime import timedelta

import pytest

from luoxuan.core.actions import set_institution
from luoxuan.core.models import AuditEntry
from luoxuan.data.models import Pin
from luoxuan.indicators.actions import compute_readings, release_old_inputs
from luoxuan.indicators.models import Run
from luoxuan.indicators.provenance import Provenance, encode
from luoxuan.portal.catch_up import catch_up
from luoxuan.portal.retention import _runs_in, runs_referred
from luoxuan.testing.college import NOW, Passes, import_text, open_college, score_csv

LATER = NOW + timedelta(days=200)


@pytest.fixture
def runs(db, tmp_path):
    """Three runs over three versions of the scores; the classes are not in warning."""
    open_college()
    for passed in (9, 8, 7):
        import_text(score_csv([Passes("MATH-1", passed, 0)]), tmp_path)
        compute_readings(by=None, at=NOW)
    set_institution(values={"run_days": "90"}, by=None, at=NOW)
    return list(Run.objects.order_by("number").values_list("number", flat=True))


def pinned():
    urls = Pin.objects.filter(released_at=None).values_list("url", flat=True)
    return sorted({int(url.partition(":")[2]) for url in urls if url.startswith("run:")})


def test_old_runs_let_go_what_they_read_and_the_newest_does_not(runs):
    assert pinned() == runs
    assert release_old_inputs(kept=(), by=None, at=NOW + timedelta(days=89)) == []
    assert release_old_inputs(kept=runs[:1], by=None, at=LATER) == runs[1:2]
    assert pinned() == [runs[0], runs[2]]
    entry = AuditEntry.objects.get(action="release_pins")
    assert entry.object_key == f"run:{runs[1]}"
    assert release_old_inputs(kept=runs[:1], by=None, at=LATER) == []


def test_without_days_every_run_keeps_what_it_read(runs):
    set_institution(values={"run_days": "0"}, by=None, at=NOW)
    assert release_old_inputs(kept=(), by=None, at=LATER) == []


def test_the_night_lets_go(runs):
    catch_up(by=None, at=LATER)
    assert not set(runs[:2]) & set(pinned())


def test_runs_of_alerts_diagnoses_and_reports_are_referred(runs):
    content = {"readings": [{"run": 41}], "texts": ["x", {"closing_run": 42}], "run": "no"}
    assert set(_runs_in(content)) == {41, 42}
    printed = encode(Provenance(43, 1, 1, 1))
    assert set(_runs_in({"rows": [{"id": printed}, {"id": "LX-not an id"}]})) == {43}
    assert runs_referred() == set()
