"""Writes about the quality of data."""

from luoxuan.data.quality.actions.checks import CheckRefused, CheckValues, save_check
from luoxuan.data.quality.actions.corrections import (
    CorrectionDecided,
    CorrectionNotPossible,
    DecidesOwn,
    accept_correction,
    accept_report,
    refuse_correction,
    report_number,
    request_correction,
)
from luoxuan.data.quality.actions.held_rows import (
    HeldRowEnded,
    correct_row,
    drop_row,
    hold_lagging_rows,
)
from luoxuan.data.quality.actions.holding import hold_push
from luoxuan.data.quality.actions.outliers import (
    OutlierAnswered,
    OutlierNeedsReason,
    confirm_outlier,
)
from luoxuan.data.quality.actions.rewriting import RowGone, RowNotSound
from luoxuan.data.quality.actions.running import CheckReport, run_lagging_checks

__all__ = [
    "CheckRefused",
    "CheckReport",
    "CheckValues",
    "CorrectionDecided",
    "CorrectionNotPossible",
    "DecidesOwn",
    "HeldRowEnded",
    "OutlierAnswered",
    "OutlierNeedsReason",
    "RowGone",
    "RowNotSound",
    "accept_correction",
    "accept_report",
    "confirm_outlier",
    "correct_row",
    "drop_row",
    "hold_lagging_rows",
    "hold_push",
    "refuse_correction",
    "report_number",
    "request_correction",
    "run_lagging_checks",
    "save_check",
]
