"""A CSV file as a table of text「CSV 文件」.

The engine never infers anything here: encoding, delimiter, quotes and header are decided before, it
only cuts cells, each of them a string. One thread, because record numbers exist only then.
"""

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from luoxuan.data.warehouse.intake.decode import decode
from luoxuan.data.warehouse.intake.dialect import Dialect, read_dialect
from luoxuan.data.warehouse.intake.findings import VALUE_SHOWN, FileRefused, Note
from luoxuan.data.warehouse.intake.raw import RaggedRow, RawTable
from luoxuan.data.warehouse.intake.spec import Limits, TableSpec
from luoxuan.data.warehouse.intake.text_formulas import dangerous_cells, without_guard
from luoxuan.data.warehouse.intake.texture import texture_of

# Small blocks stay in the cache of the processor, which is three times as fast; a record longer
# than a block is refused by the engine, so a file with one is cut in large blocks.
_BLOCKS = (1024 * 1024, 64 * 1024 * 1024)
# Only the beginnings of ragged rows are kept, and only of the first ones.
_RAGGED_SHOWN = 1000


def read_csv(
    data: bytes,
    *,
    sha256: str,
    encoding: str | None,
    limits: Limits,
    spec: TableSpec | None = None,
) -> RawTable:
    """Read the bytes of a CSV file; cells are text, exactly as they stand between delimiters."""
    decoded = decode(data, encoding=encoding)
    del data  # a large file is in memory once, as text or as cells
    dialect = read_dialect(decoded.data, spec)
    if len(dialect.headers) > limits.columns:
        raise FileRefused("too_many_columns", found=len(dialect.headers), limit=limits.columns)
    ragged: list[RaggedRow] = []
    table, blank_lines = _cut(decoded.data, dialect, ragged)
    if table.num_rows + len(ragged) > limits.rows:
        found = table.num_rows + len(ragged)
        raise FileRefused("too_many_rows", found=found, limit=limits.rows)
    notes, name = [*decoded.notes, *dialect.notes], decoded.encoding
    del decoded
    n_rows = table.num_rows
    columns = table.columns
    del table
    for position in range(len(columns)):  # one by one, so the pieces are free when the next comes
        columns[position] = _one_array(columns[position])
    row_numbers = _row_numbers(n_rows, ragged, blank_lines, dialect.header_row)
    columns, row_numbers, blank_rows = without_blank_rows(columns, row_numbers)
    if blank_rows or blank_lines:
        notes.append(Note("blank_rows", blank_rows + len(blank_lines), {"place": "inside"}))
    flaws = dangerous_cells(columns, row_numbers)
    columns = [without_guard(column) for column in columns]
    headers = without_guard(pa.array(dialect.headers, pa.string())).to_pylist()
    return RawTable(headers, columns, row_numbers, ragged, notes, name, sha256, flaws=flaws)


def _cut(data: bytes, dialect: Dialect, ragged: list[RaggedRow]) -> tuple[Any, list[int]]:
    """Cut the text below the header into cells; other numbers of cells go to ``ragged``."""
    for block in _BLOCKS:
        ragged.clear()
        try:
            return _cut_in_blocks(data, dialect, ragged, block)
        except pa.ArrowInvalid as error:
            refused = error
    raise FileRefused("record_too_long") from refused


def _cut_in_blocks(
    data: bytes, dialect: Dialect, ragged: list[RaggedRow], block: int
) -> tuple[Any, list[int]]:
    names = [f"c{position}" for position in range(len(dialect.headers))]
    offset = dialect.header_row - 1
    blank_lines: list[int] = []

    def put_aside(row: Any) -> str:
        if not row.text.strip():  # a line of blanks, not a row of one cell
            blank_lines.append(row.number + offset)
        else:
            shown = row.text[:VALUE_SHOWN] if len(ragged) < _RAGGED_SHOWN else ""
            number = row.number + offset
            ragged.append(RaggedRow(number, row.expected_columns, row.actual_columns, shown))
        return "skip"

    body = pa.py_buffer(data)[dialect.skipped_bytes :]
    table = pacsv.read_csv(
        pa.BufferReader(body),
        read_options=pacsv.ReadOptions(
            use_threads=False,
            column_names=names,
            block_size=min(len(data) + 1, block),
        ),
        parse_options=pacsv.ParseOptions(
            delimiter=dialect.delimiter,
            quote_char='"',
            double_quote=True,
            escape_char=False,
            newlines_in_values=dialect.has_quotes,
            ignore_empty_lines=False,
            invalid_row_handler=put_aside,
        ),
        convert_options=pacsv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()),
            strings_can_be_null=False,
            check_utf8=False,
        ),
    )
    return table.slice(1), blank_lines  # the first record is the header


def _row_numbers(
    n_rows: int, ragged: list[RaggedRow], blank_lines: list[int], header_row: int
) -> Any:
    """Number the rows that were cut: every record number but those put aside."""
    aside = sorted([row.row for row in ragged] + blank_lines)
    first = header_row + 1
    numbers = pa.arange(first, first + n_rows + len(aside))
    if not aside:
        return numbers
    return numbers.filter(pc.invert(pc.is_in(numbers, value_set=pa.array(aside, pa.int64()))))


def _one_array(column: Any) -> Any:
    combined = column.combine_chunks()
    if isinstance(combined, pa.ChunkedArray):
        chunks = combined.chunks
        return pa.concat_arrays(chunks) if chunks else pa.array([], pa.string())
    return combined


def without_blank_rows(columns: list[Any], row_numbers: Any) -> tuple[list[Any], Any, int]:
    """Take out the rows in which every cell is empty or blank, and say how many they were."""
    if not columns:
        return columns, row_numbers, 0
    texture = texture_of(columns[0])
    if texture.is_plain and texture.shortest > 0:
        return columns, row_numbers, 0
    candidates = pc.indices_nonzero(_is_blank(columns[0]))
    for column in columns[1:]:
        if not len(candidates):
            break
        candidates = candidates.filter(_is_blank(column.take(candidates)))
    if not len(candidates):
        return columns, row_numbers, 0
    kept = mask_without(len(row_numbers), candidates)
    return [column.filter(kept) for column in columns], row_numbers.filter(kept), len(candidates)


def mask_without(length: int, positions: Any) -> Any:
    """Return a mask of that length which is false at the positions."""
    mask = bytearray(b"\1") * length
    for position in positions.to_pylist():
        mask[position] = 0
    flags = pa.Array.from_buffers(pa.uint8(), length, [None, pa.py_buffer(mask)])
    return pc.not_equal(flags, 0)


def _is_blank(column: Any) -> Any:
    return pc.equal(pc.utf8_trim_whitespace(column), "")
