"""The shape of a CSV text「CSV 结构」: first lines, delimiter, quotes; nothing is sampled.

RFC 4180 with these liberties: the delimiter is one of , ; TAB |; line ends may be LF, CRLF or CR;
a quote inside an unquoted cell is a character; blanks may follow a closing quote.
"""

import csv
import re
from dataclasses import dataclass

from luoxuan.data.warehouse.intake.decode import line_at
from luoxuan.data.warehouse.intake.findings import FileRefused, Note
from luoxuan.data.warehouse.intake.headers import fits, names_any
from luoxuan.data.warehouse.intake.spec import TableSpec

_CANDIDATES = (",", ";", "\t", "|")
_SEPARATOR_LINE = re.compile(rb'"?sep=(.)"?[ \t]*(?:\r\n?|\n|\Z)', re.IGNORECASE)
_BLANK_LINES = re.compile(rb"(?:[ \t]*+(?:\r\n?|\n))*+")
_QUOTED = rb'"(?:[^"]++|"")*+"'
# One record while the delimiter is unknown: a quote opens a cell after any of the candidates.
_ANY_RECORD = re.compile(
    rb"(?:(?:" + _QUOTED + rb'|[^",;\t|\r\n]|(?<=[^,;\t|\r\n])"|[,;\t|])*+)(?:\r\n?|\n|\Z)'
)
_ANY_QUOTED = re.compile(rb"(?<![^,;\t|\r\n])" + _QUOTED)
_LINES_SEARCHED, _LONGEST_TITLE = 30, 100_000
_LONE_CR = re.compile(rb"\r(?!\n)")


@dataclass(frozen=True, slots=True)
class Dialect:
    """Where the table starts in a text and how its cells are parted.

    ``skipped_bytes`` stand before the header; ``header_row`` is the record number of the header,
    1 unless blank lines stand above it (a line ``sep=;`` is not counted: spreadsheets hide it).
    """

    delimiter: str
    skipped_bytes: int
    header_row: int
    headers: list[str]
    notes: tuple[Note, ...]
    has_quotes: bool = True


def read_dialect(data: bytes, spec: TableSpec | None = None) -> Dialect:
    """Read delimiter and header of a text and prove that every quote closes.

    With a specification, titles and remarks above the header are found and left out.

    Raises FileRefused when a quote never closes, text follows a closing quote, or two delimiters
    are equally likely.
    """
    notes: list[Note] = []
    start = 0
    declared = _SEPARATOR_LINE.match(data)
    if declared:
        start = declared.end()
        notes.append(Note("separator_line", 1, {"delimiter": declared.group(1).decode("latin-1")}))
    blank = _BLANK_LINES.match(data, start)
    header_start = blank.end() if blank else start
    if header_start >= len(data):
        raise FileRefused("empty_file")
    n_blank = line_at(data, header_start) - line_at(data, start)
    if n_blank:
        notes.append(Note("blank_rows", n_blank, {"place": "above"}))
    first = header_start
    header_start = _below_titles(data, first, spec)
    header_row = line_at(data, header_start) - line_at(data, start) + 1
    if header_start > first:
        notes.append(Note("rows_above_header", header_row - 1 - n_blank))
    delimiter = _declared(declared) if declared else _find_delimiter(data, header_start)
    header_end = _check_quotes(data, header_start, delimiter)
    notes.extend(_line_end_notes(data))
    headers = _header_cells(data[header_start:header_end], delimiter)
    has_quotes = data.find(b'"', header_start) >= 0
    return Dialect(delimiter, header_start, header_row, headers, tuple(notes), has_quotes)


def _below_titles(data: bytes, first: int, spec: TableSpec | None) -> int:
    """Return where the header stands; that is the first line unless it names no field at all."""
    if spec is None:
        return first
    place = first
    for _ in range(_LINES_SEARCHED):
        record = _record(data, place)
        if not record or len(record) > _LONGEST_TITLE:
            break
        readings = [_header_cells(record, delimiter) for delimiter in _CANDIDATES]
        if place == first and any(names_any(headers, spec) for headers in readings):
            return first
        if any(fits(headers, spec) for headers in readings):
            return place
        place += len(record)
    return first


def _declared(found: re.Match[bytes]) -> str:
    delimiter = found.group(1).decode("latin-1")
    if delimiter not in _CANDIDATES:
        raise FileRefused("unknown_delimiter", delimiter=delimiter)
    return delimiter


def _find_delimiter(data: bytes, start: int) -> str:
    """Choose the delimiter that the header uses; the second record decides between several."""
    header = _record(data, start)
    counts = _counts(header)
    present = [candidate for candidate in _CANDIDATES if counts[candidate]]
    if len(present) <= 1:
        return present[0] if present else ","
    following = _counts(_record(data, start + len(header)))
    ranked = sorted(
        present, key=lambda one: (following[one] == counts[one], counts[one]), reverse=True
    )
    first, second = ranked[0], ranked[1]
    if (following[first] == counts[first], counts[first]) == (
        following[second] == counts[second],
        counts[second],
    ):
        raise FileRefused("ambiguous_delimiter", delimiters=" ".join(map(repr, ranked[:2])))
    return first


def _record(data: bytes, start: int) -> bytes:
    found = _ANY_RECORD.match(data, start)
    if found:
        return found.group()
    line = re.compile(rb"[^\r\n]*(?:\r\n?|\n)?").match(data, start)
    return line.group() if line else b""


def _counts(record: bytes) -> dict[str, int]:
    outside = _ANY_QUOTED.sub(b"", record)
    return {candidate: outside.count(candidate.encode()) for candidate in _CANDIDATES}


def _cells(delimiter: str, ends: bytes) -> re.Pattern[bytes]:
    """Compile cells followed by one of ``ends``; possessive, so linear however long the text."""
    mark = re.escape(delimiter).encode()
    blanks = rb"[ ]*+" if delimiter == "\t" else rb"[ \t]*+"
    cell = _QUOTED + blanks + rb'|[^"\r\n' + mark + rb"][^\r\n" + mark + rb"]*+|"
    return re.compile(rb"(?:(?:" + cell + rb")" + ends.replace(b"MARK", mark) + rb")*+")


def _check_quotes(data: bytes, start: int, delimiter: str) -> int:
    """Walk over every cell of the text and return where the header record ends."""
    header = _cells(delimiter, rb"MARK").match(data, start)
    rest = header.end() if header else start
    last = re.compile(rb"(?:" + _QUOTED + rb'[ \t]*+|[^"\r\n][^\r\n]*+|)').match(data, rest)
    header_end = last.end() if last else rest
    if data.find(b'"', start) < 0:
        return header_end
    whole = _cells(delimiter, rb"(?:MARK|\r\n?|\n|\Z)").match(data, start)
    end = whole.end() if whole else start
    if end < len(data):
        raise _broken_quote(data, end)
    return header_end


def _broken_quote(data: bytes, offset: int) -> FileRefused:
    line = line_at(data, offset)
    closed = re.compile(_QUOTED).match(data, offset)
    if closed is None:
        return FileRefused("unclosed_quote", line=line, offset=offset)
    after = line_at(data, closed.end())
    return FileRefused("text_after_quote", line=line, offset=offset, closing_line=after)


def _line_end_notes(data: bytes) -> list[Note]:
    if data.count(b"\r") == data.count(b"\r\n"):
        return []
    outside = _ANY_QUOTED.sub(b"", data) if b'"' in data else data
    lone = len(_LONE_CR.findall(outside)) if _LONE_CR.search(outside) else 0
    return [Note("lone_carriage_return", lone)] if lone else []


def _header_cells(record: bytes, delimiter: str) -> list[str]:
    # The reader of the standard library stops at 131,072 characters; a header that long is refused.
    try:
        rows = list(csv.reader([record.decode()], delimiter=delimiter, strict=False))
    except csv.Error as error:
        raise FileRefused("header_too_long") from error
    return rows[0] if rows else []
