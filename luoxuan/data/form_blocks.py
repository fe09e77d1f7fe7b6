"""Forms as pages show them: each field with what was filled in and what is wrong with it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext

from luoxuan.core.templatetags.words import text_of
from luoxuan.data.form_fields import NO, SEPARATOR, YES, FormField, is_shown


@dataclass(frozen=True, slots=True)
class FormRow:
    """One field of a form「表单行」 ready to be drawn.

    ``theirs`` is what another person stored meanwhile, None where it does not differ. ``source``
    says where a value was brought from, ``condition`` when the question is asked.
    """

    field: FormField
    value: str
    error: str = ""
    theirs: str | None = None
    is_shown: bool = True
    source: str = ""
    condition: str = ""

    @property
    def chosen(self) -> list[str]:
        """Return the values of several choices."""
        return self.value.split(SEPARATOR)

    @property
    def shown_if(self) -> str:
        """Return the condition as the page's script reads it."""
        return json.dumps(dict(self.field.shown_if)) if self.field.shown_if else ""


def form_rows(
    fields: Sequence[FormField],
    values: Mapping[str, str],
    *,
    errors: Mapping[str, str] | None = None,
    theirs: Mapping[str, str] | None = None,
    brought: Mapping[str, Mapping[str, Any]] | None = None,
) -> list[FormRow]:
    """Return the fields with values, error texts and what differs, in the form's order.

    ``brought`` are the values that were brought along, each with its origin.
    """
    codes, others, known = errors or {}, theirs or {}, brought or {}
    rows: list[FormRow] = []
    asked: dict[str, str] = {}
    for field in fields:
        value = str(values.get(field.name, ""))
        shown = is_shown(field, asked)
        if shown:
            # The answer to a question that is not asked decides nothing.
            asked[field.name] = value
        error = error_text(field, codes[field.name]) if field.name in codes else ""
        source = _brought_words(known.get(field.name), value)
        condition = _condition_words(field, fields)
        rows.append(FormRow(field, value, error, others.get(field.name), shown, source, condition))
    return rows


def source_words(origin: Mapping[str, Any] | None) -> str:
    """Return where a prefilled value comes from: dataset or period, version, day."""
    if not origin:
        return ""
    at = parse_datetime(str(origin["at"]))
    facts = {
        "title": origin["title"], "number": origin["number"],
        "day": at.strftime("%m-%d") if at else "",
    }  # fmt: skip
    if origin["number"] is None:
        return gettext("上一期（%(title)s）") % facts
    return gettext("%(title)s 第 %(number)s 版 %(day)s") % facts


def _brought_words(brought: Mapping[str, Any] | None, value: str) -> str:
    if not brought:
        return ""
    facts = {"source": source_words(brought), "value": brought["value"]}
    if brought["value"] == value:
        return gettext("带入：%(source)s") % facts
    return gettext("带入的是 %(value)s（%(source)s），已改") % facts


def _condition_words(field: FormField, fields: Sequence[FormField]) -> str:
    """Return when a question is asked, for whom the page does not hide it by itself."""
    by_name = {one.name: one for one in fields}
    parts = []
    for name, value in field.shown_if:
        asked = by_name[name]
        words = {choice.value: text_of(choice, "title") for choice in asked.choices}
        words |= {YES: gettext("是"), NO: gettext("否")} if asked.type == "yes_no" else {}
        facts = {"title": text_of(asked, "title"), "value": words.get(value, value)}
        parts.append(gettext("“%(title)s”为“%(value)s”") % facts)
    return gettext("%(conditions)s时填写") % {"conditions": "、".join(parts)} if parts else ""


def error_text(field: FormField, code: str) -> str:
    """Return what is wrong with an answer, as a sentence."""
    texts = {
        "missing": gettext("请填写这一项。"),
        "too_long": gettext("不能超过 %(limit)s 个字。") % {"limit": field.max_length},
        "not_a_number": gettext("请填一个数。"),
        "not_whole": gettext("请填整数。"),
        "too_many_decimals": gettext("最多 %(limit)s 位小数。") % {"limit": field.decimals},
        "too_small": gettext("不能小于 %(limit)s。") % {"limit": field.minimum},
        "too_large": gettext("不能大于 %(limit)s。") % {"limit": field.maximum},
        "unknown_choice": gettext("请从选项中选一个。"),
        "not_a_date": gettext("请填日期，例如 2026-07-10。"),
        "too_early": gettext("不能早于 %(limit)s。") % {"limit": field.minimum},
        "too_late": gettext("不能晚于 %(limit)s。") % {"limit": field.maximum},
    }
    return texts.get(code, code)
