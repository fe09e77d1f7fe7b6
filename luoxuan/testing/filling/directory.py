"""What the tests' college asks of the data centre, and the tables it counts."""

from pathlib import Path

from luoxuan.campus.queries import subject_at
from luoxuan.campus.scope import EVERYTHING
from luoxuan.core.models import User
from luoxuan.data.directory.actions import answer_request, ask_for_data, keep_statistic
from luoxuan.data.directory.rules import RequestState, StatisticFunction
from luoxuan.data.models import DataRequest, Dataset, Statistic
from luoxuan.testing.college import NOW


def fill(users: dict[str, User], folder: Path) -> dict[str, object]:
    """Ask for data in two units, answer one; keep a shared statistic and one of the office."""
    asked = _asked(users["east"], "EAST", "毕业生跟踪数据")
    answered = _asked(users["west"], "WEST", "实训室使用记录")
    answer_request(
        request=answered, state=RequestState.REFUSED, answer="尚无系统记录", by=users["centre"],
        at=NOW,
    )  # fmt: skip
    return {
        "data_request": asked.pk,
        "foreign_request": answered.pk,
        "statistic": _kept(users["office"], "各班人次", is_shared=True).pk,
        "own_statistic": _kept(users["office"], "草表", is_shared=False).pk,
    }


def _asked(by: User, unit: str, title: str) -> DataRequest:
    return ask_for_data(
        subject=subject_at(EVERYTHING, kind="UNIT", code=unit), title=title,
        purpose="分析就业质量", wanted="学号、单位、岗位", needed_by=None, by=by, at=NOW,
    )  # fmt: skip


def _kept(by: User, title: str, *, is_shared: bool) -> Statistic:
    statistic = Statistic(
        title=title, dataset=Dataset.objects.get(name="score"), groups=["class_code"],
        function=StatisticFunction.COUNT, is_shared=is_shared,
    )  # fmt: skip
    return keep_statistic(statistic=statistic, by=by, at=NOW)
