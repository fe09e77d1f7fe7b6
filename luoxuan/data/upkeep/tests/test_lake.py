"""Exported tables: each version one commit, read back by an independent reader of the format."""

import json

import pyarrow.parquet as pq
import pytest

from luoxuan.core.models import AuditEntry
from luoxuan.data.actions import import_file
from luoxuan.data.models import DataFile
from luoxuan.data.queries import engine, relation_of, store
from luoxuan.data.rules import ImportMode
from luoxuan.data.upkeep.lake import LakeRefused, export_lake
from luoxuan.data.warehouse import delta_log
from luoxuan.testing.college import HEADER, NOW, Passes, import_text, score_csv

COLUMNS = ("student_id", "class_code", "score", "result", "row_number", "import_batch")


def append(score, folder, number):
    path = folder / f"part{number}.csv"
    row = f"9{number:03d},MATH-1,MATH,EAST-MATH,2025-1,66,通过"
    path.write_text(f"{HEADER}\n{row}\n", encoding="utf-8")
    import_file(dataset=score, path=path, mode=ImportMode.APPEND, by=None, at=NOW)


def export(score, folder):
    score.refresh_from_db()
    (found,) = export_lake(datasets=[score], folder=folder, by=None, at=NOW)
    return found


def ours(score, number):
    score.refresh_from_db()
    relation = relation_of(score, number=number)
    names = ", ".join(COLUMNS)
    with engine().session() as session:
        rows = session.table(f"SELECT {names} FROM ({relation.sql(COLUMNS)})").rows
    return sorted(rows)


def theirs(folder):
    """Replay the log as the protocol says, with nothing of ours."""
    live = {}
    for path in sorted((folder / "_delta_log").glob("*.json")):
        for line in path.read_text(encoding="utf-8").splitlines():
            action = json.loads(line)
            if "add" in action:
                live[action["add"]["path"]] = json.loads(action["add"]["stats"])["numRecords"]
            if "remove" in action:
                del live[action["remove"]["path"]]
    rows = []
    for name, n_rows in live.items():
        table = pq.read_table(folder / name)
        assert table.num_rows == n_rows
        rows += [tuple(row[column] for column in COLUMNS) for row in table.to_pylist()]
    return sorted(rows)


def _dies(*_arguments):
    raise OSError("killed")


@pytest.fixture
def grown(score, tmp_path):
    import_text(score_csv([Passes("MATH-1", 3, 1)]), tmp_path)
    append(score, tmp_path, 1)
    return score


def test_every_version_is_one_commit_and_the_second_export_brings_the_new_one(grown, tmp_path):
    lake = tmp_path / "lake"
    first = export(grown, lake)
    assert (first.versions, first.n_files) == ((1, 2), 2)
    assert theirs(lake / "score") == ours(grown, 2)
    assert export(grown, lake).versions == ()
    append(grown, tmp_path, 2)
    import_text(score_csv([Passes("WELD-1", 2, 1)]), tmp_path)
    assert export(grown, lake).versions == (3, 4)
    assert theirs(lake / "score") == ours(grown, 4)
    assert len(list((lake / "score/_delta_log").glob("*.json"))) == 4
    assert AuditEntry.objects.filter(action="export_lake").count() == 2


def test_a_reader_of_another_hand_sees_every_version_as_it_was(grown, tmp_path):
    deltalake = pytest.importorskip("deltalake")
    lake = tmp_path / "lake"
    import_text(score_csv([Passes("WELD-1", 2, 1)]), tmp_path)
    export(grown, lake)
    for number in (1, 2, 3):
        table = deltalake.DeltaTable(lake / "score", version=number - 1)
        rows = table.to_pyarrow_table(columns=list(COLUMNS)).to_pylist()
        assert sorted(tuple(row[name] for name in COLUMNS) for row in rows) == ours(grown, number)


def test_an_export_that_dies_leaves_the_last_commit_and_is_taken_up(grown, tmp_path, monkeypatch):
    lake = tmp_path / "lake"
    export(grown, lake)
    append(grown, tmp_path, 3)
    with monkeypatch.context() as patch:
        patch.setattr(delta_log, "commit", _dies)
        with pytest.raises(OSError, match="killed"):
            export(grown, lake)
    assert theirs(lake / "score") == ours(grown, 2)
    assert export(grown, lake).versions == (3,)
    assert theirs(lake / "score") == ours(grown, 3)


def test_another_definition_gives_the_table_another_schema(grown, tmp_path):
    lake = tmp_path / "lake"
    export(grown, lake)
    grown.fields.create(name="remark", title="备注", type="text", position=99)
    append(grown, tmp_path, 4)
    export(grown, lake)
    assert theirs(lake / "score") == ours(grown, 3)
    names = {pq.read_schema(lake / "score" / name).names[-3]
             for name in delta_log.read_state(lake / "score").files}  # fmt: skip
    assert names == {"remark"}


def test_a_version_whose_rows_are_gone_is_skipped(grown, tmp_path):
    import_text(score_csv([Passes("WELD-1", 2, 1)]), tmp_path)
    DataFile.objects.filter(added_in=1).update(removed_at=NOW, retired_at=NOW)
    found = export(grown, tmp_path / "lake")
    assert (found.versions, found.n_skipped) == ((3,), 2)
    assert theirs(tmp_path / "lake/score") == ours(grown, 3)


def test_a_commit_that_another_writer_took_is_refused(grown, tmp_path):
    log = tmp_path / "lake" / "score"
    assert delta_log.commit(log, 0, [{"commitInfo": {}}])
    assert not delta_log.commit(log, 0, [{"commitInfo": {}}])


@pytest.mark.parametrize("place", ["inside", "above", "cut"])
def test_a_folder_that_does_not_fit_is_refused(grown, tmp_path, place):
    folder = {"inside": store().root / "lake", "above": store().root.parent}.get(
        place, tmp_path / "lake"
    )
    if place == "cut":
        (folder / "score/_delta_log").mkdir(parents=True)
        (folder / "score/_delta_log/00000000000000000007.json").write_text("{}\n")
    with pytest.raises(LakeRefused):
        export(grown, folder)
