"""The bricks of the corpus「坏文件库」: good students, samples and how generators are found."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

HEADERS = (
    "学号", "姓名", "性别", "身份证号", "班级代码", "入学日期", "联系电话", "综合成绩", "就业状态",
)  # fmt: skip
NAMES = (
    "student_id", "name", "gender", "identity_number", "class_code", "enrolled_on", "phone",
    "overall_score", "employment_state",
)  # fmt: skip
LETTERS = dict(zip(NAMES, "ABCDEFGHI", strict=True))
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)

Row = dict[str, str]


def identity_number(birth: str = "20030515", sequence: int = 11) -> str:
    """Return a number of the test region with its check digit; an odd sequence is a man."""
    digits = f"990101{birth}{sequence:03d}"
    total = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=True))
    return digits + "10X98765432"[total % 11]


def student(position: int, **cells: str) -> Row:
    """Return the row of a student who does not exist; ``cells`` replace some of its texts."""
    is_man = position % 2 == 1
    row = {
        "student_id": f"02021{position:05d}",
        "name": f"测试{'甲乙丙丁戊己庚辛壬癸'[position % 10]}{position}",
        "gender": "男" if is_man else "女",
        "identity_number": identity_number(sequence=position % 1000),
        "class_code": "JD2101",
        "enrolled_on": "2021-09-01",
        "phone": f"139{position:08d}",
        "overall_score": f"{60 + position % 40}.50",
        "employment_state": "已就业",
    }
    return row | cells


def students(count: int, first: int = 1) -> list[Row]:
    """Return some good rows."""
    return [student(position) for position in range(first, first + count)]


def cells_of(row: Row) -> list[str]:
    """Return the cells of a row in the order of the headers."""
    return [row[name] for name in NAMES]


@dataclass(frozen=True)
class Sample:
    """One file of the corpus and what must become of it.

    ``problems`` are code by cell address, exactly those expected; ``rows`` are the rows stored at
    the end, by field, in the order of the key. ``answers`` answer the questions, ``rows`` hold for
    the answered file. ``code`` replaces that of the index where variants differ.
    """

    name: str
    data: bytes
    rows: tuple[Mapping[str, str], ...] = ()
    problems: Mapping[str, str] = field(default_factory=dict)
    notes: frozenset[str] = frozenset()
    answers: Mapping[str, str] = field(default_factory=dict)
    dataset: str = "student"
    code: str = ""
    columns: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"Sample({self.name!r}, {len(self.data)} bytes)"


Generator = Callable[[], tuple[Sample, ...]]

GENERATORS: dict[str, Generator] = {}


def generator(function: Generator) -> Generator:
    """Register a generator under its name, which stands in the index."""
    GENERATORS[function.__name__] = function
    return function


def csv_line(cells: list[str], delimiter: str = ",") -> str:
    """Return one record; quotes stand only where they must."""
    quoted = [
        '"' + cell.replace('"', '""') + '"'
        if any(mark in cell for mark in (delimiter, '"', "\n", "\r"))
        else cell
        for cell in cells
    ]
    return delimiter.join(quoted)


def csv_text(
    rows: list[Row], *, headers: tuple[str, ...] = HEADERS, delimiter: str = ",", end: str = "\r\n"
) -> str:
    """Return a file of students as text."""
    lines = [csv_line(list(headers), delimiter)]
    lines += [csv_line(cells_of(row), delimiter) for row in rows]
    return end.join(lines) + end


def csv_bytes(rows: list[Row], *, encoding: str = "utf-8") -> bytes:
    """Return a file of students."""
    return csv_text(rows).encode(encoding)


def csv_with(column: str, variants: Mapping[str, str], good: int = 2) -> tuple[bytes, list[Row]]:
    """Return a file whose rows after the good ones hold odd texts in a column, and the good ones.

    ``variants`` are the texts and their codes.
    """
    rows = students(good)
    odd = [student(good + 1 + at, **{column: text}) for at, text in enumerate(variants)]
    return csv_bytes(rows + odd), rows


def problems_of(column: str, variants: Mapping[str, str], good: int = 2) -> dict[str, str]:
    """Return the problems of such a file by cell address."""
    letter = LETTERS[column]
    return {f"{letter}{good + 2 + at}": code for at, code in enumerate(variants.values())}


def rejected(
    column: str, variants: Mapping[str, str], *, name: str = "学生.csv"
) -> tuple[Sample, ...]:
    """Return the sample of odd texts in one column, each rejected with its code."""
    data, rows = csv_with(column, variants)
    return (Sample(name, data, tuple(rows), problems_of(column, variants)),)
