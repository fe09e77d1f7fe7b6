"""A workbook as a table of text「工作簿」: gate, raw XML, reader, header, in this order."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import fastexcel
import pyarrow as pa
import pyarrow.compute as pc

from luoxuan.data.warehouse.intake.asking import put_texts
from luoxuan.data.warehouse.intake.csv_file import without_blank_rows
from luoxuan.data.warehouse.intake.findings import FileRefused, Note, Question, column_letters
from luoxuan.data.warehouse.intake.long_decimals import long_decimals
from luoxuan.data.warehouse.intake.package_gate import Package, open_package
from luoxuan.data.warehouse.intake.plain_xml import plain
from luoxuan.data.warehouse.intake.raw import RawTable
from luoxuan.data.warehouse.intake.sheet_header import (
    Heading,
    closing_rows,
    find_heading,
    required_columns,
)
from luoxuan.data.warehouse.intake.sheet_marks import Marks, read_marks, unescape
from luoxuan.data.warehouse.intake.sheet_questions import (
    HIDDEN_ROWS,
    hidden_questions,
    sheet_question,
)
from luoxuan.data.warehouse.intake.sheet_scan import Irregular, SheetFacts, loose_columns, scan
from luoxuan.data.warehouse.intake.spec import TableSpec
from luoxuan.data.warehouse.intake.texture import may_hold, texture_of
from luoxuan.data.warehouse.intake.wire import Request
from luoxuan.data.warehouse.intake.workbook_parts import SheetPart, WorkbookParts, read_parts

_LOOKED_AT = 32
_CLOSING_LOOKED_AT = 10
_MANY_STYLES = 4000
_MANY_STRINGS, _STRINGS_PER_CELL = 500_000, 10


@dataclass(slots=True)
class _Sheet:
    """A sheet with its cells「读入的工作表」; ``rows`` are absolute, the first is row 1."""

    part: SheetPart
    facts: SheetFacts
    columns: list[Any]
    marks: Marks
    heading: Heading | None = None
    letters: list[str] = field(default_factory=list)


def read_workbook(data: bytes, *, sha256: str, request: Request) -> RawTable:
    """Read the sheet of a workbook that holds the table. Raises FileRefused."""
    package = open_package(data)
    parts = read_parts(package)
    n_strings = _count_strings(package)
    has_many = n_strings > _MANY_STRINGS
    facts = [_scan(package, part, parts, request, has_many=has_many) for part in parts.sheets]
    used = sum(one.n_shared for one in facts)
    if has_many and n_strings > _STRINGS_PER_CELL * used:  # the reader would load all of them
        raise FileRefused("too_many_strings", found=n_strings, used=used)
    try:
        reader = fastexcel.read_excel(data)
    except fastexcel.FastExcelError as error:
        raise FileRefused("damaged_workbook") from error
    sheets = [
        _load(reader, package, part, one, parts, request.spec)
        for part, one in zip(parts.sheets, facts, strict=True)
        if request.sheet in (None, part.name)
    ]
    chosen, question = _choose(sheets, request)
    raw = _table(chosen, request, sha256, has_several=len(parts.sheets) > 1)
    questions = [question] if question else []
    questions += hidden_questions(chosen.part, chosen.facts, parts.sheets, raw, request.answers)
    notes = [*parts.notes, *_style_notes(chosen.facts, parts), *raw.notes]
    said = _decimals_as_text(package, chosen.part, raw.columns)
    return replace(raw, questions=questions, notes=notes, decimals_as_text=said)


def _decimals_as_text(package: Package, part: SheetPart, columns: list[Any]) -> frozenset[str]:
    """Return the long decimals that stand as text; looked for only where some column has any."""
    if not any(may_hold(column, r"[0-9.]{17}") for column in columns):
        return frozenset()
    places = [part.part, *(name for name in package.sizes if name.endswith("sharedStrings.xml"))]
    return frozenset().union(*(long_decimals(package.chunks(name)) for name in places))


def _style_notes(facts: SheetFacts, parts: WorkbookParts) -> list[Note]:
    count = parts.n_styles + facts.tail.count(b"<conditionalFormatting")
    return [Note("many_styles", count)] if count > _MANY_STYLES else []


def _scan(
    package: Package, part: SheetPart, parts: WorkbookParts, request: Request, *, has_many: bool
) -> SheetFacts:
    limit = request.limits.columns
    try:
        return scan(package.chunks(part.part), parts.kinds, columns=limit, counts_shared=has_many)
    except Irregular:
        pieces = plain(package.chunks(part.part), part.part)
    try:
        return scan(pieces, parts.kinds, columns=limit)
    except Irregular as error:
        raise FileRefused("unusual_workbook", member=part.part) from error


def _count_strings(package: Package) -> int:
    return sum(
        chunk.count(b"<si>") + chunk.count(b"<si ")
        for name in package.sizes
        if name.endswith("sharedStrings.xml")
        for chunk in package.chunks(name)
    )


def _load(
    reader: Any,
    package: Package,
    part: SheetPart,
    facts: SheetFacts,
    parts: WorkbookParts,
    spec: TableSpec,
) -> _Sheet:
    columns, first = _cells(reader, package, part, facts)
    n_rows = len(columns[0]) if columns else 0
    width = first + len(columns)
    if columns and first:
        empty = pa.repeat(pa.scalar("", pa.string()), n_rows)
        columns = [empty] * first + columns
    marks = read_marks(facts, parts)
    numbers = pa.array(range(1, n_rows + 1), pa.int64())
    for position, texts in marks.texts.items():
        if position < width:
            columns[position] = put_texts(columns[position], numbers, texts)
    sheet = _Sheet(part, facts, columns, marks)
    top = _rows(columns, 0, min(n_rows, _LOOKED_AT))
    sheet.heading = find_heading(top, _filled(top, facts.merges), spec)
    return sheet


def _cells(
    reader: Any, package: Package, part: SheetPart, facts: SheetFacts
) -> tuple[list[Any], int]:
    """Return the columns of a sheet as text and the position of the first of them."""
    try:
        sheet = reader.load_sheet(
            part.name, header_row=None, skip_rows=0, dtypes="string", schema_sample_rows=1
        )
        batch = sheet.to_arrow()
    except fastexcel.FastExcelError as error:
        if facts.n_values == 0:
            return [], 0
        raise FileRefused("damaged_workbook") from error
    columns = [_text(column) for column in batch.columns]
    first, last = facts.first_column, facts.last_column
    if columns and len(columns) != last - first + 1:
        first, last = loose_columns(_plain_chunks(package, part))
    if columns and len(columns) != last - first + 1:
        raise FileRefused("unusual_workbook", member=part.name)
    return columns, first if columns else 0


def _plain_chunks(package: Package, part: SheetPart) -> Iterator[bytes]:
    return plain(package.chunks(part.part), part.part)


def _text(column: Any) -> Any:
    text = column if pa.types.is_string(column.type) else column.cast(pa.string())
    return _unescaped(pc.fill_null(text, ""))


def _unescaped(text: Any) -> Any:
    """Turn the escaped halves of characters into those that they stand for."""
    if not texture_of(text).holds("_"):
        return text
    found = pc.match_substring_regex(text, pattern="_x[Dd][89A-Fa-f][0-9A-Fa-f]{2}_")
    if not pc.any(found).as_py():
        return text
    texts = [unescape(one) for one in text.filter(found).to_pylist()]
    return pc.replace_with_mask(text, found, pa.array(texts, pa.string()))


def _rows(columns: list[Any], start: int, stop: int) -> list[list[str]]:
    cut = [column[start:stop].to_pylist() for column in columns]
    return [list(row) for row in zip(*cut, strict=True)]


def _filled(rows: list[list[str]], merges: list[tuple[int, int, int, int]]) -> list[list[str]]:
    """Return rows in which every merged cell holds the text of its range."""
    filled = [list(row) for row in rows]
    width = len(rows[0]) if rows else 0
    for top, left, bottom, right in merges:
        if top > len(rows) or left >= width:
            continue
        text = rows[top - 1][left]
        for row in range(top - 1, min(bottom, len(rows))):
            for column in range(left, min(right + 1, width)):
                filled[row][column] = text
    return filled


def _choose(sheets: list[_Sheet], request: Request) -> tuple[_Sheet, Question | None]:
    """Return the sheet that holds the table; several with the same header are asked about."""
    if not sheets:
        raise FileRefused("no_such_sheet", sheet=request.sheet)
    filled = [sheet for sheet in sheets if sheet.columns]
    if not filled:
        raise FileRefused("empty_file")
    fitting = [sheet for sheet in filled if sheet.heading and sheet.heading.is_complete]
    shown = [sheet for sheet in fitting if not sheet.part.is_hidden] or fitting
    if not shown:
        ranked = sorted(filled, key=lambda one: -(one.heading.matched if one.heading else 0))
        return ranked[0], None
    best = max(sheet.heading.matched for sheet in shown if sheet.heading)
    shown = [sheet for sheet in shown if sheet.heading and sheet.heading.matched == best]
    answer = request.answers.get("sheet")
    for sheet in fitting:
        if sheet.part.name == answer:
            return sheet, None
    if len(shown) == 1:
        return shown[0], None
    return shown[0], sheet_question([sheet.part.name for sheet in shown])


def _table(sheet: _Sheet, request: Request, sha256: str, *, has_several: bool) -> RawTable:
    heading = sheet.heading or _first_row(sheet)
    notes = []
    if heading.first_row:
        notes.append(Note("rows_above_header", heading.first_row))
    kept, letters = _used_columns(sheet, heading)
    headers = [heading.headers[position] for position in kept]
    start, stop = heading.row + 1, len(sheet.columns[0])
    stop -= _closing(sheet, heading, kept, request.spec, start, stop, notes)
    numbers = pa.array(range(start + 1, stop + 1), pa.int64())
    columns = [sheet.columns[position][start:stop] for position in kept]
    columns, n_filled = _fill_merges(sheet, kept, columns, numbers, start, stop)
    if n_filled:
        notes.append(Note("merged_cells_filled", n_filled))
    columns, numbers, n_blank = without_blank_rows(columns, numbers)
    if n_blank + sheet.facts.rows_below:
        notes.append(Note("blank_rows", n_blank + sheet.facts.rows_below, {"place": "inside"}))
    columns, numbers = _without_hidden(sheet, columns, numbers, request)
    if len(numbers) > request.limits.rows:
        raise FileRefused("too_many_rows", found=len(numbers), limit=request.limits.rows)
    notes += sheet.marks.notes(start + 1)
    place = {position: index for index, position in enumerate(kept)}
    return RawTable(
        headers=[header.strip() if "\n" not in header.strip() else header for header in headers],
        columns=columns,
        row_numbers=numbers,
        ragged=[],
        notes=notes,
        encoding="xlsx",
        sha256=sha256,
        sheet=sheet.part.name,
        prefix=f"{sheet.part.name}!" if has_several else "",
        letters=tuple(letters),
        flaws={place[one]: codes for one, codes in sheet.marks.flaws.items() if one in place},
        formats={place[one]: kinds for one, kinds in sheet.marks.formats.items() if one in place},
        is_workbook=True,
    )


def _first_row(sheet: _Sheet) -> Heading:
    """Return the first row that is not empty as the header; it will be refused with its texts."""
    rows = _rows(sheet.columns, 0, min(len(sheet.columns[0]), _LOOKED_AT))
    counts = [sum(bool(cell.strip()) for cell in row) for row in rows]
    most = counts.index(max(counts))
    return Heading(most, tuple(rows[most]), 0, False, 0)


def _used_columns(sheet: _Sheet, heading: Heading) -> tuple[list[int], list[str]]:
    """Return the columns with a header or with any cell below it, and their letters."""
    kept = []
    for position, header in enumerate(heading.headers):
        below = sheet.columns[position][heading.row + 1 :]
        has_cells = pc.any(pc.not_equal(pc.utf8_trim_whitespace(below), "")).as_py()
        if header.strip() or has_cells:
            kept.append(position)
    if heading.matched:
        _refuse_blocks(heading, kept)
    return kept, [column_letters(position) for position in kept]


def _refuse_blocks(heading: Heading, kept: list[int]) -> None:
    """Refuse two tables side by side: the same headers again behind an empty column."""
    texts = [heading.headers[position].strip() for position in range(len(heading.headers))]
    for gap in range(1, len(texts)):
        if texts[gap] == "" and gap not in kept:
            left, right = set(filter(None, texts[:gap])), set(filter(None, texts[gap:]))
            if left & right:
                raise FileRefused("two_blocks", column=column_letters(gap + 1))


def _closing(
    sheet: _Sheet,
    heading: Heading,
    kept: list[int],
    spec: TableSpec,
    start: int,
    stop: int,
    notes: list[Note],
) -> int:
    from_row = max(start, stop - _CLOSING_LOOKED_AT)
    last = _rows([sheet.columns[position] for position in kept], from_row, stop)
    required = required_columns([heading.headers[position] for position in kept], spec)
    n_closing = closing_rows(last, required)
    if n_closing:
        first = stop - n_closing + 1
        rows = f"{first}" if n_closing == 1 else f"{first}-{stop}"
        notes.append(Note("closing_rows", n_closing, {"rows": rows}))
    return n_closing


def _fill_merges(
    sheet: _Sheet, kept: list[int], columns: list[Any], numbers: Any, start: int, stop: int
) -> tuple[list[Any], int]:
    """Fill cells that are merged below the header with the text of their range, no further."""
    filled: dict[int, dict[int, str]] = {}
    place = {position: index for index, position in enumerate(kept)}
    for top, left, bottom, right in sheet.facts.merges:
        if top <= start or top > stop or left >= len(sheet.columns):
            continue
        text = sheet.columns[left][top - 1].as_py()
        if not text:
            continue
        for column in range(left, right + 1):
            if column in place:
                rows = range(top + (column == left), min(bottom, stop) + 1)
                filled.setdefault(place[column], {}).update(dict.fromkeys(rows, text))
    for position, texts in filled.items():
        if texts:
            columns[position] = put_texts(columns[position], numbers, texts)
    return columns, sum(map(len, filled.values()))


def _without_hidden(
    sheet: _Sheet, columns: list[Any], numbers: Any, request: Request
) -> tuple[list[Any], Any]:
    """Leave out hidden rows if that was the answer."""
    name = sheet.part.name
    if "skip" not in {request.answers.get(f"{code}:{name}") for code in HIDDEN_ROWS}:
        return columns, numbers
    hidden = pa.array(sorted(sheet.facts.hidden_rows), pa.int64())
    kept = pc.invert(pc.is_in(numbers, value_set=hidden))
    return [column.filter(kept) for column in columns], numbers.filter(kept)
