"""Writes about the quality of data."""

from luoxuan.data.quality.actions.checks import CheckRefused, CheckValues, save_check
from luoxuan.data.quality.actions.corrections import (
    CorrectionDecided,
    CorrectionNotPossible,
    DecidesOwn,
    accept_correction,
    refuse_correction,
    request_correction,
)
from luoxuan.data.quality.actions.held_rows import (
    HeldRowEnded,
    correct_row,
    drop_row,
    hold_lagging_rows,
)
from luoxuan.data.quality.actions.outliers import OutlierAnswered, answer_outlier
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
    "RowGone",
    "RowNotSound",
    "accept_correction",
    "answer_outlier",
    "correct_row",
    "drop_row",
    "hold_lagging_rows",
    "refuse_correction",
    "request_correction",
    "run_lagging_checks",
    "save_check",
]
