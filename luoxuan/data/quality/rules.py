"""Decisions about the quality of data on plain values."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction


class CheckKind(StrEnum):
    """What a check looks at「规则类别」.

    COMPLETENESS: fields are reported; VALIDITY: a condition holds in the row; UNIQUENESS: no two
    rows agree in the fields; REFERENCE: the value stands in another dataset; CONSISTENCY: two
    datasets agree where their keys do; TIMELINESS: a period has rows some days after its end;
    DRIFT: a delivery differs no more than a share from what it replaces.
    """

    COMPLETENESS = "completeness"
    VALIDITY = "validity"
    UNIQUENESS = "uniqueness"
    REFERENCE = "reference"
    CONSISTENCY = "consistency"
    TIMELINESS = "timeliness"
    DRIFT = "drift"


ROW_KINDS = frozenset(CheckKind) - {CheckKind.TIMELINESS, CheckKind.DRIFT}
"""Checks that judge rows; the others judge periods and deliveries."""


class Severity(StrEnum):
    """What becomes of a row that a check hits「严重程度」: NOTE and WARNING keep it."""

    NOTE = "note"
    WARNING = "warning"
    REFUSE = "refuse"


class QualityDimension(StrEnum):
    """A part of the quality of data「质量维度」."""

    COMPLETENESS = "completeness"
    VALIDITY = "validity"
    UNIQUENESS = "uniqueness"
    CONSISTENCY = "consistency"
    TIMELINESS = "timeliness"


DIMENSION_OF: Mapping[CheckKind, QualityDimension] = {
    CheckKind.COMPLETENESS: QualityDimension.COMPLETENESS,
    CheckKind.VALIDITY: QualityDimension.VALIDITY,
    CheckKind.UNIQUENESS: QualityDimension.UNIQUENESS,
    CheckKind.REFERENCE: QualityDimension.CONSISTENCY,
    CheckKind.CONSISTENCY: QualityDimension.CONSISTENCY,
    CheckKind.TIMELINESS: QualityDimension.TIMELINESS,
    CheckKind.DRIFT: QualityDimension.VALIDITY,
}
"""The dimension that a check counts for unless it says otherwise."""


class Measured(StrEnum):
    """What is compared「比较的量」.

    VALUE, COUNT and SUM of a field or of the rows of a key, with another dataset; ROWS, SHARE of a
    code and MEAN of a delivery, with what it replaces.
    """

    VALUE = "value"
    COUNT = "count"
    SUM = "sum"
    ROWS = "rows"
    SHARE = "share"
    MEAN = "mean"


class HeldState(StrEnum):
    """What became of a rejected row「待改正行状态」."""

    WAITING = "WAITING"
    CORRECTED = "CORRECTED"
    DROPPED = "DROPPED"


class CorrectionState(StrEnum):
    """What became of a request「更正状态」."""

    OPEN = "OPEN"
    ACCEPTED = "ACCEPTED"
    REFUSED = "REFUSED"


class OutlierAnswer(StrEnum):
    """What a person said about an outlier「核对结论」."""

    OPEN = "OPEN"
    TRUE = "TRUE"
    WRONG = "WRONG"


@dataclass(frozen=True, slots=True)
class Tally:
    """How many rows a check looked at and how many it hit「校验计数」, in one dimension."""

    dimension: QualityDimension
    n_rows: int
    n_bad: int
    severity: Severity = Severity.WARNING


@dataclass(frozen=True, slots=True)
class Score:
    """The quality score「质量得分」 in percent and its parts.

    None, and a part that is absent, were not judged.
    """

    value: Decimal | None
    parts: Mapping[QualityDimension, Decimal]


def score_of(tallies: Iterable[Tally]) -> Score:
    """Return the score of some tallies: the mean of the shares passed per dimension, in percent.

    The share passed of a dimension is (rows looked at - rows hit) / rows looked at, over all its
    checks; notes do not count. A dimension without a row looked at is absent: not judged is
    neither 100 % nor 0. Rounded to one decimal, half to even.
    """
    rows: dict[QualityDimension, list[int]] = {}
    for tally in tallies:
        if tally.severity is Severity.NOTE or not tally.n_rows:
            continue
        seen = rows.setdefault(tally.dimension, [0, 0])
        seen[0] += tally.n_rows
        seen[1] += tally.n_bad
    shares = {part: Fraction(n - bad, n) for part, (n, bad) in sorted(rows.items())}
    if not shares:
        return Score(None, {})
    mean = sum(shares.values(), Fraction()) / len(shares)
    return Score(_percent(mean), {part: _percent(share) for part, share in shares.items()})


def drifts(
    before: Decimal | None, after: Decimal | None, *, most_change: Decimal, is_share: bool
) -> bool:
    """Tell whether a number changed by more than ``most_change`` percent of what it was.

    A share is compared in points. What was not reported, or was nothing, says nothing.
    """
    if before is None or after is None:
        return False
    if is_share:
        return abs(after - before) > most_change
    return bool(before) and abs(after - before) * 100 > most_change * abs(before)


LEAST_HISTORY = 50
"""Fewer values say nothing about what is usual."""


def fences(quarter: Decimal, three_quarters: Decimal) -> tuple[Decimal, Decimal]:
    """Return the limits beyond which a value is asked about: three interquartile ranges outside."""
    reach = 3 * (three_quarters - quarter)
    return quarter - reach, three_quarters + reach


def _percent(share: Fraction) -> Decimal:
    """Return a share as percent with one decimal; only a full share shows as 100."""
    tenths = Decimal(round(share * 1000)) / 10
    return Decimal("99.9") if tenths == 100 and share < 1 else tenths
