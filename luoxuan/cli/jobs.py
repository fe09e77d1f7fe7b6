"""Commands about background work, catching up and the invariants."""

import argparse
from dataclasses import asdict
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext

from luoxuan.cli import output, worker
from luoxuan.cli.command import DONE, REFUSED, Add
from luoxuan.core.audit_heads import write_head
from luoxuan.core.messages import refusal_text
from luoxuan.core.models import Job
from luoxuan.core.rules import LEASE
from luoxuan.portal.catch_up import catch_up
from luoxuan.portal.verification import INVARIANTS, verify_everything

_COLUMNS = ("id", "name", "state", "done", "total", "attempts", "owner", "title", "failure")


def register(add: Add) -> None:
    """Declare the commands of this group."""
    add("catch-up", _catch_up, "do whatever lags: readings, then watches", "catch-up")
    listing = add("jobs", _jobs, "print background jobs, the newest first", "jobs --unfinished")
    listing.add_argument("--unfinished", action="store_true", help="only what waits or runs")
    listing.add_argument("--limit", type=int, default=50)
    working = add("worker", _worker, "do background jobs and catch up", "worker --once")
    working.add_argument("--seconds", type=float, default=0.5, help="how often to look for jobs")
    working.add_argument("--lease", type=float, default=LEASE.total_seconds(), metavar="SECONDS")
    working.add_argument("--once", action="store_true", help="do what is due, then end")
    working.add_argument("--with-parent", action="store_true", help="end when the parent ends")
    working.add_argument("--watched", action="store_true", help="begin anew whenever it is killed")
    verifying = add("verify", _verify, "check the invariants", "verify")
    verifying.add_argument(
        "--deep", action="store_true", help="read every table and every stored row as well"
    )


def _catch_up(options: argparse.Namespace) -> int:
    report = catch_up(by=None, at=timezone.now())
    write_head(at=timezone.now())
    document = asdict(report)
    output.write_json(document) if options.json else output.write_line(str(document))
    return DONE


def _jobs(options: argparse.Namespace) -> int:
    found = Job.objects.select_related("by").order_by("-id")
    if options.unfinished:
        found = found.filter(finished_at=None)
    rows = [_document(job) for job in found[: options.limit]]
    output.write_json(rows) if options.json else output.write_table(_COLUMNS, rows)
    return DONE


def _document(job: Job) -> dict[str, object]:
    return {
        "id": job.pk,
        "name": job.name,
        "title": job.title,
        "state": job.state,
        "done": job.done,
        "total": job.total,
        "words": job.words,
        "attempts": job.attempts,
        "owner": job.owner,
        "by": job.by.username if job.by else None,
        "queued_at": job.queued_at,
        "started_at": job.started_at,
        "finished_at": job.finished_at,
        "lease_until": job.lease_until,
        "result": job.result,
        "failure": refusal_text(job.error_code, job.error_facts) if job.error_code else "",
    }


def _worker(options: argparse.Namespace) -> int:
    plan = worker.WorkerPlan(
        seconds=options.seconds,
        lease=timedelta(seconds=options.lease),
        is_once=options.once,
        with_parent=options.with_parent,
    )
    worker.watch(plan, catch_up) if options.watched else worker.work(plan, catch_up)
    return DONE


def _verify(options: argparse.Namespace) -> int:
    findings = verify_everything(at=timezone.now(), is_deep=options.deep)
    rows = []
    for finding in findings:
        promise = INVARIANTS[finding.invariant]
        rows.append({**asdict(finding), "promise": gettext(promise)})
    if options.json:
        output.write_json(rows)
    else:
        output.write_table(("invariant", "about", "problem", "promise"), rows)
        output.write_note(" ".join(INVARIANTS) + f": {len(rows) or 'ok'}")
    return REFUSED if rows else DONE
