"""The rows of a file that stayed outside「待改正的行」, as they stood, to be corrected."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from luoxuan.core.workbook import Sheet
from luoxuan.data.actions.deliveries import Delivery
from luoxuan.data.actions.specs import field_of_header, table_spec
from luoxuan.data.formula.types import FieldType
from luoxuan.data.warehouse.draft_file import only_rows, rows_of
from luoxuan.data.warehouse.intake import FieldSpec, Limits, TableSpec, stage
from luoxuan.data.workbooks import error_sheet

_MOST_ROWS = 20_000


def mistake_sheet(
    delivery: Delivery,
    headers: Sequence[str],
    findings: Iterable[tuple[Mapping[str, Any], str, bool]],
    *,
    on: date,
    whole_file: bool,
) -> Sheet:
    """Return the rows with findings, or the whole file, with every mistake marked and explained.

    ``findings`` are (problem or question, sentence, is a question). A row that could not be read
    at all is shown by what its findings quote. Raises FileRefused when nothing can be read.
    """
    spec = table_spec(delivery.dataset, mapping=delivery.mapping, on=on)
    fields = [field_of_header(spec, header) for header in headers]
    reasons: dict[int, dict[int, str]] = defaultdict(dict)
    asked: dict[int, set[int]] = defaultdict(set)
    quoted: dict[int, dict[int, str]] = defaultdict(dict)
    for finding, text, is_question in findings:
        row = finding["row"]
        if row is None:
            continue
        name = finding["column"]
        place = fields.index(name) if name and name in fields else -1
        reasons[row][place] = text
        quoted[row][place] = str(finding["value"])
        if is_question:
            asked[row].add(place)
    texts = row_texts(delivery, headers, None if whole_file else sorted(reasons))
    for row, cells in quoted.items():
        texts.setdefault(row, [cells.get(place, "") for place in range(len(headers))])
    return error_sheet(headers, sorted(texts.items()), dict(reasons), dict(asked))


def row_texts(
    delivery: Delivery, headers: Sequence[str], rows: list[int] | None
) -> dict[int, list[Any]]:
    """Return cells of the file as text by record number: read without any demand."""
    fields = tuple(
        FieldSpec(f"column_{number}", (header,), FieldType.TEXT)
        for number, header in enumerate(headers)
    )
    staged = stage(
        delivery.path, TableSpec("as_it_stands", fields), encoding=delivery.encoding or None,
        limits=Limits(), sheet=delivery.sheet or None,
        answers={"sheet": delivery.answers["sheet"]} if "sheet" in delivery.answers else {},
        file_name=delivery.file_name,
    )  # fmt: skip
    if rows is not None:
        staged = only_rows(staged, rows)
    return {row[-1]: row[:-1] for row in rows_of(staged, limit=_MOST_ROWS)}
