"""The printed id of one number「出处编号」: it carries the keys of its reading, no table is needed.

``LX-XXXX-XXXX-XXXX``: the numbers of run, indicator version, subject and period in groups of four
bits, each in one of 32 symbols, then a check symbol. I, L, O and U are left out, because on paper
they look like other symbols; reading takes I and L for 1 and O for 0.
"""

from dataclasses import astuple, dataclass

_SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LIKE = str.maketrans("ILO", "110")
_LENGTH = 12
_GROUP = 4


class ProvenanceMistyped(ValueError):
    """A text that is no id: a symbol is wrong, missing or too much."""


@dataclass(frozen=True, slots=True)
class Provenance:
    """The keys of one reading「出处」; ``period`` is 0 for readings of the whole time."""

    run: int
    indicator_version: int
    subject: int
    period: int


def encode(provenance: Provenance) -> str:
    """Return the id, at least twelve symbols long; larger keys make it longer."""
    first, *others = [_groups(number) for number in astuple(provenance)]
    # Leading zeros of the first number fill the id up to its usual length.
    missing = _LENGTH - 1 - len(first) - sum(len(groups) for groups in others)
    values = [16] * max(missing, 0) + first + [value for groups in others for value in groups]
    text = "".join(_SYMBOLS[value] for value in [*values, _check(values)])
    return "-".join(["LX", *(text[start : start + 4] for start in range(0, len(text), 4))])


def decode(text: str) -> Provenance:
    """Return what an id names; case, spaces and dashes do not matter. Raises ProvenanceMistyped."""
    symbols = "".join(text.upper().replace("-", " ").split()).removeprefix("LX").translate(_LIKE)
    try:
        values = [_SYMBOLS.index(symbol) for symbol in symbols]
    except ValueError as error:
        raise ProvenanceMistyped(text) from error
    if not _LENGTH <= len(values) <= 4 * _LENGTH or _check(values[:-1]) != values[-1]:
        raise ProvenanceMistyped(text)
    numbers, number = [], 0
    for value in values[:-1]:
        number = (number << _GROUP) | (value & 15)
        if value < 16:
            numbers.append(number)
            number = 0
    if len(numbers) != 4 or values[-2] >= 16:
        raise ProvenanceMistyped(text)
    found = Provenance(*numbers)
    # One reading has one id: padding or order of another making is not ours.
    if encode(found).replace("-", "")[2:] != symbols:
        raise ProvenanceMistyped(text)
    return found


def _groups(number: int) -> list[int]:
    """Return a number in groups of four bits, each but the last marked by 16 as going on."""
    if number < 0:
        raise ValueError(number)
    groups = [number & 15]
    while number := number >> _GROUP:
        groups.append(16 | (number & 15))
    return groups[::-1]


def _check(values: list[int]) -> int:
    """Return a sum over the field of 32 elements, each place weighted by its own power.

    A single wrong symbol changes it, and so does exchanging two symbols.
    """
    total, weight = 0, 1
    for value in values:
        weight = _times(weight, 2)
        total ^= _times(value, weight)
    return total


def _times(left: int, right: int) -> int:
    """Multiply in GF(32), modulo x^5 + x^2 + 1."""
    product = 0
    while right:
        if right & 1:
            product ^= left
        left <<= 1
        if left & 32:
            left ^= 37
        right >>= 1
    return product
