"""A source brings rows by itself; what it cannot vouch for leaves the version before in force."""

import os
import time
from datetime import datetime, timedelta
from datetime import time as clock
from ipaddress import ip_network

import pytest
from django.conf import settings as configured
from django.urls import reverse
from django.utils import timezone

from luoxuan.core.jobs import run_due
from luoxuan.core.models import AuditEntry, Job, Notice
from luoxuan.core.sealing import SecretUnreadable, seal, unseal
from luoxuan.data.actions.deliveries import MergeNeedsKey
from luoxuan.data.models import Dataset, DatasetVersion, Pull, Source
from luoxuan.data.queries import engine, relation_of
from luoxuan.data.sources.actions import (
    SourceRefused,
    ask_for_due_pulls,
    save_source,
    switch_source,
    try_source,
)
from luoxuan.data.sources.pulls import PullRefused, accept_pull, pull_source
from luoxuan.data.sources.rules import PullMode, PullOutcome, SourceKind, next_due
from luoxuan.data.verification import verify_data
from luoxuan.testing.college import HEADER, NOW, open_user

from .registrar import SECRET, Registrar, connect, pull, values


def scores(score: Dataset) -> dict[str, str]:
    score.refresh_from_db()
    relation = relation_of(score, number=score.current_number)
    with engine().session() as session:
        rows = session.table(
            f"SELECT student_id, score FROM ({relation.sql(['student_id', 'score'])})"
        )
    return {student: str(value) for student, value in rows.rows}


def test_a_full_pull_goes_the_way_of_an_import_and_says_so(score, registrar):
    registrar.add(1000, 1009)
    source = connect(score)
    done = pull(source)
    assert (done.outcome, done.version_number, done.rows_read) == (PullOutcome.DONE, 1, 10)
    assert (done.rows_accepted, done.batch.file_name) == (10, "scores.csv")
    assert set(scores(score).values()) == {"66.5"}
    entry = AuditEntry.objects.get(action="pull")
    assert (entry.by_label, entry.object_key) == ("source:scores", "scores")
    again = pull(source)
    assert (again.outcome, DatasetVersion.objects.count()) == (PullOutcome.UNCHANGED, 1)
    assert verify_data(at=NOW) == []


def test_an_incremental_pull_takes_what_is_new_or_changed_and_moves_the_mark(score, registrar):
    registrar.add(1000, 1002)
    source = connect(score, mode=PullMode.INCREMENTAL, watermark_column="changed")
    assert pull(source).rows_read == 3
    registrar.add(1003, 1003, changed=2)
    registrar.run("UPDATE scores SET score = 99, changed = 2 WHERE sid = '1000'")
    registrar.run("UPDATE scores SET score = 11 WHERE sid = '1001'")
    done = pull(source)
    # Equal marks come again and merge by the key; nothing is doubled.
    assert (done.outcome, done.rows_read) == (PullOutcome.DONE, 4)
    found = scores(score)
    assert (len(found), found["1000"], found["1001"]) == (4, "99.0", "11.0")
    source.refresh_from_db()
    assert source.watermark == {"type": "int", "text": "2"}
    assert pull(source).rows_read == 2
    registrar.run("DELETE FROM scores")
    assert pull(source).outcome == PullOutcome.UNCHANGED
    assert len(scores(score)) == 4


def test_a_pull_that_drops_sixty_in_a_hundred_rows_is_held_until_somebody_adopts_it(
    score, registrar
):
    owner = open_user("office")
    registrar.add(1000, 1009)
    source = connect(score, by=owner)
    pull(source)
    registrar.run("DELETE FROM scores WHERE sid >= '1004'")
    held = pull(source)
    assert (held.outcome, held.code) == (PullOutcome.HELD, "pull_too_few_rows")
    assert held.facts == {"found": 4, "held": 10, "share": 80}
    assert len(scores(score)) == 10
    notice = Notice.objects.get(user=owner)
    assert (notice.key, notice.url) == (
        f"pull:{held.pk}", reverse("data:source_detail", args=[source.pk])
    )  # fmt: skip
    held.refresh_from_db()
    accept_pull(pull=held, by=owner, at=NOW)
    assert (held.outcome, held.version_number, len(scores(score))) == (PullOutcome.DONE, 2, 4)
    with pytest.raises(PullRefused):
        accept_pull(pull=held, by=owner, at=NOW)
    assert DatasetVersion.objects.count() == 2


def test_a_held_pull_is_not_adopted_once_other_rows_have_come(score, registrar):
    registrar.add(1000, 1009)
    source = connect(score)
    pull(source)
    registrar.run("DELETE FROM scores WHERE sid >= '1004'")
    held = pull(source)
    pull(source)
    with pytest.raises(PullRefused) as refused:
        accept_pull(pull=held, by=None, at=NOW)
    assert refused.value.code == "pull_not_acceptable"


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("ALTER TABLE scores RENAME COLUMN score TO points", "source_columns_missing"),
        ("UPDATE scores SET score = '很好'", "pull_columns_changed"),
        ("UPDATE scores SET score = x'01'", "source_not_plain"),
        ("UPDATE scores SET sid = 'bad'", "pull_without_sound_rows"),
        ("DELETE FROM scores", "pull_without_rows"),
        ("DROP TABLE scores", "source_not_answered"),
    ],
)
def test_a_pull_that_cannot_be_trusted_leaves_the_version_before(score, registrar, statement, code):
    registrar.add(1000, 1004)
    source = connect(score)
    pull(source)
    registrar.run(statement)
    failed = pull(source)
    assert (failed.outcome, failed.code) == (PullOutcome.FAILED, code)
    assert (len(scores(score)), DatasetVersion.objects.count()) == (5, 1)


def test_a_query_that_never_ends_is_given_up(score, registrar):
    registrar.add(1000, 1001)
    endless = (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
        "SELECT s.* FROM scores s WHERE (SELECT count(*) FROM n) > 0"
    )
    source = connect(score, selection=endless, most_seconds=1)
    started = time.monotonic()
    assert pull(source).code == "source_too_slow"
    assert time.monotonic() - started < 5


def test_more_rows_than_allowed_are_refused(score, registrar):
    registrar.add(1000, 1010)
    assert pull(connect(score, most_rows=10)).code == "source_too_many_rows"


@pytest.mark.parametrize(
    "selection", ["(DELETE FROM scores RETURNING *)", "DELETE FROM scores", "nothing_here"]
)
def test_a_query_can_only_read(score, registrar, selection):
    registrar.add(1000, 1001)
    assert pull(connect(score, selection=selection)).code == "source_not_answered"
    assert registrar.connection.execute("SELECT count(*) FROM scores").fetchone() == (2,)


def test_a_database_outside_of_the_inbox_is_not_opened(score, inbox, tmp_path):
    Registrar(tmp_path / "own.sqlite3").connection.close()
    for address in ("sqlite:///../own.sqlite3", f"sqlite:///{tmp_path}/own.sqlite3"):
        source = connect(score, name=f"s{len(address)}", address=address)
        assert pull(source).code == "source_path_refused"


class Killed(BaseException):
    """What a process dies of in the middle."""


@pytest.mark.parametrize("place", ["data.commit.files_written", "data.commit.before_commit"])
def test_killed_in_the_middle_the_old_version_stays_and_the_next_attempt_counts_once(
    score, registrar, monkeypatch, place
):
    registrar.add(1000, 1002)
    source = connect(score, mode=PullMode.INCREMENTAL, watermark_column="changed")
    pull(source)
    registrar.add(1003, 1003, changed=9)

    def die(name):
        if name == place:
            raise Killed

    with monkeypatch.context() as patch:
        patch.setattr("luoxuan.data.actions.imports.seam", die)
        with pytest.raises(Killed):
            pull(source)
    source.refresh_from_db()
    assert (len(scores(score)), source.watermark["text"]) == (3, "1")
    assert Pull.objects.first().outcome == PullOutcome.RUNNING
    assert pull(source).outcome == PullOutcome.DONE
    source.refresh_from_db()
    assert (len(scores(score)), source.watermark["text"]) == (4, "9")
    codes = list(Pull.objects.order_by("id").values_list("outcome", "code"))
    assert codes[1] == (PullOutcome.FAILED, "pull_interrupted")
    assert DatasetVersion.objects.count() == 2


def drop(inbox, name, text):
    path = inbox / "scores" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    os.utime(path, (time.time() - 300, time.time() - 300))


def line(number, score="70"):
    return f"{number},MATH-1,MATH,EAST-MATH,2025-1,{score},通过"


def test_each_file_of_a_folder_is_taken_once(score, inbox):
    drop(inbox, "a.csv", "\n".join([HEADER, line(1000), line(1001)]))
    source = connect(
        score, kind=SourceKind.FOLDER, address="scores", selection="*.csv", mapping={},
        mode=PullMode.INCREMENTAL,
    )  # fmt: skip
    assert pull(source).outcome == PullOutcome.DONE
    assert pull_source(source=source, by=None) == []
    drop(inbox, "b.csv", "\n".join([HEADER, line(1001, "80"), line(1002)]))
    drop(inbox, "again.csv", "\n".join([HEADER, line(1000), line(1001)]))
    assert pull(source).file_name == "b.csv"
    assert scores(score)["1001"] == "80.0"
    drop(inbox, "c.csv", "完全,不同\n1,2")
    failed = pull(source)
    assert (failed.outcome, failed.file_name) == (PullOutcome.FAILED, "c.csv")
    assert pull_source(source=source, by=None) == []
    assert (inbox / "scores" / "c.csv").exists()


def test_a_test_of_the_connection_shows_rows_and_proposes_a_mapping(score, registrar):
    registrar.add(1000, 1009)
    source = connect(score, mapping={})
    found, proposed = try_source(source)
    assert (len(found.rows), found.rows[0][:2]) == (5, ("1000", "MATH-1"))
    assert (proposed["class_code"], proposed["term"], proposed["sid"]) == ("class_code", "term", "")
    assert not Pull.objects.exists()
    registrar.run("ALTER TABLE scores RENAME COLUMN sid TO XH")
    registrar.run("ALTER TABLE scores RENAME COLUMN score TO DF")
    _, proposed = try_source(source)
    assert (proposed["XH"], proposed["DF"], proposed["note"]) == ("student_id", "score", "")
    with pytest.raises(SourceRefused) as refused:
        switch_source(source=source, is_enabled=True, by=None, at=NOW)
    assert refused.value.code == "source_without_mapping"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"address": "postgresql://a:b@host/db"}, "source_bad_address"),
        ({"address": "nothing"}, "source_bad_address"),
        ({"selection": "SELECT 1; DROP TABLE x"}, "source_bad_query"),
        ({"mode": PullMode.INCREMENTAL}, "source_needs_mark"),
    ],
)
def test_what_is_no_source_is_refused(score, changes, code):
    with pytest.raises(SourceRefused) as refused:
        connect(score, **changes)
    assert refused.value.code == code
    assert not Source.objects.exists()


def test_an_incremental_source_needs_a_key_and_a_name_stands_once(score):
    connect(score)
    with pytest.raises(SourceRefused):
        connect(score)
    score.key = []
    score.save()
    with pytest.raises(MergeNeedsKey):
        connect(score, name="other", mode=PullMode.INCREMENTAL, watermark_column="changed")


@pytest.mark.parametrize(
    ("schedule", "attempted", "expected"),
    [
        ({"every_minutes": 30}, None, True),
        ({"every_minutes": 30}, timedelta(minutes=29), False),
        ({"every_minutes": 30}, timedelta(minutes=30), True),
        ({"daily_at": clock(6)}, timedelta(hours=3), False),
        ({"daily_at": clock(6)}, timedelta(hours=5), True),
        ({"daily_at": clock(22)}, timedelta(hours=3), False),
        ({"daily_at": clock(22)}, timedelta(hours=13), True),
        ({}, None, False),
    ],
)
def test_a_source_is_due_by_its_schedule(schedule, attempted, expected):
    at = datetime(2026, 3, 2, 10, 0, tzinfo=timezone.get_current_timezone())
    told = {"every_minutes": None, "daily_at": None, **schedule}
    due = next_due(**told, attempted_at=attempted and at - attempted, at=at)
    assert (due is not None and due <= at) is expected


def test_a_due_source_is_pulled_by_one_job_and_a_paused_one_by_none(score, registrar):
    registrar.add(1000, 1001)
    source = connect(score, every_minutes=60)
    assert ask_for_due_pulls(at=NOW) == 0
    switch_source(source=source, is_enabled=True, by=None, at=NOW)
    assert (ask_for_due_pulls(at=NOW), ask_for_due_pulls(at=NOW)) == (1, 1)
    assert Job.objects.filter(name="data.pull").count() == 1
    run_due(owner="test", now=timezone.now)
    assert (Job.objects.get().state, len(scores(score))) == ("DONE", 2)
    assert ask_for_due_pulls(at=timezone.now()) == 0


def test_a_failed_pull_fails_its_job_with_the_same_reason(score, inbox):
    source = connect(score, every_minutes=60)
    switch_source(source=source, is_enabled=True, by=None, at=NOW)
    ask_for_due_pulls(at=NOW)
    run_due(owner="test", now=timezone.now)
    job = Job.objects.get()
    assert (job.state, job.error_code) == ("FAILED", "source_path_missing")


def test_a_secret_is_sealed_and_belongs_to_its_address(score, settings):
    source = connect(score, address="postgresql://db.example/x", user="reader", secret=SECRET)
    assert SECRET not in source.secret
    assert unseal(source.secret) == SECRET
    told = {"address": "postgresql://db.example/x", "user": "reader"}
    save_source(source=source, values=values(score, **told, title="新"), by=None, at=NOW)
    assert unseal(source.secret) == SECRET
    moved = {"address": "postgresql://thief.example/x", "user": "reader"}
    save_source(source=source, values=values(score, **moved), by=None, at=NOW)
    assert source.secret == ""
    sealed = seal(SECRET)
    settings.SECRET_KEY = settings.SECRET_KEY[::-1]
    with pytest.raises(SecretUnreadable):
        unseal(sealed)


@pytest.mark.postgresql
def test_a_table_of_postgresql_is_pulled_in_full_and_then_only_what_is_new(
    score, settings, transactional_db
):
    with foreign_table() as run:
        settings.LUOXUAN_OUTGOING = [ip_network("127.0.0.1/32")]
        database = configured.DATABASES["default"]
        source = connect(
            score, address=f"postgresql://127.0.0.1:{database['PORT']}/{run.database}",
            user=database["USER"], secret=database["PASSWORD"], mode=PullMode.INCREMENTAL,
            selection="SELECT * FROM foreign_scores -- all of them", watermark_column="changed",
        )  # fmt: skip
        done = pull(source)
        assert (done.code, done.rows_read, scores(score)["1001"]) == ("", 5, "66.5")
        run(
            "UPDATE foreign_scores SET score = 70.5, changed = changed + '1 day' WHERE sid = '1002'"
        )
        done = pull(source)
        # Rows with the mark of the last pull come again; from then on only the changed one.
        assert (done.code, done.rows_read, scores(score)["1002"]) == ("", 5, "70.5")
        assert pull(source).rows_read == 1
        source.selection, source.most_seconds = "SELECT *, pg_sleep(9) FROM foreign_scores", 1
        source.save()
        assert pull(source).code == "source_too_slow"
        settings.LUOXUAN_OUTGOING = []
        assert pull(source).code == "source_address_refused"


class foreign_table:  # noqa: N801 - used like a function
    """A table that another connection has committed."""

    def __enter__(self):
        import psycopg  # noqa: PLC0415 - only where there is a server

        told = configured.DATABASES["default"]
        self.database = told["NAME"]
        self.connection = psycopg.connect(
            host="127.0.0.1", port=told["PORT"], user=told["USER"], password=told["PASSWORD"],
            dbname=self.database, autocommit=True,
        )  # fmt: skip
        self("DROP TABLE IF EXISTS foreign_scores")
        self(
            "CREATE TABLE foreign_scores AS SELECT (1000 + n)::text AS sid, "
            "'MATH-1' AS class_code, 'MATH' AS course_code, 'EAST-MATH' AS unit_code, "
            "'2025-1' AS term, 66.5::numeric AS score, '通过' AS result, "
            "timestamptz '2026-01-01' AS changed FROM generate_series(0, 4) n"
        )
        return self

    def __call__(self, statement):
        self.connection.execute(statement)

    def __exit__(self, *arguments):
        self("DROP TABLE foreign_scores")
        self.connection.close()
