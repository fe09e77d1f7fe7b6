"""Decisions about the data standard on plain values: guessed types, differences, findings."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

LOCAL = "local"
_INTEGER = re.compile(r"[+-]?[0-9]{1,15}")
_DECIMAL = re.compile(r"[+-]?[0-9]{1,15}\.([0-9]{1,6})")
_DATE = re.compile(r"[0-9]{4}[-/.年][0-9]{1,2}[-/.月][0-9]{1,2}日?(?: 0?0:00(?::00)?)?")
_TIME = re.compile(r"[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}[ T][0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?")
_BOOLEANS = frozenset({"是", "否", "true", "false", "y", "n", "yes", "no"})
_WORD = re.compile(r"[^a-z0-9]+")


class FindingSeverity(StrEnum):
    """How much a finding matters「发现的严重程度」."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class StandardFinding:
    """Something in the data standard that should be mended「标准检查结果」.

    ``rule`` is its identifier; ``dataset``, ``field`` and ``code_list`` say where; ``facts`` are
    for the sentence.
    """

    rule: str
    severity: FindingSeverity
    dataset: str = ""
    field: str = ""
    code_list: str = ""
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """What one definition says otherwise than the one before「标准差异」.

    ``field`` is empty for the dataset as a whole; ``name`` empty for a field added or withdrawn.
    """

    field: str
    name: str
    before: Any
    after: Any


def local_origin(origin: str) -> str:
    """Return the origin of a row that was changed here, which no package overwrites."""
    return origin if origin.partition("@")[0] == LOCAL else f"{LOCAL}@{origin}"[:100]


def guess_type(texts: Iterable[str]) -> tuple[str, int]:
    """Return the type that all texts of a column fit, and its decimals; text where in doubt.

    A number that begins with 0 is a code, so its column is text.
    """
    found = [text.strip() for text in texts if text.strip()]
    if not found:
        return "text", 0
    if all(text.lower() in _BOOLEANS for text in found):
        return "boolean", 0
    if any(text.lstrip("+-").startswith("0") and text.lstrip("+-0")[:1] not in {"", "."}
           for text in found if _INTEGER.fullmatch(text)):  # fmt: skip
        return "text", 0
    if all(_INTEGER.fullmatch(text) for text in found):
        # Eight digits and more of one length are numbers of things, nothing to reckon with.
        is_code = len({len(text) for text in found}) == 1 and len(found[0]) >= 8
        return ("text", 0) if is_code else ("integer", 0)
    numbers = [(_INTEGER.fullmatch(text), _DECIMAL.fullmatch(text)) for text in found]
    if all(whole or part for whole, part in numbers):
        return "decimal", max(len(part[1]) for _, part in numbers if part)
    if all(_DATE.fullmatch(text) for text in found):
        return "date", 0
    if all(_TIME.fullmatch(text) or _DATE.fullmatch(text) for text in found):
        return "time", 0
    return "text", 0


def proposed_name(header: str, position: int, taken: Iterable[str]) -> str:
    """Return a name for the field of a header: its Latin letters, else a number of its own."""
    name = _WORD.sub("_", header.lower()).strip("_")[:50]
    if not name or not name[0].isalpha():
        name = f"field_{position + 1}"
    known = set(taken)
    return name if name not in known else f"{name}_{position + 1}"


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    """Return what differs between two definitions: words and duties first, then the fields."""
    found = list(_plain_differences("", _head(before), _head(after)))
    old = {field["name"]: field for field in before.get("fields", [])}
    new = {field["name"]: field for field in after.get("fields", [])}
    found += [Difference(name, "", "", new[name]["title"]) for name in new if name not in old]
    found += [Difference(name, "", old[name]["title"], "") for name in old if name not in new]
    for name in new:
        if name in old:
            found += _plain_differences(name, old[name], new[name])
    return found


def _head(content: Mapping[str, Any]) -> dict[str, Any]:
    plain = {name: value for name, value in content.items() if name not in {"fields", "duties"}}
    return {**plain, **content.get("duties", {})}


def _plain_differences(
    field: str, before: Mapping[str, Any], after: Mapping[str, Any]
) -> Iterator[Difference]:
    for name in dict.fromkeys([*after, *before]):
        if before.get(name) != after.get(name):
            yield Difference(field, name, before.get(name), after.get(name))


def lint_standard(
    standards: Mapping[str, Mapping[str, Any]],
    *,
    code_lists: Iterable[str],
    places: Iterable[str],
    is_sound: Mapping[str, bool],
) -> list[StandardFinding]:
    """Return what should be mended in all standards「标准检查」, errors first.

    ``standards`` are definitions by dataset, ``places`` the codes that may be responsible,
    ``is_sound`` says for each pattern whether the engine takes it.
    """
    known = set(places)
    found = [
        one for name, content in standards.items() for one in _lint_duties(name, content, known)
    ]
    for name, content in standards.items():
        for field in content["fields"]:
            found += _lint_field(name, field, standards, is_sound)
    found += _lint_repeats(standards)
    used = {field["code_list"] for content in standards.values() for field in content["fields"]}
    found += [
        StandardFinding("standard.unused_code_list", FindingSeverity.NOTE, code_list=name)
        for name in sorted(set(code_lists) - used)
    ]
    order = list(FindingSeverity)
    return sorted(found, key=lambda one: (order.index(one.severity), one.rule, one.dataset))


def _lint_duties(
    name: str, content: Mapping[str, Any], known: set[str]
) -> Iterator[StandardFinding]:
    duties = content["duties"]
    lacking = (("owner_unit", "no_owner"), ("collector", "no_collector"), ("due_day", "no_due_day"))
    for column, rule in lacking:
        if duties[column] in ("", None):
            yield StandardFinding(f"standard.{rule}", FindingSeverity.WARNING, name)
    for column in ("owner_unit", "collector", "auditor"):
        if duties[column] and duties[column] not in known:
            facts = (("code", duties[column]),)
            yield StandardFinding(
                "standard.unknown_duty", FindingSeverity.WARNING, name, facts=facts
            )


def _lint_field(
    name: str,
    field: Mapping[str, Any],
    standards: Mapping[str, Mapping[str, Any]],
    is_sound: Mapping[str, bool],
) -> Iterator[StandardFinding]:
    if field["is_required"] and not field["about"] and not field["owned_by"]:
        yield StandardFinding("standard.no_meaning", FindingSeverity.NOTE, name, field["name"])
    if field["pattern"] and not is_sound.get(field["pattern"], True):
        facts = (("pattern", field["pattern"]),)
        yield StandardFinding(
            "standard.bad_pattern", FindingSeverity.ERROR, name, field["name"], facts=facts
        )
    if field["owned_by"]:
        owner, _, owned = field["owned_by"].partition(".")
        fields = {one["name"] for one in standards.get(owner, {}).get("fields", [])}
        if owned not in fields:
            facts = (("owner", field["owned_by"]),)
            yield StandardFinding(
                "standard.owner_absent", FindingSeverity.WARNING, name, field["name"], facts=facts
            )


def _lint_repeats(standards: Mapping[str, Mapping[str, Any]]) -> Iterator[StandardFinding]:
    """Find fields that repeat one which others name as their owner, without naming it too."""
    owned = {
        field["owned_by"]
        for content in standards.values()
        for field in content["fields"]
        if field["owned_by"]
    }
    titles: dict[tuple[str, str], str] = {}
    codes: dict[tuple[str, str], str] = {}
    for name, content in standards.items():
        for field in content["fields"]:
            place = f"{name}.{field['name']}"
            if place in owned:
                titles[(field["title"], field["type"])] = place
                if field["source_code"]:
                    codes[(field["source_standard"], field["source_code"])] = place
    for name, content in standards.items():
        for field in content["fields"]:
            place = f"{name}.{field['name']}"
            source = (field["source_standard"], field["source_code"])
            owner = titles.get((field["title"], field["type"])) or codes.get(source)
            if owner and owner != place and not field["owned_by"]:
                facts = (("owner", owner),)
                yield StandardFinding(
                    "standard.repeats_owned",
                    FindingSeverity.WARNING,
                    name,
                    field["name"],
                    facts=facts,
                )


def lines_of(text: str) -> list[str]:
    """Return the texts of a box that holds one in each line."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def table_of(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return a declaration as its file would say it, so that it can be checked like one."""
    table = {
        name: value
        for name, value in values.items()
        if value is not None and name not in {"fields", "lookups", "duties", "origin"}
    }
    table["subject"] = {"kind": values["subject_kind"], "field": values["subject_field"]}
    table["period"] = {
        "kind": values["period_kind"], "field": values["period_field"],
        "day_field": values["day_field"], "date_field": values["date_field"],
        "kinds": values["date_kinds"],
    }  # fmt: skip
    table["field"] = [_entry_of(field) for field in values["fields"]]
    table["lookup"] = list(values["lookups"])
    return table


def _entry_of(field: Mapping[str, Any]) -> dict[str, Any]:
    entry = {name: value for name, value in field.items() if value is not None}
    return {**entry, "required": field["is_required"], "header": field["headers"]}


def withdrawn_fields(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Return the names of the fields that a declaration no longer has."""
    kept = {field["name"] for field in after["fields"]}
    return [field["name"] for field in before["fields"] if field["name"] not in kept]


def named_in(content: Mapping[str, Any], field: str) -> bool:
    """Tell whether a dataset's own declaration uses a field for more than its column."""
    places: Sequence[Any] = (
        *content["key"], content["subject_field"], content["unit_field"], content["period_field"],
        content["day_field"], content["date_field"], *content["grains"].values(),
        *(mine for lookup in content["lookups"] for mine in lookup["on"]),
    )  # fmt: skip
    return field in places


CODE_WIDTH = 5
"""A code is told as value, title, English title, first day and the day of its end."""


def codes_mark(codes: Sequence[Sequence[str]]) -> str:
    """Return a mark of the codes of a list that differs when they do."""
    text = "\n".join("|".join(code) for code in codes)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
