"""Readings come out again from the versions that they were computed from, or verify tells (I4)."""

import pytest
from django.db.models import F

from luoxuan.data.models import DataFile, Dataset
from luoxuan.data.queries import engine, store
from luoxuan.data.warehouse.store import sha256_of
from luoxuan.indicators.verification import verify_readings
from luoxuan.testing.college import Passes, import_text, score_csv

pytestmark = pytest.mark.django_db


def forge(expression):
    """Write the file of the readings anew with one number changed, hashes and all."""
    file = DataFile.objects.get(dataset__name="_readings", removed_in=None)
    path = store().root / file.path
    with engine().session() as session:
        sql = f"SELECT * REPLACE ({expression}) FROM read_parquet('{path}')"
        forged = store().write_by("_readings", lambda target: session.copy(sql, target))
    (store().root / forged.path).replace(path)
    DataFile.objects.filter(pk=file.pk).update(sha256=sha256_of(path), n_bytes=path.stat().st_size)


def found():
    return [(finding.invariant, finding.about) for finding in verify_readings()]


def test_untouched_readings_come_out_again_and_leave_no_file(college):
    assert found() == []
    assert list((store().root / "_verification").glob("*")) == []


def test_a_changed_value_with_a_matching_hash_is_found(college):
    forge("value + 0.000000001 AS value")
    assert ("I4", "course.pass_share of run 1") in found()


def test_changed_rows_under_the_same_version_are_found(college, tmp_path):
    import_text(score_csv([Passes("MATH-1", 1, 9)]), tmp_path)
    # Somebody puts the newer file in the place of the older one.
    files = DataFile.objects.filter(dataset__name="score")
    old, new = files.get(removed_in=2), files.get(added_in=2)
    (store().root / old.path).write_bytes((store().root / new.path).read_bytes())
    Dataset.objects.filter(name="score").update(current_number=F("current_number") - 1)
    assert ("I4", "course.pass_share of run 1") in found()


def test_readings_that_lag_are_left_out(college, tmp_path):
    import_text(score_csv([Passes("MATH-1", 1, 9)]), tmp_path)
    forge("value + 1 AS value")
    assert found() == []
