"""What the month sheets ask of people."""

from collections import defaultdict
from datetime import datetime

from django.utils.translation import gettext

from luoxuan.core.burden import FillLoad
from luoxuan.goals.models import Progress

_ALWAYS = 1


def filled(*, since: datetime) -> list[FillLoad]:
    """Return what was said of tasks month by month: the state, and each text that was written."""
    rows = Progress.objects.filter(reported_at__gte=since, by__isnull=False)
    fields: dict[tuple[int, str], int] = defaultdict(int)
    months: dict[tuple[int, str], set[int]] = defaultdict(set)
    read = rows.values_list(
        "by_id", "task__responsible_unit__unit_path", "month_id", "text", "cause", "measure"
    )
    for user, unit, month, *texts in read:
        fields[user, unit] += _ALWAYS + sum(bool(text) for text in texts)
        months[user, unit].add(month)
    return [
        FillLoad("month_sheet", gettext("月度报送单"), user, unit, len(months[user, unit]), n)
        for (user, unit), n in fields.items()
    ]
