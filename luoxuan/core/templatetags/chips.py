"""Chips「状态标记」 and icons: a state is always colour, shape and word together."""

from django import template
from django.templatetags.static import static
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from luoxuan.core.charts.pictures import CLASS_OF_STATUS, part_of

register = template.Library()

_STATUS_WORDS: dict[str, Promise] = {
    "MET": _("达标"),
    "BELOW_STANDARD": _("未达标准"),
    "WARNING": _("预警"),
    "NO_DATA": _("无数据"),
    "NOT_JUDGED": _("未设标准"),
}
_DISPOSITIONS: dict[str, tuple[str, Promise]] = {
    "accept": ("ok", _("接受")),
    "accept_normalised": ("ok", _("接受（已规范化）")),
    "reject_rows": ("wa", _("部分拒绝")),
    "reject_file": ("ba", _("整份拒绝")),
}


def _chip(name: str, words: object) -> SafeString:
    return format_html('<span class="status {}">{}</span>', name, words)


@register.simple_tag
def status_chip(status: object) -> SafeString:
    """Draw the state of a reading; what is not judged gets no colour."""
    key = str(status or "NO_DATA")
    name = "un" if key == "NOT_JUDGED" else CLASS_OF_STATUS.get(key, "no")
    return _chip(name, _STATUS_WORDS.get(key, key))


def status_words(status: object) -> str:
    """Return the word of a reading's state, for files and sentences."""
    key = str(status or "NO_DATA")
    return str(_STATUS_WORDS.get(key, key))


@register.simple_tag
def alert_chip(alert: object) -> SafeString:
    """Draw whether an alert is open."""
    if part_of(alert, "status") == "OPEN":
        return _chip("ba", _("未恢复"))
    return _chip("no", _("已恢复"))


@register.simple_tag
def disposition_chip(disposition: object) -> SafeString:
    """Draw what became of an imported file."""
    name, words = _DISPOSITIONS.get(str(disposition), ("no", disposition))
    return _chip(name, words)


def disposition_words(disposition: object) -> str:
    """Return the word of what became of an imported file, for files."""
    return str(_DISPOSITIONS.get(str(disposition), ("no", disposition))[1])


@register.simple_tag
def icon(name: str, size: str = "") -> SafeString:
    """Draw an icon of the sprite; it says nothing to a screen reader."""
    return format_html(
        '<svg class="icon {}" aria-hidden="true"><use href="{}#{}"/></svg>',
        f"icon-{size}" if size else "",
        static("icons/icons.svg"),
        name,
    )
