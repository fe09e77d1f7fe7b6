"""Reading sources and their pulls."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from luoxuan.campus.models import Grant
from luoxuan.campus.queries import Rights
from luoxuan.campus.rules import Action, Resource, may, roles
from luoxuan.campus.scope import EVERYTHING, Scope
from luoxuan.core.models import User
from luoxuan.core.sealing import unseal
from luoxuan.core.todo import MOST_TODOS, TodoItem
from luoxuan.data.connectors import Bounds, Marked, Wanted
from luoxuan.data.connectors.texts import mark_of
from luoxuan.data.models import ImportBatch, Pull, Source
from luoxuan.data.sources.rules import PullMode, PullOutcome, SourceKind, next_due

_GOOD = (PullOutcome.DONE, PullOutcome.UNCHANGED)
_WEEK = timedelta(days=7)


def sources(scope: Scope) -> QuerySet[Source]:
    """Return the sources「数据源」; only the scope of the whole institution sees them."""
    if not scope.whole_institution:
        return Source.objects.none()
    return Source.objects.select_related("dataset", "owner")


def pulls_of(source: Source) -> QuerySet[Pull]:
    """Return the pulls「采集记录」 of a source, newest first."""
    return Pull.objects.filter(source=source).select_related("by", "batch")


def newest_pulls(scope: Scope) -> dict[int, tuple[Pull | None, Pull | None]]:
    """Return the last pull of each source and the last one that went well, by source."""
    own = Pull.objects.filter(source=OuterRef("pk")).order_by("-id")
    rows = sources(scope).annotate(
        newest=Subquery(own.values("pk")[:1]),
        good=Subquery(own.filter(outcome__in=_GOOD).values("pk")[:1]),
    )
    pairs = {row.pk: (row.newest, row.good) for row in rows}
    named = {pk for pair in pairs.values() for pk in pair if pk}
    known = Pull.objects.select_related("by", "batch").in_bulk(named)
    return {pk: (known.get(newest), known.get(good)) for pk, (newest, good) in pairs.items()}


def troubles(scope: Scope, *, at: datetime) -> list[Pull]:
    """Return the pull of each source that somebody has to look at「要处理的采集」.

    That is the last one, if it failed or waits for a decision; of a folder also a file that was
    refused within a week and has not come in since. A paused source troubles nobody by failing.
    """
    ended = Pull.objects.filter(source=OuterRef("source"), pk__gt=OuterRef("pk"))
    ended = ended.exclude(outcome=PullOutcome.RUNNING)
    mended = ended.filter(file_name=OuterRef("file_name")).exclude(outcome=PullOutcome.FAILED)
    is_open = Q(outcome=PullOutcome.HELD) | Q(outcome=PullOutcome.FAILED, source__is_enabled=True)
    is_file = Q(source__kind=SourceKind.FOLDER, started_at__gte=at - _WEEK) & ~Q(file_name="")
    found = (
        Pull.objects.filter(is_open, source__in=sources(scope))
        .filter(~Exists(ended) | (is_file & ~Exists(mended)))
        .select_related("source")
        .order_by("source__name", "-id")
    )
    return list({pull.source_id: pull for pull in reversed(found)}.values())[::-1]


def is_of_day(pull: Pull, on: date) -> bool:
    """Tell whether a pull began on a day of the institution's clock."""
    return timezone.localdate(pull.started_at) == on


def todos(rights: Rights, *, on: date) -> list[TodoItem]:
    """Return the pulls that failed or wait for a decision, for whoever may import everything."""
    scope = rights.scope(Resource.IMPORT, Action.CREATE)
    if scope is None or not scope.whole_institution:
        return []
    return [_todo(pull) for pull in troubles(scope, at=end_of(on))[:MOST_TODOS]]


def end_of(on: date) -> datetime:
    """Return the last moment of a day."""
    return timezone.make_aware(datetime.combine(on, time.max))


def _todo(pull: Pull) -> TodoItem:
    words = (
        gettext("决定是否采用这次采集：%(title)s")
        if pull.outcome == PullOutcome.HELD
        else gettext("采集没有成功，请看原因：%(title)s")
    )
    return TodoItem(
        title=words % {"title": pull.source.title},
        url=reverse("data:source_detail", args=[pull.source_id]),
        kind=gettext("数据源"),
    )


def sources_of(batches: Iterable[ImportBatch]) -> dict[int, Source]:
    """Return the source that each import came from, if it came from one."""
    found = Pull.objects.filter(batch__in=[batch.pk for batch in batches])
    return {
        pull.batch_id: pull.source
        for pull in found.select_related("source")
        if pull.batch_id is not None
    }


def told_of(source: Source, *, on: date) -> list[User]:
    """Return who is told of a pull that failed: the owner, else whoever may import everything."""
    owner = source.owner
    if owner is not None and owner.is_active:
        return [owner]
    able = [role for role in roles() if may(role, Resource.IMPORT, Action.CREATE)]
    held = Grant.objects.filter(
        Q(valid_to=None) | Q(valid_to__gt=on), valid_from__lte=on, role__in=able,
        is_whole_institution=True, user__is_active=True,
    )  # fmt: skip
    return list(User.objects.filter(pk__in=held.values("user")).order_by("pk"))


def due_of(source: Source, *, at: datetime) -> datetime | None:
    """Return when the next pull of a source is or was due, None if only a person starts it."""
    if not source.is_enabled:
        return None
    return next_due(
        every_minutes=source.every_minutes,
        daily_at=source.daily_at,
        attempted_at=source.attempted_at and timezone.localtime(source.attempted_at),
        at=timezone.localtime(at),
    )


def due_sources(*, at: datetime) -> list[Source]:
    """Return the enabled sources whose next pull is due."""
    found = sources(EVERYTHING).filter(is_enabled=True)
    dues = {source: due_of(source, at=at) for source in found}
    return [source for source, due in dues.items() if due is not None and due <= at]


def wanted_of(source: Source) -> Wanted:
    """Return what a source is asked for, with its secret. Raises SecretUnreadable."""
    is_incremental = source.mode == PullMode.INCREMENTAL
    marked = Marked(source.watermark_column, mark_of(source.watermark)) if is_incremental else None
    return Wanted(
        address=source.address,
        selection=source.selection,
        user=source.options.get("user", ""),
        secret=unseal(source.secret),
        next_page=source.options.get("next_page", ""),
        marked=None if source.kind == SourceKind.FOLDER else marked,
    )


def bounds_of(source: Source) -> Bounds:
    """Return how much may come from a source, how long it may take and from where."""
    return Bounds(
        rows=source.most_rows,
        seconds=source.most_seconds,
        n_bytes=settings.LUOXUAN_UPLOAD_BYTES,
        networks=settings.LUOXUAN_OUTGOING,
        folders=settings.LUOXUAN_INBOX,
    )


def is_file_done(source: Source, sha256: str, *, again: bool) -> bool:
    """Tell whether a file was taken, or refused unless it is tried ``again`` by a person."""
    ended = Pull.objects.filter(source=source, sha256=sha256).exclude(outcome=PullOutcome.RUNNING)
    return (ended.exclude(outcome=PullOutcome.FAILED) if again else ended).exists()


def can_accept(pull: Pull) -> bool:
    """Tell whether a held pull may still be adopted: it is the last, and nothing came since."""
    newest = Pull.objects.filter(source=pull.source_id).order_by("-id").first()
    number = pull.source.dataset.current_number
    return (
        pull.outcome == PullOutcome.HELD
        and newest is not None
        and newest.pk == pull.pk
        and pull.reading.get("number") == number
    )
