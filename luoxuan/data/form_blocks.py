"""Forms as pages show them: each field with what was filled in and what is wrong with it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext

from luoxuan.data.form_fields import SEPARATOR, FormField, is_shown


@dataclass(frozen=True, slots=True)
class FormRow:
    """One field of a form「表单行」 ready to be drawn.

    ``theirs`` is what another person stored meanwhile, None where it does not differ.
    """

    field: FormField
    value: str
    error: str = ""
    theirs: str | None = None
    is_shown: bool = True

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
) -> list[FormRow]:
    """Return the fields with values, error texts and what differs, in the form's order."""
    codes, others = errors or {}, theirs or {}
    return [
        FormRow(
            field,
            str(values.get(field.name, "")),
            error_text(field, codes[field.name]) if field.name in codes else "",
            others.get(field.name),
            is_shown(field, values),
        )
        for field in fields
    ]


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
