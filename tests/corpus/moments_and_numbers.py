"""Classes 26 to 46: dates and numbers that say less, or more, than they show."""

from typing import Any

from tests.corpus.books import number_cell, raw_book, text_rows, written
from tests.corpus.samples import (
    HEADERS,
    Sample,
    csv_bytes,
    generator,
    identity_number,
    rejected,
    student,
    students,
)
from tests.corpus.workbook_content import (
    NAME,
    SCORE,
    three_good,
    two_good,
    with_score_cells,
)

DATE = HEADERS.index("入学日期")
IDENTITY = HEADERS.index("身份证号")
RESULT_HEADERS = ["学号", "教学班代码", "课程代码", "二级学院代码", "学年学期", "成绩", "考核结果"]
ATTENDANCE_HEADERS = [
    "学号", "教学班代码", "课程代码", "二级学院代码", "考勤日期", "节次", "考勤状态",
]  # fmt: skip


def with_date_cells(cells: list[str], *, good: int = 2, date_1904: bool = False) -> bytes:
    rows = text_rows(students(good + len(cells)))
    for row, cell in zip(rows[good:], cells, strict=True):
        row[DATE] = cell
    return raw_book(rows, date_1904=date_1904)


@generator
def epoch_1904() -> tuple[Sample, ...]:
    # 42,978 days after 1904-01-01, 44,440 after the other epoch: 2021-09-01.
    old = [number_cell(f"F{row}", "42978", 1) for row in (2, 3, 4)]
    new = [number_cell(f"F{row}", "44440", 1) for row in (2, 3, 4)]
    return (
        *three_good(with_date_cells(old, good=0, date_1904=True)),
        *three_good(with_date_cells(new, good=0)),
    )


@generator
def date_spellings() -> tuple[Sample, ...]:
    return rejected(
        "enrolled_on",
        {
            "09/01/2021": "ambiguous_date",
            "1/9/21": "ambiguous_date",
            "21-09-01": "ambiguous_date",
            "1.9.2021": "ambiguous_date",
            "2021-9": "incomplete_date",
            "2021年9月": "incomplete_date",
            "9月1日": "incomplete_date",
            "2021-13-01": "impossible_date",
            "2021-02-30": "impossible_date",
            "44440": "date_serial",
            "2021/09-01": "not_a_date",
            "二〇二一年九月一日": "not_a_date",
            "1-Sep-21": "not_a_date",
            "2021年秋季": "not_a_date",
        },
    )


@generator
def serial_60() -> tuple[Sample, ...]:
    book = with_date_cells([number_cell("F4", "60", 1)])
    return two_good(book, {"F4": "impossible_date"})


@generator
def far_year() -> tuple[Sample, ...]:
    wrong = {"0021-09-01": "year_out_of_range", "2121-09-01": "year_out_of_range"}
    book = with_date_cells([number_cell("F4", "80964", 1)])
    return rejected("enrolled_on", wrong) + two_good(book, {"F4": "year_out_of_range"})


@generator
def term_as_date() -> tuple[Sample, ...]:
    texts = rejected("enrolled_on", {"2021-2022": "school_term", "2021-2022-1": "school_term"})
    good = ["0202100001", "MATH-1", "MATH", "EAST", "2021-2022-1", "85.5", "通过"]
    # 2021-2 became the first of February 2021.
    turned = [*good[:4], number_cell("E3", "44228", 1), *good[5:]]
    turned[0] = "0202100002"
    book = raw_book([RESULT_HEADERS, good, turned], with_header=False)
    stored = {"student_id": "0202100001", "term": "2021-2022-1", "score": "85.5"}
    return (
        *texts,
        Sample(NAME, book, (stored,), {"E3": "date_by_spreadsheet"}, dataset="course_result"),
    )


@generator
def fraction_as_date() -> tuple[Sample, ...]:
    good = ["0202100001", "MATH-1", "MATH", "EAST", "2021-09-06", "1-2", "出勤"]
    turned = ["0202100002", *good[1:5], number_cell("F3", "44228", 1), good[6]]
    book = raw_book([ATTENDANCE_HEADERS, good, turned], with_header=False)
    stored = {"student_id": "0202100001", "lesson": "1-2"}
    return (Sample(NAME, book, (stored,), {"F3": "date_by_spreadsheet"}, dataset="attendance"),)


@generator
def time_behind_date() -> tuple[Sample, ...]:
    rows = students(3)
    odd = ("2021-09-01 23:59:59", "2021-09-01T00:00:00+08:00", "2021-09-01T00:00:00Z")
    written_rows = [row | {"enrolled_on": text} for row, text in zip(rows, odd, strict=True)]
    late = [number_cell("F2", "44440.999988425923", 5)]
    late += [number_cell(f"F{row}", "44440", 1) for row in (3, 4)]
    return (
        *three_good(csv_bytes(written_rows), "学生.csv"),
        *three_good(with_date_cells(late, good=0)),
    )


@generator
def leap_day() -> tuple[Sample, ...]:
    rows = [
        student(1, identity_number=identity_number("20040229"), enrolled_on="2020-02-29"),
        student(2, identity_number=identity_number("20000229", 12)),
    ]
    return Sample("学生.csv", csv_bytes(rows), tuple(rows)), Sample(
        NAME, raw_book(text_rows(rows)), tuple(rows)
    )


@generator
def identity_as_number() -> tuple[Sample, ...]:
    rows = text_rows(students(4))
    rows[2][IDENTITY] = number_cell("D4", "9.9010120030515E+17")
    rows[3][IDENTITY] = number_cell("D5", "990101200305150112")
    found = {"D4": "number_precision_lost", "D5": "number_precision_lost"}
    return two_good(raw_book(rows), found)


@generator
def zeros_by_format() -> tuple[Sample, ...]:
    rows = text_rows(students(3))
    for at, row in enumerate(rows, 2):
        row[0] = number_cell(f"A{at}", str(int(row[0])), 2)
    return three_good(raw_book(rows))


@generator
def score_spellings() -> tuple[Sample, ...]:
    texts = ("八十五", "85分", "优", "85/100", "85..5", "--", "约85", ">60", "60-70", "八5")
    wrong = dict.fromkeys(texts, "not_a_number") | {"8.5e1": "exponent", "85,5": "decimal_comma"}
    return rejected("overall_score", wrong)


@generator
def percent_mix() -> tuple[Sample, ...]:
    rows = students(3)
    mixed = [*rows[:2], rows[2] | {"overall_score": "62.5%"}]
    rows[2] = rows[2] | {"overall_score": "62.50"}
    cells = text_rows(rows)
    for at, row in enumerate(cells, 2):
        share = str(float(row[SCORE]) / 100) if at == 4 else row[SCORE]
        row[SCORE] = number_cell(f"H{at}", share, 3 if at == 4 else 0)
    return (
        Sample("学生.csv", csv_bytes(mixed), tuple(rows)),
        Sample(NAME, raw_book(cells), tuple(rows), code="percent_format"),
    )


PURCHASE_HEADERS = ["采购编号", "名称", "部门名称", "金额", "完成时间", "替代编号"]


def purchase(number: int, amount: str, **cells: str) -> dict[str, str]:
    """Return a row of the corpus's own dataset of purchases."""
    row = {
        "code": f"P-{number:03d}", "title": f"实训设备{number}", "unit_name": "东学院",
        "amount": amount, "done_at": "2021-09-01 08:30:00", "replaces": "",
    }  # fmt: skip
    return row | cells


def purchases(rows: list[dict[str, str]], headers: list[str] = PURCHASE_HEADERS) -> bytes:
    """Return a file of purchases, semicolons between because amounts hold commas."""
    lines = [";".join(headers), *(";".join(row.values()) for row in rows)]
    return ("\n".join(lines) + "\n").encode()


@generator
def thousands_and_units() -> tuple[Sample, ...]:
    separated = [purchase(1, "1,234.50"), purchase(2, "980.00")]
    plain = [purchase(1, "1234.50"), purchase(2, "980.00")]
    units = [purchase(1, "12.5万元"), purchase(2, "980.00")]
    in_yuan = [purchase(1, "125000.00"), purchase(2, "980.00")]
    return (
        Sample("采购.csv", purchases(separated), tuple(plain), dataset="corpus_purchase"),
        Sample(
            "采购.csv",
            purchases(units),
            tuple(in_yuan),
            dataset="corpus_purchase",
            code="unit_text",
        ),
    )


@generator
def not_finite() -> tuple[Sample, ...]:
    wrong = dict.fromkeys(("NaN", "inf", "-Infinity", "∞"), "not_finite") | {"1e309": "exponent"}
    book = with_score_cells([number_cell("H4", "NaN"), number_cell("H5", "1E+309")])
    return rejected("overall_score", wrong) + two_good(
        book, {"H4": "not_finite", "H5": "number_precision_lost"}
    )


@generator
def binary_fractions() -> tuple[Sample, ...]:
    cells = [
        number_cell(f"H{at}", text)
        for at, text in enumerate(("-0", "0.30000000000000004", "60.100000000000001"), 4)
    ]
    stored = ("0.00", "0.30", "60.10")
    rows = students(5)
    rows[2:] = [row | {"overall_score": score} for row, score in zip(rows[2:], stored, strict=True)]
    return (Sample(NAME, with_score_cells(cells), tuple(rows)),)


@generator
def out_of_range() -> tuple[Sample, ...]:
    wrong = {"100.01": "above_maximum", "-1": "below_minimum", "1000": "above_maximum"}
    book = with_score_cells([number_cell("H4", "100.5"), number_cell("H5", "-0.5")])
    return rejected("overall_score", wrong) + two_good(
        book, {"H4": "above_maximum", "H5": "below_minimum"}
    )


@generator
def sum_of_parts() -> tuple[Sample, ...]:
    headers = ["采购编号", "设备金额", "安装金额", "合计金额"]
    lines = ["P-001;100.00;20.00;120.00", "P-002;100.00;20.00;130.00"]
    data = ("\n".join([";".join(headers), *lines]) + "\n").encode()
    good = {"code": "P-001", "total": "120.00"}
    return (Sample("合计.csv", data, (good,), {"D3": "sum_differs"}, dataset="corpus_total"),)


@generator
def boolean_in_number() -> tuple[Sample, ...]:
    book = with_score_cells(['<c r="H4" t="b"><v>1</v></c>', "是"])
    found = {"H4": "boolean_in_number", "H5": "boolean_in_number"}
    wrong = {"TRUE": "boolean_in_number", "否": "boolean_in_number"}
    return two_good(book, found) + rejected("overall_score", wrong)


@generator
def wide_digits() -> tuple[Sample, ...]:
    rows = students(3)
    wide = {ord(plain): ord(plain) + 0xFEE0 for plain in "0123456789."}
    odd = [row | {"overall_score": row["overall_score"].translate(wide)} for row in rows]
    return three_good(csv_bytes(odd), "学生.csv") + three_good(raw_book(text_rows(odd)))


@generator
def narrow_column() -> tuple[Sample, ...]:
    def fill(book: Any) -> None:
        sheet = book.add_worksheet("学生")
        sheet.set_column("A:I", 0.5)
        sheet.write_row(0, 0, HEADERS)
        for at, cells in enumerate(text_rows(students(3)), 1):
            for position, text in enumerate(cells):
                if position == SCORE:
                    sheet.write_number(at, position, float(text))
                else:
                    sheet.write_string(at, position, text)

    return three_good(written(fill))


@generator
def number_as_text() -> tuple[Sample, ...]:
    return three_good(raw_book(text_rows(students(3))))
