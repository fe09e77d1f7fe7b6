"""Reading sources and their pulls."""

from datetime import datetime

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from luoxuan.campus.scope import EVERYTHING, Scope
from luoxuan.core.sealing import unseal
from luoxuan.data.connectors import Bounds, Marked, Wanted
from luoxuan.data.connectors.texts import mark_of
from luoxuan.data.models import Pull, Source
from luoxuan.data.sources.rules import PullMode, PullOutcome, SourceKind, is_due


def sources(scope: Scope) -> QuerySet[Source]:
    """Return the sources「数据源」; only the scope of the whole institution sees them."""
    if not scope.whole_institution:
        return Source.objects.none()
    return Source.objects.select_related("dataset", "owner")


def pulls_of(source: Source) -> QuerySet[Pull]:
    """Return the pulls「采集记录」 of a source, newest first."""
    return Pull.objects.filter(source=source).select_related("by", "batch")


def due_sources(*, at: datetime) -> list[Source]:
    """Return the enabled sources whose next pull is due."""
    now = timezone.localtime(at)
    return [
        source
        for source in sources(EVERYTHING).filter(is_enabled=True)
        if is_due(
            every_minutes=source.every_minutes,
            daily_at=source.daily_at,
            attempted_at=source.attempted_at and timezone.localtime(source.attempted_at),
            at=now,
        )
    ]


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
