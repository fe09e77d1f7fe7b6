"""Background entries of the data centre: checking and writing files."""

from typing import Any

from django.urls import reverse
from django.utils import timezone

from luoxuan.core.errors import Refused
from luoxuan.core.jobs import JobRun, job
from luoxuan.data.actions.drafts import check_draft, write_draft
from luoxuan.data.exchange import jobs as exchange  # noqa: F401 (registers its jobs)
from luoxuan.data.models import ImportDraft, Pull, Source
from luoxuan.data.sources.pulls import accept_pull, pull_source
from luoxuan.data.sources.rules import PullOutcome, SourceKind


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


@job("data.pull")
def pull(run: JobRun, *, source: int) -> dict[str, Any]:
    """Take what a source has; killed in the middle, the next attempt takes effect once."""
    row = Source.objects.select_related("dataset", "owner").get(pk=source)
    result = {"url": reverse("data:source_detail", args=[source])}
    run.progress(0, 1)

    def confirm() -> None:
        # A folder brings several files, each with a commit of its own.
        if row.kind != SourceKind.FOLDER:
            run.confirm(result)

    pulls = pull_source(source=row, by=run.by, confirm=confirm)
    for one in pulls:
        if one.outcome == PullOutcome.FAILED:
            raise Refused(one.code, **one.facts)
    return result


@job("data.accept_pull")
def accept(run: JobRun, *, pull: int) -> dict[str, Any]:
    """Adopt a held pull, once however often the job is begun."""
    row = Pull.objects.select_related("source__dataset", "source__owner").get(pk=pull)
    result = {"url": reverse("data:source_detail", args=[row.source_id])}
    run.progress(0, 1)
    accept_pull(pull=row, by=run.by, at=timezone.now(), confirm=lambda: run.confirm(result))
    return result
