"""Questions about whole number columns「整列问题」: percent, thousands, 万元, leading zeros."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from luoxuan.data.formula.types import FieldType
from luoxuan.data.warehouse.intake.asking import put_texts
from luoxuan.data.warehouse.intake.findings import VALUE_SHOWN, Choice, Note, Question
from luoxuan.data.warehouse.intake.headers import Matching, title_of
from luoxuan.data.warehouse.intake.number_formats import plain_number
from luoxuan.data.warehouse.intake.raw import RawTable
from luoxuan.data.warehouse.intake.spec import FieldSpec, TableSpec
from luoxuan.data.warehouse.intake.texture import may_hold, texture_of

REJECT = "reject"
_NUMBERS = (FieldType.INTEGER, FieldType.DECIMAL)
_PERCENT = r"^[+-]?[0-9.]+\s*[%\x{FF05}]$"
_THOUSANDS = r"^[+-]?[0-9]{1,3}(?:[,\x{FF0C}][0-9]{3})+(?:\.[0-9]*)?$"
_UNIT = r"^[+-]?[0-9.]+\s*(?:万元|万|元|亿元|亿)$"
_MARKED = "[%,\\x{FF05}\\x{FF0C}万元亿]"
# Sixteen digits or more, wherever the point stands; RE2 cannot count both sides together.
_LONG = "|".join(f"[0-9]{{{whole}}}\\.[0-9]{{{16 - whole},}}" for whole in range(7, 16))
_NOISE = rf"^-?(?:[0-9]*\.[0-9]{{10,}}|{_LONG})$|^-0$"
_NOISE_INSIDE = rf"\.[0-9]{{10}}|-0|{_LONG}"
_FACTORS = {"万元": 10_000, "万": 10_000, "亿元": 10**8, "亿": 10**8, "元": 1}
_HEADER_UNIT = re.compile(r"[(（\[](万元|亿元)[)）\]]")


@dataclass(frozen=True, slots=True)
class _Ask:
    """A way of writing that may mean two things, and what each answer makes of it."""

    code: str
    pattern: str
    answers: Mapping[str, Callable[[str], str]]


def _scaled(text: str, factor: Decimal) -> str:
    try:
        return format((Decimal(text) * factor).normalize(), "f")
    except InvalidOperation:
        return text


def _without_percent(text: str) -> str:
    return text.strip().rstrip("%％").strip()  # noqa: RUF001 - the full-width sign


def _in_yuan(text: str) -> str:
    unit = next(unit for unit in _FACTORS if text.strip().endswith(unit))
    return _scaled(text.strip().removesuffix(unit).strip(), Decimal(_FACTORS[unit]))


_ASKS = (
    _Ask(
        "percent_text",
        _PERCENT,
        {
            "hundred": _without_percent,
            "share": lambda text: _scaled(_without_percent(text), Decimal("0.01")),
        },
    ),
    _Ask("thousands", _THOUSANDS, {"remove": lambda text: re.sub("[,，]", "", text)}),
    _Ask("unit_text", _UNIT, {"convert": _in_yuan}),
)


def settle_columns(
    raw: RawTable, matching: Matching, spec: TableSpec, answers: Mapping[str, str]
) -> tuple[RawTable, list[Question], list[Note]]:
    """Apply the answers about whole columns and return the questions that are open.

    An unanswered question leaves the cells as they stand.
    """
    columns = list(raw.columns)
    flaws = {position: dict(codes) for position, codes in raw.flaws.items()}
    questions: list[Question] = []
    notes: list[Note] = []
    for field in spec.fields:
        position = matching.positions[field.name]
        if position is None:
            continue
        settling = _Settling(raw, field, position, answers, columns[position])
        if field.type in _NUMBERS:
            settling.fifteen_digits()
            settling.number_texts()
            settling.header_unit()
            settling.shown_as("percent_format", {"hundred": 100, "share": 1})
        elif field.type in (FieldType.TEXT, FieldType.CODE):
            settling.leading_zeros()
        dates = raw.formats.get(position, {}).get("date", {})
        if dates and field.type is FieldType.TIME:
            settling.whole_days(dates)
        elif dates and field.type is not FieldType.DATE:
            flaws.setdefault(position, {})["date_by_spreadsheet"] = list(dates)
        columns[position] = settling.column
        questions += settling.questions
        notes += settling.notes
    return replace(raw, columns=columns, flaws=flaws), questions, notes


class _Settling:
    """One column on its way through the questions「一列的处理」."""

    def __init__(
        self,
        raw: RawTable,
        field: FieldSpec,
        position: int,
        answers: Mapping[str, str],
        column: Any,
    ) -> None:
        self.raw, self.field, self.position = raw, field, position
        self.answers, self.column = answers, column
        self.questions: list[Question] = []
        self.notes: list[Note] = []

    def fifteen_digits(self) -> None:
        """Round to the fifteen digits that a spreadsheet keeps: 85.600000000000009 is 85.6."""
        if not self.raw.is_workbook:
            return
        if not may_hold(self.column, _NOISE_INSIDE):
            return
        found = pc.match_substring_regex(self.column, pattern=_NOISE)
        if said := self.raw.decimals_as_text:
            is_said = pc.is_in(self.column, value_set=pa.array(sorted(said), pa.string()))
            found = pc.and_(found, pc.invert(is_said))
        if pc.any(found).as_py():
            self._replace(found, plain_number)

    def number_texts(self) -> None:
        """Ask about numbers with percent signs, thousands separators and units."""
        if texture_of(self.column).is_digits or not may_hold(self.column, _MARKED):
            return
        for ask in _ASKS:
            found = pc.match_substring_regex(self.column, pattern=ask.pattern)
            if not pc.any(found).as_py():
                continue
            example = self.column.filter(found)[0].as_py()
            answer = self._answer(ask.code, example, [*ask.answers])
            if answer is not None and answer in ask.answers:
                change = ask.answers[answer]
                self._replace(found, change)

    def header_unit(self) -> None:
        """Ask whether a header in 万元 over a field that is not means what it says."""
        header = self.raw.headers[self.position]
        found = _HEADER_UNIT.search(header)
        if found is None or found[1] in "".join((*self.field.headers, self.field.name)):
            return
        answer = self._answer("header_unit", header, ["convert", "as_stored"])
        if answer == "convert":
            factor = Decimal(_FACTORS[found[1]])
            filled = pc.not_equal(self.column, "")
            self._replace(filled, lambda text: _scaled(text, factor))

    def shown_as(self, kind: str, factors: Mapping[str, int]) -> None:
        """Ask about numbers that a spreadsheet shows with another size than it stores."""
        rows = self.raw.formats.get(self.position, {}).get(kind)
        if not rows:
            return
        example = next(iter(rows.values()))
        answer = self._answer(kind, example, list(factors))
        if answer is not None and factors.get(answer, 1) != 1:
            factor = Decimal(factors[answer])
            found = self._mask(rows)
            self._replace(found, lambda text: _scaled(text, factor))

    def leading_zeros(self) -> None:
        """Ask whether zeros that only the number format shows belong to the text."""
        rows = self.raw.formats.get(self.position, {}).get("leading_zeros")
        if not rows:
            return
        example = next(iter(rows.values()))
        answer = self._answer("leading_zeros", example, ["as_shown", "as_stored"])
        if answer == "as_shown":
            self.column = put_texts(self.column, self.raw.row_numbers, dict(rows))

    def whole_days(self, dates: Mapping[int, str]) -> None:
        """Write midnight behind days: a spreadsheet stores it, the text of a day does not."""
        days = {row: f"{text} 00:00:00" for row, text in dates.items() if text and " " not in text}
        if days:
            self.column = put_texts(self.column, self.raw.row_numbers, days)

    def _answer(self, code: str, example: str, values: list[str]) -> str | None:
        name = self.raw.column_id(code, self.position)
        if (answer := self.answers.get(name)) is not None:
            return answer
        choices = [Choice(value, f"{code}_{value}") for value in values]
        if code in {ask.code for ask in _ASKS}:
            choices.append(Choice(REJECT, "reject_rows"))
        self.questions.append(
            Question(
                id=name,
                kind="column",
                sheet=self.raw.sheet,
                row=None,
                column=self.field.name,
                cell="",
                value=example[:VALUE_SHOWN],
                code=code,
                facts={"column": title_of(self.field), "example": example[:VALUE_SHOWN]},
                choices=tuple(choices),
                proposed=choices[0].value,
            )
        )
        return None

    def _mask(self, rows: Mapping[int, str]) -> Any:
        return pc.is_in(self.raw.row_numbers, value_set=pa.array(list(rows), pa.int64()))

    def _replace(self, found: Any, change: Callable[[str], str]) -> None:
        texts = [change(text) for text in self.column.filter(found).to_pylist()]
        self.column = pc.replace_with_mask(self.column, found, pa.array(texts, pa.string()))
