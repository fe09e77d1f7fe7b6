"""Every seam of the code is driven by a test: a new one without a case fails here."""

import re
from pathlib import Path

from luoxuan import __file__ as package

from . import test_acts, test_kill, test_upkeep, test_worker

# Killed by name in a test of their own: an upload, an import that is taken back, a pull.
OTHERS = {
    "data.draft.original_kept", "data.pull.rows_written", "data.undo.before_commit",
    "data.undo.files_written",
}  # fmt: skip


def seams() -> set[str]:
    """Return the name of every seam in the product's code."""
    files = Path(package).parent.rglob("*.py")
    texts = [path.read_text(encoding="utf-8") for path in files if "tests" not in path.parts]
    return {name for text in texts for name in re.findall(r'\bseam\("([^"]+)"\)', text)}


def test_every_seam_of_the_code_has_a_case():
    faults = [case.fault for case in test_kill.CASES]
    faults += [case.fault for case in test_upkeep.CASES]
    faults += [fault for fault, _ in test_worker.SEAMS] + list(test_acts.CASES)
    assert {fault.partition("#")[0] for fault in faults} | OTHERS == seams()
