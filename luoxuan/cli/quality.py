"""Commands about the quality of data: checks and what they found."""

import argparse

from django.utils import timezone

from luoxuan.campus.scope import EVERYTHING
from luoxuan.cli import output
from luoxuan.cli.command import DONE, REFUSED, Add
from luoxuan.cli.intake import known_dataset
from luoxuan.data.quality.actions import hold_lagging_rows, run_lagging_checks
from luoxuan.data.quality.queries import checks, current_results

_COLUMNS = ("rule", "dataset", "dimension", "severity", "version", "rows", "bad", "not_judged")


def register(add: Add) -> None:
    """Declare the commands of this group."""
    made = add("check", _check, "judge datasets by their checks", "check course_result")
    made.add_argument("dataset", nargs="?", default="", help="one dataset, else all")


def _check(options: argparse.Namespace) -> int:
    """Judge anew and print what each check found; 1 when rows were hit."""
    dataset = known_dataset(options.dataset) if options.dataset else None
    at = timezone.now()
    hold_lagging_rows(at=at)
    run_lagging_checks(by=None, at=at, dataset=dataset, again=True)
    found = list(checks(EVERYTHING, dataset=dataset).filter(is_active=True))
    results = current_results(found)
    rows = [
        {
            "rule": check.code,
            "dataset": check.dataset.name,
            "dimension": check.dimension,
            "severity": check.severity,
            "version": result.number,
            "rows": result.n_rows,
            "bad": result.n_bad,
            "not_judged": result.facts.get("not_judged", ""),
        }
        for check in found
        if (result := results.get(check.pk))
    ]
    output.write_json(rows) if options.json else output.write_table(_COLUMNS, rows)
    return REFUSED if any(row["bad"] for row in rows) else DONE
