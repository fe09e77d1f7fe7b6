"""A file comes in whole and once, or not at all; every row that stays outside is named."""

from decimal import Decimal
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

from luoxuan.campus.scope import EVERYTHING
from luoxuan.core.models import AuditEntry
from luoxuan.data.actions import (
    DatasetIsSystem,
    MergeNeedsKey,
    PeriodUnknown,
    VersionMoved,
    commit_version,
    import_file,
    imports,
)
from luoxuan.data.actions.deliveries import write_files
from luoxuan.data.models import DataFile, Dataset, DatasetVersion, Field, ImportBatch
from luoxuan.data.queries import dataset_rows, engine, files_of, relation_of, store
from luoxuan.data.rules import Disposition, ImportMode
from luoxuan.data.verification import verify_data
from luoxuan.data.warehouse.store import sha256_of
from luoxuan.testing.college import HEADER, NOW, Passes, import_text, open_user, score_csv

FIRST = score_csv([Passes("MATH-1", 2, 1)])
SECOND = score_csv([Passes("WELD-1", 1, 0)])


def students(score: Dataset, number: int | None = None) -> list[tuple[str, Decimal | None]]:
    """Return student and score of every row of a version, in order."""
    score.refresh_from_db()
    relation = relation_of(score, number=score.current_number if number is None else number)
    with engine().session() as session:
        table = session.table(
            f"SELECT student_id, score FROM ({relation.sql(['student_id', 'score'])}) ORDER BY ALL"
        )
    return [tuple(row) for row in table.rows]


def rows(*lines: str) -> str:
    return "\n".join([HEADER, *lines]) + "\n"


def row(student: int, score: str = "75.5", *, term: str = "2025-1", result: str = "通过") -> str:
    return f"{student},MATH-1,MATH,EAST-MATH,{term},{score},{result}"


def test_an_import_makes_the_first_version_and_tells_everything_about_it(score, tmp_path):
    user = open_user("office")
    report = import_text(FIRST, tmp_path, by=user)
    assert (report.disposition, report.version) == (Disposition.ACCEPT, 1)
    assert (report.rows_accepted, report.rows_rejected, report.n_errors) == (3, 0, 0)
    version = DatasetVersion.objects.get()
    assert (version.n_rows, version.by, version.created_at) == (3, user, NOW)
    batch = ImportBatch.objects.get()
    assert (batch.pk, batch.version, batch.file_name) == (report.batch, version, "score.csv")
    assert batch.disposition == Disposition.ACCEPT
    entry = AuditEntry.objects.get(action="commit_version")
    assert (entry.object_key, entry.by, entry.facts["n_rows"]) == ("score@1", user, 3)
    assert verify_data(at=NOW) == []


def test_the_original_is_kept_byte_by_byte(score, tmp_path):
    import_text(FIRST, tmp_path)
    batch = ImportBatch.objects.get()
    kept = store().root / "originals" / batch.sha256
    assert kept.read_text(encoding="utf-8") == FIRST
    assert sha256_of(kept) == batch.sha256


def test_every_row_carries_its_record_number_and_the_file_it_came_from(score, tmp_path):
    import_text(FIRST, tmp_path)
    relation = relation_of(score, number=1)
    with engine().session() as session:
        found = session.table(
            f"SELECT row_number, import_batch FROM ({relation.sql([])}) ORDER BY ALL"
        )
    sha256 = ImportBatch.objects.get().sha256
    assert found.rows == [(2, sha256[:16]), (3, sha256[:16]), (4, sha256[:16])]


def test_replace_puts_the_file_in_place_of_everything(score, tmp_path):
    import_text(FIRST, tmp_path)
    import_text(rows(row(2000)), tmp_path)
    assert students(score) == [("2000", Decimal("75.5"))]


def test_append_keeps_what_is_there(score, tmp_path):
    import_text(rows(row(1001)), tmp_path)
    import_text(rows(row(2000)), tmp_path, mode=ImportMode.APPEND)
    assert [student for student, _ in students(score)] == ["1001", "2000"]


def test_merge_replaces_rows_of_equal_key_and_keeps_the_others(score, tmp_path):
    import_text(rows(row(1001), row(1002, "40", result="不通过")), tmp_path)
    import_text(rows(row(1002, "61"), row(1003)), tmp_path, mode=ImportMode.MERGE)
    assert students(score) == [
        ("1001", Decimal("75.5")),
        ("1002", Decimal("61.0")),
        ("1003", Decimal("75.5")),
    ]


def test_a_merge_leaves_the_stored_row_where_the_new_one_is_rejected(score, tmp_path):
    import_text(rows(row(1001, "70")), tmp_path)
    import_text(rows(row(1001, "700"), row(1002)), tmp_path, mode=ImportMode.MERGE)
    assert students(score) == [("1001", Decimal("70.0")), ("1002", Decimal("75.5"))]


def test_a_merge_into_an_empty_dataset_is_an_import(score, tmp_path):
    assert import_text(FIRST, tmp_path, mode=ImportMode.MERGE).version == 1
    assert len(students(score)) == 3


def test_a_period_is_replaced_alone(score, tmp_path):
    import_text(rows(row(1001)), tmp_path, period="2025-1")
    import_text(rows(row(1001, term="2025-2")), tmp_path, period="2025-2")
    import_text(rows(row(1002)), tmp_path, period="2025-1")
    assert [student for student, _ in students(score)] == ["1001", "1002"]
    score.refresh_from_db()
    held = files_of(score, number=3)
    assert sorted(held.values_list("slice", "n_rows")) == [("2025-1", 1), ("2025-2", 1)]


def test_a_replacement_of_everything_also_ends_the_periods(score, tmp_path):
    import_text(rows(row(1001)), tmp_path, period="2025-1")
    import_text(rows(row(1002)), tmp_path)
    assert [student for student, _ in students(score)] == ["1002"]


def test_the_same_file_twice_takes_effect_once(score, tmp_path):
    import_text(FIRST, tmp_path)
    again = import_text(FIRST, tmp_path)
    assert (again.version, again.batch) == (1, None)
    assert [note["code"] for note in again.notes if note["code"] == "already_imported"]
    assert DatasetVersion.objects.count() == ImportBatch.objects.count() == 1
    assert AuditEntry.objects.filter(action="commit_version").count() == 1


def test_the_same_file_in_another_mode_or_period_does_take_effect(score, tmp_path):
    for mode, period, version in [
        (ImportMode.REPLACE, "2025-1", 1),
        (ImportMode.MERGE, "2025-1", 2),
        (ImportMode.REPLACE, "", 3),
    ]:
        assert import_text(FIRST, tmp_path, mode=mode, period=period).version == version
        assert import_text(FIRST, tmp_path, mode=mode, period=period).version == version


def test_a_file_without_one_sound_row_changes_nothing_and_leaves_its_findings(score, tmp_path):
    import_text(FIRST, tmp_path)
    report = import_text(rows(row(1001, "700")), tmp_path)
    assert (report.disposition, report.version) == (Disposition.REJECT_ROWS, None)
    batch = ImportBatch.objects.get(pk=report.batch)
    assert (batch.version, batch.rows_rejected, len(batch.problems)) == (None, 1, 1)
    assert len(students(score)) == 3


def test_an_idempotency_key_holds_in_the_database_too(score, tmp_path):
    import_text(FIRST, tmp_path)
    key = DatasetVersion.objects.get().idempotency_key
    with pytest.raises(IntegrityError), transaction.atomic():
        commit_version(
            dataset=score, expected_number=1, added=[], removed=[], mode="replace",
            idempotency_key=key, by=None, at=NOW,
        )  # fmt: skip
    score.refresh_from_db()
    assert score.current_number == 1


def test_versions_are_numbered_without_a_gap(score, tmp_path):
    for student in range(1001, 1006):
        import_text(rows(row(student)), tmp_path)
    numbers = DatasetVersion.objects.order_by("number").values_list("number", flat=True)
    assert list(numbers) == [1, 2, 3, 4, 5]


def test_an_old_number_still_gives_the_old_rows(score, tmp_path):
    import_text(rows(row(1001)), tmp_path)
    import_text(rows(row(1002)), tmp_path, mode=ImportMode.APPEND)
    import_text(rows(row(1003)), tmp_path)
    held = {number: [name for name, _ in students(score, number)] for number in range(4)}
    assert held == {0: [], 1: ["1001"], 2: ["1001", "1002"], 3: ["1003"]}


def test_a_refused_file_leaves_only_a_batch_with_its_reason(score, tmp_path):
    import_text(FIRST, tmp_path)
    report = import_text(HEADER + '\n1001,"MATH-1,MATH\n', tmp_path)
    assert report.disposition is Disposition.REJECT_FILE
    assert (report.version, report.rows_accepted) == (None, 0)
    assert [error["code"] for error in report.errors] == ["unclosed_quote"]
    batch = ImportBatch.objects.get(pk=report.batch)
    assert (batch.version, batch.disposition, batch.n_problems) == (None, "reject_file", 1)
    assert AuditEntry.objects.get(action="refuse_file").object_key == str(batch.pk)
    assert len(students(score)) == 3
    assert DatasetVersion.objects.count() == 1


def test_a_header_without_rows_never_deletes_what_is_there(score, tmp_path):
    import_text(FIRST, tmp_path)
    report = import_text(HEADER + "\n", tmp_path)
    assert [error["code"] for error in report.errors] == ["no_rows"]
    assert len(students(score)) == 3


def test_rejected_rows_are_reported_with_their_cell_and_the_others_come_in(score, tmp_path):
    text = rows(row(1001), row(1002, "abc"), row(1003, "101"), row(1004, result="及格"))
    report = import_text(text, tmp_path)
    assert report.disposition is Disposition.REJECT_ROWS
    assert (report.rows_accepted, report.rows_rejected, report.n_errors) == (1, 3, 3)
    assert [(error["cell"], error["code"]) for error in report.errors] == [
        ("F3", "not_a_number"),
        ("F4", "above_maximum"),
        ("G5", "not_in_code_list"),
    ]
    assert [name for name, _ in students(score)] == ["1001"]
    assert ImportBatch.objects.get().problems == list(report.errors)


def test_a_missing_score_stays_missing(score, tmp_path):
    import_text(rows(row(1001, "", result="缺考")), tmp_path)
    assert students(score) == [("1001", None)]


def test_a_trial_run_writes_nothing_at_all(score, tmp_path, warehouse):
    path = tmp_path / "score.csv"
    for text, disposition in [(FIRST, Disposition.ACCEPT), (HEADER, Disposition.REJECT_FILE)]:
        path.write_text(text, encoding="utf-8")
        report = import_file(dataset=score, path=path, by=None, at=NOW, is_dry_run=True)
        assert (report.disposition, report.version, report.batch) == (disposition, None, None)
    assert not ImportBatch.objects.exists()
    assert not DatasetVersion.objects.exists()
    assert [path for path in warehouse.rglob("*") if path.is_file()] == []


def test_a_computed_field_is_written_from_its_row(score, tmp_path):
    Field.objects.create(
        dataset=score, position=9, name="key", title="班级学期", type="text",
        formula='连接(【教学班】, "/", 【学期】)',
    )  # fmt: skip
    import_text(rows(row(1001)), tmp_path)
    page = dataset_rows(EVERYTHING, Dataset.objects.get(name="score"))
    assert page.table.dicts()[0]["key"] == "MATH-1/2025-1"


def test_a_field_declared_later_is_missing_in_older_versions(score, tmp_path):
    import_text(rows(row(1001)), tmp_path)
    Field.objects.create(dataset=score, position=9, name="note", title="备注", type="text")
    page = dataset_rows(EVERYTHING, Dataset.objects.get(name="score"))
    assert (page.n_rows, page.table.dicts()[0]["note"]) == (1, None)


def test_the_system_s_own_datasets_are_not_imported_into(score, tmp_path):
    Dataset.objects.filter(pk=score.pk).update(is_system=True)
    with pytest.raises(DatasetIsSystem) as refused:
        import_text(FIRST, tmp_path)
    assert refused.value.code == "dataset_is_system"


def test_a_merge_needs_a_key(score, tmp_path):
    Dataset.objects.filter(pk=score.pk).update(key=[])
    with pytest.raises(MergeNeedsKey) as refused:
        import_text(FIRST, tmp_path, mode=ImportMode.MERGE)
    assert refused.value.code == "merge_needs_key"


def test_an_unknown_period_is_refused(score, tmp_path):
    with pytest.raises(PeriodUnknown) as refused:
        import_text(FIRST, tmp_path, period="1999-1")
    assert refused.value.code == "period_unknown"
    assert not ImportBatch.objects.exists()


def interrupted_by(monkeypatch, act, times: int = 1) -> None:
    """Let ``act`` happen between the writing of the files and the commit, some times."""
    left = [times]

    def write_and_act(*arguments):
        written = write_files(*arguments)
        if left[0]:
            left[0] -= 1
            act()
        return written

    monkeypatch.setattr(imports, "write_files", write_and_act)


def test_another_import_in_between_makes_the_first_one_start_anew(score, tmp_path, monkeypatch):
    (tmp_path / "other").mkdir()

    def other() -> None:
        import_text(rows(row(2000)), tmp_path / "other", mode=ImportMode.APPEND)

    interrupted_by(monkeypatch, other)
    report = import_text(rows(row(1001)), tmp_path, mode=ImportMode.APPEND)
    assert report.version == 2
    assert [name for name, _ in students(score)] == ["1001", "2000"]
    assert [name for name, _ in students(score, 1)] == ["2000"]
    assert verify_data(at=NOW) == []


def test_a_merge_that_starts_anew_merges_with_what_came_in_between(score, tmp_path, monkeypatch):
    import_text(rows(row(1001, "70"), row(1002, "70")), tmp_path)
    (tmp_path / "other").mkdir()

    def other() -> None:
        import_text(rows(row(1002, "80")), tmp_path / "other", mode=ImportMode.MERGE)

    interrupted_by(monkeypatch, other)
    import_text(rows(row(1001, "90")), tmp_path, mode=ImportMode.MERGE)
    assert students(score) == [("1001", Decimal("90.0")), ("1002", Decimal("80.0"))]


def test_the_same_file_from_two_importers_at_once_takes_effect_once(score, tmp_path, monkeypatch):
    (tmp_path / "other").mkdir()
    interrupted_by(monkeypatch, lambda: import_text(FIRST, tmp_path / "other"))
    report = import_text(FIRST, tmp_path)
    assert report.version == 1
    assert DatasetVersion.objects.count() == ImportBatch.objects.count() == 1
    assert len(students(score)) == 3


def test_an_importer_that_always_loses_says_so_and_changes_nothing(score, tmp_path, monkeypatch):
    other = Path(tmp_path / "other")
    other.mkdir()
    numbers = iter(range(2000, 2100))

    def outrun() -> None:
        import_text(rows(row(next(numbers))), other)

    interrupted_by(monkeypatch, outrun, times=3)
    # Each import in between is interrupted too, until the first of them has run out of patience.
    monkeypatch.setattr(imports, "_ATTEMPTS", 1)
    with pytest.raises(VersionMoved):
        import_text(rows(row(1001)), tmp_path)


def test_no_two_files_of_the_warehouse_have_one_name(score, tmp_path):
    for student in range(1001, 1004):
        import_text(rows(row(student)), tmp_path)
    assert DataFile.objects.values("path").distinct().count() == DataFile.objects.count() == 3
