"""Checking that what the core promises holds「核验」: the audit chain, the jobs, no secrets.

The invariants carry the numbers of the project's reliability plan: I3 effects once, I5 the audit
chain is whole, I7 no job runs for ever, I11 no full identity number, telephone or secret where
none belongs.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings

from luoxuan.core.audit_heads import heads
from luoxuan.core.chain import FIELDS, hash_of
from luoxuan.core.models import AuditEntry, AuditHead, Job
from luoxuan.core.rules import LEASE, JobState

_IDENTITY = re.compile(r"(?<!\d)[1-9]\d{5}(?:18|19|20)\d{2}[01]\d[0-3]\d{4}[\dXx](?![\dA-Za-z])")
_TELEPHONE = re.compile(r"(?<![\dA-Za-z])1[3-9]\d{9}(?![\dA-Za-z])")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"


@dataclass(frozen=True, slots=True)
class Finding:
    """One broken promise「核验发现」."""

    invariant: str
    about: str
    problem: str


def verify_core(*, at: datetime) -> list[Finding]:
    """Return every finding about audit chain, jobs and secrets; none means that all is well."""
    return [*_chain(), *_jobs(at), *_once(), *_secrets()]


def secret_in(text: str) -> str:
    """Return what a text gives away: an identity number, a telephone, our own key; or nothing."""
    if settings.SECRET_KEY and len(settings.SECRET_KEY) > 8 and settings.SECRET_KEY in text:
        return "secret key"
    if any(_is_identity(found) for found in _IDENTITY.findall(text)):
        return "identity number"
    return "telephone" if _TELEPHONE.search(text) else ""


def _is_identity(number: str) -> bool:
    total = sum(int(digit) * weight for digit, weight in zip(number, _WEIGHTS, strict=False))
    return _CHECKS[total % 11] == number[17].upper()


def _chain() -> Iterator[Finding]:
    """Walk the chain once; what the heads outside of the database remember must stand in it."""
    remembered = heads()
    last, previous = 0, ""
    rows = AuditEntry.objects.order_by("sequence").values()
    for entry in rows.iterator(chunk_size=2000):
        row: dict[str, Any] = dict(entry)
        name = f"audit {row['sequence']}"
        if row["sequence"] != last + 1:
            yield Finding("I5", name, f"entry missing: {last} is followed by {row['sequence']}")
        elif row["previous_hash"] != previous:
            yield Finding("I5", name, "does not follow the entry before it")
        if hash_of(row["previous_hash"], {field: row[field] for field in FIELDS}) != row["hash"]:
            yield Finding("I5", name, "was changed after it was written")
        if remembered.pop(row["sequence"], row["hash"]) != row["hash"]:
            yield Finding("I5", name, "is not the one that was remembered outside")
        last, previous = row["sequence"], row["hash"]
    for sequence in sorted(remembered):
        yield Finding("I5", f"audit {sequence}", "remembered outside, not in the database")
    head = AuditHead.objects.filter(pk=1).first() or AuditHead()
    if (head.sequence, head.hash) != (last, previous):
        yield Finding("I5", "audit head", f"head {head.sequence}, last entry {last}")


def _jobs(at: datetime) -> Iterator[Finding]:
    for job in Job.objects.filter(state=JobState.RUNNING):
        if job.lease_until and job.lease_until < at - 2 * LEASE:
            yield Finding("I7", f"job {job.pk}", "its lease ran out long ago, nobody took it over")
    for job in Job.objects.filter(state=JobState.FAILED, error_code=""):
        yield Finding("I7", f"job {job.pk}", "failed without a reason")
    for job in Job.objects.exclude(confirmed_at=None).filter(
        state__in=(JobState.FAILED, JobState.CANCELLED, JobState.QUEUED)
    ):
        yield Finding("I7", f"job {job.pk}", f"its effect is there, but it is {job.state}")


def _once() -> Iterator[Finding]:
    """Every cancelled job was cancelled by exactly one act, or on its own way at a progress."""
    acts = Counter(
        AuditEntry.objects.filter(action="cancel_job").values_list("object_key", flat=True)
    )
    for job in Job.objects.filter(state=JobState.CANCELLED).only("pk"):
        if not acts[str(job.pk)]:
            yield Finding("I5", f"job {job.pk}", "cancelled without an audit entry")


def _secrets() -> Iterator[Finding]:
    for job in Job.objects.order_by("pk").iterator():
        texts = [job.title, job.words, job.arguments, job.result, job.error_facts]
        if found := secret_in(_text(texts)):
            yield Finding("I11", f"job {job.pk}", f"holds a {found}")
    rows = AuditEntry.objects.order_by("sequence").values_list("sequence", "object_key", "facts")
    for sequence, key, facts in rows.iterator(chunk_size=2000):
        if found := secret_in(_text([key, facts])):
            yield Finding("I11", f"audit {sequence}", f"holds a {found}")


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)
