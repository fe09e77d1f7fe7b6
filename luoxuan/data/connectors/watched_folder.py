"""Files that other systems put into a folder「收件目录」: only whole ones, only below the inbox."""

from collections.abc import Sequence
from fnmatch import fnmatch
from pathlib import Path

from luoxuan.data.connectors.contract import ConnectorRefused

_SUFFIXES = {".csv", ".txt", ".tsv", ".xlsx", ".parquet", ".log"}
_TEMPORARY = ("~", ".")
_QUIET_SECONDS = 60.0


def allowed_path(address: str, folders: Sequence[Path]) -> Path:
    """Return a path below one of the folders; one without a root lies in the first of them.

    Raises ConnectorRefused for anything outside, whatever links or dots lead there.
    """
    path = (folders[0] / address).resolve() if folders else Path(address).resolve()
    if not any(path.is_relative_to(folder.resolve()) for folder in folders):
        raise ConnectorRefused("source_path_refused", path=address)
    if not path.exists():
        raise ConnectorRefused("source_path_missing", path=address)
    return path


def complete_files(
    address: str, pattern: str, *, folders: Sequence[Path], moment: float
) -> list[Path]:
    """Return the files that nobody has written to for a minute, the oldest first.

    Temporary names, links and folders are passed over. Raises ConnectorRefused.
    """
    folder = allowed_path(address, folders)
    if not folder.is_dir():
        raise ConnectorRefused("source_path_missing", path=address)
    found = []
    for path in folder.iterdir():
        if not _is_taken(path, pattern or "*"):
            continue
        changed = path.stat().st_mtime
        if path.stat().st_size and moment - changed >= _QUIET_SECONDS:
            found.append((changed, path.name, path))
    return [path for _, _, path in sorted(found)]


def _is_taken(path: Path, pattern: str) -> bool:
    is_plain = path.is_file() and not path.is_symlink()
    is_named = path.suffix.lower() in _SUFFIXES and not path.name.startswith(_TEMPORARY)
    return is_plain and is_named and fnmatch(path.name, pattern)
