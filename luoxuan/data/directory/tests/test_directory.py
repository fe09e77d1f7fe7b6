"""The directory: found by any word, how new, how often used; tables compared by key."""

from datetime import date, timedelta

import pytest
from django.test import Client

from luoxuan.campus.scope import EVERYTHING, Scope
from luoxuan.data.directory.actions import record_uses
from luoxuan.data.directory.burden import collected_fields, duplicates
from luoxuan.data.directory.comparison import ComparisonUnfit, Side, compare
from luoxuan.data.directory.queries import directory, monthly_uses, uses_of_year
from luoxuan.data.directory.rules import Freshness, UseKind
from luoxuan.data.models import Dataset, DatasetUse, Field, Theme
from luoxuan.testing.college import NOW, Passes, import_text, open_user, score_csv

TODAY = NOW.date()


@pytest.mark.parametrize(
    ("text", "is_found"),
    [("成绩", True), ("cj", True), ("chengji", True), ("得分", True), ("df", True), ("score", True),
     ("成绩 得分", True), ("成绩 没有", False), ("zzz", False)],
)  # fmt: skip
def test_a_dataset_is_found_by_title_field_pinyin_or_code(score, text, is_found):
    (entry,) = directory(EVERYTHING, on=TODAY)
    assert entry.holds(text) is is_found


def test_a_dataset_says_how_new_it_is_and_whose(score, tmp_path):
    (entry,) = directory(EVERYTHING, on=TODAY)
    assert entry.freshness is Freshness.EMPTY
    import_text(score_csv([Passes("MATH-1", 1, 0)]), tmp_path, by=open_user("centre"))
    (entry,) = directory(EVERYTHING, on=TODAY)
    assert (entry.freshness, entry.owner, entry.changed_on) == (Freshness.FRESH, "Centre", TODAY)
    (entry,) = directory(EVERYTHING, on=TODAY + timedelta(days=400))
    assert entry.freshness is Freshness.OLD


def test_uses_are_added_by_day_and_shown_by_month(score):
    for _ in range(3):
        record_uses(datasets=[score], kind=UseKind.EXPORTED, at=NOW)
    record_uses(datasets=[score], kind=UseKind.OPENED, at=NOW - timedelta(days=40))
    record_uses(datasets=[score], kind=UseKind.OPENED, at=NOW - timedelta(days=400))
    assert DatasetUse.objects.count() == 3
    months = dict(monthly_uses(score, on=TODAY))
    assert len(months) == 12
    assert months[date(2026, 3, 1)] == {"EXPORTED": 3}
    assert months[date(2026, 1, 1)] == {"OPENED": 1}
    assert uses_of_year([score], on=TODAY) == {score.pk: 4}


def test_opening_and_exporting_are_counted(filled):
    client = Client()
    client.force_login(open_user("office"))
    page = client.get("/data/score/")
    assert page.context["sample"]["n_rows"] == 23
    client.get("/data/score/export/?format=csv")
    assert dict(DatasetUse.objects.values_list("kind", "n")) == {"OPENED": 1, "EXPORTED": 1}


def test_the_filter_lives_in_the_address_and_in_the_file(filled):
    client = Client()
    client.force_login(open_user("office"))
    assert "没有符合条件" in client.get("/data/?q=zzz").content.decode()
    assert "成绩" in client.get("/data/?q=cj&format=csv").content.decode()


def test_two_versions_are_compared_cell_by_cell(filled, tmp_path):
    text = score_csv([Passes("MATH-1", 10, 0), Passes("MATH-2", 5, 5)])
    import_text(text, tmp_path)
    filled.refresh_from_db()
    found = compare(EVERYTHING, Side(filled, 1), Side(filled, 2), key=["student_id"])
    assert (found.n_same, found.n_differing, found.n_only_here, found.n_only_there) == (19, 1, 3, 0)
    assert [(c.key, c.field, c.here, c.there) for c in found.cells] == [
        (("1010",), "score", "40.0", "75.5"),
        (("1010",), "result", "不通过", "通过"),
    ]
    assert found.only_here == [("1021",), ("1022",), ("1023",)]


def test_a_comparison_knows_only_rows_in_scope(filled):
    nothing = compare(Scope(), Side(filled, 1), Side(filled, 1), key=["student_id"])
    assert (nothing.n_same, nothing.n_only_here) == (0, 0)


@pytest.mark.parametrize(
    ("key", "number", "code"),
    [
        ([], 1, "comparison_without_key"),
        (["nothing"], 1, "comparison_unknown_field"),
        (["class_code"], 1, "comparison_key_repeats"),
        (["student_id"], 7, "comparison_unknown_version"),
    ],
)
def test_tables_that_do_not_fit_are_not_compared(filled, key, number, code):
    with pytest.raises(ComparisonUnfit) as refused:
        compare(EVERYTHING, Side(filled, 1), Side(filled, number), key=key)
    assert refused.value.code == code


def test_a_field_collected_twice_is_named_and_what_a_row_is_about_is_not(score):
    other = Dataset.objects.create(name="exam", title="考试", key=["student_id"])
    for position, (name, title) in enumerate([("student_id", "学号"), ("points", "得分")]):
        Field.objects.create(dataset=other, position=position, name=name, title=title, type="text")
    twice = duplicates(collected_fields())
    assert {title: [one.dataset.name for one in held] for title, held in twice.items()} == {
        "得分": ["exam", "score"]
    }


def test_the_directory_is_narrowed_by_theme_and_system(filled):
    Theme.objects.create(code="teaching", title="教学主题库", position=1)
    Dataset.objects.filter(pk=filled.pk).update(theme="teaching", system="generation")
    client = Client()
    client.force_login(open_user("office"))

    def shown(query: str) -> bool:
        return "/data/score/" in client.get(f"/data/?{query}").content.decode()

    asked = ["theme=teaching", "system=generation", "system=support", "theme=nothing",
             "theme=teaching&system=support"]  # fmt: skip
    assert [shown(query) for query in asked] == [True, True, False, True, False]
    head = client.get("/data/?theme=teaching&system=generation&format=csv").content.decode()
    assert "成绩" in head
