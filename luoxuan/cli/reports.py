"""Commands about reports and the numbers in them."""

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.utils import timezone, translation

from luoxuan.campus.models import Period, Subject
from luoxuan.campus.queries import periods, subject_at
from luoxuan.campus.scope import EVERYTHING
from luoxuan.cli import output
from luoxuan.cli.command import DONE, Add, NotFound
from luoxuan.core.models import User
from luoxuan.core.queries import user_named
from luoxuan.data.formula import explain
from luoxuan.indicators.proofs import Proof, proof_of
from luoxuan.indicators.provenance import ProvenanceMistyped, decode, encode
from luoxuan.indicators.queries import formulas_of
from luoxuan.reports.assembly import assembled, title_of
from luoxuan.reports.content import fingerprint
from luoxuan.reports.models import Document
from luoxuan.reports.printing.making import render
from luoxuan.reports.queries import newest_edition
from luoxuan.reports.rules import SUBJECT_KINDS, DocumentKind, DocumentState, FileFormat


def register(add: Add) -> None:
    """Declare the commands of this group."""
    report = add(
        "report",
        _report,
        "write a report to a file: the submitted or signed one, else a draft of now",
        "report COURSE_TERM --subject COURSE:MATH --period 2025-2026-1 --format pdf -o report.pdf",
    )
    report.add_argument("kind", choices=[*DocumentKind])
    report.add_argument("--subject", required=True, help="KIND:code")
    report.add_argument("--period", required=True)
    report.add_argument("--format", choices=[*FileFormat], default=FileFormat.PDF)
    report.add_argument("--author", default="", help="user name printed on a draft")
    report.add_argument("-o", "--output", type=Path, required=True)

    proof = add(
        "provenance",
        _provenance,
        "say where a printed number comes from and whether it still holds",
        "provenance LX-GGGG-H1CH-N99X",
    )
    proof.add_argument("id")


def _report(options: argparse.Namespace) -> int:
    kind = DocumentKind(options.kind)
    document = _document(kind, _subject(kind, options.subject), _period(options.period), options)
    content, notes = render(document, FileFormat(options.format))
    options.output.write_bytes(content)
    facts = {
        "title": document.title,
        "edition": document.edition,
        "state": document.state,
        "content": document.content_hash,
        "bytes": len(content),
        "notes": notes,
    }
    if options.json:
        output.write_json(facts)
    else:
        output.write_line(f"{document.title} → {options.output} ({len(content):,} B)")
        for note in notes:
            output.write_note(note)
    return DONE


def _document(
    kind: DocumentKind, subject: Subject, period: Period, options: argparse.Namespace
) -> Document:
    """Return the newest document that was handed in, else a draft that is stored nowhere."""
    found = newest_edition(kind, subject, period)
    if found and found.withdrawn_at is None and found.state != DocumentState.DRAFT:
        return found
    author = _author(options.author)
    now = timezone.now()
    with translation.override("zh-hans"):
        content = assembled(
            kind,
            EVERYTHING,
            subject,
            period,
            texts=found.texts if found else {},
            author=str(author),
            on=timezone.localdate(now),
        )
    return Document(
        kind=kind,
        subject=subject,
        period=period,
        edition=found.edition if found else 1,
        title=title_of(kind, subject, period),
        state=DocumentState.DRAFT,
        author=author,
        content=content,
        content_hash=fingerprint(content),
        assembled_at=now,
    )


def _subject(kind: DocumentKind, text: str) -> Subject:
    subject_kind, _, code = text.partition(":")
    if not code:
        subject_kind, code = SUBJECT_KINDS[kind], text
    try:
        return subject_at(EVERYTHING, kind=subject_kind, code=code)
    except Subject.DoesNotExist as error:
        raise NotFound("unknown_subject", kind=subject_kind, subject=code) from error


def _period(code: str) -> Period:
    found = periods().filter(code=code).first()
    if found is None:
        raise NotFound("period_unknown", period=code)
    return found


def _author(username: str) -> User:
    if not username:
        return User(username="luoxuan", name="luoxuan")
    user = user_named(username)
    if user is None:
        raise NotFound("unknown_user", username=username)
    return user


def _provenance(options: argparse.Namespace) -> int:
    try:
        keys = decode(options.id)
    except ProvenanceMistyped as error:
        raise NotFound("provenance_mistyped", id=options.id) from error
    proof = proof_of(EVERYTHING, keys)
    if proof is None:
        raise NotFound("provenance_unknown", id=options.id)
    facts = {"id": encode(keys), **_facts(proof, options.lang)}
    if options.json:
        output.write_json(facts)
        return DONE
    for name, value in facts.items():
        output.write_line(f"{name}: {'–' if value is None else value}")
    return DONE


def _facts(proof: Proof, language: str) -> dict[str, Any]:
    formula, _ = formulas_of(proof.version, language=language)
    reading = asdict(proof.reading)
    return {
        "indicator": proof.reading.indicator,
        "title": proof.version.title,
        "formula": explain(formula, language=language),
        "subject": f"{proof.subject.kind}:{proof.subject.code}",
        "period": proof.reading.period,
        **{name: reading[name] for name in ("value", "numerator", "denominator", "rows", "run")},
        "definition": proof.version.number,
        "datasets": {row.dataset.name: row.number for row in proof.inputs},
        "is_current": proof.is_current,
        "newest_run": proof.newest_run.number if proof.newest_run else None,
        "newest_value": proof.newest.value if proof.newest else None,
        "changes": {row.title: f"{row.before} → {row.after}" for row in proof.changes},
    }
