"""Who sees which rows, and what a dataset is read with."""

import pytest
from django.utils import timezone

from luoxuan.campus.queries import scope_for
from luoxuan.campus.rules import Action, Resource
from luoxuan.campus.scope import EVERYTHING, Scope
from luoxuan.data.models import Dataset, Lookup
from luoxuan.data.queries import (
    collected,
    current_numbers,
    dataset_named,
    dataset_rows,
    datasets,
    field_infos,
    import_batches,
    pinned_numbers,
    timings_of,
)
from luoxuan.data.warehouse.placement import Timing, TimingKind
from luoxuan.testing.college import Passes, import_text, open_user, score_csv


@pytest.fixture
def filled(score, tmp_path) -> Dataset:
    import_text(score_csv([Passes("MATH-1", 2, 1), Passes("WELD-1", 1, 1)]), tmp_path)
    score.refresh_from_db()
    return score


def classes_seen(scope: Scope, dataset: Dataset) -> tuple[list[str], int]:
    page = dataset_rows(scope, dataset, limit=None)
    assert page.n_rows == len(page.table.rows)
    return [row["class_code"] for row in page.table.dicts()], page.n_hidden


def test_the_whole_institution_sees_every_row(filled):
    seen, n_hidden = classes_seen(EVERYTHING, filled)
    assert (sorted(seen), n_hidden) == (["MATH-1"] * 3 + ["WELD-1"] * 2, 0)


@pytest.mark.parametrize(
    ("role", "place", "expected"),
    [
        ("college_head", "UNIT:EAST", {"MATH-1"}),
        ("college_head", "UNIT:WEST", {"WELD-1"}),
        ("course_leader", "COURSE:MATH", {"MATH-1"}),
        ("teacher", "TEACHING_CLASS:WELD-1", {"WELD-1"}),
    ],
)
def test_a_grant_shows_the_rows_of_its_place_and_counts_the_others(filled, role, place, expected):
    user = open_user("someone", role, place)
    scope = scope_for(user, Resource.DATASET, Action.VIEW, on=timezone.localdate())
    if scope is None:
        scope = scope_for(user, Resource.INDICATOR, Action.VIEW, on=timezone.localdate())
    assert scope is not None
    seen, n_hidden = classes_seen(scope, filled)
    assert set(seen) == expected
    assert len(seen) + n_hidden == 5


def test_an_empty_scope_sees_no_row(filled):
    assert classes_seen(Scope(), filled) == ([], 5)


def test_pages_follow_each_other_without_a_gap(filled):
    both = [dataset_rows(EVERYTHING, filled, offset=offset, limit=3) for offset in (0, 3)]
    rows = [row for page in both for row in page.table.rows]
    assert rows == dataset_rows(EVERYTHING, filled, limit=None).table.rows
    assert [page.n_rows for page in both] == [5, 5]


def test_a_dataset_without_place_is_for_the_whole_institution_only(filled):
    narrow = Scope(unit_prefixes=("1.",))
    assert [row.name for row in datasets(narrow)] == ["score"]
    Dataset.objects.update(subject_field="", unit_field="")
    assert list(datasets(narrow)) == []
    assert dataset_named(EVERYTHING, "score") == filled
    with pytest.raises(Dataset.DoesNotExist):
        dataset_named(narrow, "score")


def test_findings_quote_cells_so_only_the_whole_institution_sees_them(filled):
    assert import_batches(EVERYTHING, dataset=filled).count() == 1
    assert not import_batches(Scope(unit_prefixes=("1.",)), dataset=filled).exists()


def test_pinned_numbers_follow_the_look_ups(filled):
    course = Dataset.objects.create(name="course", title="课程", key=["course_code"])
    Lookup.objects.create(
        dataset=filled, target=course, on={"course_code": "course_code"}, fields=[], position=0
    )
    assert pinned_numbers(["score"]) == {"score": 1, "course": 0} == current_numbers()
    assert set(collected(["score", "course"], numbers=pinned_numbers(["score"]))) == {"score"}


def test_fields_carry_both_titles(filled):
    infos = {info.name: info for info in field_infos(filled)}
    assert infos["score"].titles == ("得分", "Score")
    assert infos["score"].decimals == 1


def test_the_declared_period_decides_the_timing():
    by_code = Dataset(period_kind="TERM", period_field="term")
    assert timings_of(by_code) == {"TERM": Timing(TimingKind.CODE, "TERM", "term")}
    by_day = Dataset(period_kind="FREE", period_field="offering", day_field="day")
    assert timings_of(by_day) == {
        "FREE": Timing(TimingKind.CODE, "FREE", "offering"),
        "RELATIVE_WEEK": Timing(TimingKind.DAY, "RELATIVE_WEEK", "offering", "day"),
    }
    by_date = Dataset(date_field="on", date_kinds=["MONTH"])
    assert timings_of(by_date) == {"MONTH": Timing(TimingKind.DATE, "MONTH", "on")}
    assert timings_of(Dataset()) == {"": Timing(TimingKind.WHOLE)}
