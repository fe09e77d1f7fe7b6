"""Questions about single cells「单元格问题」: which problems are asked, and what answers do."""

from dataclasses import dataclass, replace
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from luoxuan.data.warehouse.intake.failures import Failure
from luoxuan.data.warehouse.intake.findings import VALUE_SHOWN, Choice, Question
from luoxuan.data.warehouse.intake.headers import Matching, title_of
from luoxuan.data.warehouse.intake.look_alikes import closest_few
from luoxuan.data.warehouse.intake.raw import RawTable
from luoxuan.data.warehouse.intake.spec import FieldSpec
from luoxuan.data.warehouse.intake.typed import TypedColumn
from luoxuan.data.warehouse.intake.unclear_dates import ready_dates
from luoxuan.data.warehouse.intake.wire import Request

REJECT = "reject"
# Nobody answers more; what goes beyond is rejected like everywhere else.
_QUESTIONS_OF_A_FIELD = 200
_ASKED_AS = {
    "required": "missing",
    "incomplete_date": "unclear_date",
    "ambiguous_date": "unclear_date",
    "not_a_date": "unclear_date",
    "unknown_reference": "unknown_reference",
}
_SAID_AS = {"unknown_reference": "unknown_name"}
_SUGGESTIONS = 3


@dataclass(frozen=True, slots=True)
class Asked:
    """A cell that waits for an answer「待答单元格」; ``index`` is its row in the table."""

    index: int
    question: Question


def apply_answers(raw: RawTable, answers: Any) -> RawTable:
    """Put the answers to cell questions in place of the cells."""
    texts: dict[int, dict[int, str]] = {}
    rejected: dict[int, list[int]] = {}
    known = {raw.letters_of(position): position for position in range(len(raw.columns))}
    for name, answer in answers.items():
        place = _place(name, raw.sheet, known)
        if place is None:
            continue
        position, row = place
        if answer == REJECT:
            rejected.setdefault(position, []).append(row)
        else:
            texts.setdefault(position, {})[row] = answer
    columns = list(raw.columns)
    for position, by_row in texts.items():
        columns[position] = put_texts(columns[position], raw.row_numbers, by_row)
    flaws = {position: dict(codes) for position, codes in raw.flaws.items()}
    for position, by_row in texts.items():
        flaws[position] = {
            code: [row for row in rows if row not in by_row]
            for code, rows in flaws.get(position, {}).items()
        }
    for position, rows in rejected.items():
        flaws.setdefault(position, {})["rejected_by_answer"] = rows
    return replace(raw, columns=columns, flaws=flaws)


def put_texts(column: Any, row_numbers: Any, by_row: dict[int, str]) -> Any:
    """Return a column with other texts in some rows, which are named by their numbers."""
    rows = pa.array(sorted(by_row), pa.int64())
    places = pc.index_in(row_numbers, value_set=rows)
    texts = pa.array([by_row[row] for row in rows.to_pylist()], pa.string())
    return pc.if_else(pc.is_valid(places), texts.take(places), column)


def _place(name: str, sheet: str, known: dict[str, int]) -> tuple[int, int] | None:
    """Return column and row that a question's identifier names, if they are in this table."""
    kind, _, rest = name.partition(":")
    address, _, code = rest.rpartition(":")
    if kind != "cell" or code not in _ASKED_AS.values():
        return None
    named, _, cell = address.rpartition("!")
    letters = cell.rstrip("0123456789")
    digits = cell[len(letters) :]
    if named != sheet or letters not in known or not digits:
        return None
    return known[letters], int(digits)


def ask_cells(
    raw: RawTable,
    matching: Matching,
    columns: list[TypedColumn],
    texts: list[Any],
    request: Request,
) -> tuple[list[TypedColumn], list[Asked]]:
    """Turn the problems that a field wants to ask about into questions.

    Returns the columns without these failures, and the cells that wait.
    """
    asked: list[Asked] = []
    kept = []
    for column, text in zip(columns, texts, strict=True):
        position = matching.positions[column.field.name]
        if not column.field.asks or position is None:
            kept.append(column)
            continue
        asking = _Asking(raw, column.field, position, request)
        failures = [asking.sift(failure, text) for failure in column.failures]
        if "missing" in column.field.asks and not column.field.required:
            blank = pc.equal(pc.utf8_trim_whitespace(text), "")
            asking.ask(pc.indices_nonzero(blank), text, "missing")
        kept.append(replace(column, failures=[one for one in failures if len(one.indices)]))
        asked += asking.asked
    return kept, asked


class _Asking:
    """The questions of one column「一列的问题」."""

    def __init__(self, raw: RawTable, field: FieldSpec, position: int, request: Request) -> None:
        self.raw, self.field, self.position = raw, field, position
        self.answers, self.year = request.answers, request.year
        self.asked: list[Asked] = []

    def sift(self, failure: Failure, text: Any) -> Failure:
        """Return what is left of a failure after its cells were asked about."""
        code = _ASKED_AS.get(failure.code, "")
        if code not in self.field.asks:
            return failure
        return replace(failure, indices=self.ask(failure.indices, text, code))

    def ask(self, indices: Any, text: Any, code: str) -> Any:
        """Ask about cells and return the indices of those that are not asked about."""
        left = []
        for index in indices.to_pylist():
            row = self.raw.row_numbers[index].as_py()
            name = self.raw.cell_id(self.position, row, code)
            if name in self.answers or len(self.asked) >= _QUESTIONS_OF_A_FIELD:
                left.append(index)
            else:
                question = self._question(name, row, text[index].as_py(), code)
                self.asked.append(Asked(index, question))
        return pa.array(left, pa.uint64())

    def _question(self, name: str, row: int, value: str, code: str) -> Question:
        choices = [*self._ready(value, code)]
        if not self.field.required:
            choices.append(Choice("", "leave_empty"))
        choices.append(Choice(REJECT, "reject_row"))
        return Question(
            id=name,
            kind="cell",
            sheet=self.raw.sheet,
            row=row,
            column=self.field.name,
            cell=self.raw.address(self.position, row),
            value=value[:VALUE_SHOWN],
            code=_SAID_AS.get(code, code),
            facts={"column": title_of(self.field), "value": value[:VALUE_SHOWN]},
            choices=tuple(choices),
            proposed=choices[0].value,
        )

    def _ready(self, value: str, code: str) -> list[Choice]:
        if code == "unclear_date":
            days = [day.isoformat() for day in ready_dates(value, self.year)]
        elif code == "unknown_reference":
            names = list(dict.fromkeys(self.field.reference or ()))
            days = closest_few(value.strip(), names, _SUGGESTIONS)
        else:
            days = []
        return [Choice(text, "take_text", {"text": text}) for text in days]
