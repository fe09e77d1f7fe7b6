"""What comes in is held against what is there: keys stand once, and a file may come again."""

from pathlib import Path

import pytest

from luoxuan.data.models import Dataset, DatasetVersion
from luoxuan.data.queries import engine, relation_of
from luoxuan.data.rules import Disposition, ImportMode
from luoxuan.testing.college import HEADER, import_text

ONE = f"{HEADER}\n1001,MATH-1,MATH,EAST-MATH,2025-1,70,通过\n"
OTHER = f"{HEADER}\n1001,MATH-1,MATH,EAST-MATH,2025-1,50,不通过\n"
SECOND_TERM = f"{HEADER}\n1001,MATH-1,MATH,EAST-MATH,2025-2,60,通过\n"


def held(score: Dataset) -> list[tuple[str, str, str]]:
    score.refresh_from_db()
    relation = relation_of(score, number=score.current_number)
    with engine().session() as session:
        names = ["student_id", "term", "result"]
        table = session.table(
            f"SELECT {', '.join(names)} FROM ({relation.sql(names)}) ORDER BY ALL"
        )
    return [tuple(row) for row in table.rows]


def test_a_file_comes_in_again_after_another_one_took_its_place(score, tmp_path: Path):
    for text in (ONE, OTHER, ONE):
        assert import_text(text, tmp_path).disposition is Disposition.ACCEPT
    assert held(score) == [("1001", "2025-1", "通过")]
    assert DatasetVersion.objects.count() == 3
    assert import_text(ONE, tmp_path).version == 3


@pytest.mark.parametrize("period", ["", "2025-1"])
def test_a_key_that_is_held_is_not_added_again(score, tmp_path: Path, period: str):
    import_text(ONE, tmp_path)
    report = import_text(OTHER, tmp_path, mode=ImportMode.APPEND, period=period)
    assert (report.rows_accepted, report.rows_rejected) == (0, 1)
    assert [error["code"] for error in report.errors] == ["key_held"]
    assert held(score) == [("1001", "2025-1", "通过")]


def test_a_merge_lets_the_file_decide_over_every_period(score, tmp_path: Path):
    import_text(ONE, tmp_path, period="2025-1")
    import_text(SECOND_TERM, tmp_path, period="2025-2")
    import_text(OTHER, tmp_path, mode=ImportMode.MERGE)
    assert held(score) == [("1001", "2025-1", "不通过"), ("1001", "2025-2", "通过")]


def test_a_row_of_another_period_stays_outside(score, tmp_path: Path):
    both = ONE + SECOND_TERM.partition("\n")[2]
    report = import_text(both, tmp_path, period="2025-1")
    assert (report.rows_accepted, report.rows_rejected) == (1, 1)
    assert [(error["row"], error["code"]) for error in report.errors] == [(3, "other_period")]
    assert held(score) == [("1001", "2025-1", "通过")]
