"""Pulling: rows of another system become a file, and the file goes the way of every import."""

import json
import logging
import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from luoxuan.core.actions import notify, record_audit
from luoxuan.core.errors import Refused
from luoxuan.core.faults import seam
from luoxuan.core.models import User
from luoxuan.data.actions.checking import accepted, is_drift
from luoxuan.data.actions.deliveries import Delivery, check_delivery, read_delivery
from luoxuan.data.actions.imports import store_delivery
from luoxuan.data.connectors import complete_files, write_rows
from luoxuan.data.connectors.texts import kept_mark
from luoxuan.data.models import Dataset, DatasetVersion, ImportBatch, Pull, Source
from luoxuan.data.queries import store
from luoxuan.data.rules import ImportMode
from luoxuan.data.sources.actions import OPEN
from luoxuan.data.sources.queries import bounds_of, can_accept, is_file_done, told_of, wanted_of
from luoxuan.data.sources.rules import (
    PullMode,
    PullOutcome,
    SourceKind,
    brings_too_few,
    changed_columns,
)
from luoxuan.data.warehouse.intake import Staged
from luoxuan.data.warehouse.log_lines import write_log
from luoxuan.data.warehouse.store import sha256_of

logger = logging.getLogger("luoxuan.data")

_MODES = {PullMode.FULL: ImportMode.REPLACE, PullMode.INCREMENTAL: ImportMode.MERGE}


class PullRefused(Refused):
    """A pull that changes nothing「采集未采用」; the version before stays in force."""


def _nothing() -> None:
    """Confirm nothing: no job waits for it."""


@dataclass(frozen=True, slots=True)
class _Brought:
    """What a pull brought: the file, its columns by kind, and how far the rows reach."""

    path: Path
    file_name: str
    mapping: dict[str, str]
    columns: dict[str, str] = field(default_factory=dict)
    mark: dict[str, str] | None = None
    encoding: str = ""
    n_skipped: int = 0


def pull_source(
    *,
    source: Source,
    by: User | None,
    now: Callable[[], datetime] = timezone.now,
    confirm: Callable[[], None] = _nothing,
) -> list[Pull]:
    """Take what a source has「采集」; each pull is recorded, whatever becomes of it.

    Version, mark and record are written in one transaction, with ``confirm`` in it. A pull that
    fails or is held changes nothing of the dataset, and the owner of the source is told.
    """
    at = now()
    _close_interrupted(source, at)
    Source.objects.filter(pk=source.pk).update(attempted_at=at)
    if source.kind == SourceKind.FOLDER:
        return _pull_files(source, by, now)
    pull = Pull.objects.create(source=source, started_at=at, by=by)
    with tempfile.TemporaryDirectory(prefix="pull-") as name:
        _attempt(pull, lambda: _pull_rows(pull, Path(name), now, confirm), now)
    return [pull]


def accept_pull(
    *, pull: Pull, by: User | None, at: datetime, confirm: Callable[[], None] = _nothing
) -> Pull:
    """Adopt a held pull「仍然采用」 as it came, although it brings few rows. Raises PullRefused."""
    source = pull.source
    source.dataset.refresh_from_db(fields=["current_number"])
    if not can_accept(pull):
        raise PullRefused("pull_not_acceptable")
    reading = pull.reading
    brought = _Brought(
        path=store().root / "originals" / pull.sha256,
        file_name=pull.file_name,
        mapping=reading["mapping"],
        columns=reading["columns"],
        mark=reading["mark"],
        encoding=reading["encoding"],
    )
    delivery = _delivery(source, brought)
    on = timezone.localdate(at)
    staged = read_delivery(delivery, on=on)
    if answers := accepted(staged.questions):
        delivery = replace(delivery, answers=answers)
        staged = read_delivery(delivery, on=on)
    _commit(pull, delivery, staged, brought, by=by, now=lambda: at, confirm=confirm)
    return pull


def _pull_files(source: Source, by: User | None, now: Callable[[], datetime]) -> list[Pull]:
    """Take every whole file that was not taken yet, each by itself."""
    bounds, pulls = bounds_of(source), []
    try:
        files = complete_files(
            source.address, source.selection, folders=bounds.folders, moment=time.time()
        )
    except Refused as refused:
        pull = Pull.objects.create(source=source, started_at=now(), by=by)
        _fail(pull, refused, now())
        return [pull]
    for path in files:
        with tempfile.TemporaryDirectory(prefix="pull-") as name:
            # What is read and hashed is a copy: the file may change under our eyes.
            copy = Path(name) / f"file{path.suffix.lower()}"
            if path.stat().st_size > bounds.n_bytes:
                # The checks refuse it by its size; there is no need to copy all of it.
                copy = path
            else:
                shutil.copyfile(path, copy)
            file = _Brought(copy, path.name, dict(source.mapping))
            if copy is not path and source.options.get("line_pattern"):
                file = _log_file(source, file)
            sha256 = sha256_of(file.path)
            if is_file_done(source, sha256, again=by is not None):
                continue
            pull = Pull.objects.create(
                source=source, started_at=now(), by=by, sha256=sha256, file_name=path.name[:200]
            )
            _attempt(pull, _file_step(pull, file, now), now)
            pulls.append(pull)
        source.refresh_from_db()
    return pulls


def _log_file(source: Source, file: _Brought) -> _Brought:
    """Return the lines of a log as a CSV file「机器日志」; the same log gives the same file."""
    target = file.path.with_name("lines.csv")
    read = write_log(file.path, target, source.options["line_pattern"])
    return replace(
        file, path=target, file_name=f"{file.file_name}.csv", encoding="utf-8",
        n_skipped=read.n_lines - read.n_fit,
    )  # fmt: skip


def _file_step(pull: Pull, brought: _Brought, now: Callable[[], datetime]) -> Callable[[], None]:
    return lambda: _check_and_commit(pull, brought, now, _nothing)


def _attempt(pull: Pull, step: Callable[[], None], now: Callable[[], datetime]) -> None:
    try:
        step()
    except Refused as refused:
        _fail(pull, refused, now())


def _pull_rows(
    pull: Pull, folder: Path, now: Callable[[], datetime], confirm: Callable[[], None]
) -> None:
    source = pull.source
    path = folder / "rows.csv"
    bounds, wanted = bounds_of(source).started(), wanted_of(source)
    mapping = {column: name for column, name in source.mapping.items() if name}
    with OPEN[SourceKind(source.kind)](wanted, bounds) as rows:
        written = write_rows(
            rows, path, used=mapping, bounds=bounds,
            marked=wanted.marked, zone=timezone.get_current_timezone(),
        )  # fmt: skip
    seam("data.pull.rows_written")
    pull.rows_read = written.n_rows
    if not written.n_rows:
        if source.mode == PullMode.INCREMENTAL:
            _conclude(pull, PullOutcome.UNCHANGED, now())
            return
        raise PullRefused("pull_without_rows")
    brought = _Brought(
        path,
        f"{source.name}.csv",
        mapping,
        written.columns,
        kept_mark(written.last, source.watermark_column),
        "utf-8",
    )
    _check_and_commit(pull, brought, now, confirm)


def _check_and_commit(
    pull: Pull, brought: _Brought, now: Callable[[], datetime], confirm: Callable[[], None]
) -> None:
    source = pull.source
    if brought.n_skipped and not _has_rows(brought.path):
        raise PullRefused("pull_no_line_fits", n=brought.n_skipped)
    delivery = _delivery(source, brought)
    check_delivery(delivery)
    number = Dataset.objects.values_list("current_number", flat=True).get(pk=source.dataset_id)
    if brought.columns:
        _check_columns(source, brought.columns)
    staged = read_delivery(delivery, on=timezone.localdate(now()))
    if not brought.columns:
        brought = _with_headers(brought, staged)
        _check_columns(source, brought.columns)
    pull.rows_read, pull.rows_rejected = staged.rows_read, staged.rows_rejected
    pull.rows_accepted = staged.table.num_rows
    asked = [question for question in staged.questions if not is_drift(question)]
    if asked:
        raise PullRefused("pull_has_questions", n=len(asked))
    if not pull.rows_accepted:
        raise PullRefused("pull_without_sound_rows", n=pull.rows_read)
    store().keep_original(brought.path, staged.sha256)
    pull.sha256, pull.file_name = staged.sha256, brought.file_name[:200]
    if source.mode == PullMode.FULL and _is_held(pull, brought, number, now()):
        return
    if staged.questions:
        facts = dict(staged.questions[0].facts)
        _hold(pull, brought, number, now(), code="pull_drifted", facts=facts)
        return
    _commit(pull, delivery, staged, brought, by=pull.by, now=now, confirm=confirm)


def _check_columns(source: Source, columns: dict[str, str]) -> None:
    if changed := changed_columns(source.columns, columns):
        raise PullRefused("pull_columns_changed", columns="、".join(changed))


def _with_headers(brought: _Brought, staged: Staged) -> _Brought:
    """Return a file with the headers that it has; the kinds of its cells are checked anyhow."""
    columns = dict.fromkeys(staged.headers, "")
    return replace(brought, columns=columns)


def _has_rows(path: Path) -> bool:
    with path.open(encoding="utf-8") as file:
        return len(list(islice(file, 2))) == 2


def _is_held(pull: Pull, brought: _Brought, number: int, at: datetime) -> bool:
    """Hold a pull that brings too few rows, until a person decides."""
    source = pull.source
    version = DatasetVersion.objects.filter(dataset=source.dataset_id, number=number).first()
    held = version.n_rows if version else 0
    if not brings_too_few(pull.rows_accepted, held=held, least_share=source.least_share):
        return False
    facts = {"found": pull.rows_accepted, "held": held, "share": source.least_share}
    _hold(pull, brought, number, at, code="pull_too_few_rows", facts=facts)
    return True


def _hold(
    pull: Pull, brought: _Brought, number: int, at: datetime, *, code: str, facts: dict[str, Any]
) -> None:
    pull.reading = {
        "mapping": brought.mapping, "columns": brought.columns, "mark": brought.mark,
        "encoding": brought.encoding, "number": number,
    }  # fmt: skip
    _conclude(pull, PullOutcome.HELD, at, code=code, facts=facts)
    _tell(pull, at)


def _commit(
    pull: Pull,
    delivery: Delivery,
    staged: Staged,
    brought: _Brought,
    *,
    by: User | None,
    now: Callable[[], datetime],
    confirm: Callable[[], None],
) -> None:
    """Commit the rows; the mark and the record are written in the same transaction."""

    def finish(batch: ImportBatch | None) -> None:
        pull.batch = batch
        if batch is not None and batch.version is None:
            pull.rows_accepted, pull.rows_rejected = 0, batch.rows_rejected
            facts = {"n": pull.rows_read}
            _conclude(pull, PullOutcome.FAILED, now(), code="pull_without_sound_rows", facts=facts)
        else:
            _adopt(pull, batch, brought, by, now())
        confirm()

    _, batch, _ = store_delivery(delivery, staged, by=by, at=now(), finish=finish)
    if batch is None:
        # The very same rows are in force already.
        with transaction.atomic():
            finish(None)
    if pull.outcome == PullOutcome.FAILED:
        _tell(pull, now())


def _adopt(
    pull: Pull, batch: ImportBatch | None, brought: _Brought, by: User | None, at: datetime
) -> None:
    """Record what a pull brought and how far it reached; without a batch it was there already."""
    source = pull.source
    if batch is not None and batch.version is not None:
        pull.rows_accepted, pull.rows_rejected = batch.rows_accepted, batch.rows_rejected
        pull.version_number = batch.version.number
    # A column that happens to be empty today keeps the kind that it had.
    before = source.columns
    kinds = {name: kind or before.get(name, "") for name, kind in brought.columns.items()}
    Source.objects.filter(pk=source.pk).update(columns=kinds, watermark=brought.mark)
    skipped = {"skipped": brought.n_skipped} if brought.n_skipped else None
    _conclude(pull, PullOutcome.DONE if batch else PullOutcome.UNCHANGED, at, facts=skipped)
    record_audit(
        by=by, at=at, action="pull", object_kind="Source", object_key=source.name,
        by_label="" if by else f"source:{source.name}",
        facts={"version": pull.version_number, "n_rows": pull.rows_accepted},
    )  # fmt: skip


def _delivery(source: Source, brought: _Brought) -> Delivery:
    return Delivery(
        dataset=source.dataset,
        path=brought.path,
        file_name=brought.file_name,
        mode=_MODES[PullMode(source.mode)],
        encoding=brought.encoding,
        mapping=brought.mapping,
    )


def _close_interrupted(source: Source, at: datetime) -> None:
    """Close what a killed attempt left open: the next one stands in its place."""
    Pull.objects.filter(source=source, outcome=PullOutcome.RUNNING).update(
        outcome=PullOutcome.FAILED, finished_at=at, code="pull_interrupted"
    )


def _fail(pull: Pull, refused: Refused, at: datetime) -> None:
    _conclude(pull, PullOutcome.FAILED, at, code=refused.code, facts=refused.facts)
    logger.info("pull failed", extra={"source": pull.source.name, "code": refused.code})
    _tell(pull, at)


def _conclude(
    pull: Pull,
    outcome: PullOutcome,
    at: datetime,
    *,
    code: str = "",
    facts: dict[str, Any] | None = None,
) -> None:
    pull.outcome, pull.finished_at, pull.code = outcome, at, code
    pull.facts = json.loads(json.dumps(facts or {}, default=str).replace("\\u0000", ""))
    pull.save()


def _tell(pull: Pull, at: datetime) -> None:
    """Tell whoever looks after a source, once for the same trouble however often it is tried."""
    before = Pull.objects.filter(source=pull.source_id, pk__lt=pull.pk).order_by("-pk").first()
    trouble = (pull.outcome, pull.code, pull.file_name)
    if before is not None and (before.outcome, before.code, before.file_name) == trouble:
        return
    words = (
        gettext("采集到的数据与现有数据相差太大，等您决定：%(name)s")
        if pull.outcome == PullOutcome.HELD
        else gettext("采集没有成功：%(name)s")
    )
    for user in told_of(pull.source, on=timezone.localdate(at)):
        notify(
            user=user, text=words % {"name": pull.source.title}, at=at, key=f"pull:{pull.pk}",
            url=reverse("data:source_detail", args=[pull.source_id]),
        )  # fmt: skip
