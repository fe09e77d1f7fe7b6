"""A Parquet file as a table of text「Parquet 文件」: every value rendered exactly."""

from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from luoxuan.data.warehouse.intake.csv_file import without_blank_rows
from luoxuan.data.warehouse.intake.findings import FileRefused, Note
from luoxuan.data.warehouse.intake.raw import RawTable
from luoxuan.data.warehouse.intake.spec import Limits

# Compressed pages may hold far more than the file: 50 MB may become 200 MB, as for workbooks.
_INFLATION = 4


def read_parquet(data: bytes, *, sha256: str, limits: Limits) -> RawTable:
    """Read a Parquet file; its first row is record 2, as it would be in a sheet with a header."""
    try:
        with pq.ParquetFile(pa.BufferReader(data)) as file:
            _check_size(file, limits)
            schema = file.schema_arrow
            for field in schema:
                _check_type(field)
            table = file.read(use_threads=False)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise FileRefused("damaged_parquet") from error
    columns = [_as_text(column) for column in table.columns]
    row_numbers = pa.array(range(2, 2 + table.num_rows), pa.int64())
    columns, row_numbers, blank_rows = without_blank_rows(columns, row_numbers)
    notes = [Note("blank_rows", blank_rows, {"place": "inside"})] if blank_rows else []
    return RawTable(list(schema.names), columns, row_numbers, [], notes, "parquet", sha256)


def _check_size(file: Any, limits: Limits) -> None:
    metadata = file.metadata
    if file.schema_arrow and len(file.schema_arrow) > limits.columns:
        found = len(file.schema_arrow)
        raise FileRefused("too_many_columns", found=found, limit=limits.columns)
    if metadata.num_rows > limits.rows:
        raise FileRefused("too_many_rows", found=metadata.num_rows, limit=limits.rows)
    inflated = sum(
        metadata.row_group(group).total_byte_size for group in range(metadata.num_row_groups)
    )
    if inflated > limits.bytes * _INFLATION:
        raise FileRefused("too_many_bytes", found=inflated, limit=limits.bytes * _INFLATION)


def _check_type(field: Any) -> None:
    kind = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
    is_text = pa.types.is_string(kind) or pa.types.is_large_string(kind)
    is_number = pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)
    is_moment = pa.types.is_date(kind) or pa.types.is_time(kind) or pa.types.is_timestamp(kind)
    if not (
        is_text or is_number or is_moment or pa.types.is_boolean(kind) or pa.types.is_null(kind)
    ):
        raise FileRefused("unsupported_type", column=field.name, type=str(field.type))


def _as_text(column: Any) -> Any:
    kind = column.type
    if pa.types.is_dictionary(kind):
        column, kind = column.cast(kind.value_type), kind.value_type
    if pa.types.is_float16(kind):
        column = column.cast(pa.float32())
    if pa.types.is_null(kind):
        return pa.array([""] * len(column), pa.string())
    text = pa.chunked_array([chunk.cast(pa.string()) for chunk in column.chunks], pa.string())
    array = pc.fill_null(text, "").combine_chunks()
    if isinstance(array, pa.ChunkedArray):
        array = pa.concat_arrays(array.chunks) if array.chunks else pa.array([], pa.string())
    if pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        array = _without_exponents(array)
    return array


def _without_exponents(text: Any) -> Any:
    """Write 1e-7 and 1E-8 as plain digits; they came from the rendering, not from the sender."""
    mask = pc.match_substring_regex(text, pattern="^-?[0-9.]+[eE]")
    if not pc.any(mask).as_py():
        return text
    plain = [format(Decimal(value), "f") for value in text.filter(mask).to_pylist()]
    return pc.replace_with_mask(text, mask, pa.array(plain, pa.string()))
