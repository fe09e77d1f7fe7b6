"""Background work of the reports."""

from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from luoxuan.core.faults import seam
from luoxuan.core.jobs import JobRun, job
from luoxuan.reports.actions import FILES_JOB, record_files
from luoxuan.reports.models import Document
from luoxuan.reports.printing.making import make_files


@job(FILES_JOB)
def make_document_files(run: JobRun, *, document: int) -> dict[str, Any]:
    """Make the files of a document「生成文件」; they become visible together or not at all."""
    found = Document.objects.select_related("author", "signer", "subject", "period").get(
        pk=document
    )
    made = make_files(found, told=run.progress)
    seam("reports.files.before_commit")
    result = {"url": reverse("reports:document_detail", args=[found.pk])}
    with transaction.atomic():
        record_files(document=found, files=made, at=timezone.now())
        run.confirm(result)
    return result
