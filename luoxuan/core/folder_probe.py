"""Trying a folder before anything is trusted to it「目录检查」: sync, rename, locks.

Some network shares forget what was synced, rename by copying, or grant one lock twice. On such a
folder a commit could be lost, so the product does not start on it, and no setting changes that.
"""

import errno
import fcntl
import os
import struct
import uuid
from collections.abc import Callable
from pathlib import Path

from luoxuan.core.errors import Refused

FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM})
"""What a folder that cannot be written at the moment answers; it may be sound all the same."""

_OLD, _NEW = b"old " * 16, b"new " * 1024


class FolderUnsafe(Refused):
    """A folder that does not keep what it says it keeps."""


def probe_folder(folder: Path) -> None:
    """Try whether a folder syncs, renames in one step and keeps locks; raises FolderUnsafe.

    A full or read-only folder passes: the product runs on it, but writes nothing.
    """
    mark = f".probe-{uuid.uuid4().hex}"
    first, second = folder / f"{mark}-1", folder / f"{mark}-2"
    try:
        for code, step in (
            ("folder_not_synced", _keeps),
            ("folder_renames_unsafely", _renames),
            ("folder_without_locks", _locks),
        ):
            if not _try(folder, code, step, first, second):
                return
    finally:
        for path in (first, second):
            _forget(path)


def _try(
    folder: Path, code: str, step: Callable[[Path, Path], bool], first: Path, second: Path
) -> bool:
    """Take one step; return whether the folder could be written. Raises FolderUnsafe."""
    try:
        is_sound = step(first, second)
    except OSError as error:
        if error.errno in FULL:
            return False
        raise FolderUnsafe(code, folder=str(folder), reason=error.strerror or "") from error
    if not is_sound:
        raise FolderUnsafe(code, folder=str(folder), reason="")
    return True


def _keeps(first: Path, second: Path) -> bool:
    """Write and sync two files and the folder, and read them as if anew."""
    for path, content in ((first, _OLD), (second, _NEW)):
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            if os.write(descriptor, content) != len(content):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    descriptor = os.open(first.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    return first.read_bytes() == _OLD and second.read_bytes() == _NEW


def _renames(first: Path, second: Path) -> bool:
    """Rename over a file that somebody reads: he keeps the old one, whoever comes has the new."""
    with first.open("rb") as reader:
        inode = second.stat().st_ino
        second.rename(first)
        kept = reader.read()
    return (
        kept == _OLD
        and not second.exists()
        and first.read_bytes() == _NEW
        and first.stat().st_ino == inode
    )


def _locks(first: Path, _second: Path) -> bool:
    """Lock a file twice, as the database locks a range of it: the second time must be refused."""
    whole = struct.pack("hhqqhh", fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0, 0)
    with first.open("r+b") as one, first.open("r+b") as other:
        fcntl.flock(one, fcntl.LOCK_EX | fcntl.LOCK_NB)
        fcntl.fcntl(one, fcntl.F_OFD_SETLK, whole)
        return _is_refused(lambda: fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)) and (
            _is_refused(lambda: fcntl.fcntl(other, fcntl.F_OFD_SETLK, whole))
        )


def _is_refused(lock: Callable[[], object]) -> bool:
    try:
        lock()
    except BlockingIOError:
        return True
    return False


def _forget(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        if error.errno not in FULL:
            raise
