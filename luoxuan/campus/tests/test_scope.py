"""A scope sees what a naive filter sees, in the database and in SQL."""

import sqlite3

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from luoxuan.campus.models import Subject, Unit
from luoxuan.campus.models.unit_path import below
from luoxuan.campus.queries import subjects, units
from luoxuan.campus.rules import LEVEL_OF, Level, SubjectKind, UnitKind
from luoxuan.campus.scope import EVERYTHING, Scope
from luoxuan.testing.college import NOW

# Paths that lie beside each other in every order but that of bytes, and deep ones.
PATHS = ["1.", "1.2.", "1.20.", "1.2.3.", "1.2.30.", "1.21.", "12.", "2.", "1.2.3.4.", "1.10.", ""]
KINDS = [SubjectKind.COURSE, SubjectKind.TEACHER, SubjectKind.TEACHING_CLASS, SubjectKind.POST]
LIGHT = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture
def forest(db) -> list[Subject]:
    """A subject of every kind at every path."""
    rows = [
        Subject(kind=kind, code=f"{kind}{path}", name="x", unit_path=path, changed_at=NOW)
        for kind in KINDS
        for path in PATHS
    ]
    Subject.objects.bulk_create(rows)
    return list(Subject.objects.all())


def naive(scope: Scope, rows: list[Subject]) -> set[int]:
    """Return the keys of the rows inside, by the words of the requirements."""
    return {
        row.pk
        for row in rows
        if scope.whole_institution
        or any(row.unit_path.startswith(prefix) for prefix in scope.unit_prefixes)
        or row.pk in scope.subject_ids
        or LEVEL_OF[SubjectKind(row.kind)] in scope.levels
    }


scopes = st.builds(
    lambda whole, prefixes, levels, places: (whole == 0, prefixes, levels, places),
    st.integers(0, 9),
    st.lists(st.sampled_from([path for path in PATHS if path]), max_size=3, unique=True),
    st.frozensets(st.sampled_from(list(Level)), max_size=2),
    st.frozensets(st.integers(0, len(KINDS) * len(PATHS) - 1), max_size=4),
)


def scope_from(drawn, rows: list[Subject]) -> Scope:
    whole, prefixes, levels, places = drawn
    keys = frozenset(rows[place].pk for place in places)
    return Scope(whole, levels, tuple(sorted(prefixes)), keys)


@LIGHT
@given(drawn=scopes)
def test_the_filter_of_a_table_agrees_with_a_naive_filter(forest, drawn):
    scope = scope_from(drawn, forest)
    found = Subject.objects.filter(scope.q(Subject)).values_list("pk", flat=True)
    assert sorted(found) == sorted(naive(scope, forest)), "every row once, and only the right ones"


@LIGHT
@given(drawn=scopes)
def test_the_condition_in_sql_agrees_with_a_naive_filter(forest, drawn):
    scope = scope_from(drawn, forest)
    condition = scope.sql(subject_column="id", unit_column="path", kind_column="kind")
    with sqlite3.connect(":memory:") as table:
        table.execute("CREATE TABLE t (id, path, kind)")
        table.executemany(
            "INSERT INTO t VALUES (?, ?, ?)", [(row.pk, row.unit_path, row.kind) for row in forest]
        )
        query = f"SELECT id FROM t WHERE {condition.text}"
        found = {row[0] for row in table.execute(query, condition.parameters)}
    table.close()
    assert found == naive(scope, forest)


@LIGHT
@given(first=scopes, second=scopes)
def test_two_scopes_together_are_their_union_and_never_more(forest, first, second):
    one, two = scope_from(first, forest), scope_from(second, forest)
    both = Scope(
        one.whole_institution or two.whole_institution,
        one.levels | two.levels,
        tuple(sorted({*one.unit_prefixes, *two.unit_prefixes})),
        one.subject_ids | two.subject_ids,
    )
    seen = set(Subject.objects.filter(both.q(Subject)).values_list("pk", flat=True))
    assert seen == naive(one, forest) | naive(two, forest)


def test_one_point_two_is_not_one_point_twenty(forest):
    found = subjects(Scope(unit_prefixes=("1.2.",)), kind=SubjectKind.COURSE)
    assert {row.unit_path for row in found} == {"1.2.", "1.2.3.", "1.2.30.", "1.2.3.4."}


@pytest.mark.parametrize(
    ("path", "inside"),
    [
        ("1.2.", True),
        ("1.2.3.", True),
        ("1.20.", False),
        ("1.2", False),
        ("1.3.", False),
        ("1.", False),
    ],
)
def test_the_range_of_a_path_holds_what_begins_with_it(path, inside):
    first, end = below("1.2.")
    assert (first <= path < end) is inside


def test_an_empty_scope_sees_nothing(forest):
    assert not subjects(Scope()).exists()
    assert Scope().sql(subject_column="a", unit_column="b").text == "FALSE"


def test_the_whole_institution_sees_everything(forest):
    assert subjects(EVERYTHING).count() == len(forest)
    assert EVERYTHING.sql(subject_column="a", unit_column="b").text == "TRUE"


def test_a_level_admits_nothing_where_no_column_holds_the_kind():
    condition = Scope(levels=frozenset({Level.COURSE})).sql(subject_column="a", unit_column="b")
    assert (condition.text, condition.parameters) == ("FALSE", ())


def test_values_travel_beside_the_sql_and_never_in_it():
    scope = Scope(unit_prefixes=("1.';DROP TABLE t;--",), subject_ids=frozenset({7}))
    condition = scope.sql(subject_column="a", unit_column="b", kind_column="c")
    assert "DROP" not in condition.text
    assert condition.text.count("?") == len(condition.parameters)


def test_every_kind_of_subject_belongs_to_one_level():
    assert set(LEVEL_OF) == set(SubjectKind)
    covered = [kind for level in Level for kind in Scope(levels=frozenset({level})).kinds]
    assert sorted(covered) == sorted(SubjectKind)


def test_units_are_seen_by_their_own_path_and_by_the_key_of_their_subject(college):
    east = Unit.objects.get(subject__code="EAST")
    by_path = units(Scope(unit_prefixes=(east.unit_path,)))
    assert {unit.subject.code for unit in by_path} == {"EAST", "EAST-MATH"}
    by_key = units(Scope(subject_ids=frozenset({east.subject_id})))
    assert [unit.kind for unit in by_key] == [UnitKind.SECONDARY_COLLEGE]


@pytest.mark.postgresql
@pytest.mark.django_db
def test_postgresql_compares_unit_paths_by_byte():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, collation_name FROM information_schema.columns "
            "WHERE column_name = 'unit_path' ORDER BY 1"
        )
        assert dict(cursor.fetchall()) == {"campus_subject": "C", "campus_unit": "C"}
