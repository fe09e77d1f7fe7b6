"""What the tests' college holds about the quality of data."""

from pathlib import Path

from luoxuan.campus.scope import EVERYTHING
from luoxuan.core.models import User
from luoxuan.data.models import Dataset, HeldRow, Outlier
from luoxuan.data.quality.actions import (
    CheckValues,
    hold_lagging_rows,
    request_correction,
    run_lagging_checks,
    save_check,
)
from luoxuan.data.quality.queries import subject_of_row
from luoxuan.data.quality.rules import CheckKind
from luoxuan.data.queries import dataset_rows
from luoxuan.testing.college import NOW


def fill(users: dict[str, User], folder: Path) -> dict[str, object]:
    """Write rules, run them, keep a rejected row, ask for a correction and about an outlier."""
    del folder
    score = Dataset.objects.get(name="score")
    for code, values in {
        "score.passes": {"kind": CheckKind.VALIDITY, "condition": "得分 >= 60"},
        "score.reported": {"kind": CheckKind.COMPLETENESS, "fields": ["score"]},
    }.items():
        told = CheckValues(
            code=code, dataset=score, title=f"规则 {code}", title_en=f"Check {code}", **values
        )  # type: ignore[arg-type]
        save_check(check=None, values=told, by=users["office"], at=NOW)
    hold_lagging_rows(at=NOW)
    run_lagging_checks(by=None, at=NOW)
    page = dataset_rows(EVERYTHING, score, limit=1)
    row = dict(zip(page.fields, page.table.rows[0], strict=False))
    batch, number = page.batches[0], page.table.rows[0][-1]
    request = request_correction(
        dataset=score, batch=batch, row_number=number, field="score", after="77.0",
        reason="登记错了", scope=EVERYTHING, by=users["office"], at=NOW,
    )  # fmt: skip
    outlier = Outlier.objects.create(
        dataset=score, number=score.current_number, field="score", row_key="1001", batch=batch,
        row_number=number, value="75.5", low="80", high="90", at=NOW,
        subject=subject_of_row(score, row),
    )  # fmt: skip
    held = HeldRow.objects.first()
    return {
        "correction": request.pk, "outlier": outlier.pk, "row_file": batch, "row_number": number,
        "held_batch": held.batch_id if held else 0, "held_row": held.row_number if held else 0,
    }  # fmt: skip
