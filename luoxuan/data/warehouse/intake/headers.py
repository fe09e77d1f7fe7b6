"""Which column of the file is which field: by header text「表头」, never by position."""

import unicodedata
from collections import Counter
from dataclasses import dataclass

from luoxuan.data.warehouse.intake.findings import FileRefused, Note, column_letters
from luoxuan.data.warehouse.intake.spec import FieldSpec, TableSpec

_HEADERS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Matching:
    """The column position of each field「表头匹配」; None for an optional field that is absent."""

    positions: dict[str, int | None]
    notes: list[Note]


def fold_header(text: str) -> str:
    """Write a header the way headers are compared: NFKC, no outer blanks, no mark of duty (*)."""
    folded = unicodedata.normalize("NFKC", text).replace("\ufeff", "").strip()
    folded = folded.rstrip("*").strip()
    return "".join(character.lower() if character.isascii() else character for character in folded)


def match_headers(headers: list[str], spec: TableSpec) -> Matching:
    """Match the headers of a file with the fields of a table.

    Raises FileRefused when a header is empty or stands twice, when two columns claim one field, or
    when a required or key field is absent.
    """
    folded = [fold_header(header) for header in headers]
    _refuse_unclear(headers, folded)
    positions: dict[str, int | None] = {}
    for field in spec.fields:
        accepted = {fold_header(text) for text in (field.name, *field.headers)}
        found = [position for position, text in enumerate(folded) if text in accepted]
        if len(found) > 1:
            named = [headers[position] for position in found]
            raise FileRefused("two_columns_for_field", field=field.name, headers=named)
        positions[field.name] = found[0] if found else None
    _refuse_missing(headers, spec, positions)
    return Matching(positions, _notes(headers, positions))


def _refuse_unclear(headers: list[str], folded: list[str]) -> None:
    for position, text in enumerate(folded):
        if not text:
            raise FileRefused("empty_header", column=column_letters(position))
    twice = [text for text, count in Counter(folded).items() if count > 1]
    if twice:
        raise FileRefused("duplicate_header", headers=[headers[folded.index(twice[0])]])


def _refuse_missing(headers: list[str], spec: TableSpec, positions: dict[str, int | None]) -> None:
    shown = [header[:40] for header in headers[:_HEADERS_SHOWN]]
    absent = [
        _title(field)
        for field in spec.fields
        if positions[field.name] is None and (field.required or field.name in spec.key)
    ]
    if absent:
        raise FileRefused("missing_columns", columns=absent, found=shown)
    if all(position is None for position in positions.values()):
        raise FileRefused("no_known_column", found=shown)


def _title(field: FieldSpec) -> str:
    return next((text for text in field.headers if text != field.name), field.name)


def _notes(headers: list[str], positions: dict[str, int | None]) -> list[Note]:
    used = set(positions.values())
    extra = [
        Note("extra_column", 1, {"column": headers[position]})
        for position in range(len(headers))
        if position not in used
    ]
    absent = [
        Note("column_absent", 1, {"column": name})
        for name, position in positions.items()
        if position is None
    ]
    return extra + absent
