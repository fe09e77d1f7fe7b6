"""Jobs and notices in templates."""

from typing import Any

from django import template
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from luoxuan.core.messages import refusal_text
from luoxuan.core.models import Job
from luoxuan.core.queries import ShellCounts, shell_counts
from luoxuan.core.rules import JobState

register = template.Library()

_STATES: dict[str, tuple[str, Promise]] = {
    JobState.QUEUED: ("no", _("排队中")),
    JobState.RUNNING: ("un", _("进行中")),
    JobState.DONE: ("ok", _("已完成")),
    JobState.FAILED: ("ba", _("未完成")),
    JobState.CANCELLED: ("no", _("已取消")),
}


@register.simple_tag
def job_chip(job: Job) -> SafeString:
    """Draw the state of a job: word and shape."""
    name, _words = _STATES.get(job.state, ("no", job.state))
    return format_html('<span class="status {}">{}</span>', name, job_words(job))


def job_words(job: Job) -> str:
    """Return the word of a job's state, for chips and files."""
    if job.is_unfinished and job.cancel_asked_at is not None:
        return str(_("正在取消"))
    return str(_STATES.get(job.state, ("no", job.state))[1])


@register.filter
def job_failure(job: Job) -> str:
    """Say why a job was not done, in the reader's language."""
    return refusal_text(job.error_code, job.error_facts) if job.error_code else ""


@register.inclusion_tag("core/_job_drawer.html", takes_context=True)
def job_drawer(context: dict[str, Any]) -> dict[str, Any]:
    """Show the sign of jobs and notices in the shell, by one query."""
    request = context.get("request")
    user = getattr(request, "user", None)
    known = user is not None and user.is_authenticated
    return {"user": user, "counts": shell_counts(user) if known and user else ShellCounts()}
