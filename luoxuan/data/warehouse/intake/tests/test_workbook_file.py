"""Workbooks as people make them: titles, merged headers, formulas, formats, what is hidden."""

import datetime as dt
import zipfile
from decimal import Decimal

import pytest
import xlsxwriter

from luoxuan.data.formula.types import FieldType
from luoxuan.data.warehouse.intake import FieldSpec, FileRefused, Limits, TableSpec, stage
from luoxuan.data.warehouse.intake.staging import stage_here
from luoxuan.data.warehouse.intake.wire import Request

SCORES = TableSpec(
    "scores",
    (
        FieldSpec("student_id", ("学号",), FieldType.TEXT),
        FieldSpec("name", ("姓名",), FieldType.TEXT, required=True),
        FieldSpec("score", ("综合成绩",), FieldType.DECIMAL, decimals=2, maximum=Decimal(100)),
        FieldSpec("enrolled_on", ("入学日期",), FieldType.DATE),
    ),
    ("student_id",),
    "成绩",
)
HEADER = ["学号", "姓名", "综合成绩", "入学日期"]
ROWS = [["0202100001", "张三", 85.5, None], ["0202100002", "李四", 60, None]]


@pytest.fixture
def book(tmp_path):
    def make(fill, name="file.xlsx", **options):
        path = tmp_path / name
        workbook = xlsxwriter.Workbook(path, options)
        fill(workbook)
        workbook.close()
        return path

    return make


def read(path, spec=SCORES, limits=Limits(), **options):  # noqa: B008 - frozen
    request = Request(str(path), spec, limits, file_name=path.name, **options)
    result = stage_here(request)
    assert result.rows_read == result.table.num_rows + result.rows_rejected + result.rows_asked
    return result


def refused(path, spec=SCORES, **options):
    with pytest.raises(FileRefused) as caught:
        read(path, spec, **options)
    return caught.value


def table(*rows, header=HEADER, top=0, name="成绩"):
    def fill(workbook):
        sheet = workbook.add_worksheet(name)
        for number, row in enumerate([header, *rows]):
            for column, value in enumerate(row):
                if value is not None:
                    sheet.write(top + number, column, value)

    return fill


def problems(result):
    return [(problem.cell, problem.code) for problem in result.problems]


def notes(result):
    return {note.code: note.count for note in result.notes}


def asked(result):
    return [question.id for question in result.questions]


def test_a_workbook_becomes_typed_rows_with_the_rows_of_the_sheet(book):
    path = book(table(*ROWS))
    result = stage(path, SCORES)
    assert result.table.to_pylist() == [
        {"student_id": "0202100001", "name": "张三", "score": Decimal("85.50"),
         "enrolled_on": None, "row_number": 2},
        {"student_id": "0202100002", "name": "李四", "score": Decimal("60.00"),
         "enrolled_on": None, "row_number": 3},
    ]  # fmt: skip
    assert (result.encoding, result.sheet, result.questions) == ("xlsx", "成绩", ())
    assert result.headers == tuple(HEADER)


def test_title_two_level_header_totals_and_signature_are_told_apart(book):
    def fill(workbook):
        sheet = workbook.add_worksheet("S")
        sheet.merge_range("B2:E2", "2025 学年成绩登记表", None)
        sheet.merge_range("B3:B4", "学号", None)
        sheet.merge_range("C3:C4", "姓名", None)
        sheet.merge_range("D3:E3", "成绩", None)
        sheet.write_row("D4", ["平时", "综合成绩"])
        sheet.write_row("B5", ["0202100001", "张三", 80, 85.5])
        sheet.write_row("B6", ["0202100002", "李四", 70, 60])
        sheet.write_row("B7", ["合计", None, 150, 145.5])
        sheet.write("B9", "制表人：王五    2026年1月5日")

    result = read(book(fill), answers={"extra_column:成绩|平时": "ignore"})
    assert result.headers == ("学号", "姓名", "成绩|平时", "综合成绩")
    assert result.table["row_number"].to_pylist() == [5, 6]
    assert result.table["score"].to_pylist() == [Decimal("85.50"), Decimal("60.00")]
    assert (notes(result)["closing_rows"], notes(result)["rows_above_header"]) == (3, 2)
    assert (result.questions, result.rows_rejected) == ((), 0)


def test_formulas_and_errors_are_never_blanks(book):
    def fill(workbook):
        table([1, "a", None, None], [2, "b", None, None], [3, "c", None, None],
              [4, "d", None, None], [5, "e", None, None],
              [6, "f", None, None])(workbook)  # fmt: skip
        sheet = workbook.get_worksheet_by_name("成绩")
        sheet.write_formula("C2", "=A2*20", None, "")
        sheet.write_formula("C3", "=1/0", None, "#DIV/0!")
        sheet.write_formula("C4", '=HYPERLINK("http://x","y")', None, 3)
        sheet.write_formula("C5", "=95", None, 95)
        sheet.write_formula("C6", "=A6*10", None, 50)
        sheet.write_array_formula("C7:C7", "{=A7*10}", None, 60)

    result = read(book(fill))
    assert problems(result) == [
        ("C2", "formula_without_value"),
        ("C3", "excel_error"),
        ("C4", "dangerous_formula"),
        ("C5", "formula_constant"),
    ]
    assert result.problems[0].value == "=A2*20"
    assert result.table["score"].to_pylist() == [Decimal("50.00"), Decimal("60.00")]
    assert (notes(result)["formula_values"], notes(result)["array_formulas"]) == (1, 1)


@pytest.mark.parametrize("is_1904", [False, True])
def test_dates_of_both_epochs_are_days(book, is_1904):
    def fill(workbook):
        table(*ROWS)(workbook)
        day = workbook.add_format({"num_format": "yyyy-mm-dd"})
        chinese = workbook.add_format({"num_format": 31})
        sheet = workbook.get_worksheet_by_name("成绩")
        sheet.write_datetime("D2", dt.datetime(2021, 9, 1), day)  # noqa: DTZ001
        sheet.write_datetime("D3", dt.datetime(2024, 2, 29), chinese)  # noqa: DTZ001

    result = read(book(fill, date_1904=is_1904))
    days = result.table["enrolled_on"].to_pylist()
    assert days == [dt.date(2021, 9, 1), dt.date(2024, 2, 29)]


def test_serial_60_plain_serials_and_dates_in_other_columns_are_rejected(book):
    def fill(workbook):
        table(["1", "a", None, None], ["2", "b", None, 44440], ["3", None, None, None],
              ["4", "d", None, None], ["5", "e", None, None])(workbook)  # fmt: skip
        day = workbook.add_format({"num_format": "m/d"})
        sheet = workbook.get_worksheet_by_name("成绩")
        sheet.write_number("D2", 60, day)
        sheet.write_number("B4", 44440, day)
        sheet.write_number("C5", 44440, day)
        sheet.write_number("D6", 99999999, day)

    assert problems(read(book(fill))) == [
        ("D2", "impossible_date"),
        ("D3", "date_serial"),
        ("B4", "date_by_spreadsheet"),
        ("C5", "date_by_spreadsheet"),
        ("D6", "impossible_date"),
    ]


def test_numbers_keep_fifteen_digits_and_long_identifiers_are_rejected(book):
    path = book(table(["1", "a", 0.1 + 0.2, None], [110101199001011234, "b", -0.0, None]))
    data = path.read_bytes()
    assert data
    result = read(path)
    assert result.table["score"].to_pylist() == [Decimal("0.30")]
    assert problems(result) == [("A3", "number_precision_lost")]


def test_zeros_and_percent_that_only_the_format_shows_are_asked(book):
    def fill(workbook):
        table([None, "a", None, None])(workbook)
        sheet = workbook.get_worksheet_by_name("成绩")
        sheet.write_number("A2", 202100001, workbook.add_format({"num_format": "0000000000"}))
        sheet.write_number("C2", 0.95, workbook.add_format({"num_format": "0%"}))

    path = book(fill)
    result = read(path)
    assert asked(result) == ["leading_zeros:成绩!A", "percent_format:成绩!C"]
    answers = {"leading_zeros:成绩!A": "as_shown", "percent_format:成绩!C": "hundred"}
    result = read(path, answers=answers)
    (row,) = result.table.to_pylist()
    assert (row["student_id"], row["score"], result.questions) == ("0202100001", 95, ())


def test_thousands_and_units_are_asked(book):
    spec = TableSpec("x", (FieldSpec("a", ("金额",), FieldType.DECIMAL, decimals=2),))
    path = book(table(["1,234.5"], ["3.5万元"], ["95%"], header=["金额"]))
    result = read(path, spec)
    assert asked(result) == ["percent_text:成绩!A", "thousands:成绩!A", "unit_text:成绩!A"]
    answers = dict(zip(asked(result), ["share", "remove", "convert"], strict=True))
    result = read(path, spec, answers=answers)
    values = [Decimal("1234.50"), Decimal("35000.00"), Decimal("0.95")]
    assert result.table["a"].to_pylist() == values
    answers = dict.fromkeys(answers, "reject")
    assert [code for _, code in problems(read(path, spec, answers=answers))] == [
        "thousands_separator", "not_a_number", "percent_sign",
    ]  # fmt: skip


def test_hidden_rows_columns_and_sheets_are_asked(book):
    def fill(workbook):
        table(*ROWS)(workbook)
        sheet = workbook.get_worksheet_by_name("成绩")
        sheet.set_row(2, None, None, {"hidden": True})
        sheet.set_column("B:B", None, None, {"hidden": True})
        workbook.add_worksheet("密").very_hidden()

    path = book(fill)
    assert asked(read(path)) == ["hidden_rows:成绩", "hidden_columns:成绩", "hidden_sheets"]
    answers = {"hidden_rows:成绩": "skip", "hidden_columns:成绩": "include",
               "hidden_sheets": "continue"}  # fmt: skip
    result = read(path, answers=answers)
    assert (result.table["row_number"].to_pylist(), result.questions) == ([2], ())


def test_a_filter_that_hides_rows_is_asked_and_an_idle_one_is_not(book):
    def fill(workbook, is_active):
        table(*ROWS)(workbook)
        sheet = workbook.get_worksheet_by_name("成绩")
        sheet.autofilter("A1:D3")
        if is_active:
            sheet.filter_column("B", "x == 张三")
            sheet.set_row(2, None, None, {"hidden": True})

    assert asked(read(book(lambda workbook: fill(workbook, True)))) == ["filtered_rows:成绩"]
    assert asked(read(book(lambda workbook: fill(workbook, False)))) == []


def test_several_sheets_with_the_same_header_are_asked(book):
    def fill(workbook):
        table(*ROWS, name="一班")(workbook)
        table(["1", "a", "x", None], name="二班")(workbook)

    path = book(fill)
    result = read(path)
    assert asked(result) == ["sheet"]
    assert [choice.value for choice in result.questions[0].choices] == ["一班", "二班"]
    for options in ({"answers": {"sheet": "二班"}}, {"sheet": "二班"}):
        result = read(path, **options)
        assert (result.sheet, problems(result)) == ("二班", [("二班!C2", "not_a_number")])
    assert refused(path, sheet="三班").code == "no_such_sheet"


def test_merged_cells_of_the_data_are_filled_inside_their_range_only(book):
    spec = TableSpec(
        "x", (FieldSpec("a", ("班级",), FieldType.TEXT), FieldSpec("b", ("姓名",), FieldType.TEXT))
    )

    def fill(workbook):
        table([None, "a"], [None, "b"], [None, "c"], header=["班级", "姓名"])(workbook)
        workbook.get_worksheet_by_name("成绩").merge_range("A2:A3", "一班", None)

    result = read(book(fill), spec)
    assert result.table["a"].to_pylist() == ["一班", "一班", None]
    assert notes(result)["merged_cells_filled"] == 1


@pytest.mark.parametrize(
    ("header", "code"),
    [
        (["学号", "姓名", "姓名"], "duplicate_header"),
        (["学号", "姓\n名", "综合成绩"], "line_break_in_header"),
        (["学号", None, "综合成绩"], "empty_header"),
        (["工号", "部门", "职务"], "missing_columns"),
        (["学号", "姓名", None, "学号", "姓名"], "two_blocks"),
    ],
)
def test_a_header_that_cannot_be_trusted_refuses_the_file(book, header, code):
    cells = ["1", None, None, "2", "b"] if code == "two_blocks" else ["1", "a", 2, 3, 4]
    rows = [cell if header[n] or code != "two_blocks" else None
            for n, cell in enumerate(cells[: len(header)])]  # fmt: skip
    assert refused(book(table(rows, header=header))).code == code


def test_a_wrong_template_is_refused_with_a_guess(book):
    path = book(table(["1", "x"], header=["工号", "职务"]))
    staff = TableSpec("staff", (FieldSpec("id", ("工号",), FieldType.TEXT),), ("id",), "教职工")
    refusal = refused(path, others=(staff, SCORES))
    assert (refusal.code, refusal.facts["guess"]) == ("wrong_template", "教职工")
    assert refused(book(table())).code == "no_rows"


def test_extra_columns_and_synonyms_are_asked_with_the_likeliest_field(book):
    path = book(table(["1", "a", "x"], header=["学生学号", "姓名", "备注"]))
    result = read(path)
    assert asked(result) == ["header:学生学号", "extra_column:备注"]
    assert [question.proposed for question in result.questions] == ["student_id", "ignore"]
    assert result.table.num_rows == 1
    answers = {"header:学生学号": "student_id", "extra_column:备注": "ignore"}
    assert read(path, answers=answers).questions == ()
    assert refused(path, answers={"header:学生学号": "ignore"}).code == "missing_columns"


TASKS = TableSpec(
    "tasks",
    (
        FieldSpec("name", ("任务",), FieldType.TEXT, required=True),
        FieldSpec("due_on", ("完成时间",), FieldType.DATE, asks=frozenset({"unclear_date"})),
        FieldSpec("person", ("责任人",), FieldType.TEXT,
                  reference=("张三", "李四", "李四", "计算机学院"),
                  asks=frozenset({"missing", "unknown_reference"})),
    ),
)  # fmt: skip


def test_cells_that_a_field_asks_about_become_questions(book):
    path = book(table(["a", "8月底前", "张三"], ["b", "12月中旬", "張三"],
                      ["c", "2026-01-01", None], ["d", "长期", "李四"],
                      header=["任务", "完成时间", "责任人"]))  # fmt: skip
    result = read(path, TASKS, year=2026)
    assert asked(result) == [
        "cell:成绩!B2:unclear_date",
        "cell:成绩!B3:unclear_date",
        "cell:成绩!B5:unclear_date",
        "cell:成绩!C3:unknown_reference",
        "cell:成绩!C4:missing",
    ]
    choices = {one.id: [choice.value for choice in one.choices] for one in result.questions}
    assert choices["cell:成绩!B2:unclear_date"] == ["2026-08-31", "", "reject"]
    assert choices["cell:成绩!B3:unclear_date"] == ["2026-12-20", "2026-12-15", "", "reject"]
    assert choices["cell:成绩!B5:unclear_date"] == ["", "reject"]
    assert choices["cell:成绩!C3:unknown_reference"] == ["张三", "", "reject"]
    assert problems(result) == [("C5", "ambiguous_reference")]
    assert (result.rows_asked, result.rows_rejected, result.table.num_rows) == (3, 1, 0)
    answers = {
        "cell:成绩!B2:unclear_date": "2026-08-31",
        "cell:成绩!B3:unclear_date": "",
        "cell:成绩!C3:unknown_reference": "张三",
        "cell:成绩!C4:missing": "",
        "cell:成绩!B5:unclear_date": "reject",
    }
    result = read(path, TASKS, year=2026, answers=answers)
    assert result.questions == ()
    assert result.table["due_on"].to_pylist() == [
        dt.date(2026, 8, 31), None, dt.date(2026, 1, 1)
    ]  # fmt: skip
    assert ("B5", "rejected_by_answer") in problems(result)


def test_identity_numbers_are_checked_by_their_digits(book):
    spec = TableSpec(
        "x",
        (FieldSpec("id", ("身份证号",), FieldType.TEXT, checksum="id_number"),
         FieldSpec("gender", ("性别",), FieldType.TEXT, stated_by_id="gender")),
    )  # fmt: skip
    rows = [["11010519491231002X", "女"], ["11010519491231002x", "男"],
            ["110105194912310021", ""], ["110105491231002", ""],
            ["110105********002X", ""], ["11010519491331002X", ""]]  # fmt: skip
    result = read(book(table(*rows, header=["身份证号", "性别"])), spec)
    assert result.table["id"].to_pylist() == ["11010519491231002X"] * 2
    assert [code for _, code in problems(result)] == [
        "id_check_digit", "id_of_15_digits", "id_masked", "id_birth_date",
    ]  # fmt: skip
    assert (notes(result)["id_letter_raised"], notes(result)["id_contradicts"]) == (1, 1)


def rewrite(path, part, change):
    """Change one part of a workbook in place."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[part] = change(parts[part])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


SHEET = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace(b'<dimension ref="A1:D3"/>', b'<dimension ref="A1:XFD9"/>'),
        lambda text: text.replace(b'<c r="A2" ', b"<c r='A2' "),
        lambda text: text.replace(b"<sheetData>", b"<sheetData><!-- x -->"),
        lambda text: text.replace(b'r="B2"', b'cm="0" r="B2"'),
        lambda text: text.replace(b"</row>", b"</row>\n"),
        lambda text: b"<?xml version='1.0'?><x:worksheet xmlns:x="
        + text.split(b"xmlns=")[1]
        .replace(b"<", b"<x:")
        .replace(b"<x:/", b"</x:"),
    ],
)  # fmt: skip
def test_other_ways_to_write_the_same_sheet_are_read_alike(book, change):
    path = rewrite(book(table(*ROWS)), SHEET, change)
    assert read(path).table["student_id"].to_pylist() == ["0202100001", "0202100002"]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (b'r="C3"', b'r="XFD3"', "far_cell"),
        (b'r="C3"', b'r="ZZZZZZ3"', "bad_reference"),
        (b'r="C3"', b'r="XFE3"', "bad_reference"),
        (b'<row r="3"', b'<row r="1048577"', "bad_reference"),
        (b'<row r="3"', b'<row r="1"', "unusual_workbook"),
        (b'<row r="3" spans="1:4"><c r="A3"', b'<row r="900000"><c r="A900000"', "far_cell"),
        (b"<sheetData>", b"<sheetData><![CDATA[x]]>", "unusual_workbook"),
        (b"</sheetData>", b"", "damaged_workbook"),
        (b'<c r="C3"', b'<c>\0<c r="C3"', "damaged_workbook"),
    ],
)
def test_references_that_would_kill_the_reader_are_refused(book, old, new, code):
    def change(text):
        assert old in text
        return text.replace(old, new, 1)

    assert refused(rewrite(book(table(*ROWS)), SHEET, change)).code == code


def test_blank_formatted_cells_to_the_last_row_are_no_rows(book):
    blank = b"".join(b'<row r="%d"><c r="A%d" s="1"/></row>' % (n, n) for n in range(4, 50_000))
    blank += b'<row r="1048576"><c r="A1048576" s="1"/><c r="XFD1048576" s="1"/></row>'
    path = book(table(*ROWS))
    rewrite(path, SHEET, lambda text: text.replace(b"</sheetData>", blank + b"</sheetData>"))
    assert read(path).table.num_rows == 2


@pytest.mark.parametrize("value", [b"NaN", b"1E400", b"1E999999999", b"-1", b"x"])
def test_a_date_that_is_no_number_is_no_day(book, value):
    def fill(workbook):
        table(*ROWS)(workbook)
        day = workbook.add_format({"num_format": "yyyy-mm-dd"})
        workbook.get_worksheet_by_name("成绩").write_number("D2", 44440, day)

    path = rewrite(book(fill), SHEET, lambda text: text.replace(b"44440", value))
    try:
        result = read(path)
    except FileRefused as refusal:
        assert refusal.code == "damaged_workbook"  # noqa: PT017 - either is right
    else:
        assert problems(result) == [("D2", "impossible_date")]
