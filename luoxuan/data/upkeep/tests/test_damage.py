"""Damage is found at night, told once a day, and shown with the way to mend it."""

import pytest
from django.db import connection
from django.test import Client

from luoxuan.core.jobs import run_due
from luoxuan.core.models import Notice
from luoxuan.data.models import DataFile
from luoxuan.data.queries import store
from luoxuan.data.upkeep.actions import ask_for_upkeep
from luoxuan.data.upkeep.verification import verify_pages
from luoxuan.testing.college import NOW, Passes, import_text, open_user, score_csv


@pytest.fixture
def file(score, tmp_path) -> DataFile:
    import_text(score_csv([Passes("MATH-1", 3, 1)]), tmp_path)
    return DataFile.objects.get()


def work():
    ask_for_upkeep(by=None, at=NOW)
    run_due(owner="test", now=lambda: NOW)


def test_a_sound_database_and_sound_rows_have_no_findings(file):
    assert verify_pages() == []


def test_a_file_whose_rows_cannot_be_decoded_is_found(file):
    path = store().root / file.path
    path.write_bytes(path.read_bytes()[:-20])
    ((invariant, about),) = [(row.invariant, row.about) for row in verify_pages()]
    assert (invariant, about) == ("I2", file.path)


def test_a_table_that_cannot_be_read_is_named(file):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE data_headermapping RENAME TO gone")
    found = verify_pages()
    assert [(row.invariant, row.about) for row in found] == [("I9", "data_headermapping")]


def test_damage_found_at_night_is_told_once_to_administrators_and_shown(file):
    centre, office = open_user("centre"), open_user("office")
    (store().root / file.path).unlink()
    work()
    work()
    assert Notice.objects.filter(user=centre).count() == 1
    assert not Notice.objects.filter(user=office).exists()
    client = Client()
    client.force_login(centre)
    page = client.get("/data/upkeep/").content.decode()
    assert "核验发现" in page
    assert file.path in page


def test_a_sound_night_tells_nobody(file):
    open_user("centre")
    work()
    assert not Notice.objects.exists()
