"""The fields of a form「表单」 and the check of what was filled in; pure, without Django."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

MOST_CHARACTERS = 4000


class FormFieldType(StrEnum):
    """What a field of a form takes「表单字段类型」."""

    TEXT = "text"
    NUMBER = "number"
    INTEGER = "integer"
    CHOICE = "choice"
    SEVERAL = "several"
    YES_NO = "yes_no"
    DATE = "date"


SEPARATOR = ";"
"""Stands between the values of several choices in their plain form."""

YES, NO = "true", "false"

LAST = "last"
KEY_WORDS = frozenset({"subject", "unit", "parent", "period"})
"""What a row that is brought along may be found by: of whom the form is, and for when."""


@dataclass(frozen=True, slots=True)
class FormChoice:
    """One answer「选项」 of a choice."""

    value: str
    title: str
    title_en: str = ""


@dataclass(frozen=True, slots=True)
class FormField:
    """One question of a form「表单字段」: what it is called, what it takes, within which limits.

    ``minimum`` and ``maximum`` are numbers or days in the words of the definition; ``decimals``
    says how many digits may follow the point, None for any number of them. ``shown_if`` asks the
    question only where another field holds a value: pairs of name and value. ``prefill`` names
    what is brought along: "dataset.field", or "last" for the answer of the period before;
    ``prefill_key`` says which row of the dataset: pairs of its field and a word of `KEY_WORDS`,
    without any its own subject, unit and period.
    """

    name: str
    title: str
    title_en: str = ""
    type: FormFieldType = FormFieldType.TEXT
    is_required: bool = False
    minimum: str = ""
    maximum: str = ""
    choices: tuple[FormChoice, ...] = ()
    help: str = ""
    help_en: str = ""
    max_length: int = MOST_CHARACTERS
    decimals: int | None = None
    shown_if: tuple[tuple[str, str], ...] = ()
    prefill: str = ""
    prefill_key: tuple[tuple[str, str], ...] = ()


def parse_fields(declared: Sequence[Mapping[str, Any]]) -> tuple[FormField, ...]:
    """Return the fields of a definition; raises ValueError with the name of what is wrong."""
    fields = tuple(_field(dict(entry)) for entry in declared)
    names = [field.name for field in fields]
    if not names or len(set(names)) != len(names):
        raise ValueError("field names")
    for place, field in enumerate(fields):
        if not {name for name, _ in field.shown_if} <= set(names[:place]):
            raise ValueError(f"condition of {field.name}")
    return fields


def plain_fields(fields: Sequence[FormField]) -> list[dict[str, Any]]:
    """Return fields as plain values without what is left at its default; the inverse of parsing."""
    plain = []
    for field in fields:
        entry: dict[str, Any] = {"name": field.name, "title": field.title, "type": str(field.type)}
        for name in ("title_en", "is_required", "minimum", "maximum", "help", "help_en", "prefill"):
            if getattr(field, name):
                entry[name] = getattr(field, name)
        if field.max_length != MOST_CHARACTERS:
            entry["max_length"] = field.max_length
        if field.decimals is not None:
            entry["decimals"] = field.decimals
        if field.shown_if:
            entry["shown_if"] = dict(field.shown_if)
        if field.prefill_key:
            entry["prefill_key"] = dict(field.prefill_key)
        if field.choices:
            entry["choices"] = [
                {"value": row.value, "title": row.title, "title_en": row.title_en}
                for row in field.choices
            ]
        plain.append(entry)
    return plain


def check_values(
    fields: Sequence[FormField], values: Mapping[str, str]
) -> tuple[dict[str, str], dict[str, str]]:
    """Return the accepted values by name, and the code of what is wrong by name.

    A number or day is kept in its plain form; an empty answer is left out, missing is not zero.
    A question whose condition does not hold is not asked: its answer counts for nothing.
    """
    clean: dict[str, str] = {}
    errors: dict[str, str] = {}
    for field in fields:
        if not is_shown(field, clean):
            continue
        text = str(values.get(field.name, "")).strip()
        if not text:
            if field.is_required:
                errors[field.name] = "missing"
            continue
        value, error = _CHECKS[field.type](field, text)
        if error:
            errors[field.name] = error
        else:
            clean[field.name] = value
    return clean, errors


def is_shown(field: FormField, values: Mapping[str, str]) -> bool:
    """Tell whether a question is asked, by the answers to those before it."""
    return all(
        value in str(values.get(name, "")).split(SEPARATOR) for name, value in field.shown_if
    )


def _field(entry: dict[str, Any]) -> FormField:
    choices = tuple(FormChoice(**choice) for choice in entry.pop("choices", ()))
    kind = FormFieldType(entry.pop("type", FormFieldType.TEXT))
    limits = [str(entry.pop(name, "")) for name in ("minimum", "maximum")]
    shown_if = tuple((name, str(value)) for name, value in dict(entry.pop("shown_if", {})).items())
    key = tuple((name, str(word)) for name, word in dict(entry.pop("prefill_key", {})).items())
    field = FormField(
        type=kind, choices=choices, minimum=limits[0], maximum=limits[1], shown_if=shown_if,
        prefill_key=key, **entry,
    )  # fmt: skip
    _check_prefill(field)
    if not field.name.isidentifier() or not field.title:
        raise ValueError(f"field {field.name}")
    if (kind in _OF_CHOICES) != bool(choices):
        raise ValueError(f"choices of {field.name}")
    if kind not in _LIMITED and any(limits):
        raise ValueError(f"limits of {field.name}")
    for limit in filter(None, limits):
        _value_of(kind, limit)
    return field


def _check_prefill(field: FormField) -> None:
    is_of_dataset = field.prefill.count(".") == 1 and not set(field.prefill.split(".")) & {""}
    is_known = field.prefill in {"", LAST} or is_of_dataset
    words = {word for _, word in field.prefill_key}
    if not is_known or not words <= KEY_WORDS or (words and not is_of_dataset):
        raise ValueError(f"prefill of {field.name}")


_OF_CHOICES = frozenset({FormFieldType.CHOICE, FormFieldType.SEVERAL})
_LIMITED = frozenset({FormFieldType.NUMBER, FormFieldType.INTEGER, FormFieldType.DATE})


def _value_of(kind: FormFieldType, text: str) -> Decimal | date:
    return date.fromisoformat(text) if kind is FormFieldType.DATE else Decimal(text)


def _text(field: FormField, text: str) -> tuple[str, str]:
    kept = text.replace("\r\n", "\n")
    return (kept, "") if len(kept) <= field.max_length else ("", "too_long")


def _number(field: FormField, text: str) -> tuple[str, str]:
    try:
        number = Decimal(text.replace("，", "").replace(",", "").rstrip("%\uff05"))
    except InvalidOperation:
        return "", "not_a_number"
    # Beyond this no quantity of a college is written, and plain digits would fill the page.
    if not number.is_finite() or abs(number.adjusted()) > 15:
        return "", "not_a_number"
    exponent = number.normalize().as_tuple().exponent
    if field.decimals is not None and isinstance(exponent, int) and -exponent > field.decimals:
        return "", "not_whole" if field.decimals == 0 else "too_many_decimals"
    if field.minimum and number < Decimal(field.minimum):
        return "", "too_small"
    if field.maximum and number > Decimal(field.maximum):
        return "", "too_large"
    return format(number, "f"), ""


def _integer(field: FormField, text: str) -> tuple[str, str]:
    return _number(replace(field, decimals=0), text)


def _several(field: FormField, text: str) -> tuple[str, str]:
    known = [row.value for row in field.choices]
    sent = [part.strip() for part in text.split(SEPARATOR) if part.strip()]
    if set(sent) - set(known):
        return "", "unknown_choice"
    return SEPARATOR.join(value for value in known if value in sent), ""


def _yes_no(field: FormField, text: str) -> tuple[str, str]:
    return (text, "") if text in {YES, NO} else ("", "unknown_choice")


def _choice(field: FormField, text: str) -> tuple[str, str]:
    return (text, "") if text in {row.value for row in field.choices} else ("", "unknown_choice")


def _date(field: FormField, text: str) -> tuple[str, str]:
    try:
        day = date.fromisoformat(text.replace("/", "-"))
    except ValueError:
        return "", "not_a_date"
    if field.minimum and day < date.fromisoformat(field.minimum):
        return "", "too_early"
    if field.maximum and day > date.fromisoformat(field.maximum):
        return "", "too_late"
    return day.isoformat(), ""


_CHECKS = {
    FormFieldType.TEXT: _text,
    FormFieldType.NUMBER: _number,
    FormFieldType.INTEGER: _integer,
    FormFieldType.CHOICE: _choice,
    FormFieldType.SEVERAL: _several,
    FormFieldType.YES_NO: _yes_no,
    FormFieldType.DATE: _date,
}
