"""Where the public files of the OULAD example are; its tests are skipped where they are not."""

import os
from pathlib import Path
from typing import Any

import pytest

from .independent_sql import CLICKS, FILES


@pytest.fixture(scope="session")
def oulad_folder() -> Path:
    """The folder `data/oulad` of the shared folder."""
    folder = Path(os.environ.get("LUOXUAN_SHARED", "../shared")) / "data" / "oulad"
    missing = [name for name in (*FILES.values(), CLICKS) if not (folder / name).is_file()]
    if missing:
        pytest.skip(f"OULAD files missing in {folder}: {', '.join(missing)}; set LUOXUAN_SHARED")
    return folder


@pytest.fixture(scope="session")
def oulad_readings() -> list[dict[str, Any]]:
    """The readings that Luoxuan computes from the example package and the files.

    One dictionary per reading with indicator, period, kind, subject, numerator, denominator, rows,
    value and reason.
    """
    pytest.skip("the readings of the OULAD example are not wired to this test yet")
