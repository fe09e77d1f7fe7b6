"""Files are written once, whole and synced, and every damage is seen."""

import os
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from luoxuan.data.warehouse.store import StoredFile, sha256_of

TABLE = pa.table({"points": pa.array([1, 2, 3], pa.int64())})


@pytest.fixture
def stored(store) -> StoredFile:
    return store.write("score", TABLE)


def test_a_written_file_says_what_it_holds(store, root, stored):
    path = root / stored.path
    assert path.parent == root / "score"
    assert (stored.rows, stored.n_bytes) == (3, path.stat().st_size)
    assert stored.sha256 == sha256_of(path)
    assert pq.read_table(path).to_pydict() == {"points": [1, 2, 3]}


def test_two_writes_never_share_a_file(store, stored):
    assert store.write("score", TABLE).path != stored.path


def test_the_file_and_its_folder_are_synced_before_the_name_is_known(store, monkeypatch):
    seen = []
    monkeypatch.setattr(
        os, "fsync", lambda descriptor: seen.append(os.readlink(f"/proc/self/fd/{descriptor}"))
    )
    path = store.root / store.write("score", TABLE).path
    assert [Path(name) for name in seen] == [path.with_name(f".{path.name}"), path.parent]


def test_a_write_that_fails_leaves_nothing_behind(store, root):
    def half(path: Path) -> None:
        path.write_bytes(b"PAR1 half a file")
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        store.write_by("score", half)
    assert list((root / "score").iterdir()) == []


def test_a_sound_file_has_no_problem(store, stored):
    assert store.problem_of(stored) is None


def test_a_deleted_file_is_missing(store, root, stored):
    (root / stored.path).unlink()
    assert store.problem_of(stored) == "missing"


def test_a_truncated_file_differs_in_size(store, root, stored):
    path = root / stored.path
    path.write_bytes(path.read_bytes()[:-1])
    assert store.problem_of(stored) == "size_differs"


def test_a_flipped_bit_differs_in_hash(store, root, stored):
    path = root / stored.path
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    assert store.problem_of(stored) == "hash_differs"


def test_a_manifest_that_counts_other_rows_is_seen(store, stored):
    assert store.problem_of(replace(stored, rows=4)) == "rows_differ"


def test_a_file_that_never_was_parquet_is_unreadable(store, root):
    path = root / "score" / "x.parquet"
    path.parent.mkdir()
    path.write_bytes(b"not parquet at all")
    file = StoredFile("score/x.parquet", 1, path.stat().st_size, sha256_of(path))
    assert store.problem_of(file) == "unreadable"


def test_an_original_is_kept_once_under_its_hash(store, root, tmp_path):
    upload = tmp_path / "成绩.csv"
    upload.write_text("学号\n1001\n", encoding="utf-8")
    sha256 = sha256_of(upload)
    store.keep_original(upload, sha256)
    store.keep_original(upload, sha256)
    assert [path.name for path in (root / "originals").iterdir()] == [sha256]
    assert (root / "originals" / sha256).read_bytes() == upload.read_bytes()


def test_the_walk_finds_every_file_and_also_the_unfinished(store, root, stored):
    (root / "score" / ".half.parquet").write_bytes(b"PAR1")
    found = [path for path, _ in store.walk()]
    assert found == sorted([stored.path, "score/.half.parquet"])
