"""On a slow phone, at the full size of the demonstration, no key page keeps its reader waiting."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]


# The benchmark builds its own college and serves it; it needs the machine for itself.
@pytest.mark.nightly
@pytest.mark.one_database
def test_key_pages_paint_early_and_never_block_on_a_slow_phone():
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.page.slow_phone", "--rounds", "3"],
        cwd=REPOSITORY, capture_output=True, text=True, timeout=900, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    assert json.loads(done.stdout)["too_slow"] == []
