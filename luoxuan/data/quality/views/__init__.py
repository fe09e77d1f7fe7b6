"""Pages of quality: scores, checks, rejected rows, corrections."""

from luoxuan.data.quality.views.checks import check_edit, check_list, check_new, check_rows
from luoxuan.data.quality.views.corrections import (
    correction_detail,
    correction_list,
    correction_new,
)
from luoxuan.data.quality.views.held_rows import held_row_edit, held_row_list
from luoxuan.data.quality.views.numbers import PointedNumber, number_page
from luoxuan.data.quality.views.scores import outlier_answer, quality_detail, quality_list

__all__ = [
    "PointedNumber",
    "check_edit",
    "check_list",
    "check_new",
    "check_rows",
    "correction_detail",
    "correction_list",
    "correction_new",
    "held_row_edit",
    "held_row_list",
    "number_page",
    "outlier_answer",
    "quality_detail",
    "quality_list",
]
