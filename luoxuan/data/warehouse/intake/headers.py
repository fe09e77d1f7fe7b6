"""Which column of the file is which field: by header text「表头」, never by position."""

import difflib
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from luoxuan.data.warehouse.intake.findings import (
    VALUE_SHOWN,
    Choice,
    FileRefused,
    Note,
    Question,
)
from luoxuan.data.warehouse.intake.raw import RawTable
from luoxuan.data.warehouse.intake.spec import FieldSpec, TableSpec

IGNORE = "ignore"
_HEADERS_SHOWN = 20
# Two texts are alike from here on; below two characters nothing is.
_LIKELY, _SHORTEST, _COMPARED = 0.6, 2, 80


@dataclass(frozen=True, slots=True)
class Matching:
    """The column position of each field「表头匹配」; None for an optional field that is absent."""

    positions: dict[str, int | None]
    notes: list[Note]
    questions: list[Question]


def fold_header(text: str) -> str:
    """Write a header the way headers are compared: NFKC, no outer blanks."""
    folded = unicodedata.normalize("NFKC", text).replace("\ufeff", "").strip()
    return "".join(character.lower() if character.isascii() else character for character in folded)


def loose_header(text: str) -> str:
    """Write a header without the mark of duty (*) that other templates put beside it."""
    return fold_header(text).strip("*").strip()


def match_headers(
    raw: RawTable,
    spec: TableSpec,
    answers: Mapping[str, str],
    others: Sequence[TableSpec] = (),
) -> Matching:
    """Match the headers of a file with the fields of a table.

    A header that nobody declared is asked about; if it resembles a field that is missing, that one
    is proposed, and used until the answer comes.

    Raises FileRefused when a header is empty or stands twice, when two columns claim one field, or
    when a required or key field is absent.
    """
    headers = raw.headers
    folded = [fold_header(header) for header in headers]
    _refuse_unclear(raw, folded)
    positions: dict[str, int | None] = {}
    for field in spec.fields:
        accepted = accepted_headers(field)
        found = [position for position, text in enumerate(folded) if text in accepted]
        if len(found) > 1:
            named = [headers[position] for position in found]
            raise FileRefused("two_columns_for_field", field=field.name, headers=named)
        positions[field.name] = found[0] if found else None
    answered = _answered(headers, positions, answers)
    questions = _ask(raw, spec, positions, answered) if names_any(headers, spec) else []
    _refuse_missing(headers, spec, positions, others)
    return Matching(positions, _notes(raw, positions), questions)


def accepted_headers(field: FieldSpec) -> set[str]:
    """Return the folded texts by which a field may be called."""
    return {fold_header(text) for text in (field.name, *field.headers)}


def names_any(headers: Sequence[str], spec: TableSpec) -> bool:
    """Tell whether any of these headers names a field."""
    folded = {loose_header(header) for header in headers}
    return any(accepted_headers(field) & folded for field in spec.fields)


def fits(headers: Sequence[str], spec: TableSpec) -> int:
    """Return how many fields these headers name, or 0 if one that must be there is absent."""
    folded = {loose_header(header) for header in headers}
    named = [bool(accepted_headers(field) & folded) for field in spec.fields]
    for field, is_named in zip(spec.fields, named, strict=True):
        if not is_named and (field.required or field.name in spec.key):
            return 0
    return sum(named)


def _answered(
    headers: list[str], positions: dict[str, int | None], answers: Mapping[str, str]
) -> set[int]:
    """Apply the answers about single headers and return the columns that were answered."""
    answered = set()
    for position, header in enumerate(headers):
        for kind in ("header", "extra_column"):
            answer = answers.get(f"{kind}:{header}")
            if answer is None or position in positions.values():
                continue
            answered.add(position)
            if positions.get(answer, 0) is None:
                positions[answer] = position
    return answered


def _ask(
    raw: RawTable, spec: TableSpec, positions: dict[str, int | None], answered: set[int]
) -> list[Question]:
    """Return the questions about headers nobody declared, and use what they propose."""
    free = [
        position
        for position in range(len(raw.headers))
        if position not in positions.values() and position not in answered
    ]
    absent = [field for field in spec.fields if positions[field.name] is None]
    questions = []
    for position in free:
        likely = _likely(raw.headers[position], absent)
        if likely is not None:
            questions.append(_question(raw, position, "header", absent, likely.name))
            positions[likely.name] = position
            absent = [field for field in absent if field is not likely]
        else:
            questions.append(_question(raw, position, "extra_column", absent, IGNORE))
    return questions


def _likely(header: str, absent: list[FieldSpec]) -> FieldSpec | None:
    """Return the absent field that a header most likely means: one text within the other."""
    folded = fold_header(header)
    best: tuple[float, FieldSpec] | None = None
    for field in absent:
        likeness = max(_likeness(folded, text) for text in accepted_headers(field))
        if likeness >= _LIKELY and (best is None or likeness > best[0]):
            best = likeness, field
    return best[1] if best else None


def _likeness(one: str, other: str) -> float:
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) < _SHORTEST:
        return 0.0
    ratio = difflib.SequenceMatcher(None, one[:_COMPARED], other[:_COMPARED]).ratio()
    return max(ratio, _LIKELY) if shorter in longer else ratio


def _question(
    raw: RawTable, position: int, kind: str, absent: list[FieldSpec], proposed: str
) -> Question:
    header = raw.headers[position]
    choices = [Choice(field.name, "use_as_field", {"field": title_of(field)}) for field in absent]
    choices.append(Choice(IGNORE, "leave_column_out"))
    choices.sort(key=lambda choice: choice.value != proposed)
    return Question(
        id=f"{kind}:{header}",
        kind="column",
        sheet=raw.sheet,
        row=None,
        column=raw.letters_of(position),
        cell="",
        value=header[:VALUE_SHOWN],
        code="header_synonym" if kind == "header" else "extra_header",
        facts={"column": header[:VALUE_SHOWN]},
        choices=tuple(choices),
        proposed=proposed,
    )


def _refuse_unclear(raw: RawTable, folded: list[str]) -> None:
    for position, text in enumerate(folded):
        if not text:
            raise FileRefused("empty_header", column=raw.letters_of(position))
        if raw.is_workbook and "\n" in text:
            shown = raw.headers[position].replace("\n", "↵")
            raise FileRefused("line_break_in_header", header=shown, column=raw.letters_of(position))
    twice = [text for text, count in Counter(folded).items() if count > 1]
    if twice:
        raise FileRefused("duplicate_header", headers=[raw.headers[folded.index(twice[0])]])


def _refuse_missing(
    headers: list[str],
    spec: TableSpec,
    positions: dict[str, int | None],
    others: Sequence[TableSpec],
) -> None:
    shown = [header[:40] for header in headers[:_HEADERS_SHOWN]]
    absent = [
        title_of(field)
        for field in spec.fields
        if positions[field.name] is None and (field.required or field.name in spec.key)
    ]
    is_foreign = all(position is None for position in positions.values())
    if not absent and not is_foreign:
        return
    fitting = max(others, key=lambda other: fits(headers, other), default=None)
    if fitting is not None and fits(headers, fitting):
        raise FileRefused("wrong_template", guess=fitting.title or fitting.name, found=shown)
    if absent:
        raise FileRefused("missing_columns", columns=absent, found=shown)
    raise FileRefused("no_known_column", found=shown)


def title_of(field: FieldSpec) -> str:
    """Return the name of a field that people know."""
    first = next((text for text in field.headers if text != field.name), field.name)
    return field.title or first


def _notes(raw: RawTable, positions: dict[str, int | None]) -> list[Note]:
    used = set(positions.values())
    extra = [
        Note("extra_column", 1, {"column": raw.headers[position]})
        for position in range(len(raw.headers))
        if position not in used
    ]
    absent = [
        Note("column_absent", 1, {"column": name})
        for name, position in positions.items()
        if position is None
    ]
    return extra + absent
