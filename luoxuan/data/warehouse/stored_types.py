"""The types in which values of fields are stored「存储类型」: the same for every way in and out."""

from typing import Any

import pyarrow as pa

from luoxuan.data.formula.types import FieldType

# Digits of a stored decimal, those after the point included.
PRECISION = 18
_TYPES = {
    FieldType.TEXT: pa.string(),
    FieldType.CODE: pa.string(),
    FieldType.INTEGER: pa.int64(),
    FieldType.DATE: pa.date32(),
    FieldType.TIME: pa.timestamp("us"),
    FieldType.BOOLEAN: pa.bool_(),
}


def stored_type(kind: FieldType, decimals: int) -> Any:
    """Return the Arrow type of a field; ``decimals`` count for decimals only."""
    return pa.decimal128(PRECISION, decimals) if kind is FieldType.DECIMAL else _TYPES[kind]
