"""The page of the warehouse, and a dataset at an earlier version."""

import pytest
from django.test import Client

from luoxuan.core.models import AuditEntry, Job
from luoxuan.data.models import DataFile, Dataset
from luoxuan.testing.college import NOW, Passes, import_text, open_user, score_csv


@pytest.fixture
def two(score, tmp_path) -> Dataset:
    """Scores in two versions: three classes of the east, then one of the west."""
    import_text(score_csv([Passes("MATH-1", 3, 1)]), tmp_path)
    import_text(score_csv([Passes("WELD-1", 60, 1)]), tmp_path)
    return score


def client_of(username):
    client = Client()
    client.force_login(open_user(username))
    return client


def test_the_centre_sees_the_warehouse_and_runs_the_upkeep_once(two):
    client = client_of("centre")
    page = client.get("/data/upkeep/").content.decode()
    assert "2 个版本" in page
    assert "还没有维护过" in page
    for _ in range(2):
        assert client.post("/data/upkeep/run/").status_code == 302
    assert Job.objects.filter(name="data.upkeep").count() == 1


def test_others_do_not_see_it(two):
    client = client_of("eastdata")
    assert client.get("/data/upkeep/").status_code in (403, 404)
    assert client.post("/data/upkeep/run/").status_code in (403, 404)
    assert not Job.objects.filter(name="data.upkeep").exists()


def test_an_earlier_version_says_that_it_is_not_the_newest(two):
    client = client_of("office")
    page = client.get("/data/score/?version=1").content.decode()
    assert "不是现行版本" in page
    assert "MATH-1" in page
    newest = client.get("/data/score/?version=2").content.decode()
    assert "不是现行版本" not in newest
    assert "第 1–50 行，共 61 行" in newest
    assert "第 51–61 行" in client.get("/data/score/?version=2&page=2").content.decode()
    entry = AuditEntry.objects.filter(action="read_rows").first()
    assert entry is not None
    assert entry.object_key == "score@1"


@pytest.mark.parametrize("text", ["0", "3", "-1", "x", "²", "1" * 30])
def test_a_version_that_is_not_there_is_not_found(two, text):
    client = client_of("office")
    assert client.get("/data/score/", {"version": text}).status_code == 404


def test_rows_of_others_stay_hidden_in_every_version(two):
    client = client_of("eastdata")
    assert "WELD-1" not in client.get("/data/score/?version=2").content.decode()
    assert "MATH-1" in client.get("/data/score/?version=1").content.decode()


def test_a_version_whose_rows_were_removed_says_when_and_why(two):
    DataFile.objects.filter(removed_in=2).update(retired_at=NOW, removed_at=NOW)
    client = client_of("office")
    page = client.get("/data/score/?version=1")
    assert page.status_code == 200
    assert "已于 2026-03-02 清理" in page.content.decode()
    assert client.get("/data/score/export/?version=1&format=csv").status_code == 404


def test_an_earlier_version_leaves_as_a_file(two):
    client = client_of("office")
    answer = client.get("/data/score/export/?version=1&format=csv")
    text = b"".join(answer.streaming_content) if answer.streaming else answer.content
    assert "MATH-1" in text.decode("utf-8-sig")
    assert "WELD-1" not in text.decode("utf-8-sig")
