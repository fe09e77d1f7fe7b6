"""A pull that failed reaches a person: by notice, by to-do, on the list and on its own page."""

import os
import time
from datetime import datetime, timedelta
from datetime import time as clock

import pytest
from django.test import Client
from django.utils import timezone

from luoxuan.campus.queries import Rights
from luoxuan.campus.scope import EVERYTHING, Scope
from luoxuan.core.models import Notice
from luoxuan.data.models import Pull
from luoxuan.data.sources.actions import map_columns, switch_source
from luoxuan.data.sources.pulls import pull_source
from luoxuan.data.sources.queries import end_of, newest_pulls, todos, troubles
from luoxuan.data.sources.rules import PullMode, PullOutcome, SourceKind, is_overdue, next_due
from luoxuan.testing.college import HEADER, NOW, open_users

from .registrar import MAPPING, connect, pull

TODAY = timezone.localdate(NOW)


@pytest.fixture
def users(college, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return open_users()


@pytest.fixture
def failing(score, registrar):
    """A started source without an owner whose table has gone."""
    registrar.add(1000, 1009)
    source = connect(score)
    switch_source(source=source, is_enabled=True, by=None, at=NOW)
    pull(source)
    registrar.run("ALTER TABLE scores RENAME TO gone")
    pull(source)
    return source


def titles(user):
    return [item.title for item in todos(Rights(user, on=TODAY), on=TODAY)]


def found(at=NOW):
    return [(row.source.name, row.code) for row in troubles(EVERYTHING, at=at)]


def test_whoever_may_import_everything_is_told_once_of_the_same_trouble(users, failing):
    told = set(Notice.objects.values_list("user__username", flat=True))
    assert {"office", "centre"} <= told
    assert not told & {"east", "eastdata", "president", "student", "teacher"}
    before = Notice.objects.count()
    pull(failing)
    assert Notice.objects.count() == before


def test_another_trouble_is_told_again(users, failing, registrar):
    before = Notice.objects.count()
    registrar.run("ALTER TABLE gone RENAME TO scores")
    registrar.run("DELETE FROM scores")
    assert pull(failing).code == "pull_without_rows"
    assert Notice.objects.count() > before


def test_a_failed_pull_is_to_do_until_one_goes_well_or_the_source_is_paused(
    users, failing, registrar
):
    assert found() == [("scores", "source_not_answered")]
    assert len(titles(users["centre"])) == len(titles(users["office"])) == 1
    assert titles(users["east"]) == titles(users["president"]) == []
    switch_source(source=failing, is_enabled=False, by=None, at=NOW)
    assert found() == []
    switch_source(source=failing, is_enabled=True, by=None, at=NOW)
    registrar.run("ALTER TABLE gone RENAME TO scores")
    pull(failing)
    assert (found(), titles(users["centre"])) == ([], [])


def test_a_held_pull_is_to_do_even_of_a_source_that_is_pulled_by_hand(users, score, registrar):
    registrar.add(1000, 1009)
    source = connect(score)
    pull(source)
    registrar.run("DELETE FROM scores WHERE sid >= '1004'")
    assert pull(source).outcome == PullOutcome.HELD
    (title,) = titles(users["centre"])
    assert "决定" in title


def drop(inbox, name, text):
    path = inbox / "scores" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    os.utime(path, (time.time() - 300, time.time() - 300))


def line(number):
    return f"{number},MATH-1,MATH,EAST-MATH,2025-1,70,通过"


def test_a_refused_file_of_a_folder_stays_to_do_although_others_came_in_after_it(score, inbox):
    source = connect(
        score, kind=SourceKind.FOLDER, address="scores", selection="*.csv", mapping={},
        mode=PullMode.INCREMENTAL,
    )  # fmt: skip
    switch_source(source=source, is_enabled=True, by=None, at=NOW)
    drop(inbox, "bad.csv", "完全,不同\n1,2")
    pull(source)
    drop(inbox, "good.csv", "\n".join([HEADER, line(1000)]))
    assert pull(source).outcome == PullOutcome.DONE
    assert [row.file_name for row in troubles(EVERYTHING, at=NOW)] == ["bad.csv"]
    assert found(NOW + timedelta(days=8)) == []
    drop(inbox, "bad.csv", "\n".join([HEADER, line(1001)]))
    pull(source)
    assert found() == []


def test_the_newest_pull_and_the_newest_good_one_are_told_apart(score, registrar):
    registrar.add(1000, 1003)
    source = connect(score)
    assert newest_pulls(Scope()) == {}
    done = pull(source)
    registrar.run("DROP TABLE scores")
    failed = pull(source)
    assert newest_pulls(EVERYTHING) == {source.pk: (failed, done)}
    assert timezone.localdate(end_of(TODAY)) == TODAY


@pytest.mark.parametrize(
    ("attempted", "overdue"),
    [(timedelta(minutes=89), False), (timedelta(minutes=90), True), (None, False)],
)
def test_a_pull_that_should_have_begun_an_hour_ago_is_overdue(attempted, overdue):
    at = datetime(2026, 3, 2, 10, 0, tzinfo=timezone.get_current_timezone())
    due = next_due(
        every_minutes=30, daily_at=None, attempted_at=attempted and at - attempted, at=at
    )  # fmt: skip
    assert is_overdue(due, at) is overdue
    assert is_overdue(None, at) is False


def test_the_next_pull_of_a_daily_source_is_tomorrow_once_it_was_tried_today():
    at = datetime(2026, 3, 2, 10, 0, tzinfo=timezone.get_current_timezone())
    told = {"every_minutes": None, "daily_at": clock(6), "at": at}
    assert next_due(**told, attempted_at=at - timedelta(hours=2)).day == 3
    assert next_due(**told, attempted_at=at - timedelta(hours=5)).day == 2


def test_the_mapping_saved_again_accepts_another_type(score, registrar):
    registrar.add(1000, 1004)
    source = connect(score)
    pull(source)
    registrar.run("UPDATE scores SET score = CAST(60 AS TEXT) || ''")
    registrar.run("CREATE TABLE texts AS SELECT *, CAST(score AS TEXT) AS points FROM scores")
    registrar.run("ALTER TABLE scores RENAME TO old_scores")
    registrar.run(
        "CREATE VIEW scores AS SELECT sid, class_code, course_code, unit_code, term, "
        "points AS score, result, changed FROM texts"
    )
    assert pull(source).code == "pull_columns_changed"
    source.refresh_from_db()
    map_columns(source=source, mapping=MAPPING, by=None, at=NOW)
    assert pull(source).outcome == PullOutcome.DONE


def test_the_list_and_the_home_page_say_what_is_to_be_done(users, failing):
    client = Client()
    client.force_login(users["centre"])
    page = client.get("/data/sources/?state=trouble").content.decode()
    assert "未采用" in page
    assert "教务成绩" in page
    assert "教务成绩" not in client.get("/data/sources/?state=today").content.decode()
    detail = client.get(f"/data/sources/{failing.pk}/").content.decode()
    assert "用“测试连接”再试" in detail
    home = client.get("/").content.decode()
    assert "采集没有成功，请看原因" in home
    assert "自动采集：教务成绩" in client.get("/data/").content.decode()
    assert "自动采集：教务成绩" in client.get("/data/score/").content.decode()


def test_sources_and_pulls_leave_as_files(users, failing):
    client = Client()
    client.force_login(users["centre"])
    lines = client.get("/data/sources/?format=csv").content.decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert "scores" in lines[1]
    address = f"/data/sources/{failing.pk}/?format=csv"
    pulls = client.get(address).content.decode("utf-8-sig").splitlines()
    assert len(pulls) == 1 + Pull.objects.count() == 3
    assert client.get("/data/sources/?format=exe").status_code == 404
    client.force_login(users["east"])
    assert client.get(address).status_code in (403, 404)


def test_nothing_is_pulled_of_a_folder_without_files(score, inbox):
    (inbox / "scores").mkdir()
    source = connect(
        score, kind=SourceKind.FOLDER, address="scores", selection="*.csv", mapping={},
        mode=PullMode.INCREMENTAL,
    )  # fmt: skip
    assert pull_source(source=source, by=None) == []
