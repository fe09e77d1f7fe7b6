"""What leaves as a file and comes back is the same: every dataset, every format, bit for bit."""

import pytest

pytest.register_assert_rewrite(f"{__name__}.journeys")
