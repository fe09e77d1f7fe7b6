"""Commands about improvements and evidence."""

import argparse
from datetime import date
from pathlib import Path

from django.utils import timezone

from luoxuan.campus.models import Subject
from luoxuan.campus.queries import subject_at
from luoxuan.campus.scope import EVERYTHING
from luoxuan.cli import output
from luoxuan.cli.command import DONE, Add, NotFound
from luoxuan.core.models import User
from luoxuan.core.queries import user_named
from luoxuan.data.actions.evidence import file_evidence
from luoxuan.data.evidence_queries import evidence
from luoxuan.improvement.queries import improvements
from luoxuan.improvement.rules import OPEN_STATES

_COLUMNS = ("key", "kind", "subject", "state", "responsible", "due_on", "problem")
_EVIDENCE = ("key", "kind", "subject", "title", "dated_on", "document_number", "sha256")


def register(add: Add) -> None:
    """Declare the commands of this group."""
    listing = add("improvements", _improvements, "print improvements", "improvements --open")
    listing.add_argument("--open", action="store_true", help="only what is not closed")
    listing.add_argument("--subject", default="", help="KIND:CODE or code of a subject")
    proof = add(
        "evidence", _evidence, "file evidence, or print what is filed",
        "evidence add --subject COURSE:MATH --title 教研记录 --dated-on 2026-03-01 a.pdf",
    )  # fmt: skip
    proof.add_argument("verb", choices=("add", "list"))
    proof.add_argument("file", nargs="?", type=Path)
    proof.add_argument("--subject", default="", help="KIND:CODE of a subject")
    proof.add_argument("--title", default="")
    proof.add_argument("--dated-on", type=date.fromisoformat, help="YYYY-MM-DD; today by default")
    proof.add_argument("--document-number", default="", help="文号")
    proof.add_argument("--owner", default="", help="name of a user")


def _improvements(options: argparse.Namespace) -> int:
    found = improvements(EVERYTHING)
    if options.open:
        found = found.filter(state__in=OPEN_STATES)
    if options.subject:
        found = found.filter(subject__code=options.subject.rpartition(":")[2])
    rows = [
        {
            "key": row.pk,
            "kind": row.subject.kind,
            "subject": row.subject.code,
            "problem": row.problem,
            "indicator": row.indicator,
            "state": row.state,
            "measure": row.measure,
            "responsible": row.responsible.username if row.responsible else None,
            "due_on": row.due_on,
            "before": row.baseline_value,
            "now": row.closing_value,
            "closed_at": row.closed_at,
        }
        for row in found
    ]
    output.write_json(rows) if options.json else output.write_table(_COLUMNS, rows)
    return DONE


def _evidence(options: argparse.Namespace) -> int:
    if options.verb == "list":
        found = evidence(EVERYTHING)
        if options.subject:
            found = found.filter(subject=_subject(options.subject))
    else:
        found = evidence(EVERYTHING).filter(pk=_file(options))
    rows = [
        {
            "key": row.pk,
            "kind": row.subject.kind,
            "subject": row.subject.code,
            "title": row.title,
            "file_name": row.file_name,
            "media_type": row.media_type,
            "dated_on": row.dated_on,
            "document_number": row.document_number,
            "sha256": row.sha256,
            "is_withdrawn": row.withdrawn_at is not None,
        }
        for row in found
    ]
    output.write_json(rows) if options.json else output.write_table(_EVIDENCE, rows)
    return DONE


def _file(options: argparse.Namespace) -> int:
    if options.file is None or not options.file.is_file():
        raise NotFound("file_not_found", path=str(options.file or ""))
    filed = file_evidence(
        subject=_subject(options.subject),
        owner=_user(options.owner),
        title=options.title or options.file.stem,
        path=options.file,
        file_name=options.file.name,
        document_number=options.document_number,
        dated_on=options.dated_on or timezone.localdate(),
        by=None,
        at=timezone.now(),
    )
    return filed.pk


def _subject(text: str) -> Subject:
    kind, _, code = text.partition(":")
    try:
        return subject_at(EVERYTHING, kind=kind, code=code)
    except Subject.DoesNotExist as error:
        raise NotFound("unknown_subject", kind=kind, subject=code) from error


def _user(name: str) -> User | None:
    if not name:
        return None
    user = user_named(name)
    if user is None:
        raise NotFound("unknown_user", username=name)
    return user
