"""Words in the reader's language: titles kept in two languages, kinds and directions."""

from django import template
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from luoxuan import __version__
from luoxuan.core.charts.pictures import part_of

register = template.Library()

_KINDS: dict[str, Promise] = {
    "INSTITUTION": _("学校"),
    "UNIT": _("部门"),
    "POST": _("岗位"),
    "PROGRAM": _("专业"),
    "PROGRAM_GROUP": _("专业群"),
    "COURSE": _("课程"),
    "TEACHING_CLASS": _("教学班"),
    "CLASS_GROUP": _("行政班"),
    "FACULTY_BODY": _("师资队伍"),
    "TEACHER": _("教师"),
    "STUDENT": _("学生"),
    "STUDENT_BODY": _("学生群体"),
}
_DIRECTIONS: dict[str, Promise] = {
    "HIGHER": _("越高越好"),
    "LOWER": _("越低越好"),
    "RANGE": _("在范围内为好"),
}
_TYPES: dict[str, Promise] = {
    "text": _("文本"),
    "integer": _("整数"),
    "decimal": _("小数"),
    "date": _("日期"),
    "time": _("时间"),
    "boolean": _("是否"),
    "code": _("代码"),
}
_LIMITS: dict[str, Promise] = {
    "target_value": _("目标值"),
    "standard_value": _("标准值"),
    "warning_value": _("预警值"),
}


@register.filter
def text_of(thing: object, name: str) -> str:
    """Return the English text when the page is English and there is one, else the Chinese one."""
    if (get_language() or "").startswith("en"):
        english = part_of(thing, f"{name}_en")
        if english:
            return str(english)
    text = part_of(thing, name)
    return "" if text is None else str(text)


@register.filter
def kind_words(kind: object) -> str:
    """Return the name of a kind of subject; an unknown kind is shown as it is."""
    return str(_KINDS.get(str(kind), kind))


@register.filter
def direction_words(direction: object) -> str:
    """Return which way an indicator improves."""
    return str(_DIRECTIONS.get(str(direction), ""))


@register.filter
def type_words(kind: object) -> str:
    """Return the name of a field type."""
    return str(_TYPES.get(str(kind), kind))


@register.filter
def limit_words(name: object) -> str:
    """Return the name of a limit: target, standard or warning value."""
    return str(_LIMITS.get(str(name), name))


@register.simple_tag
def program_version() -> str:
    """Return the version of the program; a name of its own, since pages have versions too."""
    return __version__
