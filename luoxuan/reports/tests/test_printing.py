"""Files of a document: the same content gives the same bytes, and what fails is said."""

import io
import os
import signal
import subprocess
import sys
import zipfile

import pytest

from luoxuan.campus.scope import EVERYTHING
from luoxuan.core.charts import printing
from luoxuan.core.charts.printing import chart_svgs
from luoxuan.core.jobs import run_due
from luoxuan.core.printing.glyphs import drawable, missing_in, substituted
from luoxuan.data.warehouse.store import sha256_of
from luoxuan.reports.actions import request_files, submit_document
from luoxuan.reports.content import from_json
from luoxuan.reports.files import path_of
from luoxuan.reports.models import DocumentFile
from luoxuan.reports.printing.drawn import Drawn, draw
from luoxuan.reports.printing.making import make_files, render
from luoxuan.reports.printing.pdf import pdf_of
from luoxuan.reports.printing.sheet import sheet_of
from luoxuan.reports.printing.word import word_of
from luoxuan.reports.rules import FileFormat
from luoxuan.testing.college import NOW

pytestmark = pytest.mark.django_db
GOOD = {"xAxis": {"type": "category", "data": ["一班"]}, "yAxis": {"type": "value"},
        "series": [{"type": "bar", "data": [1]}]}  # fmt: skip
BAD = {"xAxis": {"type": "category"}, "yAxis": 5, "series": [{"type": "nonsense", "data": 1}]}


def test_a_chart_that_fails_leaves_the_others_and_keeps_nobody_waiting(caplog):
    first, failed, last = chart_svgs([GOOD, BAD, GOOD])
    assert failed is None
    assert "一班" in first
    assert last.startswith("<svg")
    assert [record.message for record in caplog.records] == ["chart not drawn"]


def test_a_child_that_never_answers_is_ended_in_time(monkeypatch, tmp_path):
    slow = tmp_path / "slow.js"
    slow.write_text("while (true) {}")
    monkeypatch.setattr(printing, "echarts_path", lambda: slow)
    assert chart_svgs([GOOD], seconds=1.5) == [None]


def test_the_same_document_gives_the_same_bytes_in_every_format(document):
    once, twice = make_files(document), make_files(document)
    assert [file["sha256"] for file in once] == [file["sha256"] for file in twice]
    assert [file["format"] for file in once] == ["pdf", "docx", "html"]
    assert all(path_of(file["sha256"]).stat().st_size == file["n_bytes"] for file in once)


def test_a_chart_that_could_not_be_drawn_becomes_its_table_and_the_document_says_so(document):
    sheet = sheet_of(document)
    charts = sheet.content.charts()
    assert charts
    for renderer in (pdf_of, word_of):
        _content, notes = renderer(sheet, Drawn({}, charts))
        assert any("改为列出同样数字的表" in note for note in notes)


def test_characters_without_a_glyph_are_named_and_marked():
    assert {ord(mark) for mark in "螺旋䶮〓●▲■◇○A"} <= drawable()
    missing = missing_in({"text": ["螺旋", "\U0002a6a5"]})
    assert missing == ["\U0002a6a5"]
    assert substituted({"a": ["x\U0002a6a5"]}, missing) == {"a": ["x〓"]}


def test_a_word_file_has_headings_tables_pictures_and_chinese_fonts(document):
    content, _notes = render(document, FileFormat.DOCX)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        text = archive.read("word/document.xml").decode()
        styles = archive.read("word/styles.xml").decode()
        names = archive.namelist()
    assert 'w:val="Heading1"' in text
    assert "<w:tbl>" in text
    assert "LX-" in text
    assert any(name.startswith("word/media/") for name in names)
    assert 'w:eastAsia="宋体"' in styles


def test_text_of_people_is_never_markup(document):
    document.content["summary"] = ['#panic() $x$ *b* <script> & \\ `raw` "']
    page, _ = render(document, FileFormat.HTML)
    assert b"&lt;script&gt;" in page
    for name in (FileFormat.PDF, FileFormat.DOCX):
        assert render(document, name)[0]


def test_the_job_makes_the_files_once(document, author):
    submit_document(document=document, scope=EVERYTHING, by=author, at=NOW)
    assert run_due(owner="test", now=lambda: NOW) == 1
    made = list(DocumentFile.objects.order_by("format").values_list("format", "sha256"))
    assert [name for name, _ in made] == ["docx", "html", "pdf"]
    request_files(document=document, by=author, at=NOW)
    run_due(owner="test", now=lambda: NOW)
    assert list(DocumentFile.objects.order_by("format").values_list("format", "sha256")) == made


@pytest.mark.parametrize("seam", ["reports.file.before_keep#2", "reports.files.before_commit"])
def test_killed_while_making_no_half_file_is_seen_and_the_hashes_come_again(
    document, warehouse, seam
):
    sheet = sheet_of(document)
    # A child of its own is killed at the seam; it needs the content only, no database.
    program = (
        "import os, sys\n"
        "os.environ['DJANGO_SETTINGS_MODULE'] = 'luoxuan.settings'\n"
        "import django; django.setup()\n"
        "from luoxuan.core.faults import seam\n"
        "from luoxuan.reports.files import keep\n"
        "for name in sys.argv[1:]: keep(open(name, 'rb').read())\n"
        "seam('reports.files.before_commit')\n"
    )
    drawn = draw(sheet.content)
    files = []
    for index, renderer in enumerate((pdf_of, word_of)):
        path = warehouse.parent / str(index)
        path.write_bytes(renderer(sheet, drawn)[0])
        files.append(str(path))
    environment = {
        **os.environ,
        "LUOXUAN_FAULT": seam,
        "LUOXUAN_WAREHOUSE": str(warehouse),
        "LUOXUAN_SECRET_KEY": "x",
    }
    done = subprocess.run(
        [sys.executable, "-c", program, *files], env=environment, check=False, capture_output=True
    )
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    assert not DocumentFile.objects.exists()
    folder = warehouse / "originals"
    again = {file["sha256"] for file in make_files(document)}
    kept = {sha256 for sha256 in again if (folder / sha256).exists()}
    assert kept == again, "a kept file is whole, and made again it has the same hash"
    assert all(sha256_of(folder / sha256) == sha256 for sha256 in kept)
    assert {sha256_of(warehouse.parent / name) for name in "01"} <= again
    assert from_json(document.content) == sheet.content
