"""Packing changes no version: rows, order and row numbers are what they were, at every number."""

from datetime import timedelta

import pytest
from django.db import transaction

from luoxuan.campus.scope import EVERYTHING
from luoxuan.core.models import AuditEntry
from luoxuan.data.actions import import_file, undo_import
from luoxuan.data.models import DataFile, Dataset, ImportBatch, PackedFile, UpkeepRun
from luoxuan.data.queries import dataset_rows, relation_of, store
from luoxuan.data.rules import ImportMode
from luoxuan.data.upkeep.actions import keep_in_order, pack_files
from luoxuan.data.upkeep.queries import planned_packings, upkeep_plan
from luoxuan.data.verification import verify_data
from luoxuan.data.warehouse.packing import PackingDiffers
from luoxuan.testing.college import HEADER, NOW

N_FILES = 8


def append(dataset, folder, number, *, rows=3):
    path = folder / f"part{number}.csv"
    lines = [
        f"{number:03d}{row},MATH-1,MATH,EAST-MATH,2025-1,{60 + row},通过" for row in range(rows)
    ]
    path.write_text("\n".join([HEADER, *lines]) + "\n", encoding="utf-8")
    return import_file(dataset=dataset, path=path, mode=ImportMode.APPEND, by=None, at=NOW)


@pytest.fixture
def many(score, tmp_path) -> Dataset:
    """Scores in eight small files."""
    for number in range(N_FILES):
        append(score, tmp_path, number)
    score.refresh_from_db()
    return score


def everything(dataset, number):
    page = dataset_rows(EVERYTHING, dataset, limit=None, number=number)
    return page.fields, page.table.rows


def on_disk(dataset):
    return sorted(path.name for path in (store().root / dataset.name).iterdir())


def tidy(at=NOW):
    return keep_in_order(by=None, now=lambda: at)


def test_every_version_reads_the_same_before_and_after_packing(many):
    before = [everything(many, number) for number in range(1, N_FILES + 1)]
    run = tidy()
    assert (run.report["n_packed"], run.report["n_packs"]) == (N_FILES, 1)
    assert [everything(many, number) for number in range(1, N_FILES + 1)] == before
    many.refresh_from_db()
    assert many.current_number == N_FILES
    assert len(relation_of(many, number=N_FILES).files) == 1
    assert verify_data(at=NOW) == []
    assert AuditEntry.objects.filter(action="pack_files", object_key="score").count() == 1


def test_the_old_files_stay_for_a_day_and_go_then(many):
    tidy()
    assert len(on_disk(many)) == N_FILES + 1
    tidy(NOW + timedelta(hours=23))
    assert len(on_disk(many)) == N_FILES + 1
    # The files were written by the clock of the machine, which may be ahead.
    late = max(NOW, UpkeepRun.objects.latest("pk").started_at) + timedelta(days=3650)
    run = tidy(late)
    assert run.report["n_swept"] >= N_FILES
    (left,) = on_disk(many)
    assert left == PackedFile.objects.get().path.partition("/")[2]
    assert len(everything(many, 4)[1]) == 12
    assert verify_data(at=late) == []


def test_a_file_that_comes_again_is_known_although_it_was_packed(many, tmp_path):
    tidy()
    report = append(many, tmp_path, 4)
    assert [note["code"] for note in report.notes] == ["already_imported"]
    assert report.version == 5


def test_an_import_is_taken_back_although_its_neighbours_were_packed(many, tmp_path):
    before = everything(many, N_FILES - 1)
    tidy()
    undo_import(batch=ImportBatch.objects.latest("pk"), by=None, at=NOW, reason="x")
    many.refresh_from_db()
    assert everything(many, many.current_number) == before
    assert verify_data(at=NOW) == []


def test_rows_that_were_packed_come_back_when_their_replacement_is_taken_back(many, tmp_path):
    tidy()
    before = everything(many, N_FILES)
    path = tmp_path / "new.csv"
    path.write_text(f"{HEADER}\n0999,MATH-1,MATH,EAST-MATH,2025-1,60,通过\n", encoding="utf-8")
    report = import_file(dataset=many, path=path, mode=ImportMode.REPLACE, by=None, at=NOW)
    batch = ImportBatch.objects.get(pk=report.batch)
    undo_import(batch=batch, by=None, at=NOW, reason="x")
    many.refresh_from_db()
    assert everything(many, many.current_number) == before
    assert verify_data(at=NOW) == []


def test_a_pack_that_is_not_full_takes_in_what_comes_later(many, tmp_path):
    tidy()
    for number in range(N_FILES, N_FILES + 7):
        append(many, tmp_path, number)
    before = [everything(many, number) for number in range(1, N_FILES + 8)]
    assert tidy().report["n_packed"] == N_FILES + 7
    assert [everything(many, number) for number in range(1, N_FILES + 8)] == before
    assert PackedFile.objects.filter(retired_at=None).count() == 1
    assert verify_data(at=NOW) == []
    assert tidy().report["n_packed"] == 0


def test_few_files_are_left_alone(score, tmp_path):
    for number in range(7):
        append(score, tmp_path, number)
    assert list(planned_packings()) == []


def test_a_plan_writes_nothing(many):
    plan = upkeep_plan(at=NOW)
    assert [len(packing.files) for packing in plan.packings] == [N_FILES]
    assert not PackedFile.objects.exists()
    assert len(on_disk(many)) == N_FILES


def test_what_is_not_read_back_as_it_was_is_not_committed(many, monkeypatch):
    monkeypatch.setattr("luoxuan.data.warehouse.packing._same", lambda *_: False)
    with pytest.raises(PackingDiffers), transaction.atomic():
        tidy()
    assert not PackedFile.objects.exists()
    assert len(on_disk(many)) == N_FILES


def test_of_two_passes_at_once_the_second_leaves_everything(many):
    (packing,) = planned_packings()
    assert pack_files(packing, None, NOW) == N_FILES
    files = on_disk(many)
    # What the second one planned before the first one committed.
    assert PackedFile.objects.count() == 1
    assert not list(planned_packings())
    assert on_disk(many) == files


def test_a_damaged_pack_is_found(many):
    tidy()
    pack = PackedFile.objects.get()
    path = store().root / pack.path
    content = bytearray(path.read_bytes())
    content[60] ^= 0xFF
    path.write_bytes(content)
    found = [(finding.invariant, finding.about) for finding in verify_data(at=NOW)]
    assert found == [("I2", pack.path)]


def test_members_that_overlap_and_a_pack_retired_too_early_are_found(many):
    tidy()
    DataFile.objects.filter(pack_offset=3).update(pack_offset=1)
    assert "I2" in {finding.invariant for finding in verify_data(at=NOW)}
    DataFile.objects.filter(pack_offset=1).update(pack_offset=3)
    assert verify_data(at=NOW) == []
    PackedFile.objects.update(retired_at=NOW)
    assert {finding.invariant for finding in verify_data(at=NOW)} == {"I6"}
