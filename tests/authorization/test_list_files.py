"""Every list leaves as a workbook, as CSV and as PDF: the rows of its page and no other."""

import csv
import io
import re
import shutil
import subprocess
from datetime import datetime, timedelta

import openpyxl
import pytest

from luoxuan.campus.models import Grant
from luoxuan.core import downloads
from luoxuan.core.jobs import run_due
from luoxuan.core.models import Job
from luoxuan.core.rules import JobState
from luoxuan.testing.college import NOW

from .routes import ROUTES

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

READERS = ("office", "auditor", "centre", "math")
# What a page looks like that shows things one below the other, or numbers side by side.
SHOWS_A_LIST = re.compile(
    r"<table|<article|class=\"[^\"]*\b(?:link-list|alert-list|job-list|sheet-grid|counts|readings)\b"
)
OFFERS = re.compile(r'<details class="export-menu" data-export>.*?</details>', re.DOTALL)
# Pages that show rows and offer no file of them, each with its reason.
WITHOUT = {
    "portal:home": "each of its parts is a list with a page and a file of its own",
    "portal:search": "the first few of each kind; the whole stands in the list of that kind",
    "data:dataset_import": "a form, with the unfinished drafts of its dataset beside it",
    "data:standard_detail": "one standard; all of them leave with their list and as a workbook",
    "data:theme_list": "each of its views is a list with a page and a file of its own",
    "data:import_batch_detail": "its rows leave as the file with the mistakes marked",
    "data:draft_columns": "questions of a form, answered and gone",
    "data:draft_check": "its rows leave as the file with the mistakes marked",
    "data:draft_preview": "rows that are not stored yet; afterwards they are rows of the dataset",
    "data:collection_new": "a choice of units and fields; how far they are leaves with its page",
    "data:correction_detail": "one request; all of them leave with their list",
    "data:held_row_list": "rows to be corrected, which leave as the workbook of their import",
    "data:row_history": "one row; each of its changes is an import, which leaves with its page",
    "data:submission_check": "one submission; what was accepted leaves with its dataset",
    "data:submission_detail": "a form; what was accepted leaves with its dataset",
    "data:upkeep": "how the warehouse is now; `luoxuan upkeep --json` says it to a program",
    "portal:api_guide": "the description of the interface, which leaves as openapi.json",
    "data:statistic_new": "a choice of datasets; the table counted of one leaves from here",
    "goals:sheet_detail": "a form of one unit; how far all of them are leaves with the overview",
    "diagnosis:cycle_detail": "one cycle, whose diagnosis leaves as a document",
    "reports:document_detail": "leaves as PDF, Word and HTML of its own",
    "portal:token_list": "the reader's own few keys; a file of them would help nobody but a thief",
    "data:exchange_package": "a definition, which leaves with its configuration package",
    "monitoring:alert_detail": "one alert; all of them leave with their list",
}
# Pages whose examples for the table of rights show no rows.
MORE = {"data:import_batch_detail": "/data/imports/{batch_of_bad_rows}/"}


def pages(college):
    """Yield every page that somebody of the college may open: route, address, its text, reader."""
    for name, route in ROUTES.items():
        paths = [example.path for example in route.examples if route.takes_get]
        for path in [*paths, *([MORE[name]] if name in MORE else [])]:
            address = path.format_map(college.keys)
            for reader in READERS:
                response = college.client(reader).get(address)
                kind = response.headers.get("Content-Type", "")
                if response.status_code == 200 and kind.startswith("text/html"):
                    text = response.content.decode().partition("<main")[2]
                    yield name, address, text, reader
                    break


@pytest.fixture(scope="module")
def shown(college):
    """All pages, read once."""
    return list(pages(college))


@pytest.fixture
def listed(shown):
    """The links of every menu of exports: (reader, workbook, CSV, PDF), each menu once."""
    found = {}
    for _name, address, text, reader in shown:
        for menu in OFFERS.findall(text):
            links = [link.replace("&amp;", "&") for link in re.findall(r'<a href="([^"]+)"', menu)]
            path = address.partition("?")[0]
            whole = [link if link.startswith("/") else path + link for link in links]
            assert len(whole) == 3, address
            found.setdefault(whole[0], (reader, *whole))
    return list(found.values())


def rows_of_csv(content: bytes) -> list[list[str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_every_page_with_a_list_offers_it_as_a_file_or_says_why_not(shown):
    lists = {name for name, _, text, _ in shown if SHOWS_A_LIST.search(text)}
    offered = {name for name, _, text, _ in shown if OFFERS.search(text)}
    assert lists - offered == set(WITHOUT)
    assert len(offered) >= 20


def typed(cell, column) -> bool:
    """Return whether a cell of a workbook is what its column promises."""
    if cell.value is None:
        return True
    if column.kind in {"integer", "decimal", "share"}:
        return isinstance(cell.value, int | float)
    if column.kind in {"date", "datetime"}:
        return isinstance(cell.value, datetime) and "yyyy" in cell.number_format
    return isinstance(cell.value, str | bool)


def letters(text: object) -> str:
    """Return a text without what the setting of a line may change."""
    return re.sub(r"[\s\u200b〓]", "", str(text))


def printed(content: bytes) -> str:
    found = subprocess.run(
        ["pdftotext", "-raw", "-", "-"], input=content, capture_output=True, check=True
    )
    return letters(found.stdout.decode())


def test_every_list_leaves_typed_with_its_filters_and_the_same_rows_in_each_format(
    college, listed, monkeypatch
):
    written = []
    write = downloads.write_list

    def watched(path, listing, file_format, *, by):
        written.append(listing)
        write(path, listing, file_format, by=by)

    monkeypatch.setattr(downloads, "write_list", watched)
    n_rows = 0
    for reader, workbook, table, paper in listed:
        answers = [college.client(reader).get(link) for link in (workbook, table, paper)]
        assert [answer.status_code for answer in answers] == [200, 200, 200], workbook
        listing = written[-1]
        book = openpyxl.load_workbook(io.BytesIO(answers[0].content))
        lines = list(book.worksheets[0].iter_rows())
        top = 0 if listing.is_form else len(listing.notes)
        notes = list(book.worksheets[1].iter_rows())[1:] if listing.is_form else lines[:top]
        # Rows of a dataset without a filter can be handed in again as they are.
        assert notes or "/export/" in workbook
        assert [line[0].value for line in notes] == list(listing.notes), workbook
        titles = [column.title for column in listing.columns]
        assert [cell.value for cell in lines[top]] == titles, workbook
        rows = lines[top + 1 :]
        wrong = [
            (workbook, column.title, cell.value)
            for row in rows
            for column, cell in zip(listing.columns, row, strict=True)
            if not typed(cell, column)
        ]
        assert wrong == []
        header, *texts = rows_of_csv(answers[1].content)
        assert header == titles, table
        assert len(texts) == len(rows) == listing.n_rows, table
        assert answers[2].content.startswith(b"%PDF"), paper
        assert_printed(answers[2].content, listing, texts)
        n_rows += len(rows)
    assert len(listed) >= 20
    assert n_rows > 200


def assert_printed(content: bytes, listing, texts) -> None:
    """Check that title, filters and every cell of text stand on the paper."""
    if shutil.which("pdftotext") is None:
        return
    paper = printed(content)
    places = [n for n, column in enumerate(listing.columns) if column.kind in {"text", "date"}]
    wanted = [listing.title, *listing.notes]
    wanted += [row[place].removeprefix("'") for row in texts for place in places]
    assert [text for text in wanted if letters(text) not in paper] == []


@pytest.mark.parametrize("username", ["east", "eastdata", "teacher", "student", "nobody"])
def test_a_file_is_there_for_whom_its_page_is_and_holds_his_places_only(college, listed, username):
    client, n_files = college.client(username), 0
    for _reader, _workbook, table, _paper in listed:
        page = re.sub(r"[?&]format=csv", "", table)
        answers = client.get(table), client.get(page)
        if "/export/" not in table:
            assert answers[0].status_code == answers[1].status_code, table
        if answers[0].status_code == 200:
            n_files += 1
            text = answers[0].content.decode("utf-8-sig")
            assert "WELD" not in text, table
            assert "西学院" not in text, table
    assert n_files > 0 or username == "nobody"


@pytest.fixture
def few(monkeypatch):
    """No row comes at once."""
    monkeypatch.setattr(downloads, "ROWS_AT_ONCE", 0)


def work() -> None:
    run_due(owner="test", now=lambda: NOW + timedelta(days=400))


def test_a_long_list_becomes_a_job_whose_file_has_the_same_rows(college, listed, monkeypatch):
    n_jobs = 0
    for reader, _workbook, table, _paper in listed:
        client = college.client(reader)
        monkeypatch.setattr(downloads, "ROWS_AT_ONCE", 5_000)
        at_once = rows_of_csv(client.get(table).content)
        if len(at_once) < 3 or table.startswith(("/jobs/", "/notices/", "/audit/")):
            # These three grow by the asking itself.
            continue
        monkeypatch.setattr(downloads, "ROWS_AT_ONCE", len(at_once) - 1)
        assert client.get(table).status_code == 200, table
        monkeypatch.setattr(downloads, "ROWS_AT_ONCE", len(at_once) - 2)
        asked = client.get(table)
        job = Job.objects.latest("pk")
        assert asked.headers["Location"] == f"/jobs/{job.pk}/", table
        # Asked twice, it is made once.
        assert client.get(table).headers["Location"] == f"/jobs/{job.pk}/"
        work()
        answer = client.get(f"/jobs/{job.pk}/file/")
        assert rows_of_csv(answer.content) == at_once, table
        assert "attachment" in answer.headers["Content-Disposition"]
        assert f'href="/jobs/{job.pk}/file/"' in client.get(f"/jobs/{job.pk}/").content.decode()
        assert college.client("east").get(f"/jobs/{job.pk}/file/").status_code == 404
        n_jobs += 1
    assert n_jobs >= 12


def test_rights_taken_away_since_the_asking_hold(college, few):
    client = college.client("office")
    client.get("/subjects/?format=csv")
    early = Job.objects.latest("pk")
    work()
    assert client.get(f"/jobs/{early.pk}/file/").status_code == 200
    client.get("/alerts/?status=all&format=pdf")
    late = Job.objects.latest("pk")
    # He still has a role, but none that lists alerts.
    Grant.objects.filter(user=college.users["office"]).update(role="archivist")
    work()
    late.refresh_from_db()
    assert (late.state, late.error_code) == (JobState.FAILED, "list_not_allowed")
    # The file made before is not handed out either.
    assert client.get(f"/jobs/{early.pk}/file/").status_code == 404
