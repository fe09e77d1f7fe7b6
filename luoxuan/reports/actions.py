"""Writes of the reports: writing, submitting, signing, returning and withdrawing documents."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext

from luoxuan.campus.models import Period, Subject
from luoxuan.campus.scope import Scope
from luoxuan.core.actions import enqueue, notify, record_audit
from luoxuan.core.errors import Refused
from luoxuan.core.faults import seam
from luoxuan.core.locks import locked
from luoxuan.core.models import Job, User
from luoxuan.data.directory.actions import record_uses
from luoxuan.data.directory.rules import UseKind
from luoxuan.reports.assembly import assembled, title_of
from luoxuan.reports.content import fingerprint
from luoxuan.reports.models import Document, DocumentFile
from luoxuan.reports.printed import datasets_printed
from luoxuan.reports.queries import newest_edition, periods_with_something
from luoxuan.reports.rules import (
    SUBJECT_KINDS,
    DocumentKind,
    DocumentState,
    can_change,
    can_decide,
)

FILES_JOB = "reports.make_files"


class DocumentFrozen(Refused):
    """The document is submitted, signed or withdrawn; its content does not change any more."""


class DocumentNotWaiting(Refused):
    """The document does not wait for a signature."""


class OwnSignature(Refused):
    """Nobody signs his own document."""


class ReasonMissing(Refused):
    """Returning and withdrawing need a reason."""


class NothingToReport(Refused):
    """In this term the course had no class, no reading and no loop."""


class UnfitSubject(Refused):
    """Documents of this kind are not about subjects of this kind."""


def create_document(
    *, kind: DocumentKind, subject: Subject, period: Period, scope: Scope, by: User, at: datetime
) -> Document:
    """Begin a document「报告」, filled from what ``scope`` sees; an open one is returned instead.

    After a signed or withdrawn one it is the next edition. Raises UnfitSubject, NothingToReport.
    """
    if subject.kind != SUBJECT_KINDS[kind]:
        raise UnfitSubject("document_unfit_subject", subject=subject.name)
    try:
        return _create(kind, subject, period, scope, by=by, at=at)
    except IntegrityError:
        # A double click: the other request has just begun the same one.
        last = newest_edition(kind, subject, period)
        if last is None:
            raise
        return last


@transaction.atomic
def _create(
    kind: DocumentKind, subject: Subject, period: Period, scope: Scope, *, by: User, at: datetime
) -> Document:
    last = newest_edition(kind, subject, period)
    if last and last.withdrawn_at is None and last.state != DocumentState.SIGNED:
        return last
    _check_something(kind, subject, period)
    document = Document(
        kind=kind,
        subject=subject,
        period=period,
        edition=last.edition + 1 if last else 1,
        title=title_of(kind, subject, period),
        author=by,
        created_at=at,
        assembled_at=at,
    )
    _assemble(document, scope, at)
    document.save()
    _audit("create_document", document, by=by, at=at)
    return document


@transaction.atomic
def write_texts(
    *, document: Document, texts: Mapping[str, str], scope: Scope, by: User, at: datetime
) -> None:
    """Set the author's own words and fill the document anew「更新」; raises DocumentFrozen."""
    here = _open(document)
    here.texts = {name: text.strip() for name, text in texts.items()}
    _assemble(here, scope, at)
    here.save()
    _audit("write_document", here, by=by, at=at)
    document.refresh_from_db()


@transaction.atomic
def submit_document(*, document: Document, scope: Scope, by: User, at: datetime) -> None:
    """Freeze the content and hand the document in「提交」; its files are made in the background."""
    here = _open(document)
    _assemble(here, scope, at)
    here.state, here.submitted_at = DocumentState.SUBMITTED, at
    here.returned_reason = ""
    here.save()
    _audit("submit_document", here, by=by, at=at)
    record_uses(datasets=datasets_printed(here.content), kind=UseKind.PRINTED, at=at)
    request_files(document=here, by=by, at=at)
    seam("reports.document.before_commit")
    document.refresh_from_db()


@transaction.atomic
def sign_document(*, document: Document, by: User, at: datetime) -> None:
    """Sign a submitted document「签发」; raises OwnSignature and DocumentNotWaiting."""
    here = _waiting(document, by)
    here.state, here.signer, here.signed_at = DocumentState.SIGNED, by, at
    here.save()
    _audit("sign_document", here, by=by, at=at)
    request_files(document=here, by=by, at=at)
    _tell(here, gettext("已签发"), at)
    document.refresh_from_db()


@transaction.atomic
def return_document(*, document: Document, reason: str, by: User, at: datetime) -> None:
    """Return a submitted document with a reason「退回」; its author may write in it again."""
    if not reason.strip():
        raise ReasonMissing("document_needs_reason")
    here = _waiting(document, by)
    here.state, here.returned_reason = DocumentState.RETURNED, reason.strip()[:500]
    here.save()
    _audit("return_document", here, by=by, at=at)
    _tell(here, gettext("已退回"), at)
    document.refresh_from_db()


@transaction.atomic
def withdraw_document(*, document: Document, reason: str, by: User, at: datetime) -> None:
    """Withdraw a document「撤回」; it stays with its reason and its files."""
    if not reason.strip():
        raise ReasonMissing("document_needs_reason")
    here = locked(document)
    if here.withdrawn_at is not None:
        raise DocumentFrozen("document_frozen")
    here.withdrawn_at, here.withdrawn_reason = at, reason.strip()[:500]
    here.save()
    _audit("withdraw_document", here, by=by, at=at)
    document.refresh_from_db()


def request_files(*, document: Document, by: User | None, at: datetime) -> Job:
    """Ask for the files of a document「生成文件」; one job at a time makes them."""
    return enqueue(
        name=FILES_JOB,
        arguments={"document": document.pk},
        by=by,
        at=at,
        title=gettext("生成报告文件：%(title)s") % {"title": document.title},
        unique_key=f"{FILES_JOB}:{document.pk}",
        url=reverse("reports:document_detail", args=[document.pk]),
    )


def record_files(*, document: Document, files: Sequence[Mapping[str, Any]], at: datetime) -> None:
    """Record the files made of one source, in the caller's transaction; a second time is no news.

    Each is {format, source_hash, sha256, n_bytes, notes}.
    """
    for file in files:
        DocumentFile.objects.update_or_create(
            document=document,
            format=file["format"],
            source_hash=file["source_hash"],
            defaults={
                "sha256": file["sha256"],
                "n_bytes": file["n_bytes"],
                "notes": list(file["notes"]),
                "made_at": at,
            },
        )


def _check_something(kind: DocumentKind, subject: Subject, period: Period) -> None:
    if kind is not DocumentKind.COURSE_TERM:
        return
    asked, course = Period.objects.filter(pk=period.pk), Subject.objects.filter(pk=subject.pk)
    if not periods_with_something(asked, course):
        raise NothingToReport("nothing_to_report", subject=subject.name, period=period.name)


def _open(document: Document) -> Document:
    here = locked(document)
    if not can_change(here.state, is_withdrawn=here.withdrawn_at is not None):
        raise DocumentFrozen("document_frozen")
    return here


def _waiting(document: Document, by: User) -> Document:
    here = locked(document)
    if here.author_id == by.pk:
        raise OwnSignature("document_own_signature")
    is_withdrawn = here.withdrawn_at is not None
    if not can_decide(here.state, is_withdrawn=is_withdrawn, is_author=False):
        raise DocumentNotWaiting("document_not_waiting")
    return here


def _assemble(document: Document, scope: Scope, at: datetime) -> None:
    # A report is a Chinese document of the college, whatever language its author reads pages in.
    with translation.override("zh-hans"):
        document.content = assembled(
            DocumentKind(document.kind),
            scope,
            document.subject,
            document.period,
            texts=document.texts,
            author=str(document.author),
            on=timezone.localdate(at),
        )
    document.assembled_at = at
    document.content_hash = fingerprint(document.content)


def _tell(document: Document, words: str, at: datetime) -> None:
    notify(
        user=document.author,
        text=f"{document.title}：{words}",
        url=reverse("reports:document_detail", args=[document.pk]),
        at=at,
        key=f"document:{document.pk}:{document.state}:{at.isoformat()}",
    )


def _audit(action: str, document: Document, *, by: User, at: datetime) -> None:
    record_audit(
        by=by,
        at=at,
        action=action,
        object_kind="Document",
        object_key=str(document.pk),
        facts={
            "kind": document.kind,
            "edition": document.edition,
            "content": document.content_hash,
            "reason": document.withdrawn_reason or document.returned_reason,
        },
    )
