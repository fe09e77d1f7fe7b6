from datetime import timedelta

import pytest

from luoxuan.campus.scope import EVERYTHING
from luoxuan.data.models import HeldRow, ImportBatch
from luoxuan.data.quality.actions import HeldRowEnded, correct_row, drop_row, hold_lagging_rows
from luoxuan.data.queries import dataset_rows
from luoxuan.testing.college import NOW

GOOD = "7001,MATH-1,MATH,EAST-MATH,2025-1,66,通过"
BAD = "7002,MATH-1,MATH,EAST-MATH,2025-1,266,通过"
FIXED = {
    "student_id": "7002", "class_code": "MATH-1", "course_code": "MATH", "unit_code": "EAST-MATH",
    "term": "2025-1", "score": "66.5", "result": "通过",
}  # fmt: skip


@pytest.fixture
def held(add_rows):
    add_rows(GOOD, BAD)
    assert hold_lagging_rows(at=NOW) == 1
    return HeldRow.objects.get()


def test_a_rejected_row_is_kept_once_without_personal_data(held):
    assert (held.row_number, held.cells["score"]) == (3, "266")
    assert "student_id" not in held.cells
    assert [problem["column"] for problem in held.problems] == ["score"]
    assert hold_lagging_rows(at=NOW) == 0


def test_a_corrected_row_comes_in_by_the_checks_of_every_import(held, score):
    report = correct_row(row=held, texts={**FIXED, "score": "200"}, by=None, at=NOW)
    assert [problem["column"] for problem in report.errors] == ["score"]
    assert ImportBatch.objects.count() == 2
    report = correct_row(row=held, texts=FIXED, by=None, at=NOW)
    score.refresh_from_db()
    assert dataset_rows(EVERYTHING, score).n_rows == 32
    held.refresh_from_db()
    assert (held.state, held.cells, held.problems) == ("CORRECTED", {}, [])
    with pytest.raises(HeldRowEnded):
        correct_row(row=held, texts=FIXED, by=None, at=NOW)


def test_a_dropped_row_keeps_nothing(held):
    drop_row(row=held, by=None, at=NOW)
    assert (held.state, held.cells, held.problems) == ("DROPPED", {}, [])
    with pytest.raises(HeldRowEnded):
        drop_row(row=held, by=None, at=NOW)


def test_a_row_is_forgotten_after_its_days(held):
    hold_lagging_rows(at=NOW + timedelta(days=31))
    held.refresh_from_db()
    assert (held.state, held.cells) == ("DROPPED", {})


def test_the_page_shows_the_reason_at_the_cell_and_takes_the_correction(held, users, client):
    client.force_login(users["office"])
    pages = f"/data/imports/{held.batch_id}/rows/"
    assert "1 行待改正" in client.get(f"/data/imports/{held.batch_id}/").content.decode()
    assert "第 3 行" in client.get(pages).content.decode()
    shown = client.get(f"{pages}3/").content.decode()
    assert 'value="266"' in shown
    assert 'value="7002"' in shown
    answer = client.post(f"{pages}3/", {**FIXED, "score": "200"})
    assert answer.status_code == 422
    assert client.post(f"{pages}3/", FIXED).status_code == 302
    assert client.post(f"{pages}3/", FIXED).status_code == 404
    client.force_login(users["eastdata"])
    assert client.get(pages).status_code == 404
