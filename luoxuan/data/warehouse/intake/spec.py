"""What a file must look like: fields, key, limits."""

from dataclasses import dataclass
from decimal import Decimal

from luoxuan.data.formula.types import FieldType


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """A field「字段」 as a file must bring it.

    ``headers`` are the accepted header texts beside the name. ``missing`` are texts that mean
    "not reported" beside the empty cell. ``minimum`` and ``maximum`` are inclusive and hold for
    numbers; ``pattern`` (RE2) must match the whole trimmed text; ``codes`` are the values of the
    code list「代码表」. ``reference`` are values that exist elsewhere (a value that stands twice is
    nobody's). ``asks`` turns problems of single cells into questions: "missing", "unclear_date",
    "unknown_reference". ``checksum`` "id_number" demands a citizen identity number「身份证号」;
    ``stated_by_id`` ("gender" or "birth_date") says what of such a number must agree. ``withdrawn``
    are codes that were in force once and are not any more.
    """

    name: str
    headers: tuple[str, ...]
    type: FieldType
    title: str = ""
    decimals: int = 0
    required: bool = False
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    pattern: str | None = None
    missing: tuple[str, ...] = ()
    codes: tuple[str, ...] | None = None
    asks: frozenset[str] = frozenset()
    reference: tuple[str, ...] | None = None
    checksum: str = ""
    stated_by_id: str = ""
    withdrawn: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TableSpec:
    """A dataset「数据集」 as a file must bring it; an empty key means that rows are events."""

    name: str
    fields: tuple[FieldSpec, ...]
    key: tuple[str, ...] = ()
    title: str = ""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one file may hold; ``cell`` counts characters of one cell."""

    bytes: int = 50 * 1024 * 1024
    rows: int = 1_000_000
    columns: int = 500
    cell: int = 4000
