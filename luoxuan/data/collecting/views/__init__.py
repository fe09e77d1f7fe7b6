"""Pages of online filling."""

from luoxuan.data.collecting.views.collections import (
    collection_detail,
    collection_end,
    collection_list,
    collection_new,
    collection_remind,
)
from luoxuan.data.collecting.views.filling import (
    submission_check,
    submission_detail,
    submission_list,
    submission_unlock,
)
from luoxuan.data.collecting.views.rows import row_edit, row_history, row_list, row_new

__all__ = [
    "collection_detail",
    "collection_end",
    "collection_list",
    "collection_new",
    "collection_remind",
    "row_edit",
    "row_history",
    "row_list",
    "row_new",
    "submission_check",
    "submission_detail",
    "submission_list",
    "submission_unlock",
]
