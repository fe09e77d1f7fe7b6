"""The wizard of an import: a file is received, checked and answered before it is written."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from luoxuan.core.actions import enqueue, record_audit
from luoxuan.core.errors import Refused
from luoxuan.core.faults import seam
from luoxuan.core.locks import locked
from luoxuan.core.models import User
from luoxuan.data.actions.deliveries import (
    Delivery,
    changes_of,
    check_delivery,
    read_delivery,
    rechecked,
)
from luoxuan.data.actions.imports import already, done_version, store_delivery
from luoxuan.data.actions.reports import refusal_report, report_of
from luoxuan.data.actions.specs import definition_mark, field_of_header, table_spec
from luoxuan.data.models import Dataset, HeaderMapping, ImportBatch, ImportDraft
from luoxuan.data.queries import engine, store
from luoxuan.data.rules import CHANGEABLE, DraftState, ImportMode
from luoxuan.data.warehouse.difference import first_rows
from luoxuan.data.warehouse.draft_file import keep_staged, kept_staged
from luoxuan.data.warehouse.intake import FileRefused, Staged
from luoxuan.data.warehouse.intake.headers import IGNORE
from luoxuan.data.warehouse.store import sha256_of

Progress = Callable[[int, int, str], None]

PREVIEW_ROWS = 20


class DraftClosed(Refused):
    """This draft was written, is being written, or was dropped."""


class DraftNotChecked(Refused):
    """Only what was checked, with every question answered, can be written."""


class DraftOutdated(Refused):
    """The dataset is defined otherwise since the check."""


def receive_file(
    *,
    dataset: Dataset,
    path: Path,
    file_name: str,
    receipt: str,
    by: User | None,
    at: datetime,
    mode: ImportMode = ImportMode.REPLACE,
    period: str = "",
    encoding: str = "",
    sheet: str = "",
    corrects: ImportDraft | ImportBatch | None = None,
) -> ImportDraft:
    """Take a file in as a draft「导入草稿」 and let it be checked in the background.

    ``corrects`` is what it is a corrected copy of: its answers and columns hold on. The same
    ``receipt`` twice is one draft. Raises DatasetIsSystem, MergeNeedsKey and PeriodUnknown.
    """
    if (known := ImportDraft.objects.filter(receipt=receipt).first()) is not None:
        return known
    check_delivery(Delivery(dataset, path, file_name, mode, period))
    sha256 = sha256_of(path)
    store().keep_original(path, sha256)
    seam("data.draft.original_kept")
    with transaction.atomic():
        draft, is_new = ImportDraft.objects.get_or_create(
            receipt=receipt,
            defaults={
                "dataset": dataset,
                "file_name": file_name[:200],
                "sha256": sha256,
                "n_bytes": path.stat().st_size,
                "mode": mode,
                "period": period,
                "encoding": encoding,
                "sheet": sheet or (corrects.sheet if corrects else ""),
                "mapping": corrects.mapping if corrects else {},
                "answers": corrects.answers if corrects else {},
                "by": by,
                "at": at,
            },
        )
        if is_new:
            record_audit(
                by=by, at=at, action="receive_file", object_kind="ImportDraft",
                object_key=str(draft.pk), facts={"dataset": dataset.name, "file": file_name},
            )  # fmt: skip
            _ask_for_check(draft, by, at)
    return draft


@transaction.atomic
def answer_questions(
    *,
    draft: ImportDraft,
    by: User | None,
    at: datetime,
    answers: Mapping[str, str] | None = None,
    mapping: Mapping[str, str] | None = None,
) -> None:
    """Answer questions「回答问题」, or map columns, of a draft and let it be checked again.

    Raises DraftClosed.
    """
    held = locked(draft)
    if held.state not in CHANGEABLE:
        raise DraftClosed("draft_closed")
    held.answers = {**held.answers, **(answers or {})}
    held.mapping = {**held.mapping, **(mapping or {})}
    held.edition += 1
    held.save(update_fields=["answers", "mapping", "edition"])
    _ask_for_check(held, by, at)
    draft.refresh_from_db()


def check_draft(*, draft: ImportDraft, edition: int, at: datetime, progress: Progress) -> None:
    """Check a draft: read its file, compare it with what is held, keep what was found.

    Idempotent; a check of an edition that was changed in the meantime says nothing.
    """
    delivery = delivery_of(draft)
    progress(0, 3, gettext("正在读取文件"))
    try:
        staged = read_delivery(delivery, on=timezone.localdate(at))
    except FileRefused as refused:
        report = {**asdict(refusal_report(draft.dataset, refused, None)), "headers": []}
        found = refused.facts.get("found") or refused.facts.get("headers")
        report["headers"] = found if isinstance(found, list) else []
        _conclude(draft, edition, DraftState.REFUSED, report)
        return
    progress(1, 3, gettext("正在与现有数据比对"))
    if not staged.questions:
        keep_staged(_staged_path(draft, edition), staged)
    report = _checked(draft, delivery, staged)
    progress(2, 3, gettext("正在准备预览"))
    state = DraftState.ASKING if staged.questions else DraftState.CHECKED
    _conclude(draft, edition, state, report)
    progress(3, 3, "")


@transaction.atomic
def commit_draft(*, draft: ImportDraft, by: User | None, at: datetime) -> None:
    """Let a checked draft be written「写入」 in the background; asked twice it is written once.

    Raises DraftClosed and DraftNotChecked.
    """
    held = locked(draft)
    if held.state == DraftState.DONE:
        raise DraftClosed("draft_closed")
    if held.state not in (DraftState.CHECKED, DraftState.COMMITTING):
        raise DraftNotChecked("draft_not_checked")
    if not held.report.get("rows_accepted"):
        raise DraftNotChecked("draft_without_rows")
    held.state = DraftState.COMMITTING
    held.job = enqueue(
        name="data.commit_import",
        arguments={"draft": held.pk},
        by=by,
        at=at,
        title=gettext("写入 %(name)s") % {"name": held.file_name},
        unique_key=f"data.commit_import:{held.pk}",
        url=reverse("data:draft_commit", args=[held.pk]),
    )
    held.save(update_fields=["state", "job"])
    draft.refresh_from_db()


def write_draft(
    *,
    draft: ImportDraft,
    by: User | None,
    at: datetime,
    confirm: Callable[[], None],
    progress: Progress,
) -> ImportBatch:
    """Write a draft whose commit was asked for; ``confirm`` runs in the commit's transaction.

    A draft that is written already stays so. Raises DraftClosed, DraftOutdated, VersionMoved.
    """
    if draft.batch is not None:
        return draft.batch
    if draft.state != DraftState.COMMITTING:
        raise DraftClosed("draft_closed")
    if draft.report.get("definition") != definition_mark(draft.dataset):
        with transaction.atomic():
            draft.edition += 1
            draft.save(update_fields=["edition"])
            _ask_for_check(draft, by, at)
        raise DraftOutdated("draft_outdated")
    delivery = delivery_of(draft)
    progress(0, 2, gettext("正在读取检查过的行"))
    staged = kept_staged(_staged_path(draft, draft.edition)) or read_delivery(
        delivery, on=timezone.localdate(at)
    )
    progress(1, 2, gettext("正在写入"))

    def finish(batch: ImportBatch) -> None:
        _remember(draft, by, at)
        ImportDraft.objects.filter(pk=draft.pk).update(state=DraftState.DONE, batch=batch)
        confirm()

    version, batch, staged = store_delivery(delivery, staged, by=by, at=at, finish=finish)
    if batch is None:
        # The same import was committed by somebody else: his batch is the result.
        batch = ImportBatch.objects.filter(version=version).latest("pk")
        with transaction.atomic():
            finish(batch)
    _staged_path(draft, draft.edition).unlink(missing_ok=True)
    draft.refresh_from_db()
    return batch


@transaction.atomic
def discard_draft(*, draft: ImportDraft, by: User | None, at: datetime) -> None:
    """Drop a draft「放弃导入」; nothing of it was stored. Raises DraftClosed."""
    changed = ImportDraft.objects.filter(pk=draft.pk, state__in=CHANGEABLE).update(
        state=DraftState.DISCARDED, edition=F("edition") + 1
    )
    if not changed:
        raise DraftClosed("draft_closed")
    record_audit(
        by=by, at=at, action="discard_draft", object_kind="ImportDraft", object_key=str(draft.pk)
    )
    transaction.on_commit(lambda: _staged_path(draft, draft.edition).unlink(missing_ok=True))
    draft.refresh_from_db()


def delivery_of(draft: ImportDraft | ImportBatch) -> Delivery:
    """Return a draft's file, or an import's, as something to be read."""
    period = draft.period if isinstance(draft, ImportDraft) else draft.slice
    return Delivery(
        dataset=draft.dataset,
        path=store().root / "originals" / draft.sha256,
        file_name=draft.file_name,
        mode=ImportMode(draft.mode),
        period=period,
        encoding=draft.encoding if isinstance(draft, ImportDraft) else "",
        sheet=draft.sheet,
        mapping=draft.mapping,
        answers=draft.answers,
    )


def _ask_for_check(draft: ImportDraft, by: User | None, at: datetime) -> None:
    draft.state = DraftState.CHECKING
    draft.job = enqueue(
        name="data.check_import",
        arguments={"draft": draft.pk, "edition": draft.edition},
        by=by,
        at=at,
        title=gettext("检查 %(name)s") % {"name": draft.file_name},
        unique_key=f"data.check_import:{draft.pk}:{draft.edition}",
        url=reverse("data:draft_detail", args=[draft.pk]),
    )
    draft.save(update_fields=["state", "job"])


def _checked(draft: ImportDraft, delivery: Delivery, staged: Staged) -> dict[str, Any]:
    """Return everything that the pages of the wizard show about a readable file."""
    dataset = draft.dataset
    number = Dataset.objects.values_list("current_number", flat=True).get(pk=dataset.pk)
    sound = rechecked(delivery, staged, number)
    done = done_version(delivery, staged)
    report = report_of(dataset, sound, notes=(already(done),) if done else ())
    spec = table_spec(dataset, mapping=draft.mapping)
    with engine().session() as session:
        changes = changes_of(session, delivery, sound, number)
        rows = first_rows(session, [field.name for field in spec.fields], limit=PREVIEW_ROWS)
    return {
        **_plain(asdict(report)),
        "rows_read": sound.rows_read,
        "rows_asked": sound.rows_asked,
        "headers": list(staged.headers),
        "columns": [field_of_header(spec, header) for header in staged.headers],
        "number": number,
        "done_in": done.number if done else None,
        "definition": definition_mark(dataset),
        "changes": _plain(asdict(changes)),
        "rows": _plain(rows),
    }


def _conclude(
    draft: ImportDraft, edition: int, state: DraftState, report: Mapping[str, Any]
) -> None:
    seam("data.draft.checked")
    ImportDraft.objects.filter(
        pk=draft.pk, edition=edition, state__in=(DraftState.NEW, DraftState.CHECKING)
    ).update(state=state, report=_plain(report))
    draft.refresh_from_db()


def _remember(draft: ImportDraft, by: User | None, at: datetime) -> None:
    """Remember the columns that a person mapped, for the next file of this dataset."""
    answered = {
        header: "" if answer == IGNORE else answer
        for name, answer in draft.answers.items()
        for kind, _, header in [name.partition(":")]
        if kind in ("header", "extra_column")
    }
    for header, name in {**answered, **draft.mapping}.items():
        HeaderMapping.objects.update_or_create(
            dataset=draft.dataset,
            header=header[:200],
            defaults={"field": name, "by": by, "at": at},
        )


def _staged_path(draft: ImportDraft, edition: int) -> Path:
    return store().root / "drafts" / f"{draft.pk}-{edition}.staged"


def _plain(value: Any) -> Any:
    """Return a value as JSON holds it; a number keeps its digits as text."""
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(inner) for inner in value]
    if value is None or isinstance(value, bool | int | str):
        return str(value) if type(value) not in (bool, int, str, type(None)) else value
    return str(value)
