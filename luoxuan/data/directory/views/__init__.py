"""Pages of the data directory."""

from luoxuan.data.directory.views.comparison import comparison
from luoxuan.data.directory.views.requests import (
    request_answer,
    request_detail,
    request_list,
    request_new,
    request_withdraw,
)
from luoxuan.data.directory.views.statistics import (
    statistic_detail,
    statistic_doubt,
    statistic_list,
    statistic_new,
    statistic_remove,
    statistic_rows,
)

__all__ = [
    "comparison",
    "request_answer",
    "request_detail",
    "request_list",
    "request_new",
    "request_withdraw",
    "statistic_detail",
    "statistic_doubt",
    "statistic_list",
    "statistic_new",
    "statistic_remove",
    "statistic_rows",
]
