"""Templates can be filled in and come back; exports are typed and cut to what one may see."""

from datetime import timedelta
from io import BytesIO

import openpyxl
import pyarrow as pa
import pytest

from luoxuan.core import downloads
from luoxuan.core.jobs import run_due
from luoxuan.core.models import AuditEntry, Job
from luoxuan.core.workbook import csv_bytes
from luoxuan.data.actions import import_file, publish_records
from luoxuan.data.models import Dataset, DatasetVersion
from luoxuan.testing.college import HEADER, NOW, Passes, import_text, open_user, score_csv


@pytest.fixture
def filled(score, tmp_path) -> Dataset:
    import_text(score_csv([Passes("MATH-1", 2, 1), Passes("WELD-1", 1, 0)]), tmp_path)
    return Dataset.objects.get(name="score")


def entered(client, name):
    client.force_login(open_user(name))
    return client


def cells(response) -> list:
    content = response.content
    sheet = openpyxl.load_workbook(BytesIO(content)).worksheets[0]
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def test_a_template_that_is_filled_in_is_accepted_without_a_question(score, client, tmp_path):
    response = entered(client, "office").get("/data/score/template/")
    book = openpyxl.load_workbook(BytesIO(response.content))
    sheet = book.worksheets[0]
    titles = [cell.value for cell in sheet[1]]
    assert sheet["A1"].comment is not None
    assert sheet.data_validations.dataValidation
    values = ["1001", "MATH-1", "MATH", "EAST-MATH", "2025-1", 75, "通过"]
    known = dict(zip(HEADER.split(","), values, strict=True))
    for place, title in enumerate(titles, 1):
        sheet.cell(2, place, known[title])
    path = tmp_path / "filled.xlsx"
    book.save(path)
    report = import_file(dataset=score, path=path, by=None, at=NOW)
    assert report.questions == ()
    assert (report.rows_accepted, report.errors) == (1, ()), report.notes


def test_an_export_is_typed_and_recorded(filled, client):
    found = cells(entered(client, "office").get("/data/score/export/?format=xlsx"))
    assert len(found) == 5
    assert isinstance(found[1][found[0].index("得分")], float)
    entry = AuditEntry.objects.get(action="export_rows")
    assert (entry.object_key, entry.facts["n_rows"]) == ("score", 4)


def test_an_export_holds_only_rows_of_ones_own_place(filled, client):
    response = entered(client, "eastdata").get("/data/score/export/?format=csv")
    text = response.content.decode("utf-8-sig")
    assert "MATH-1" in text
    assert "WELD-1" not in text
    assert response.content.startswith(b"\xef\xbb\xbf")


def test_many_rows_become_a_job_whose_file_only_its_asker_gets(filled, client, monkeypatch):
    monkeypatch.setattr(downloads, "ROWS_AT_ONCE", 3)
    office = entered(client, "office")
    response = office.get("/data/score/export/")
    job = Job.objects.get()
    assert response.url == f"/jobs/{job.pk}/"
    assert office.get(f"/jobs/{job.pk}/file/").status_code == 404
    run_due(owner="test", now=lambda: NOW + timedelta(minutes=1))
    assert len(cells(office.get(f"/jobs/{job.pk}/file/"))) == 5
    assert entered(client, "centre").get(f"/jobs/{job.pk}/file/").status_code == 404


def test_a_csv_file_holds_no_formula():
    text = csv_bytes(["=列"], [["=1+1"], ["@x"], [-1]]).decode("utf-8-sig")
    assert text.split() == ["'=列", "'=1+1", "'@x", "-1"]


def test_own_records_are_published_when_they_changed(college):
    dataset = Dataset.objects.create(name="_tasks", title="任务", is_system=True)
    table = pa.table({"code": ["A1", "A2"], "state": ["late", "done"]})
    publish = {"dataset_name": "_tasks", "key": "tasks", "by": None, "at": NOW}
    assert publish_records(table=table, **publish) == 1
    assert publish_records(table=table, **publish) is None
    assert publish_records(table=table.slice(0, 1), **publish) == 2
    assert publish_records(table=table, **publish) == 3
    versions = DatasetVersion.objects.filter(dataset=dataset).order_by("number")
    assert list(versions.values_list("n_rows", flat=True)) == [2, 1, 2]
