"""One row is entered by hand as a delivery of one row, with its reason and its history."""

import pytest

from luoxuan.core.models import AuditEntry
from luoxuan.data.collecting.actions import RowRefused, RowValues, record_row
from luoxuan.data.collecting.row_queries import row_history, row_of
from luoxuan.data.models import DatasetVersion, ImportBatch
from luoxuan.data.verification import verify_data
from luoxuan.testing.college import NOW, Passes, import_text, score_csv

ROW = {
    "student_id": "9001", "class_code": "MATH-1", "course_code": "MATH", "unit_code": "EAST-MATH",
    "term": "2025-1", "score": "66.0", "result": "通过",
}  # fmt: skip
KEY = {name: ROW[name] for name in ("student_id", "class_code", "term")}


def enter(score, **told):
    values = RowValues(**{"dataset": score, "cells": ROW, "reason": "补录", **told})
    version = record_row(values=values, by=None, at=NOW)
    score.refresh_from_db()
    return version


def test_a_row_is_added_changed_and_removed_and_the_others_stay(score, users, tmp_path):
    import_text(score_csv([Passes("MATH-1", 2, 1)]), tmp_path)
    score.refresh_from_db()
    assert enter(score).n_rows == 4
    changed = enter(score, key=KEY, cells={**ROW, "score": "70.0"}, before=ROW, reason="登错")
    assert (changed.n_rows, row_of(score, KEY)["score"]) == (4, "70.0")
    removed = enter(score, key=KEY, cells=None, reason="重复")
    assert (removed.n_rows, row_of(score, KEY)) == (3, None)
    told = [
        (change.number, (change.before or {}).get("score"), (change.after or {}).get("score"))
        for change in row_history(score, KEY)
    ]
    assert told == [(4, "70.0", None), (3, "66.0", "70.0"), (2, None, "66.0")]
    assert row_history(score, KEY)[0].note == "手工录入：重复"
    acts = AuditEntry.objects.filter(object_kind="Dataset", action__endswith="_row")
    assert list(acts.values_list("action", flat=True)) == ["add_row", "change_row", "remove_row"]
    assert verify_data(at=NOW) == []


REFUSALS = [
    ({"reason": " "}, "row_needs_reason", None),
    ({"key": {**KEY, "student_id": "0000"}}, "row_unknown", None),
    ({"cells": {**ROW, "score": "101"}}, "row_unsound", ("score", "above_maximum")),
    ({"cells": {**ROW, "result": ""}}, "row_unsound", ("result", "required")),
]


@pytest.mark.parametrize(("told", "code", "problem"), REFUSALS)
def test_a_row_that_cannot_be_is_refused(score, users, told, code, problem):
    with pytest.raises(RowRefused) as refused:
        enter(score, **told)
    found = [(entry.field, entry.code) for entry in refused.value.problems]
    assert (refused.value.code, found) == (code, [problem] if problem else [])
    assert not ImportBatch.objects.exists()


def test_a_row_that_stands_there_already_is_not_written_twice(score, users):
    enter(score)
    other = {**ROW, "score": "1.0"}
    with pytest.raises(RowRefused) as refused:
        enter(score, cells=other)
    assert [entry.code for entry in refused.value.problems] == ["key_held"]
    assert DatasetVersion.objects.count() == 1


def test_whoever_changes_a_row_that_moved_meanwhile_is_told(score, users):
    enter(score)
    enter(score, key=KEY, cells={**ROW, "score": "70.0"}, before=ROW)
    with pytest.raises(RowRefused) as refused:
        enter(score, key=KEY, cells={**ROW, "score": "80.0"}, before=ROW)
    assert (refused.value.code, row_of(score, KEY)["score"]) == ("row_changed", "70.0")


def test_a_value_goes_there_and_back_again(score, users):
    enter(score)
    for points in ("70.0", "66.0", "70.0"):
        enter(score, key=KEY, cells={**ROW, "score": points})
    assert (row_of(score, KEY)["score"], score.current_number) == ("70.0", 4)
