"""Who uses the data「谁在用」, put together from all packages."""

from collections.abc import Callable

from luoxuan.campus.queries import Rights
from luoxuan.core.lineage import Lineage
from luoxuan.data.directory.lineage import lineage as data_lineage
from luoxuan.data.directory.uses import register_users
from luoxuan.data.exchange.lineage import lineage as exchange_lineage
from luoxuan.diagnosis.lineage import lineage as diagnosis_lineage
from luoxuan.goals.lineage import lineage as goals_lineage
from luoxuan.indicators.lineage import indicators_by_dataset
from luoxuan.indicators.lineage import lineage as indicator_lineage
from luoxuan.monitoring.lineage import lineage as monitoring_lineage
from luoxuan.reports.lineage import lineage as report_lineage

SOURCES: tuple[Callable[[Rights | None], Lineage], ...] = (
    data_lineage,
    indicator_lineage,
    goals_lineage,
    monitoring_lineage,
    diagnosis_lineage,
    report_lineage,
    exchange_lineage,
)
"""Every package that reads data; each gives links within the reader's rights only."""

register_users(indicators_by_dataset)


def whole_lineage(rights: Rights | None) -> Lineage:
    """Return what is made of what「数据血缘」 in all packages; a command knows no rights."""
    found = Lineage()
    for tell in SOURCES:
        found.join(tell(rights))
    return found
