"""The engine reads and writes inside the warehouse and nowhere else."""

import duckdb
import pytest

from luoxuan.data.warehouse.engine import Engine


@pytest.fixture
def outside(tmp_path):
    """A file beside the warehouse that nobody may read."""
    path = tmp_path / "secret.csv"
    path.write_text("a\n1\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM read_text('/etc/passwd')",
        "SELECT * FROM read_blob('/etc/passwd')",
        "SELECT * FROM glob('/etc/*')",
        "SELECT * FROM read_csv('{outside}')",
        "SELECT * FROM read_csv('{root}/../secret.csv')",
        "COPY (SELECT 1) TO '{outside}.parquet' (FORMAT parquet)",
        "COPY (SELECT 1) TO '/tmp/luoxuan-escaped.csv'",
        "CREATE TABLE t AS SELECT * FROM '{outside}'",
        "ATTACH '{outside}.db' AS other",
        "EXPORT DATABASE '{outside}.folder'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "LOAD '{outside}.extension'",
        "SELECT * FROM read_csv('https://example.invalid/a.csv')",
        "SET enable_external_access = true",
        "SET allowed_directories = ['/']",
        "SET lock_configuration = false",
        "SET memory_limit = '100GB'",
        "RESET ALL",
        "PRAGMA enable_external_access",
    ],
)
def test_a_way_out_is_refused(engine, root, outside, sql):
    statement = sql.format(root=root, outside=outside)
    with engine.session() as session, pytest.raises(duckdb.Error):
        session.run(statement)
    assert sorted(path.name for path in outside.parent.iterdir()) == ["secret.csv", "warehouse"]


def test_the_environment_is_not_told(engine, monkeypatch):
    monkeypatch.setenv("LUOXUAN_SECRET_KEY", "hidden")
    with engine.session() as session, pytest.raises(duckdb.Error):
        session.run("SELECT getenv('LUOXUAN_SECRET_KEY')")


def test_inside_the_warehouse_files_are_written_and_read(engine, root):
    with engine.session() as session:
        session.copy("SELECT 42 AS answer", root / "answer.parquet")
        table = session.table(f"SELECT answer FROM read_parquet('{root}/answer.parquet')")
    assert (table.columns, table.rows) == (("answer",), [(42,)])
    assert table.dicts() == [{"answer": 42}]


def test_a_quote_in_the_folder_is_no_way_out(tmp_path):
    folder = tmp_path / "o'hara"
    folder.mkdir()
    with Engine(folder).session() as session:
        session.copy("SELECT 1 AS one", folder / "one.parquet")
    assert (folder / "one.parquet").is_file()


def test_sessions_share_no_tables(engine):
    with engine.session() as session:
        session.run("CREATE TEMP TABLE t AS SELECT 1")
    with engine.session() as session, pytest.raises(duckdb.CatalogException):
        session.run("SELECT * FROM t")


def test_offered_rows_keep_their_types_and_their_missing_values(engine):
    with engine.session() as session:
        session.offer_rows("here", {"a": "text", "b": "integer"}, [("甲", 1), (None, None)])
        session.offer_rows("empty", {"a": "text"}, [])
        assert session.table("SELECT a, b FROM here").rows == [("甲", 1), (None, None)]
        assert session.table("SELECT typeof(b) FROM here").rows[0] == ("BIGINT",)
        assert session.table("SELECT count(*) FROM empty").rows == [(0,)]


def test_values_are_parameters_never_text(engine):
    with engine.session() as session:
        session.offer_rows("here", {"a": "text"}, [("x",)])
        hostile = "' OR 1 = 1 --"
        assert session.table("SELECT * FROM here WHERE a = ?", [hostile]).rows == []
