"""The small college with its scores."""

import pytest

from luoxuan.data.models import Dataset
from luoxuan.data.tests.conftest import college, score, warehouse
from luoxuan.testing.college import Passes, import_text, score_csv

__all__ = ["college", "score", "warehouse"]


@pytest.fixture
def filled(score, tmp_path) -> Dataset:
    """Scores of three classes: MATH-1 has 9 and 1, MATH-2 has 5 and 5, WELD-1 only 3 students."""
    classes = [Passes("MATH-1", 9, 1), Passes("MATH-2", 5, 5), Passes("WELD-1", 2, 1)]
    import_text(score_csv(classes), tmp_path)
    score.refresh_from_db()
    return score
