"""How an import ended, decided from counts and notes alone."""

import pytest

from luoxuan.data.rules import Disposition, disposition_of


@pytest.mark.parametrize(
    ("rejected", "notes", "expected"),
    [
        (0, set(), Disposition.ACCEPT),
        (0, {"missing_values", "extra_column"}, Disposition.ACCEPT),
        (0, {"missing_values", "full_width"}, Disposition.ACCEPT_NORMALISED),
        (1, set(), Disposition.REJECT_ROWS),
        (1, {"full_width"}, Disposition.REJECT_ROWS),
    ],
)
def test_rejected_rows_go_before_repairs_and_repairs_before_plain_counts(rejected, notes, expected):
    assert disposition_of(rows_rejected=rejected, note_codes=frozenset(notes)) is expected
