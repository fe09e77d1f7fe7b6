"""All invariants of the installation「核验」, package by package."""

from collections.abc import Callable, Iterable
from datetime import datetime

from django.utils.translation import gettext_noop

from luoxuan.core.damage import looked_at
from luoxuan.core.verification import Finding, verify_core
from luoxuan.data.exchange.verification import verify_bundles
from luoxuan.data.upkeep.verification import verify_pages
from luoxuan.data.verification import verify_data
from luoxuan.diagnosis.verification import verify_diagnoses
from luoxuan.indicators.verification import verify_readings
from luoxuan.reports.verification import verify_documents

# What each number promises; the command prints it beside a finding.
INVARIANTS = {
    "I1": gettext_noop("冻结的诊断和提交的报告与当时一字不差"),
    "I2": gettext_noop("每个数据版本的行数与文件校验值相符"),
    "I3": gettext_noop("每个操作只生效一次"),
    "I4": gettext_noop("指标值可由锁定的数据版本重新算出"),
    "I5": gettext_noop("审计链完整，每次变更恰有一条日志"),
    "I6": gettext_noop("文件齐全，没有无主文件"),
    "I7": gettext_noop("没有永远在进行的任务"),
    "I9": gettext_noop("数据库完好"),
    "I10": gettext_noop("数据集的版本号是唯一的生效点"),
    "I11": gettext_noop("任务、日志和导入问题中没有完整的证件号、手机号或密钥"),
}


def verify_everything(*, at: datetime, is_deep: bool = False) -> list[Finding]:
    """Return every finding of every package; readings are computed again from sound data only.

    ``is_deep`` reads every table of the database and decodes every stored row as well.
    """
    looks: list[Callable[[], Iterable[Finding]]] = [
        lambda: verify_core(at=at), lambda: verify_data(at=at), verify_bundles, verify_diagnoses,
        verify_documents,
    ]  # fmt: skip
    if is_deep:
        looks.insert(0, verify_pages)
    found = [finding for look in looks for finding in looked_at(look)]
    if not any(finding.invariant in {"I2", "I6", "I9", "I10"} for finding in found):
        found += looked_at(verify_readings)
    # One damaged page stands in the way of several looks.
    return list(dict.fromkeys(found))
