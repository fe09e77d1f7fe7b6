"""Decisions about collections, as tables of cases."""

from datetime import date

import pytest

from luoxuan.data.collecting.rules import (
    SubmissionState,
    burden,
    completeness,
    differing_cells,
    is_overdue,
    merged_rows,
    next_row_ids,
)

STORED = [
    {"id": "r1", "cells": {"a": "1", "b": "2"}, "was": {"a": "1"}, "locked": ["b"]},
    {"id": "r2", "cells": {"a": "", "b": ""}},
]


@pytest.mark.parametrize(
    ("sent", "unlocked", "expected"),
    [
        ([], [], []),
        ([("r1", {"a": " 9 "})], [], [{"a": "9", "b": "2"}]),
        ([("r1", {"a": "9", "b": "8"})], [], [{"a": "9", "b": "2"}]),
        ([("r1", {}), ("r7", {"a": " "})], [], [{"a": "1", "b": "2"}]),
        ([("r1", {}), ("r7", {"a": "x", "c": "no"})], [], [{"a": "1", "b": "2"}, {"a": "x"}]),
        ([("r2", {"a": "5", "b": "6"})], ["a"], [{"a": "1", "b": "2"}, {"a": "5", "b": ""}]),
    ],
)
def test_sent_cells_are_merged_into_stored_rows(sent, unlocked, expected):
    rows = merged_rows(STORED, sent, asked=["a", "b"], unlocked=unlocked)
    assert [row["cells"] for row in rows] == expected


def test_what_differs_is_named_by_row_and_field():
    sent = [{"id": "r1", "cells": {"a": "1", "b": "3"}}, {"id": "r9", "cells": {"a": "1"}}]
    assert differing_cells(STORED, sent, ["a", "b"]) == {("r1", "b"): "2"}


def test_missing_cells_and_the_burden_are_counted():
    done = completeness(STORED, ["a", "b"])
    assert (done.filled, done.required, done.missing) == (2, 4, 2)
    cost = burden(STORED, ["a", "b"])
    assert (cost.asked, cost.prefilled, cost.changed) == (4, 1, 0)
    changed = [{**STORED[0], "cells": {"a": "5"}}]
    assert burden(changed, ["a"]).changed == 1


@pytest.mark.parametrize(
    ("state", "day", "late"),
    [
        (SubmissionState.DRAFT, 2, False),
        (SubmissionState.DRAFT, 3, True),
        (SubmissionState.RETURNED, 3, True),
        (SubmissionState.SUBMITTED, 3, False),
        (SubmissionState.ACCEPTED, 3, False),
    ],
)
def test_only_what_is_still_to_be_filled_in_is_overdue(state, day, late):
    assert is_overdue(state, due_on=date(2026, 3, 2), on=date(2026, 3, day)) is late


def test_new_rows_get_ids_that_nobody_uses():
    assert next_row_ids(STORED, 2) == ["r3", "r4"]
    assert next_row_ids([], 1) == ["r1"]
