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
from luoxuan.data.warehouse.intake.spec import Limits

# A record longer than a block is refused by the engine; one block takes any file of usual size.
_LARGEST_BLOCK = 64 * 1024 * 1024
# Only the beginnings of ragged rows are kept, and only of the first ones.
_RAGGED_SHOWN = 1000


def read_csv(data: bytes, *, sha256: str, encoding: str | None, limits: Limits) -> RawTable:
    """Read the bytes of a CSV file; cells are text, exactly as they stand between delimiters."""
    decoded = decode(data, encoding=encoding)
    dialect = read_dialect(decoded.data)
    if len(dialect.headers) > limits.columns:
        raise FileRefused("too_many_columns", found=len(dialect.headers), limit=limits.columns)
    ragged: list[RaggedRow] = []
    table, blank_lines = _cut(decoded.data, dialect, ragged)
    if table.num_rows + len(ragged) > limits.rows:
        found = table.num_rows + len(ragged)
        raise FileRefused("too_many_rows", found=found, limit=limits.rows)
    row_numbers = _row_numbers(table.num_rows, ragged, blank_lines, dialect.header_row)
    columns = [_one_array(column) for column in table.columns]
    columns, row_numbers, blank_rows = without_blank_rows(columns, row_numbers)
    notes = [*decoded.notes, *dialect.notes]
    if blank_rows or blank_lines:
        notes.append(Note("blank_rows", blank_rows + len(blank_lines), {"place": "inside"}))
    return RawTable(dialect.headers, columns, row_numbers, ragged, notes, decoded.encoding, sha256)


def _cut(data: bytes, dialect: Dialect, ragged: list[RaggedRow]) -> tuple[Any, list[int]]:
    """Cut the text below the header into cells; other numbers of cells go to ``ragged``."""
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
    try:
        table = pacsv.read_csv(
            pa.BufferReader(body),
            read_options=pacsv.ReadOptions(
                use_threads=False,
                column_names=names,
                block_size=min(len(data) + 1, _LARGEST_BLOCK),
            ),
            parse_options=pacsv.ParseOptions(
                delimiter=dialect.delimiter,
                quote_char='"',
                double_quote=True,
                escape_char=False,
                newlines_in_values=True,
                ignore_empty_lines=False,
                invalid_row_handler=put_aside,
            ),
            convert_options=pacsv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                strings_can_be_null=False,
                check_utf8=False,
            ),
        )
    except pa.ArrowInvalid as error:
        raise FileRefused("record_too_long") from error
    return table.slice(1), blank_lines  # the first record is the header


def _row_numbers(
    n_rows: int, ragged: list[RaggedRow], blank_lines: list[int], header_row: int
) -> Any:
    """Number the rows that were cut: every record number but those put aside."""
    aside = sorted([row.row for row in ragged] + blank_lines)
    first = header_row + 1
    numbers = pa.array(range(first, first + n_rows + len(aside)), pa.int64())
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
    candidates = pc.indices_nonzero(_is_blank(columns[0]))
    for column in columns[1:]:
        if not len(candidates):
            break
        candidates = candidates.filter(_is_blank(column.take(candidates)))
    if not len(candidates):
        return columns, row_numbers, 0
    positions = pa.array(range(len(row_numbers)), pa.uint64())
    kept = pc.invert(pc.is_in(positions, value_set=candidates))
    return [column.filter(kept) for column in columns], row_numbers.filter(kept), len(candidates)


def _is_blank(column: Any) -> Any:
    return pc.equal(pc.utf8_trim_whitespace(column), "")
