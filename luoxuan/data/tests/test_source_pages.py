"""Sources by page: for whoever may import into the whole institution, and without any secret."""

import logging
from datetime import time

import pytest
from django.test import Client
from django.utils import timezone

from luoxuan.campus.scope import EVERYTHING
from luoxuan.core.jobs import run_due
from luoxuan.core.models import AuditEntry, Job
from luoxuan.data.actions.exports import write_rows
from luoxuan.data.models import Pull, Source
from luoxuan.testing.college import open_users

from .registrar import MAPPING, SECRET, connect, pull

FORM = {
    "title": "教务成绩", "name": "scores", "kind": "SQL", "mode": "FULL", "selection": "scores",
    "address": "sqlite:///registrar.sqlite3", "secret": SECRET, "least_share": "80",
    "most_rows": "1000", "most_seconds": "30", "daily_at": "06:00",
}  # fmt: skip


def client_of(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def users(college, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return open_users()


def test_the_quality_office_connects_a_database_from_the_form_to_the_first_version(
    users,
    score,
    registrar,
    caplog,
    tmp_path,
):
    caplog.set_level(logging.DEBUG)
    registrar.add(1000, 1004)
    client, seen = client_of(users["office"]), []
    answer = client.post("/data/sources/new/", {**FORM, "dataset": score.pk})
    source = Source.objects.get()
    columns = f"/data/sources/{source.pk}/columns/"
    assert (answer.status_code, answer.url) == (302, columns)
    tested = client.post(columns, {"step": "test"})
    assert (tested.status_code, "1004" in tested.content.decode()) == (200, True)
    told = {"name": list(MAPPING)}
    told |= {f"column_{position}": name for position, name in enumerate(MAPPING.values())}
    assert client.post(columns, told).status_code == 302
    source.refresh_from_db()
    assert source.mapping == MAPPING
    assert client.post(f"/data/sources/{source.pk}/switch/", {"state": "on"}).status_code == 302
    assert client.post(f"/data/sources/{source.pk}/run/").status_code == 302
    assert Job.objects.get(name="data.pull").by == users["office"]
    assert pull(source).version_number == 1
    for path in (
        "/data/sources/",
        columns,
        f"/data/sources/{source.pk}/edit/",
        "/data/",
        f"/data/sources/{source.pk}/",
        "/audit/",
    ):
        seen.append(client.get(path).content.decode())
    write_rows(tmp_path / "rows.csv", scope=EVERYTHING, dataset=score, file_format="csv")
    seen += [(tmp_path / "rows.csv").read_text(encoding="utf-8"), caplog.text]
    seen += [str(list(model.objects.values())) for model in (AuditEntry, Job, Pull, Source)]
    assert not [text for text in seen if SECRET in text]
    assert "第 1 版" in seen[4]


def test_a_held_pull_is_adopted_by_button_and_a_bad_form_comes_back(
    users,
    score,
    registrar,
):
    registrar.add(1000, 1009)
    source = connect(score, by=users["office"])
    pull(source)
    registrar.run("DELETE FROM scores WHERE sid >= '1004'")
    held, client = pull(source), client_of(users["office"])
    page = f"/data/sources/{source.pk}/"
    assert "仍然采用" in client.get(page).content.decode()
    assert client.post(f"{page}pulls/{held.pk}/accept/").status_code == 302
    run_due(owner="test", now=timezone.now)
    held.refresh_from_db()
    assert held.version_number == 2
    assert "仍然采用" not in client.get(page).content.decode()
    bad = {**FORM, "dataset": score.pk, "every_minutes": "30", "daily_at": "06:30", "name": "two"}
    answer = client.post("/data/sources/new/", bad)
    assert (answer.status_code, SECRET in answer.content.decode()) == (422, False)


def test_a_new_source_is_pulled_every_morning_unless_minutes_are_told(users, score):
    client = client_of(users["office"])
    page = client.get("/data/sources/new/").content.decode()
    assert 'name="daily_at" value="06:00"' in page
    told = {**FORM, "dataset": score.pk, "every_minutes": "15"}
    assert client.post("/data/sources/new/", told).status_code == 302
    source = Source.objects.get()
    assert (source.every_minutes, source.daily_at) == (15, None)
    told |= {"name": "other", "daily_at": "07:00"}
    assert client.post("/data/sources/new/", told).status_code == 422


def test_a_time_that_somebody_chose_does_not_give_way_to_minutes(users, score):
    source = connect(score, by=users["office"], daily_at=time(6, 0))
    client, edit = client_of(users["office"]), f"/data/sources/{source.pk}/edit/"
    seen = client.get(edit).context["form"].initial["seen"]
    told = {**FORM, "dataset": score.pk, "every_minutes": "15", "seen": seen}
    answer = client.post(edit, told)
    assert (answer.status_code, "只能填一项" in answer.content.decode()) == (422, True)


@pytest.mark.parametrize("name", ["east", "student", "president"])
def test_others_find_no_sources(users, score, name):
    source = connect(score)
    client = client_of(users[name])
    paths = ("", "new/", f"{source.pk}/", f"{source.pk}/edit/", f"{source.pk}/columns/")
    assert {client.get(f"/data/sources/{path}").status_code for path in paths} <= {403, 404}
    assert client.post(f"/data/sources/{source.pk}/run/").status_code in (403, 404)
    assert not Job.objects.exists()
