"""The bytes of document files「报告文件」: kept under their SHA-256, there whole or not at all."""

import hashlib
import tempfile
from pathlib import Path

from luoxuan.core.faults import seam
from luoxuan.data.queries import store


def keep(content: bytes) -> str:
    """Keep bytes and return their SHA-256; the same bytes a second time change nothing."""
    sha256 = hashlib.sha256(content).hexdigest()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / sha256
        path.write_bytes(content)
        seam("reports.file.before_keep")
        store().keep_original(path, sha256)
    return sha256


def path_of(sha256: str) -> Path:
    """Return where the bytes of this hash lie."""
    return store().root / "originals" / sha256
