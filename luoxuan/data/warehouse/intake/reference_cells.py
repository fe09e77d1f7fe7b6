"""Cells that name something that exists elsewhere: references「引用值」 and identity numbers."""

import datetime as dt
from collections import Counter
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from luoxuan.data.warehouse.intake.clean import count_true
from luoxuan.data.warehouse.intake.failures import Column
from luoxuan.data.warehouse.intake.findings import Note
from luoxuan.data.warehouse.intake.look_alikes import closest
from luoxuan.data.warehouse.intake.spec import FieldSpec

# GB 11643-1999: weights of the first seventeen digits and the check characters by remainder.
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_ID_LENGTH = 18


def check_reference(column: Column, field: FieldSpec) -> None:
    """Fail values that nothing has, that are withdrawn, and names that several things share."""
    if field.withdrawn:
        withdrawn = pa.array(list(field.withdrawn), pa.string())
        column.fail("withdrawn_code", pc.is_in(column.text, value_set=withdrawn))
    if field.reference is None:
        return
    counts = Counter(field.reference)
    names = list(counts)
    known = pc.is_in(column.text, value_set=pa.array(names, pa.string()))
    unknown = pc.and_(pc.is_valid(column.text), pc.invert(known))
    column.fail("unknown_reference", unknown, lambda text: {"suggestion": closest(text, names)})
    shared = [name for name, count in counts.items() if count > 1]
    if shared:
        several = pc.is_in(column.text, value_set=pa.array(shared, pa.string()))
        column.fail("ambiguous_reference", several)


def check_identity(column: Column, field: FieldSpec, on: dt.date | None = None) -> list[Note]:
    """Fail what is no citizen identity number, or of a birth after ``on``; x is written large."""
    if field.checksum != "id_number":
        return []
    small = pc.match_substring_regex(column.text, pattern="^[0-9]{17}x$")
    n_small = count_true(small)
    if n_small:
        column.text = pc.ascii_upper(column.text)
    verdicts = {
        text: _identity_mistake(text, on) for text in column.text.unique().to_pylist() if text
    }
    wrong = pa.array([text for text, verdict in verdicts.items() if verdict], pa.string())
    column.fail_by(verdicts.__getitem__, pc.is_in(column.text, value_set=wrong))
    return [Note("id_letter_raised", n_small, {"column": field.name})] if n_small else []


def _identity_mistake(text: str, on: dt.date | None) -> str:
    """Return the code of what is wrong with an identity number, or nothing."""
    if "*" in text or "＊" in text:  # noqa: RUF001 - as exports mask it
        return "id_masked"
    if len(text) == 15 and text.isascii() and text.isdigit():
        return "id_of_15_digits"
    if len(text) != _ID_LENGTH or not (text.isascii() and text[:17].isdigit()):
        return "not_an_id_number"
    born = _birth_date(text)
    if born is None or (on is not None and born > on):
        return "id_birth_date"
    total = sum(int(digit) * weight for digit, weight in zip(text, _WEIGHTS, strict=False))
    return "" if _CHECKS[total % 11] == text[17] else "id_check_digit"


def _birth_date(text: str) -> dt.date | None:
    try:
        return dt.date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return None


def contradictions(identity: Any, stated: Any, what: str) -> int:
    """Count the rows in which a gender or birth date contradicts the identity number."""
    count = 0
    for number, value in zip(identity.to_pylist(), stated.to_pylist(), strict=True):
        if number is None or value is None:
            continue
        if what == "birth_date":
            count += _birth_date(number) != value
        else:
            count += value in _GENDERS and _GENDERS[value] != int(number[16]) % 2
    return count


_GENDERS = {"男": 1, "女": 0, "男性": 1, "女性": 0, "1": 1, "2": 0}
