"""Rows that claim the same key「主键」: repeated, contradicting, or told apart by mere spelling."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from luoxuan.data.warehouse.intake.texture import texture_of
from luoxuan.data.warehouse.intake.typed import TypedColumn

# Unit separator: no cell holds it, control characters have failed before.
_BETWEEN = "\x1f"
_ROWS_NAMED = 5


@dataclass(frozen=True, slots=True)
class KeyFailure:
    """A row that is rejected because of its key; ``rows`` are the other rows concerned."""

    index: int
    code: str
    key: str
    rows: tuple[int, ...]


def check_key(
    columns: list[TypedColumn], texts: list[Any], key: tuple[str, ...], row_numbers: Any
) -> list[KeyFailure]:
    """Return the rows whose key is not their own.

    ``texts`` are the cells of each column as they stood. Later repetitions of an equal row are
    ``duplicate_row``; rows of one key with different content are ``key_conflict``, all of them,
    because nobody knows which is right; keys that differ only by case, width or blanks are
    ``key_spelling``. Rows rejected for other reasons take part: they too claim the key.
    """
    parts = [_as_text(column.values) for column in columns if column.field.name in key]
    exact = pc.binary_join_element_wise(*parts, _BETWEEN)
    folded = pc.binary_join_element_wise(*map(_folded, parts), _BETWEEN)
    shared = _shared(folded)
    if not len(shared):
        return []
    indices = shared.to_pylist()
    contents = _contents(columns, texts, shared)
    groups: dict[str, list[int]] = defaultdict(list)
    for position, text in enumerate(folded.take(shared).to_pylist()):
        groups[text].append(position)
    exact_keys = exact.take(shared).to_pylist()
    numbers = row_numbers.take(shared).to_pylist()
    failures: list[KeyFailure] = []
    for members in groups.values():
        code = _judge(exact_keys, contents, members)
        rejected = members[1:] if code == "duplicate_row" else members
        for position in rejected:
            others = _others(code, members, position)
            rows = tuple(numbers[other] for other in others)
            text = exact_keys[position].replace(_BETWEEN, " / ")
            failures.append(KeyFailure(indices[position], code, text, rows))
    return failures


def count_duplicates(columns: list[Any]) -> int:
    """Count the rows that repeat an earlier row in every column; used where no key forbids it."""
    if not columns or len(columns[0]) < 2:
        return 0
    parts = [pc.fill_null(_as_text(column), "\x00") for column in columns]
    joined = pc.binary_join_element_wise(*parts, _BETWEEN)
    return len(joined) - int(pc.count_distinct(joined).as_py())


def _judge(exact_keys: list[str], contents: list[tuple[str, ...]], members: list[int]) -> str:
    if len({exact_keys[position] for position in members}) > 1:
        return "key_spelling"
    if len({contents[position] for position in members}) > 1:
        return "key_conflict"
    return "duplicate_row"


def _others(code: str, members: list[int], position: int) -> Iterable[int]:
    if code == "duplicate_row":
        return members[:1]
    # Two more than shown are enough to leave out the row itself, however large the group is.
    return [member for member in members[: _ROWS_NAMED + 1] if member != position][:_ROWS_NAMED]


def _as_text(values: Any) -> Any:
    return values if pa.types.is_string(values.type) else values.cast(pa.string())


def _folded(text: Any) -> Any:
    texture = texture_of(text)
    if texture.is_digits:
        return text
    if texture.is_ascii:
        folded = pc.ascii_upper(text)
    else:
        folded = pc.utf8_upper(pc.utf8_normalize(text, form="NFKC"))
    if texture.is_plain:
        return folded
    return pc.replace_substring(folded, pattern=" ", replacement="")


def _shared(folded: Any) -> Any:
    """Return the positions of rows whose folded key occurs more than once; missing keys are out."""
    encoded = folded.dictionary_encode()
    if len(encoded.dictionary) == len(folded) - folded.null_count:
        return pa.array([], pa.uint64())
    places = encoded.indices
    # Positions in the dictionary are given in the order of their first row, like the counts.
    counts = pc.struct_field(pc.value_counts(places.drop_null()), "counts")
    is_repeated = pc.greater(counts, 1).take(places)
    return pc.indices_nonzero(pc.fill_null(is_repeated, False))


def _contents(columns: list[TypedColumn], texts: list[Any], shared: Any) -> list[tuple[str, ...]]:
    """Return what each shared row says: typed values, and the raw text of cells that failed."""
    cells = []
    for column, text in zip(columns, texts, strict=True):
        value = _as_text(column.values.take(shared))
        for failure in column.failures:
            failed = pc.is_in(shared, value_set=failure.indices)
            value = pc.if_else(failed, pc.utf8_trim_whitespace(text.take(shared)), value)
        cells.append(pc.fill_null(value, "\x00").to_pylist())
    return list(zip(*cells, strict=True))
