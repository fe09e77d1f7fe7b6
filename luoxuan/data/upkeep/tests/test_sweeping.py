"""What nobody needs goes after a day; what a row names, a pin holds or a reader reads stays."""

import os
from datetime import timedelta

import pytest

from luoxuan.campus.scope import EVERYTHING
from luoxuan.core.actions import set_institution
from luoxuan.core.jobs import run_due
from luoxuan.core.models import AuditEntry, Job
from luoxuan.data.actions import pin_versions, release_pins
from luoxuan.data.file_queries import RowsRemoved
from luoxuan.data.models import DataFile, Dataset, DatasetVersion, Pin, UpkeepRun
from luoxuan.data.queries import dataset_rows, store
from luoxuan.data.upkeep import actions
from luoxuan.data.upkeep.actions import ask_for_due_upkeep, keep_in_order
from luoxuan.data.verification import verify_data
from luoxuan.testing.college import NOW, Passes, import_text, score_csv

DAY = timedelta(days=1)
LATER = NOW + 400 * DAY


@pytest.fixture
def three(score, tmp_path) -> Dataset:
    """Scores that were replaced three times; the rows of old versions are kept for a year."""
    for passed in (3, 4, 5, 6):
        import_text(score_csv([Passes("MATH-1", passed, 1)]), tmp_path)
    set_institution(values={"version_days": "365"}, by=None, at=NOW)
    score.refresh_from_db()
    return score


def tidy(at=LATER):
    return keep_in_order(by=None, now=lambda: at).report


def version(dataset, number):
    return DatasetVersion.objects.get(dataset=dataset, number=number)


def rows_at(dataset, number):
    return dataset_rows(EVERYTHING, dataset, number=number).n_rows


def pin(dataset, number, url="/documents/1/"):
    return pin_versions(
        versions=[version(dataset, number)], origin="年度报告", url=url, by=None, at=NOW
    )


def put(name, *, age, content=b"x"):
    path = store().root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    moment = NOW.timestamp() - age.total_seconds()
    os.utime(path, (moment, moment))
    return path


def test_rows_of_old_versions_go_and_say_when(three):
    assert tidy()["n_removed"] == 2
    for number, n_rows in ((3, 6), (4, 7)):
        assert rows_at(three, number) == n_rows
    with pytest.raises(RowsRemoved) as caught:
        rows_at(three, 1)
    assert caught.value.facts == {"dataset": "score", "on": LATER.date().isoformat()}
    assert AuditEntry.objects.filter(action="remove_rows").count() == 1
    assert verify_data(at=LATER) == []
    assert tidy()["n_removed"] == 0


def test_without_a_declared_term_everything_stays(three):
    set_institution(values={"version_days": "0"}, by=None, at=NOW)
    assert tidy(NOW + 4000 * DAY)["n_removed"] == 0


def test_a_pinned_version_stays_until_it_is_released(three):
    assert pin(three, 1) == 1
    assert pin(three, 1) == 0
    assert tidy()["n_removed"] == 1
    assert rows_at(three, 1) == 4
    assert release_pins(url="/documents/1/", by=None, at=LATER) == 1
    assert release_pins(url="/documents/1/", by=None, at=LATER) == 0
    assert tidy()["n_removed"] == 1
    assert AuditEntry.objects.filter(action="release_pins").count() == 1


def test_a_version_whose_rows_are_gone_cannot_be_pinned(three):
    tidy()
    with pytest.raises(RowsRemoved):
        pin(three, 2)
    assert not Pin.objects.exists()


def test_a_pin_whose_rows_were_removed_is_found(three):
    pin(three, 1)
    DataFile.objects.filter(added_in=1).update(retired_at=NOW, removed_at=NOW)
    assert [(f.invariant, f.about) for f in verify_data(at=NOW)] == [("I6", "score@1")]


def test_the_files_of_removed_rows_go_a_day_later(three):
    tidy()
    here = store().root / "score"
    assert len(list(here.iterdir())) == 4
    assert tidy(LATER + 2 * DAY)["n_swept"] == 2
    assert len(list(here.iterdir())) == 2
    assert verify_data(at=LATER + 2 * DAY) == []


def test_orphans_go_after_a_day_and_named_files_never(three):
    old = [
        put("score/orphan.parquet", age=2 * DAY), put("score/.half.parquet", age=2 * DAY),
        put("originals/" + "ab" * 32, age=2 * DAY), put("drafts/77-1.staged", age=2 * DAY),
    ]  # fmt: skip
    young = [
        put("score/new.parquet", age=DAY / 2), put("originals/" + "cd" * 32, age=DAY / 2),
    ]  # fmt: skip
    kept = set(store().root.glob("originals/*")) - {*old, *young}
    for path in kept:
        os.utime(path, (0, 0))
    assert tidy(NOW)["n_swept"] == 4
    assert not any(path.exists() for path in old)
    assert all(path.exists() for path in (*young, *kept))


def test_an_original_that_comes_again_while_it_is_swept_is_kept(three, monkeypatch, tmp_path):
    path = put("originals/" + "ab" * 32, age=2 * DAY)

    def touched(_name):
        aside = store().root / actions.ASIDE / path.name
        if aside.exists():
            os.utime(aside, (NOW.timestamp(), NOW.timestamp()))

    monkeypatch.setattr(actions, "seam", touched)
    assert tidy(NOW)["n_swept"] == 0
    assert path.exists()


def test_what_a_killed_pass_had_put_aside_comes_back(three):
    (original, *_) = sorted((store().root / "originals").iterdir())
    aside = store().root / actions.ASIDE / original.name
    aside.parent.mkdir()
    original.rename(aside)
    tidy(NOW)
    assert original.exists()
    assert verify_data(at=NOW) == []


def test_a_kept_original_is_young_again(three, tmp_path):
    (original, *_) = sorted((store().root / "originals").iterdir())
    os.utime(original, (0, 0))
    store().keep_original(original, original.name)
    assert original.stat().st_mtime > 0


def test_the_pass_of_the_night_is_asked_for_once_and_recorded(three):
    assert not ask_for_due_upkeep(at=NOW)
    at = NOW + DAY
    assert ask_for_due_upkeep(at=at)
    assert ask_for_due_upkeep(at=at)
    assert Job.objects.filter(name="data.upkeep").count() == 1
    run_due(owner="test", now=lambda: at)
    assert Job.objects.get(name="data.upkeep").state == "DONE"
    assert UpkeepRun.objects.exclude(ended_at=None).count() == 1
    assert AuditEntry.objects.filter(action="keep_in_order").count() == 1
