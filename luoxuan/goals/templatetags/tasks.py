"""Words and chips of tasks: a state is always colour, shape and word together."""

from django import template
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from luoxuan.goals.blocks import (
    ATTRIBUTE_WORDS,
    CAUSE_WORDS,
    KIND_WORDS,
    SOURCE_WORDS,
)
from luoxuan.goals.models import Task

register = template.Library()

_STATES: dict[str, tuple[str, Promise]] = {
    "DONE": ("done", _("完成")),
    "ON_TRACK": ("ok", _("正常")),
    "LATE": ("ba", _("滞后")),
    "NOT_DUE": ("planned", _("计划")),
    "WAITING": ("wa", _("待报")),
}
_SHEETS: dict[str, tuple[str, Promise]] = {
    "OPEN": ("wa", _("待报")),
    "SUBMITTED": ("un", _("已报送")),
    "RECEIVED": ("ok", _("已接收")),
    "RETURNED": ("ba", _("已退回")),
}
_DECISIONS: dict[str, tuple[str, Promise]] = {
    "ASKED": ("wa", _("待审批")),
    "APPROVED": ("ok", _("已批准")),
    "REFUSED": ("ba", _("未批准")),
}
_SIDES: dict[str, Promise] = {
    "LEADER": _("责任领导"),
    "DEPARTMENT": _("部门"),
    "COLLEGE": _("二级学院"),
}


def sheet_words(state: object) -> str:
    """Return the word of where a monthly sheet stands, for files."""
    return str(_SHEETS.get(str(state), ("", _("未知")))[1])


def decision_words(state: object) -> str:
    """Return the word of what became of the wish for another date, for files."""
    return str(_DECISIONS.get(str(state), ("", _("未知")))[1])


def _chip(known: dict[str, tuple[str, Promise]], key: object) -> SafeString:
    name, words = known.get(str(key), ("no", _("未知")))
    return format_html('<span class="status {}">{}</span>', name, words)


@register.simple_tag
def task_chip(state: object) -> SafeString:
    """Draw how a task stands."""
    return _chip(_STATES, state)


@register.simple_tag
def sheet_chip(state: object) -> SafeString:
    """Draw where a monthly sheet stands."""
    return _chip(_SHEETS, state)


@register.simple_tag
def decision_chip(state: object) -> SafeString:
    """Draw what became of the wish for another date."""
    return _chip(_DECISIONS, state)


@register.simple_tag
def month_cell(state: object) -> SafeString:
    """Draw one cell of the matrix of months; an empty one is nothing."""
    if str(state) not in _STATES:
        return SafeString()
    name, words = _STATES[str(state)]
    return format_html('<span class="month-mark {}">{}</span>', name, words)


@register.filter
def task_words(value: object) -> str:
    """Return class, source, attribute, state or side in words; unknown ones as they are."""
    for known in (SOURCE_WORDS, KIND_WORDS, ATTRIBUTE_WORDS, CAUSE_WORDS, _SIDES):
        if str(value) in known:
            return str(known[str(value)])
    return str(_STATES[str(value)][1]) if str(value) in _STATES else str(value)


@register.filter
def source_words(task: Task) -> str:
    """Return the place in the plan that a task comes from; one that is only the kind, in words."""
    words = SOURCE_WORDS.get(str(task.source), "")
    with override("zh-hans"):
        is_bare = task.source_text in {"", str(words)}
    return str(words) if is_bare else task.source_text


@register.filter
def attribute_words(value: object) -> str:
    """Return an attribute in words; TEMPORARY is a source too, with other words."""
    return str(ATTRIBUTE_WORDS.get(str(value), value))
