"""What the tests' college holds in monitoring."""

from datetime import date
from pathlib import Path

from luoxuan.core.models import User
from luoxuan.monitoring.actions import answer_alert
from luoxuan.monitoring.models import Alert
from luoxuan.monitoring.rules import AlertState
from luoxuan.testing.college import NOW


def fill(users: dict[str, User], folder: Path) -> dict[str, object]:
    """Name the open alert, and answer it; the college has one in MATH-2."""
    alert = Alert.objects.filter(state=AlertState.OPEN, subject__code="MATH-2").first()
    if alert is None:
        return {}
    answer_alert(
        alert=alert,
        cause_categories=["pace"],
        cause="",
        measure="第 5 周起每周加一次习题课。",
        responsible=users["math"],
        due_on=date(2026, 3, 23),
        is_in_place=True,
        by=users["math"],
        at=NOW,
    )
    return {"alert": alert.pk}
