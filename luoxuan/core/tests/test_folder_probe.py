"""A folder that forgets, copies instead of renaming, or grants a lock twice is refused."""

import errno
import fcntl
import os
import shutil
import time
from pathlib import Path

import pytest

from luoxuan.core.folder_probe import FolderUnsafe, probe_folder


def code_of(folder: Path) -> str:
    with pytest.raises(FolderUnsafe) as caught:
        probe_folder(folder)
    assert list(folder.iterdir()) == []
    return caught.value.code


def failing(number: int):
    def fail(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    return fail


def test_a_local_folder_passes_quickly_and_stays_empty(tmp_path):
    started = time.process_time()
    probe_folder(tmp_path)
    assert time.process_time() - started < 0.05
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_sync_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "fsync", failing(errno.EINVAL))
    assert code_of(tmp_path) == "folder_not_synced"


def test_a_folder_that_forgets_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "write", lambda _, content: len(content))
    assert code_of(tmp_path) == "folder_not_synced"


def test_a_folder_that_copies_instead_of_renaming_is_refused(tmp_path, monkeypatch):
    def copied(self: Path, target: Path) -> None:
        shutil.copyfile(self, target)
        self.unlink()

    monkeypatch.setattr(Path, "rename", copied)
    assert code_of(tmp_path) == "folder_renames_unsafely"


def test_a_folder_whose_locks_do_not_hold_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(fcntl, "flock", lambda *_: None)
    assert code_of(tmp_path) == "folder_without_locks"


def test_a_folder_whose_ranges_cannot_be_locked_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(fcntl, "fcntl", failing(errno.ENOLCK))
    assert code_of(tmp_path) == "folder_without_locks"


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EDQUOT])
def test_a_full_or_read_only_folder_is_no_unsafe_one(tmp_path, monkeypatch, number):
    monkeypatch.setattr(os, "open", failing(number))
    probe_folder(tmp_path)
