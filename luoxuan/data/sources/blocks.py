"""Sources as pages and commands show them."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from luoxuan.core.messages import TEXTS, refusal_text
from luoxuan.data.import_blocks import finding_text
from luoxuan.data.models import Pull, Source
from luoxuan.data.sources.queries import can_accept
from luoxuan.data.sources.rules import PullOutcome, SourceKind

KINDS = {
    SourceKind.SQL: _("数据库"),
    SourceKind.HTTP: _("HTTP 接口（JSON）"),
    SourceKind.FOLDER: _("收件目录"),
}
_OUTCOMES = {
    PullOutcome.RUNNING: ("no", _("正在采集")),
    PullOutcome.DONE: ("ok", _("已采用")),
    PullOutcome.UNCHANGED: ("ok", _("没有新数据")),
    PullOutcome.HELD: ("wa", _("等待决定")),
    PullOutcome.FAILED: ("ba", _("未采用")),
}


def source_shown(source: Source, pull: Pull | None) -> dict[str, Any]:
    """Return a source as a line of the list, with what its last pull came to."""
    return {
        "source": source,
        "kind": KINDS[SourceKind(source.kind)],
        "schedule": schedule_words(source),
        "pull": pull_shown(pull) if pull else None,
        "url": reverse("data:source_detail", args=[source.pk]),
    }


def pull_shown(pull: Pull) -> dict[str, Any]:
    """Return a pull with the words of its outcome and the reason."""
    state, words = _OUTCOMES[PullOutcome(pull.outcome)]
    return {
        "pull": pull,
        "state": state,
        "words": words,
        "reason": reason_of(pull),
        "batch_url": reverse("data:import_batch_detail", args=[pull.batch_id])
        if pull.batch_id
        else "",
    }


def accept_url(source: Source, pull: Pull | None) -> str:
    """Return the address that adopts the last pull, "" if there is nothing to adopt."""
    if pull is None or not can_accept(pull):
        return ""
    return reverse("data:pull_accept", args=[source.pk, pull.pk])


def reason_of(pull: Pull) -> str:
    """Return why a pull was not adopted, as a sentence."""
    if not pull.code:
        return ""
    text = refusal_text if pull.code in TEXTS else finding_text
    return text(pull.code, pull.facts)


def schedule_words(source: Source) -> str:
    """Return when a source is pulled."""
    if source.every_minutes:
        return gettext("每 %(n)s 分钟") % {"n": source.every_minutes}
    if source.daily_at:
        return gettext("每天 %(time)s") % {"time": source.daily_at.strftime("%H:%M")}
    return gettext("手工")
