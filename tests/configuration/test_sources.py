"""Sources travel in packages without secrets, paused, and never over what a person has changed."""

import os
import shutil
import sqlite3
import time
from dataclasses import replace
from pathlib import Path

import pytest

from luoxuan.campus.rules import SubjectKind
from luoxuan.campus.scope import EVERYTHING
from luoxuan.core.configuration import PackageUnreadable
from luoxuan.data.models import Dataset, Source
from luoxuan.data.sources.actions import SourceRefused, save_source
from luoxuan.data.sources.catalogue import stored_values, written_values
from luoxuan.data.sources.pulls import pull_source
from luoxuan.data.sources.rules import PullMode, PullOutcome, SourceKind
from luoxuan.indicators.actions import compute_readings
from luoxuan.indicators.queries import readings
from luoxuan.portal.configuration import export_package, load_package
from luoxuan.testing.college import NOW, SMALL, open_college

pytestmark = pytest.mark.django_db

SYSTEMS = Path(__file__).parents[2] / "examples" / "business-systems"
SYSTEM_INDICATORS = (
    "door", "card", "patrol", "vehicle", "utility", "network", "cloud", "library", "score",
    "service", "learning", "login", "offer", "posting",
)  # fmt: skip
FEEDING = (
    "door_passage", "card_payment", "classroom_patrol", "vehicle_passage", "utility_use",
    "network_use", "cloud_resource", "library_loan", "academic_score", "service_request",
    "learning_activity", "network_login", "job_offer", "job_posting",
)  # fmt: skip
SECRET = "-".join(["nobody", "may", "read", "this"])
ROW = {
    "text": "甲1", "code": "课中", "integer": 3, "decimal": 1.5, "date": "2026-03-02",
    "time": "2026-03-02 08:30:00",
}  # fmt: skip


@pytest.fixture
def inbox(tmp_path, settings):
    settings.LUOXUAN_INBOX = [tmp_path / "inbox"]
    (tmp_path / "inbox").mkdir()
    return tmp_path / "inbox"


def load(path: Path):
    return load_package(path, by=None, at=NOW)


def change(source: Source, **changes) -> Source:
    """Write other values down, as the page does."""
    values = written_values(source.name, {**stored_values(source), **changes}, source.dataset)
    return save_source(source=source, values=values, by=None, at=NOW)


def test_every_usual_system_has_a_dataset_and_a_paused_source_that_covers_its_key():
    load(SYSTEMS)
    found = Source.objects.select_related("dataset")
    assert {row.dataset.name for row in found} == {row.name for row in Dataset.objects.all()}
    assert len(found) == 21
    for row in found:
        assert not row.is_enabled
        assert row.kind == SourceKind.FOLDER or "example.invalid" in row.address
        required = row.dataset.fields.filter(is_required=True).values_list("name", flat=True)
        if row.kind != SourceKind.FOLDER:
            assert {*row.dataset.key, *required} <= set(row.mapping.values()), row.name
        assert not row.watermark_column or row.watermark_column in row.mapping
    assert load(SYSTEMS).changes == ()


def copy_of(source: Source, inbox: Path, **cells_of: str) -> Source:
    """Turn a source to a database in the inbox that holds one row of its columns."""
    types = {field.name: field.type for field in source.dataset.fields.all()}
    columns = ", ".join(f'"{column}"' for column in source.mapping)
    cells = [cells_of.get(name, ROW[types[name]]) for name in source.mapping.values()]
    with sqlite3.connect(inbox / f"{source.name}.db") as other:
        other.execute(f"CREATE TABLE rows_of_it ({columns})")
        other.execute(f"INSERT INTO rows_of_it VALUES ({', '.join('?' * len(cells))})", cells)
    other.close()
    return change(
        source, kind=SourceKind.SQL, address=f"sqlite:///{source.name}.db",
        selection="rows_of_it",
    )  # fmt: skip


def test_every_usual_system_can_be_pulled_once_its_address_is_one(inbox):
    load(SYSTEMS)
    for source in Source.objects.exclude(kind=SourceKind.FOLDER).select_related("dataset"):
        copied = copy_of(source, inbox)
        (pull,) = pull_source(source=copied, by=None, now=lambda: NOW)
        shown = (source.name, pull.outcome, pull.rows_accepted, pull.code, pull.facts)
        assert shown == (source.name, PullOutcome.DONE, 1, "", {})


def test_every_usual_system_feeds_an_indicator(inbox):
    open_college()
    load(SYSTEMS)
    drop_log(inbox)
    for source in Source.objects.select_related("dataset"):
        if source.name in FEEDING:
            pull_from_a_copy(source, inbox)
    compute_readings(by=None, at=NOW)
    codes = [f"system.{name}" for name in SYSTEM_INDICATORS]
    found = readings(EVERYTHING, indicator_codes=codes, kind=SubjectKind.INSTITUTION)
    assert {row.indicator for row in found if row.value is not None} == set(codes)


def drop_log(inbox: Path) -> None:
    """Put a log of an authentication server into the inbox, as it would be there."""
    (inbox / "network_login").mkdir()
    path = inbox / "network_login" / "auth.log"
    lines = [
        "2026-03-02 08:00:01 sso[12]: login user=t0001 ap=A-1",
        "2026-03-02 08:00:02 sso[12]: started",
        "2026-03-02 08:09:00 sso[12]: logout user=t0001",
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    os.utime(path, (time.time() - 300, time.time() - 300))


def pull_from_a_copy(source: Source, inbox: Path) -> None:
    """Pull a source of another kind from a database that holds one row of its columns."""
    if source.kind != SourceKind.FOLDER:
        source = copy_of(source, inbox, term="2025-2")
    (pull,) = pull_source(source=source, by=None, now=lambda: NOW)
    assert pull.outcome == PullOutcome.DONE, (source.name, pull.code, pull.facts)


def test_a_folder_of_teaching_plans_is_watched(inbox):
    load(SYSTEMS)
    (inbox / "teaching_plan").mkdir()
    path = inbox / "teaching_plan" / "计划.csv"
    path.write_text("教学班,次序,授课内容\nMATH-1,1,函数\nMATH-1,2,极限\n", encoding="utf-8")
    os.utime(path, (time.time() - 300, time.time() - 300))
    source = change(Source.objects.get(name="teaching_plan"), selection="*.csv")
    (pull,) = pull_source(source=source, by=None)
    assert (pull.outcome, pull.rows_accepted) == (PullOutcome.DONE, 2)


def test_an_export_declares_the_same_sources_and_no_secret(tmp_path):
    load(SYSTEMS)
    source = Source.objects.get(name="library_loan")
    values = written_values(source.name, stored_values(source), source.dataset)
    save_source(
        source=source, by=None, at=NOW, origin=source.origin,
        values=replace(values, secret=SECRET),
    )  # fmt: skip
    names = export_package(tmp_path / "exported")
    assert "sources/library_loan.toml" in names
    texts = [path.read_text(encoding="utf-8") for path in (tmp_path / "exported").rglob("*.toml")]
    assert not [text for text in texts if SECRET in text or "gAAAA" in text]
    before = {row.name: stored_values(row) for row in Source.objects.select_related("dataset")}
    Source.objects.all().delete()
    load(tmp_path / "exported")
    after = {row.name: stored_values(row) for row in Source.objects.select_related("dataset")}
    assert after == before


def test_what_a_person_has_changed_is_not_put_back_by_the_package(tmp_path):
    load(SYSTEMS)
    own = change(Source.objects.get(name="library_loan"), address="postgresql://db.own.example/l")
    package = Path(shutil.copytree(SYSTEMS, tmp_path / "package"))
    for name in ("library_loan", "card_payment"):
        path = package / "sources" / f"{name}.toml"
        path.write_text(path.read_text("utf-8").replace("02:00", "03:00"), "utf-8")
    assert [change.key for change in load(package).changes] == ["card_payment"]
    own.refresh_from_db()
    assert (own.address, own.daily_at.hour) == ("postgresql://db.own.example/l", 2)


@pytest.mark.parametrize(
    ("old", "new", "refusal"),
    [
        ('kind = "SQL"', 'kind = "MAGIC"', PackageUnreadable),
        ('kind = "SQL"', 'kind = "SQL"\nsecret = "x"', PackageUnreadable),
        ('dataset = "score"', 'dataset = "nothing"', PackageUnreadable),
        ('xh = "student_id"', 'xh = "nothing"', SourceRefused),
        ("postgresql://db", "postgresql://me:secret@db", SourceRefused),
    ],
)
def test_a_package_with_a_wrong_source_is_refused_whole(tmp_path, old, new, refusal):
    package = Path(shutil.copytree(SMALL, tmp_path / "package"))
    (package / "sources").mkdir()
    text = (
        'title = "教务"\nkind = "SQL"\ndataset = "score"\naddress = "postgresql://db.example/x"\n'
        'selection = "scores"\ndaily_at = "06:00"\n[mapping]\nxh = "student_id"\n'
    )
    assert old in text
    (package / "sources" / "scores.toml").write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(refusal):
        load(package)
    assert not Source.objects.exists()
    assert not Dataset.objects.filter(is_system=False).exists()


def test_the_mode_and_the_time_arrive():
    load(SYSTEMS)
    source = Source.objects.get(name="academic_score")
    assert (source.mode, source.watermark_column) == (PullMode.INCREMENTAL, "gxsj")
    assert source.daily_at.hour == 2
