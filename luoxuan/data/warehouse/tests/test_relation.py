"""A relation reads what is asked for, joins what is needed and multiplies nothing."""

from decimal import Decimal

import pytest

from luoxuan.data.warehouse.relation import LookupPart, Relation, quoted, sql_type
from luoxuan.data.warehouse.tests.tables import decimal, integer, relation, text


@pytest.fixture
def submissions(store) -> Relation:
    """Submissions look up their assessment, and that looks up its course."""
    course = relation(
        store, "course", [text("course"), text("unit")], [("MATH", "EM"), ("WELD", "W")]
    )
    assessment = relation(
        store,
        "assessment",
        [integer("assessment"), text("course"), decimal("weight", 1)],
        [(1, "MATH", 5), (2, "WELD", 10), (3, "LOST", 1)],
        [LookupPart(course, (("course", "course"),), ("unit",))],
    )
    return relation(
        store,
        "submission",
        [integer("assessment"), text("student"), integer("score")],
        [(1, "a", 80), (2, "b", None), (9, "c", 70), (3, "d", 60), (None, "e", 50)],
        [LookupPart(assessment, (("assessment", "assessment"),), ("course", "weight", "unit"))],
    )


def read(engine, source: Relation, names: list[str]):
    with engine.session() as session:
        return session.table(f"SELECT * FROM ({source.sql(names)}) ORDER BY row_number").dicts()


def test_own_and_looked_up_fields_are_known_by_name(submissions):
    assert [info.name for info in submissions.fields] == [
        "assessment", "student", "score", "course", "weight", "unit",
    ]  # fmt: skip


def test_a_chain_of_look_ups_ends_in_one_row_per_stored_row(engine, submissions):
    rows = read(engine, submissions, ["student", "course", "unit"])
    assert [(row["student"], row["course"], row["unit"]) for row in rows] == [
        ("a", "MATH", "EM"),
        ("b", "WELD", "W"),
        ("c", None, None),
        ("d", "LOST", None),
        ("e", None, None),
    ]
    assert [row["row_number"] for row in rows] == [2, 3, 4, 5, 6]


def test_joins_that_nobody_asked_for_are_left_out(submissions):
    assert "JOIN" not in submissions.sql(["student", "score"])
    assert submissions.sql(["course"]).count("JOIN") == 1
    assert submissions.sql(["unit"]).count("JOIN") == 2


def test_columns_that_nobody_asked_for_are_not_read(submissions):
    assert "score" not in submissions.sql(["student"])


def test_an_own_field_hides_a_looked_up_one_of_its_name(engine, store):
    target = relation(store, "target", [text("key"), text("name")], [("k", "theirs")])
    own = relation(
        store,
        "own",
        [text("key"), text("name")],
        [("k", "ours")],
        [LookupPart(target, (("key", "key"),), ("name",))],
    )
    assert [row["name"] for row in read(engine, own, ["name"])] == ["ours"]
    assert "JOIN" not in own.sql(["name"])


def test_a_version_without_files_has_no_rows_but_its_types(engine):
    source = Relation("empty", (text("a"), decimal("b", 2)), ())
    with engine.session() as session:
        found = session.table(f"SELECT * FROM ({source.sql(['a', 'b'])})")
        kinds = session.table(f"DESCRIBE {source.sql(['a', 'b'])}").rows
    assert found.rows == []
    assert [row[1] for row in kinds] == ["VARCHAR", "DECIMAL(18,2)", "BIGINT", "VARCHAR"]


def test_several_files_are_read_as_one(engine, store):
    first = relation(store, "s", [text("a")], [("x",)])
    second = relation(store, "s", [text("a")], [("y",), ("z",)])
    both = Relation("s", first.own, (*first.files, *second.files))
    assert sorted(row["a"] for row in read(engine, both, ["a"])) == ["x", "y", "z"]


def test_a_field_that_one_file_lacks_is_missing_there(engine, store):
    old = relation(store, "s", [text("a")], [("x",)])
    new = relation(store, "s", [text("a"), integer("b")], [("y", 1)])
    both = Relation("s", new.own, (*old.files, *new.files))
    found = {row["a"]: row["b"] for row in read(engine, both, ["a", "b"])}
    assert found == {"x": None, "y": 1}


def test_a_field_declared_after_every_file_was_written_is_missing(engine, store):
    old = relation(store, "s", [text("a")], [("x",)])
    now = Relation("s", (text("a"), decimal("later", 2)), old.files)
    assert [(row["a"], row["later"]) for row in read(engine, now, ["a", "later"])] == [("x", None)]


def test_a_decimal_declared_with_more_digits_keeps_its_value(engine, store):
    old = relation(store, "s", [decimal("points", 1)], [(Decimal("7.5"),)])
    now = Relation("s", (decimal("points", 2),), old.files)
    assert [row["points"] for row in read(engine, now, ["points"])] == [Decimal("7.50")]


def test_names_are_quoted():
    assert quoted('a"b') == '"a""b"'
    assert sql_type(decimal("x", 3)) == "DECIMAL(18,3)"
