"""Every kind of damage is found, and nothing is found where there is none."""

import os
from datetime import timedelta

import pytest
from django.db.models import F

from luoxuan.data.models import DataFile, Dataset, DatasetVersion, ImportBatch
from luoxuan.data.queries import store
from luoxuan.data.verification import ORPHAN_SECONDS, verify_data
from luoxuan.testing.college import NOW, Passes, fill_college, import_text, score_csv


@pytest.fixture
def filled(college, tmp_path) -> DataFile:
    """The college with scores and readings; returns the file of the scores."""
    fill_college(tmp_path)
    return DataFile.objects.get(dataset__name="score")


def found() -> list[tuple[str, str]]:
    return [(finding.invariant, finding.problem) for finding in verify_data(at=NOW)]


def test_an_undamaged_installation_has_no_findings(filled):
    assert found() == []


def test_an_empty_installation_has_no_findings(db):
    assert found() == []


def test_a_flipped_byte_is_found(filled):
    path = store().root / filled.path
    content = bytearray(path.read_bytes())
    content[100] ^= 0xFF
    path.write_bytes(content)
    assert found() == [("I2", "hash_differs")]


def test_a_truncated_file_is_found(filled):
    path = store().root / filled.path
    path.write_bytes(path.read_bytes()[:50])
    assert found() == [("I2", "size_differs")]


def test_a_deleted_file_is_found_and_named(filled):
    (store().root / filled.path).unlink()
    (finding,) = verify_data(at=NOW)
    assert (finding.invariant, finding.about, finding.problem) == ("I6", filled.path, "missing")


def test_a_damaged_file_of_an_old_version_is_found_too(filled, tmp_path):
    import_text(score_csv([Passes("MATH-1", 1, 0)]), tmp_path)
    (store().root / filled.path).unlink()
    assert ("I6", "missing") in found()


def test_a_wrong_count_of_rows_is_found_in_file_and_version(filled):
    DataFile.objects.filter(pk=filled.pk).update(n_rows=F("n_rows") + 1)
    assert {invariant for invariant, _ in found()} == {"I2"}
    assert len(found()) == 2


def test_a_version_that_promises_other_rows_is_found(filled):
    DatasetVersion.objects.filter(dataset__name="score").update(n_rows=1)
    assert [invariant for invariant, _ in found()] == ["I2"]


def test_a_number_ahead_of_its_versions_is_found(filled):
    Dataset.objects.filter(name="score").update(current_number=3)
    assert [invariant for invariant, _ in found()] == ["I10"]


def test_a_gap_between_versions_is_found(filled):
    DatasetVersion.objects.filter(dataset__name="score").update(number=2)
    assert "I10" in {invariant for invariant, _ in found()}


def test_a_file_of_a_version_yet_to_come_is_found(filled):
    DataFile.objects.filter(pk=filled.pk).update(added_in=9)
    assert {invariant for invariant, _ in found()} == {"I2", "I10"}


def test_an_orphan_is_tolerated_for_a_day_and_then_found(filled):
    orphan = store().root / "score" / "orphan.parquet"
    orphan.write_bytes(b"PAR1")
    fresh = NOW.timestamp() - ORPHAN_SECONDS + 60
    os.utime(orphan, (fresh, fresh))
    assert found() == []
    later = verify_data(at=NOW + timedelta(minutes=2))
    assert [(finding.invariant, finding.about) for finding in later] == [
        ("I6", "score/orphan.parquet")
    ]


def test_a_missing_original_is_found(filled):
    batch = ImportBatch.objects.get()
    (store().root / "originals" / batch.sha256).unlink()
    assert found() == [("I6", "the original file is missing")]


def test_a_commit_between_two_questions_is_no_damage(filled, tmp_path, monkeypatch):
    """The versions are read, then another process commits, then the numbers are read."""
    everything, left = Dataset.objects.all, [1]

    def interrupted():
        if left:
            left.pop()
            import_text(score_csv([Passes("MATH-1", 1, 0)]), tmp_path)
        return everything()

    monkeypatch.setattr(Dataset.objects, "all", interrupted)
    assert found() == []
    assert not left
    assert Dataset.objects.get(name="score").current_number == 2
