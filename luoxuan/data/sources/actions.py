"""Connecting another system: describing it, mapping its columns, starting and pausing it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, time

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from luoxuan.core.actions import enqueue, record_audit
from luoxuan.core.errors import Refused
from luoxuan.core.locks import locked
from luoxuan.core.messages import register_texts
from luoxuan.core.models import Job, User
from luoxuan.core.sealing import seal
from luoxuan.data.actions.deliveries import DatasetIsSystem, MergeNeedsKey
from luoxuan.data.actions.specs import proposed_mapping, table_spec
from luoxuan.data.connectors import Sample, open_http, open_sql, sample
from luoxuan.data.models import Dataset, Pull, Source
from luoxuan.data.sources.messages import TEXTS
from luoxuan.data.sources.queries import bounds_of, due_sources, wanted_of
from luoxuan.data.sources.rules import PullMode, PullOutcome, SourceKind
from luoxuan.data.warehouse.log_lines import log_columns

register_texts(TEXTS)

OPEN = {SourceKind.SQL: open_sql, SourceKind.HTTP: open_http}
_SAMPLE_ROWS = 5
_SAMPLE_SECONDS = 15.0


class SourceRefused(Refused):
    """A source that cannot be described like this, or not be started yet."""


class PullNotHeld(Refused):
    """A pull that nobody has to decide about, or not any more."""


class PullNeedsReason(Refused):
    """What another system brought is left out without a reason."""


@dataclass(frozen=True, slots=True)
class SourceValues:
    """What a person writes about a source「数据源设置」; an empty secret keeps the one there is."""

    name: str
    title: str
    kind: SourceKind
    address: str
    dataset: Dataset
    selection: str = ""
    user: str = ""
    secret: str = field(default="", repr=False)
    next_page: str = ""
    line_pattern: str = ""
    mode: PullMode = PullMode.FULL
    watermark_column: str = ""
    every_minutes: int | None = None
    daily_at: time | None = None
    least_share: int = 80
    most_rows: int = 1_000_000
    most_seconds: int = 300


@transaction.atomic
def save_source(
    *, source: Source | None, values: SourceValues, by: User | None, at: datetime, origin: str = ""
) -> Source:
    """Write a source down; a new one is paused until it is started.

    One that a person has written down has no ``origin`` and no package changes it again.

    The secret belongs to the address: with another address it has to be entered again, so that
    nobody sends it elsewhere. Raises SourceRefused, DatasetIsSystem and MergeNeedsKey.
    """
    _check(source, values)
    row = source or Source(owner=by)
    before = (row.kind, row.address, row.options.get("user", ""))
    if source is not None and (row.dataset_id, row.selection, row.watermark_column) != (
        values.dataset.pk, values.selection, values.watermark_column,
    ):  # fmt: skip
        # Another table begins from its first row and with columns of its own.
        row.watermark, row.columns = None, {}
    for name in _PLAIN:
        setattr(row, name, getattr(values, name))
    row.options = {
        "user": values.user, "next_page": values.next_page, "line_pattern": values.line_pattern,
    }  # fmt: skip
    row.origin = origin
    if values.secret:
        row.secret = seal(values.secret)
    elif before != (row.kind, row.address, values.user):
        row.secret = ""
    row.save()
    record_audit(
        by=by, at=at, action="edit_source" if source else "create_source", object_kind="Source",
        object_key=row.name, facts={"address": row.address, "dataset": row.dataset.name},
    )  # fmt: skip
    return row


_PLAIN = (
    "name", "title", "kind", "address", "dataset", "selection", "mode", "watermark_column",
    "every_minutes", "daily_at", "least_share", "most_rows", "most_seconds",
)  # fmt: skip


@transaction.atomic
def map_columns(
    *,
    source: Source,
    mapping: Mapping[str, str],
    by: User | None,
    at: datetime,
    origin: str = "",
) -> None:
    """Give the columns of a source their fields.

    Raises SourceRefused for a field that is named twice or is not there.
    """
    _check_fields(source.dataset, mapping)
    # Saved once more, the mapping accepts that columns have become of another type.
    if dict(mapping) != source.mapping or source.columns:
        source.mapping, source.columns, source.origin = dict(mapping), {}, origin
        source.save(update_fields=["mapping", "columns", "origin"])
        record_audit(
            by=by, at=at, action="map_source", object_kind="Source", object_key=source.name,
            facts={"mapping": dict(mapping)},
        )  # fmt: skip


@transaction.atomic
def declare_source(
    *,
    values: SourceValues,
    mapping: Mapping[str, str],
    by: User | None,
    at: datetime,
    origin: str = "",
) -> Source:
    """Write down a source with its columns, both or neither. Raises SourceRefused."""
    source = save_source(
        source=Source.objects.filter(name=values.name).first(), values=values,
        by=by, at=at, origin=origin,
    )  # fmt: skip
    map_columns(source=source, mapping=mapping, by=by, at=at, origin=origin)
    return source


@transaction.atomic
def switch_source(*, source: Source, is_enabled: bool, by: User | None, at: datetime) -> None:
    """Start「启用」 or pause「暂停」 the schedule of a source. Raises SourceRefused."""
    if is_enabled:
        _refuse_unmapped(source)
    if not Source.objects.filter(pk=source.pk, is_enabled=not is_enabled).update(
        is_enabled=is_enabled
    ):
        return
    source.is_enabled = is_enabled
    record_audit(
        by=by, at=at, action="start_source" if is_enabled else "pause_source",
        object_kind="Source", object_key=source.name,
    )  # fmt: skip


def try_source(source: Source) -> tuple[Sample, dict[str, str]]:
    """Connect「测试连接」 and return the first rows with a proposed mapping; nothing is kept.

    Raises ConnectorRefused and SecretUnreadable.
    """
    wanted, bounds = wanted_of(source), bounds_of(source)
    limited = replace(bounds, seconds=min(bounds.seconds, _SAMPLE_SECONDS)).started()
    with OPEN[SourceKind(source.kind)](wanted, limited) as rows:
        found = sample(rows, limit=_SAMPLE_ROWS, zone=timezone.get_current_timezone())
    return found, proposed_mapping(table_spec(source.dataset), found.columns)


def ask_for_pull(*, source: Source, by: User | None, at: datetime) -> Job:
    """Ask for a pull「立即采集」 in the background; one at a time for each source."""
    _refuse_unmapped(source)
    return enqueue(
        name="data.pull",
        arguments={"source": source.pk},
        by=by,
        at=at,
        title=gettext("采集 %(name)s") % {"name": source.title},
        unique_key=f"data.pull:{source.pk}",
        url=reverse("data:source_detail", args=[source.pk]),
    )


def ask_to_accept(*, pull: Pull, by: User | None, at: datetime) -> Job:
    """Ask for a held pull to be adopted「仍然采用」 in the background."""
    return enqueue(
        name="data.accept_pull",
        arguments={"pull": pull.pk},
        by=by,
        at=at,
        title=gettext("采用 %(name)s") % {"name": pull.source.title},
        unique_key=f"data.accept_pull:{pull.pk}",
        url=reverse("data:source_detail", args=[pull.source_id]),
    )


@transaction.atomic
def decline_pull(*, pull: Pull, reason: str, by: User | None, at: datetime) -> None:
    """Leave out what a held pull brought「不采用」, for a reason; the next pull asks anew.

    Raises PullNotHeld, PullNeedsReason.
    """
    if not reason.strip():
        raise PullNeedsReason("pull_needs_reason")
    held = locked(pull)
    if held.outcome != PullOutcome.HELD:
        raise PullNotHeld("pull_not_acceptable")
    held.outcome, held.finished_at = PullOutcome.DECLINED, at
    held.code, held.facts = "pull_declined", {"reason": reason.strip()[:500], "by": str(by or "")}
    held.save(update_fields=["outcome", "finished_at", "code", "facts"])
    record_audit(
        by=by, at=at, action="decline_pull", object_kind="Source", object_key=held.source.name,
        facts={"pull": held.pk, "reason": reason.strip()[:500]},
    )  # fmt: skip
    pull.refresh_from_db()


def ask_for_due_pulls(*, at: datetime) -> int:
    """Ask for every pull that its schedule makes due; return how many there were."""
    due = due_sources(at=at)
    for source in due:
        ask_for_pull(source=source, by=None, at=at)
    return len(due)


def _check_fields(dataset: Dataset, mapping: Mapping[str, str]) -> None:
    named = [name for name in mapping.values() if name]
    if twice := [name for name in named if named.count(name) > 1]:
        raise SourceRefused("source_field_twice", field=twice[0])
    known = dataset.fields.filter(formula="").values_list("name", flat=True)
    if unknown := sorted(set(named) - set(known)):
        raise SourceRefused("source_unknown_field", dataset=dataset.name, fields="、".join(unknown))


def _refuse_unmapped(source: Source) -> None:
    if source.kind != SourceKind.FOLDER and not any(source.mapping.values()):
        raise SourceRefused("source_without_mapping")


def _check(source: Source | None, values: SourceValues) -> None:
    taken = Source.objects.filter(name=values.name).first()
    if taken is not None and taken != source:
        raise SourceRefused("source_name_taken", name=values.name)
    if values.dataset.is_system:
        raise DatasetIsSystem("dataset_is_system", dataset=values.dataset.name)
    if values.mode is PullMode.INCREMENTAL:
        if not values.dataset.key:
            raise MergeNeedsKey("merge_needs_key", dataset=values.dataset.name)
        if not values.watermark_column and values.kind is not SourceKind.FOLDER:
            raise SourceRefused("source_needs_mark")
    if values.line_pattern and not log_columns(values.line_pattern):
        raise SourceRefused("source_bad_line_pattern")
    if ";" in values.selection and values.kind is SourceKind.SQL:
        raise SourceRefused("source_bad_query")
    _check_address(values)


def _check_address(values: SourceValues) -> None:
    """Refuse an address that carries a user or password: it stands readable on pages."""
    host = values.address.partition("://")[2].partition("/")[0]
    if values.kind is not SourceKind.FOLDER and ("@" in host or ":" not in values.address):
        shown = values.address.rpartition("@")[2]
        raise SourceRefused("source_bad_address", address=shown)
