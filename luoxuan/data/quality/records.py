"""The results of the checks as a table「校验记录」: one row for each rule, unit and period."""

from typing import Any

from luoxuan.data.models import Check
from luoxuan.data.quality.queries import current_results
from luoxuan.data.queries import engine

CHECKS = "_checks"
"""The name of the system dataset of results."""

KEY = "record"

_COLUMNS = {
    "record": "text",
    "rule": "text",
    "dataset": "text",
    "dimension": "text",
    "severity": "text",
    "unit_code": "text",
    "period": "text",
    "rows": "integer",
    "bad": "integer",
}


def check_table() -> Any:
    """Return the table of the newest results; a place without rows looked at has no row."""
    rules = {
        rule.pk: rule for rule in Check.objects.filter(is_active=True).select_related("dataset")
    }
    rows: list[tuple[object, ...]] = []
    for result in current_results(rules.values()).values():
        rule = rules[result.rule_id]
        rows += [
            (
                f"{rule.code}/{unit}/{period}", rule.code, rule.dataset.name, rule.dimension,
                rule.severity, unit or None, period or None, n_rows, n_bad,
            )
            for unit, period, n_rows, n_bad in result.shares
            if n_rows
        ]  # fmt: skip
    rows.sort(key=lambda row: str(row[0]))
    with engine().session() as session:
        session.offer_rows("check_rows", _COLUMNS, rows)
        return session.arrow("SELECT * FROM check_rows")
