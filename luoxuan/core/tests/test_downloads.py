"""A list as a file: the paper, what a format cannot hold, and where the file of a job lies."""

import re
import shutil
import subprocess
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from luoxuan.core import downloads
from luoxuan.core.downloads import Listing, ListTooLong, write_list
from luoxuan.core.printing.lists import Head, list_pdf
from luoxuan.core.workbook import Column

AT = datetime(2026, 3, 1, 4, 0, tzinfo=UTC)
HEAD = Head("监测预警", "某职业学院", "质量办", AT, ("筛选：全部",))
COLUMNS = (
    Column("对象"), Column("现实值", "decimal", decimals=2), Column("占比", "share", decimals=1),
    Column("日期", "date"), Column("校验值"),
)  # fmt: skip
needs_pdftotext = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="no pdftotext")


def pages(content: bytes) -> list[str]:
    """Return the text of each page."""
    found = subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=content, capture_output=True, check=True
    )
    return found.stdout.decode().split("\f")[:-1]


def row(name: str) -> tuple[object, ...]:
    return name, Decimal("0.5"), Decimal("0.125"), date(2026, 3, 1), None


@needs_pdftotext
def test_a_list_on_paper_repeats_its_header_and_counts_its_pages():
    found = pages(list_pdf(HEAD, COLUMNS, [row(f"课程 {n}") for n in range(200)]))
    assert len(found) > 2
    for number, text in enumerate(found, 1):
        assert "现实值" in text
        assert f"第 {number} 页，共 {len(found)} 页" in text
    assert "某职业学院" in found[0]
    assert "筛选：全部" in found[0]
    assert "200 行 · 2026-03-01 12:00 · 质量办 导出" in found[0]
    assert re.search(r"课程 0 +0\.50 +12\.5% +2026-03-01", found[0])
    assert "课程 199" in found[-1]


@needs_pdftotext
def test_markup_in_a_cell_is_text_and_a_character_without_a_glyph_is_named():
    marked = "#strong[x] $a_1$ *b* <c> // d \\ "
    text = "".join(pages(list_pdf(HEAD, COLUMNS, [row(marked), row("\U0001f600")])))
    assert marked.strip() in text
    assert "〓" in text
    assert "U+1F600" in text


@needs_pdftotext
def test_a_checksum_breaks_inside_its_column_and_an_empty_list_says_so():
    digest = "0123456789abcdef" * 4
    text = pages(list_pdf(HEAD, COLUMNS, [("甲", None, None, None, digest)] * 2))[0]
    assert digest in re.sub(r"[\s\u200b]", "", text)
    assert "没有符合条件的行" in pages(list_pdf(HEAD, COLUMNS, []))[0]


def test_many_columns_still_fit_the_paper():
    columns = [Column(f"很长的列名第 {n} 列") for n in range(40)]
    assert list_pdf(HEAD, columns, [["内容"] * 40] * 3).startswith(b"%PDF")


def test_a_format_that_cannot_hold_the_rows_is_refused_before_anything_is_read(
    tmp_path, monkeypatch
):
    monkeypatch.setitem(downloads._MOST, "pdf", 3)

    def unread():
        raise AssertionError("read")

    listing = Listing(name="x", title="清单", columns=COLUMNS, n_rows=4, rows=unread)
    with pytest.raises(ListTooLong) as refused:
        write_list(tmp_path / "x.pdf", listing, "pdf", by="")
    assert (refused.value.code, refused.value.facts["most"]) == ("list_too_long", 3)


@pytest.mark.django_db
def test_a_title_that_excel_refuses_still_names_the_sheet(tmp_path):
    listing = Listing(
        name="x", title="成绩[一]:*?/甲", columns=COLUMNS, n_rows=1, rows=lambda: [row("甲")]
    )
    for file_format in ("xlsx", "csv", "pdf"):
        write_list(tmp_path / f"x.{file_format}", listing, file_format, by="质量办")
        assert (tmp_path / f"x.{file_format}").stat().st_size > 50
