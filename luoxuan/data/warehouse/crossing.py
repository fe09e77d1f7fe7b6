"""Which newest readings lie beyond their warning value: one query for all of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from luoxuan.data.warehouse.engine import Session


@dataclass(frozen=True, slots=True)
class WarningLimit:
    """The warning value「预警值」 of one indicator and kind, or of one subject when it is named.

    A subject's own limit without a value means that nothing warns about it.
    ``is_lower_better`` turns the comparison round. Values are in the indicator's own unit.
    """

    indicator: str
    kind: str
    subject: str
    warning: Decimal | None
    is_lower_better: bool


def offer_limits(
    session: Session, limits: Sequence[WarningLimit], positions: Mapping[str, int]
) -> None:
    """Make the warning values and the order of the periods joinable."""
    session.offer_rows(
        "warning_limits",
        {
            "_indicator": "text",
            "_kind": "text",
            "_subject": "text",
            "_warning": "decimal",
            "_is_lower_better": "integer",
        },
        [
            (row.indicator, row.kind, row.subject, row.warning, int(row.is_lower_better))
            for row in limits
        ],
    )
    session.offer_rows(
        "period_positions", {"_code": "text", "_position": "integer"}, list(positions.items())
    )


def crossing_sql(files: Sequence[Path]) -> str:
    """Return the readings in warning among the newest ones that have a value.

    Shape: the columns of the readings and ``warning``, one row per indicator, kind and subject. A
    subject's own limit goes before that of its kind. At the limit itself nothing is crossed.
    """
    paths = ", ".join("'" + str(path).replace("'", "''") + "'" for path in files)
    return f"""
        WITH newest AS (
            SELECT r.* FROM read_parquet([{paths}]) AS r
            LEFT JOIN period_positions ON _code = r.period
            WHERE r.value IS NOT NULL
              AND (r.indicator, r.kind) IN (SELECT (_indicator, _kind) FROM warning_limits)
            QUALIFY row_number() OVER (
                PARTITION BY r.indicator, r.kind, r.subject
                ORDER BY coalesce(_position, -1) DESC, r.period DESC
            ) = 1
        )
        SELECT n.*, CASE WHEN own._indicator IS NULL THEN wide._warning ELSE own._warning END
               AS warning
        FROM newest AS n
        LEFT JOIN warning_limits AS own ON own._indicator = n.indicator AND own._kind = n.kind
             AND own._subject = n.subject AND n.subject <> ''
        LEFT JOIN warning_limits AS wide ON wide._indicator = n.indicator AND wide._kind = n.kind
             AND wide._subject = ''
        WHERE CASE WHEN coalesce(own._is_lower_better, wide._is_lower_better) = 1
              THEN n.value > warning ELSE n.value < warning END
        ORDER BY indicator, kind, subject
    """
