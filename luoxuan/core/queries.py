"""What core knows about the institution, its users, their jobs and notices, and all acts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Case, Count, IntegerField, OuterRef, QuerySet, Subquery, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from luoxuan.core.institution import declared_settings
from luoxuan.core.models import AuditEntry, InstitutionSetting, Job, Notice, User
from luoxuan.core.once import once
from luoxuan.core.rules import UNFINISHED

SETTINGS = "institution_settings"


def institution_settings() -> Mapping[str, str]:
    """Return every setting of the institution「院校设置」 by name."""
    return once(SETTINGS, lambda: dict(InstitutionSetting.objects.values_list("name", "value")))


def settings_in_force() -> dict[str, str]:
    """Return the value of every declared setting by name: what is stored, else the default."""
    stored = institution_settings()
    return {row.name: stored.get(row.name) or row.default for row in declared_settings()}


def user_named(username: str) -> User | None:
    """Return the login identity of that name, or None."""
    return User.objects.filter(username=username).first()


def jobs_of(user: User) -> QuerySet[Job]:
    """Return the jobs「后台任务」 that a user asked for: unfinished ones first, then the newest."""
    is_over = Case(When(state__in=UNFINISHED, then=0), default=1, output_field=IntegerField())
    return Job.objects.filter(by=user).annotate(is_over=is_over).order_by("is_over", "-id")


def notices_of(user: User) -> QuerySet[Notice]:
    """Return the notices「通知」 of a user, the newest first."""
    return Notice.objects.filter(user=user)


@dataclass(frozen=True, slots=True)
class ShellCounts:
    """What the shell says of a user's jobs and notices「任务与通知」."""

    n_unfinished: int = 0
    n_unread: int = 0

    @property
    def n_all(self) -> int:
        """Return the number beside the sign."""
        return self.n_unfinished + self.n_unread


def shell_counts(user: User) -> ShellCounts:
    """Return how many jobs run and how many notices wait, by one query."""
    jobs = Job.objects.filter(by=OuterRef("pk"), state__in=UNFINISHED)
    unread = Notice.objects.filter(user=OuterRef("pk"), read_at=None)
    row = (
        User.objects.filter(pk=user.pk)
        .annotate(
            n_jobs=Coalesce(
                Subquery(
                    jobs.order_by().values("by").annotate(n=Count("pk")).values("n"),
                    output_field=IntegerField(),
                ),
                0,
            ),
            n_unread=Coalesce(
                Subquery(
                    unread.order_by().values("user").annotate(n=Count("pk")).values("n"),
                    output_field=IntegerField(),
                ),
                0,
            ),
        )
        .values_list("n_jobs", "n_unread")
        .first()
    )
    return ShellCounts(*row) if row else ShellCounts()


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which entries of the audit chain are asked for「审计筛选」; what is empty asks nothing."""

    who: str = ""
    action: str = ""
    kind: str = ""
    key: str = ""
    since: date | None = None
    until: date | None = None


def audit_entries(wanted: AuditFilter) -> QuerySet[AuditEntry]:
    """Return entries「审计日志」, the newest first; both days of the filter count."""
    found = AuditEntry.objects.order_by("-sequence")
    if wanted.who:
        found = found.filter(by_label=wanted.who)
    if wanted.action:
        found = found.filter(action=wanted.action)
    if wanted.kind:
        found = found.filter(object_kind=wanted.kind)
    if wanted.key:
        found = found.filter(object_key__startswith=wanted.key)
    if wanted.since:
        found = found.filter(at__gte=_midnight(wanted.since))
    if wanted.until:
        found = found.filter(at__lt=_midnight(wanted.until + timedelta(days=1)))
    return found


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
