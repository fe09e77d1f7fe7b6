"""Damage that the nightly look finds reaches whoever can mend it「损坏通知」."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from luoxuan.campus.models import Grant
from luoxuan.core.actions import notify
from luoxuan.core.models import User
from luoxuan.core.verification import Finding
from luoxuan.data.models import UpkeepRun

_TOLD = ("system_administrator", "information_centre")
_KEPT = 50


def record_damage(*, run: UpkeepRun, findings: Sequence[Finding], at: datetime) -> None:
    """Keep what was found with the pass, and tell the administrators once a day."""
    run.report = {
        **run.report,
        "n_findings": len(findings),
        "findings": [
            {"invariant": row.invariant, "about": row.about, "problem": row.problem}
            for row in findings[:_KEPT]
        ],
    }
    run.save(update_fields=["report"])
    if not findings:
        return
    day = timezone.localdate(at)
    text = gettext(
        "夜间核验发现 %(n)s 处损坏：%(about)s。请运行 luoxuan verify --deep，"
        "再用 luoxuan rebuild --replace 修复，或从备份恢复。"
    ) % {"n": len(findings), "about": findings[0].about}
    for user in _administrators(at):
        notify(user=user, text=text, url=reverse("data:upkeep"), at=at, key=f"damage:{day}")


def _administrators(at: datetime) -> list[User]:
    on = timezone.localdate(at)
    grants = Grant.objects.filter(
        Q(valid_to=None) | Q(valid_to__gt=on), role__in=_TOLD, valid_from__lte=on,
        is_whole_institution=True, user__is_active=True,
    )  # fmt: skip
    return list(User.objects.filter(pk__in=grants.values("user_id")))
