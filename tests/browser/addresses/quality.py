"""Pages of quality that the quality office can open; placeholders as in the filling."""

ADDRESSES: dict[str, str] = {
    "quality": "/data/quality/",
    "quality: dataset": "/data/quality/score/",
    "checks": "/data/checks/",
    "check: new": "/data/checks/new/",
    "check: rows": "/data/checks/score.passes/rows/",
    "held rows": "/data/imports/{held_batch}/rows/",
    "import: cells": "/data/imports/{held_batch}/cells/",
    "held row": "/data/imports/{held_batch}/rows/{held_row}/",
    "corrections": "/data/corrections/",
    "correction: new": "/data/corrections/new/?dataset=score&batch={row_file}&row={row_number}",
    "number: doubt": "/indicators/course.pass_share/doubt/?kind=COURSE&subject=MATH&period=2025-1",
    "correction": "/data/corrections/{correction}/",
}
