"""What the tests' college holds in reports."""

from pathlib import Path

from luoxuan.campus.models import Period
from luoxuan.campus.queries import subject_at
from luoxuan.campus.scope import EVERYTHING
from luoxuan.core.actions import cancel_job
from luoxuan.core.models import User
from luoxuan.indicators.proofs import ProofIds
from luoxuan.indicators.queries import reading_at
from luoxuan.reports.actions import (
    create_document,
    record_files,
    request_files,
    submit_document,
)
from luoxuan.reports.printing.making import make_files
from luoxuan.reports.rules import DocumentKind
from luoxuan.testing.college import NOW


def fill(users: dict[str, User], folder: Path) -> dict[str, object]:
    """Submit a report of the course MATH with its files; return its key and printed ids."""
    document = create_document(
        kind=DocumentKind.COURSE_TERM,
        subject=subject_at(EVERYTHING, kind="COURSE", code="MATH"),
        period=Period.objects.get(code="2025-1"),
        scope=EVERYTHING,
        by=users["math"],
        at=NOW,
    )
    submit_document(document=document, scope=EVERYTHING, by=users["math"], at=NOW)
    # Made here instead of by the job: an unfinished one would stand on every page of its author.
    cancel_job(job=request_files(document=document, by=users["math"], at=NOW), by=None, at=NOW)
    record_files(document=document, files=make_files(document), at=NOW)
    proofs = {}
    for code, name in (("MATH-1", "proof_math"), ("WELD-1", "proof_weld")):
        reading = reading_at(
            EVERYTHING,
            code="course.pass_share",
            kind="TEACHING_CLASS",
            subject=code,
            period="2025-1",
        )
        if reading is not None:
            proofs[name] = ProofIds([reading]).id_of(reading)
    return {"document": document.pk, **proofs}
