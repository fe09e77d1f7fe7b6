"""Sources as pages and commands show them."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from luoxuan.core.messages import TEXTS, refusal_text
from luoxuan.core.templatetags.words import text_of
from luoxuan.data.import_blocks import finding_text
from luoxuan.data.models import Pull, Source
from luoxuan.data.sources.queries import can_accept, due_of
from luoxuan.data.sources.rules import PullOutcome, SourceKind, is_overdue

KINDS = {
    SourceKind.SQL: _("数据库"),
    SourceKind.HTTP: _("HTTP 接口（JSON）"),
    SourceKind.FOLDER: _("收件目录"),
}
# Which sources the list shows, by the word of its address.
STATES = {"": _("全部"), "trouble": _("要处理的"), "today": _("今天成功的")}
_OUTCOMES = {
    PullOutcome.RUNNING: ("no", _("正在采集")),
    PullOutcome.DONE: ("ok", _("已采用")),
    PullOutcome.UNCHANGED: ("ok", _("没有新数据")),
    PullOutcome.HELD: ("wa", _("等待决定")),
    PullOutcome.DECLINED: ("no", _("已决定不采用")),
    PullOutcome.FAILED: ("ba", _("未采用")),
}


# What a person does about it, by the code of the reason; the reason itself names the facts.
_STEPS = {
    "secret_unreadable": _("打开“修改”，重新填写密码。"),
    "source_too_slow": _("请对方看看系统是否太忙，或在“修改”里放宽时限、只查需要的行。"),
    "source_too_many_rows": _("改用增量采集，或写一条只取需要的行的查询。"),
    "source_too_many_bytes": _("改用增量采集，或写一条只取需要的列和行的查询。"),
    "source_unknown_host": _("核对地址里的主机名，或问对方系统的管理员。"),
    "source_address_refused": _("请系统管理员确认这台主机以后，把它写进 LUOXUAN_OUTGOING。"),
    "source_bad_address": _("打开“修改”，更正地址。"),
    "source_driver_missing": _("请系统管理员安装这种数据库的驱动。"),
    "source_not_answered": _(
        "核对地址、用户名、密码和表名，用“测试连接”再试；仍不行请找对方管理员。"
    ),
    "source_answered_status": _("401、403 多半是令牌不对，404 是地址不对；其余请找对方管理员。"),
    "source_columns_missing": _("对方改了列名：打开“测试连接与列的对应”，重新对应。"),
    "source_columns_twice": _("写一条查询，给重名的列各取一个名字。"),
    "source_not_plain": _("在“列的对应”里不采集这一列，或用查询把它换成文字。"),
    "source_path_missing": _("请对方把文件放进收件目录，或更正地址。"),
    "pull_columns_changed": _("问清对方为什么改。确认无误后打开“列的对应”，保存一次，再采集。"),
    "pull_too_few_rows": _("向对方核实行数。确实只有这些时点“仍然采用”，否则请对方补齐后再采集。"),
    "pull_drifted": _("向对方核实变化是不是真的。是真的点“仍然采用”，否则写明理由不采用。"),
    "pull_without_rows": _("问对方表是不是清空了，或查询条件是不是过期了。"),
    "pull_without_sound_rows": _("多半是列对应错了：打开“列的对应”核对。"),
    "pull_interrupted": _("不用处理，到时间会再采集。"),
}


def source_shown(
    source: Source, pull: Pull | None, good: Pull | None, *, at: datetime
) -> dict[str, Any]:
    """Return a source as a line of the list: what its last pull came to and when the next is."""
    due = due_of(source, at=at)
    return {
        "source": source,
        "kind": KINDS[SourceKind(source.kind)],
        "schedule": schedule_words(source),
        "due": due,
        "is_overdue": is_overdue(due, at),
        "pull": pull_shown(pull) if pull else None,
        "good": good,
        "url": reverse("data:source_detail", args=[source.pk]),
    }


def pull_shown(pull: Pull) -> dict[str, Any]:
    """Return a pull with the words of its outcome and the reason."""
    state, words = _OUTCOMES[PullOutcome(pull.outcome)]
    return {
        "pull": pull,
        "state": state,
        "words": words,
        "is_adopted": pull.outcome == PullOutcome.DONE,
        "reason": reason_of(pull),
        "step": _STEPS.get(pull.code, ""),
        "batch_url": reverse("data:import_batch_detail", args=[pull.batch_id])
        if pull.batch_id
        else "",
    }


def accept_url(source: Source, pull: Pull | None) -> str:
    """Return the address that adopts the last pull, "" if there is nothing to adopt."""
    if pull is None or not can_accept(pull):
        return ""
    return reverse("data:pull_accept", args=[source.pk, pull.pk])


def decline_url(source: Source, pull: Pull | None) -> str:
    """Return the address that leaves the last pull out, "" where nobody has to decide."""
    if pull is None or pull.outcome != PullOutcome.HELD:
        return ""
    return reverse("data:pull_decline", args=[source.pk, pull.pk])


def reason_of(pull: Pull) -> str:
    """Return why a pull was not adopted, as a sentence."""
    if not pull.code:
        return ""
    text = refusal_text if pull.code in TEXTS else finding_text
    return text(pull.code, pull.facts)


def mapping_shown(source: Source) -> list[tuple[str, str, str]]:
    """Return (column, field, title of the field) for each column that is taken."""
    titles = {field.name: text_of(field, "title") for field in source.dataset.fields.all()}
    return [(column, name, titles.get(name, "")) for column, name in source.mapping.items() if name]


def schedule_words(source: Source) -> str:
    """Return when a source is pulled."""
    if source.every_minutes:
        return gettext("每 %(n)s 分钟") % {"n": source.every_minutes}
    if source.daily_at:
        return gettext("每天 %(time)s") % {"time": source.daily_at.strftime("%H:%M")}
    return gettext("手工")
