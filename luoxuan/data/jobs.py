"""Background entries of the data centre: checking and writing files."""

from typing import Any

from django.urls import reverse
from django.utils import timezone

from luoxuan.core.jobs import JobRun, job
from luoxuan.data.actions.drafts import check_draft, write_draft
from luoxuan.data.models import ImportDraft


@job("data.check_import")
def check_import(run: JobRun, *, draft: int, edition: int) -> dict[str, Any]:
    """Check the file of a draft; an edition that was changed since is left alone."""
    row = ImportDraft.objects.select_related("dataset").get(pk=draft)
    if row.edition == edition:
        check_draft(draft=row, edition=edition, at=timezone.now(), progress=run.progress)
    return {"url": reverse("data:draft_detail", args=[draft])}


@job("data.commit_import")
def commit_import(run: JobRun, *, draft: int) -> dict[str, Any]:
    """Write a checked draft, once however often the job is begun."""
    row = ImportDraft.objects.select_related("dataset", "batch").get(pk=draft)
    # The batch is not known before its commit, so the page of the draft leads on to it.
    result = {"url": reverse("data:draft_detail", args=[draft])}
    write_draft(
        draft=row, by=run.by, at=timezone.now(), progress=run.progress,
        confirm=lambda: run.confirm(result),
    )  # fmt: skip
    return result
