"""Everything comes out of the originals again; what is damaged is named and mended."""

import pyarrow as pa
import pytest

from luoxuan.campus.scope import EVERYTHING
from luoxuan.core.models import AuditEntry
from luoxuan.data.actions import import_file, publish_records, undo_import
from luoxuan.data.models import DataFile, Dataset, ImportBatch, PackedFile
from luoxuan.data.queries import dataset_rows, store
from luoxuan.data.rules import ImportMode
from luoxuan.data.upkeep.actions import keep_in_order
from luoxuan.data.upkeep.rebuilding import REBUILD
from luoxuan.data.upkeep.rules import FileState
from luoxuan.data.verification import verify_data
from luoxuan.portal.catch_up import catch_up
from luoxuan.portal.rebuilding import rebuild_everything
from luoxuan.portal.verification import verify_everything
from luoxuan.testing.college import HEADER, NOW, Passes, import_text, open_college, score_csv


def append(dataset, folder, number):
    path = folder / f"part{number}.csv"
    row = f"9{number:03d},MATH-1,MATH,EAST-MATH,2025-1,66,通过"
    path.write_text(f"{HEADER}\n{row}\n", encoding="utf-8")
    return import_file(dataset=dataset, path=path, mode=ImportMode.APPEND, by=None, at=NOW)


@pytest.fixture
def score(db) -> Dataset:
    """The dataset of scores, without any rows yet."""
    open_college()
    return Dataset.objects.get(name="score")


@pytest.fixture
def grown(score, tmp_path) -> Dataset:
    """Scores in five versions: replaced, replaced by term, appended, taken back, appended."""
    import_text(score_csv([Passes("MATH-1", 3, 1)]), tmp_path)
    import_text(score_csv([Passes("MATH-1", 4, 1)]), tmp_path, period="2025-1")
    import_text(score_csv([Passes("WELD-1", 2, 0)]), tmp_path)
    undo_import(batch=ImportBatch.objects.latest("pk"), by=None, at=NOW, reason="x")
    append(score, tmp_path, 7)
    score.refresh_from_db()
    return score


def run(*, replace=False, names=()):
    return rebuild_everything(names=names, by=None, at=NOW, is_replacing=replace)


def damage(path):
    full = store().root / path
    content = bytearray(full.read_bytes())
    content[len(content) // 2] ^= 0xFF
    full.write_bytes(content)


def test_every_version_comes_out_again_byte_for_byte(grown):
    found = run()
    assert [one.state for one in found] == [FileState.SAME] * len(found)
    assert {one.file.added_in for one in found} == {1, 2, 3, 4, 5}
    assert not any(one.is_damaged for one in found)
    assert list((store().root / REBUILD).iterdir()) == []
    assert verify_data(at=NOW) == []


def test_a_damaged_and_a_deleted_file_are_named_and_mended(grown):
    before = dataset_rows(EVERYTHING, grown, limit=None).table.rows
    first, *_, last = DataFile.objects.order_by("pk")
    damage(first.path)
    (store().root / last.path).unlink()
    assert len(verify_data(at=NOW)) == 2
    named = {one.file.pk for one in run() if one.is_damaged}
    assert named == {first.pk, last.pk}
    assert len(verify_data(at=NOW)) == 2
    replaced = {one.file.pk for one in run(replace=True) if one.is_replaced}
    assert replaced == named
    assert verify_data(at=NOW) == []
    assert dataset_rows(EVERYTHING, grown, limit=None).table.rows == before
    assert AuditEntry.objects.filter(action="mend_file").count() == 2


def test_a_damaged_pack_falls_apart_into_its_members(score, tmp_path):
    for number in range(8):
        append(score, tmp_path, number)
    score.refresh_from_db()
    before = dataset_rows(EVERYTHING, score, limit=None).table.rows
    keep_in_order(by=None, now=lambda: NOW)
    damage(PackedFile.objects.get().path)
    assert all(one.is_replaced for one in run(replace=True))
    assert verify_data(at=NOW) == []
    assert dataset_rows(EVERYTHING, score, limit=None).table.rows == before
    assert PackedFile.objects.get().retired_at == NOW


def test_a_row_that_was_changed_behind_the_back_is_a_difference(grown):
    one = DataFile.objects.get(added_in=5)
    damage(one.path)
    batch = ImportBatch.objects.latest("pk")
    original = store().root / "originals" / batch.sha256
    original.write_bytes(original.read_bytes() + b"x")
    (found,) = [row for row in run(replace=True) if row.file.pk == one.pk]
    assert (found.state, found.is_replaced) == (FileState.LOST, False)
    assert "original" in found.reason


def test_readings_are_computed_again_in_the_place_of_a_damaged_file(grown):
    catch_up(by=None, at=NOW)
    (file,) = DataFile.objects.filter(dataset__name="_readings")
    (store().root / file.path).unlink()
    found = run(replace=True)
    assert [one.file.pk for one in found if one.is_replaced] == [file.pk]
    assert verify_everything(at=NOW) == []


def test_a_merge_is_replayed_on_what_was_rebuilt(score, tmp_path):
    import_text(score_csv([Passes("MATH-1", 3, 1)]), tmp_path)
    score.key = ["student_id"]
    score.save(update_fields=["key"])
    import_text(score_csv([Passes("MATH-1", 2, 2)]), tmp_path, mode=ImportMode.MERGE)
    for file in DataFile.objects.all():
        (store().root / file.path).unlink()
    assert all(one.is_replaced for one in run(replace=True))
    assert verify_data(at=NOW) == []


def test_own_records_come_out_of_their_kept_copies(grown):
    catch_up(by=None, at=NOW)
    Dataset.objects.create(name="_own", title="自有", is_system=True)
    for n in (1, 2):
        table = pa.table({"id": list(range(n))})
        publish_records(dataset_name="_own", table=table, key="own", by=None, at=NOW)
    found = run()
    assert {one.file.dataset.name for one in found} == {"score", "_readings", "_own"}
    assert {one.state for one in found} == {FileState.SAME}
    for file in DataFile.objects.filter(dataset__is_system=True):
        damage(file.path)
    mended = run(replace=True)
    assert {one.is_replaced for one in mended if one.file.dataset.is_system} == {True}
    assert {one.state for one in run()} == {FileState.SAME}
    assert verify_everything(at=NOW) == []
