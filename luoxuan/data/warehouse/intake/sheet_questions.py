"""Questions about whole sheets「工作表问题」: which one, and what is hidden in it."""

from collections.abc import Mapping, Sequence

from luoxuan.data.warehouse.intake.findings import Choice, Question
from luoxuan.data.warehouse.intake.raw import RawTable
from luoxuan.data.warehouse.intake.sheet_scan import SheetFacts, column_number
from luoxuan.data.warehouse.intake.workbook_parts import SheetPart

HIDDEN_ROWS = ("hidden_rows", "filtered_rows")
_ROWS_NAMED = 10


def sheet_question(names: Sequence[str]) -> Question:
    """Return the question which of several sheets with the same header is meant."""
    choices = tuple(Choice(name, "use_sheet", {"sheet": name}) for name in names)
    return _question("sheet", "sheet", names[0], "several_sheets", {"sheets": list(names)}, choices)


def hidden_questions(
    part: SheetPart,
    facts: SheetFacts,
    parts: Sequence[SheetPart],
    raw: RawTable,
    answers: Mapping[str, str],
) -> list[Question]:
    """Return the questions about rows, columns and sheets that nobody sees in the spreadsheet."""
    questions = [_rows(facts, raw), _columns(facts, raw), _sheets(part, parts)]
    return [one for one in questions if one is not None and one.id not in answers]


def _rows(facts: SheetFacts, raw: RawTable) -> Question | None:
    numbers = set(raw.row_numbers.to_pylist()) if facts.hidden_rows else set()
    hidden = sorted(facts.hidden_rows & numbers)
    if not hidden:
        if not facts.has_filter:
            return None
        return _filter(raw)
    code = "filtered_rows" if facts.has_filter else "hidden_rows"
    rows = ", ".join(map(str, hidden[:_ROWS_NAMED])) + (" …" if hidden[_ROWS_NAMED:] else "")
    told: dict[str, object] = {"count": len(hidden), "rows": rows}
    choices = (Choice("include", "include_rows"), Choice("skip", "skip_rows"))
    return _question(f"{code}:{raw.sheet}", "rows", raw.sheet, code, told, choices)


def _filter(raw: RawTable) -> Question:
    """Ask about a filter that is on although it hides no row: rows may have been left out."""
    choices = (Choice("include", "include_rows"),)
    return _question(f"active_filter:{raw.sheet}", "rows", raw.sheet, "active_filter", {}, choices)


def _columns(facts: SheetFacts, raw: RawTable) -> Question | None:
    hidden = [
        raw.letters_of(position)
        for position in range(len(raw.headers))
        if any(
            first <= column_number(raw.letters_of(position)) <= last
            for first, last in facts.hidden_columns
        )
    ]
    if not hidden:
        return None
    told: dict[str, object] = {"columns": hidden}
    choices = (Choice("include", "include_columns"),)
    return _question(
        f"hidden_columns:{raw.sheet}", "column", raw.sheet, "hidden_columns", told, choices
    )


def _sheets(part: SheetPart, parts: Sequence[SheetPart]) -> Question | None:
    hidden = [one.name for one in parts if one.is_very_hidden or (one.is_hidden and one is part)]
    if not hidden:
        return None
    told: dict[str, object] = {"sheets": hidden, "sheet": part.name}
    choices = (Choice("continue", "continue_with_sheet", {"sheet": part.name}),)
    return _question("hidden_sheets", "sheet", part.name, "hidden_sheets", told, choices)


def _question(
    name: str,
    kind: str,
    sheet: str,
    code: str,
    facts: dict[str, object],
    choices: tuple[Choice, ...],
) -> Question:
    return Question(
        id=name,
        kind=kind,
        sheet=sheet,
        row=None,
        column="",
        cell="",
        value="",
        code=code,
        facts=facts,
        choices=choices,
        proposed=choices[0].value,
    )
