"""Classes 1 to 25: what people leave in a worksheet."""

import base64
import io
from collections.abc import Sequence
from typing import Any

from tests.corpus.books import (
    parts,
    patched,
    put,
    raw_book,
    row_xml,
    sheet_of,
    simple_book,
    text_rows,
    written,
    zipped,
)
from tests.corpus.samples import (
    HEADERS,
    Sample,
    cells_of,
    csv_bytes,
    csv_text,
    generator,
    student,
    students,
)

NAME = "学生.xlsx"
SCORE = HEADERS.index("综合成绩")
# One red pixel.
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC"
)


def with_score_cells(cells: Sequence[str]) -> bytes:
    """Return a workbook of two good rows and one row for each raw cell of the score."""
    rows = text_rows(students(2 + len(cells)))
    for row, cell in zip(rows[2:], cells, strict=True):
        row[SCORE] = cell
    return raw_book(rows)


def two_good(data: bytes, problems: dict[str, str], **more: Any) -> tuple[Sample, ...]:
    """Return the sample in which only the first two students are stored."""
    return (Sample(NAME, data, tuple(students(2)), problems, **more),)


def three_good(data: bytes, name: str = NAME, **more: Any) -> tuple[Sample, ...]:
    """Return the sample in which three students are stored."""
    return (Sample(name, data, tuple(students(3)), **more),)


@generator
def formula_without_value() -> tuple[Sample, ...]:
    cells = ['<c r="H4"><f>AVERAGE(70,80)</f></c>', '<c r="H5"><f>H2</f><v></v></c>']
    code = "formula_without_value"
    return two_good(with_score_cells(cells), {"H4": code, "H5": code})


@generator
def cached_error() -> tuple[Sample, ...]:
    errors = ("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!")
    cells = [
        f'<c r="H{at}" t="e"><f>H2/0</f><v>{error}</v></c>' for at, error in enumerate(errors, 4)
    ]
    return two_good(
        with_score_cells(cells), {f"H{at}": "excel_error" for at in range(4, 4 + len(errors))}
    )


@generator
def active_formula() -> tuple[Sample, ...]:
    formulas = (
        "cmd|'/c calc'!A0",
        "HYPERLINK(&quot;http://example.invalid/?&quot;&amp;A2,&quot;测试&quot;)",
        "WEBSERVICE(&quot;http://example.invalid/&quot;)",
    )
    rows = text_rows(students(5))
    for at, formula in enumerate(formulas, 4):
        rows[at - 2][1] = f'<c r="B{at}" t="str"><f>{formula}</f><v>测试</v></c>'
    book = two_good(raw_book(rows), {f"B{at}": "dangerous_formula" for at in (4, 5, 6)})
    odd = ["=cmd|'/c calc'!A0", '=HYPERLINK("http://example.invalid","测试")', "@SUM(1+1)*cmd|x"]
    texts = csv_bytes(students(2) + [student(3 + at, name=text) for at, text in enumerate(odd)])
    found = {f"B{at}": "dangerous_formula" for at in (4, 5, 6)}
    return (*book, Sample("学生.csv", texts, tuple(students(2)), found))


@generator
def formula_as_text() -> tuple[Sample, ...]:
    book = with_score_cells(['<c r="H4" t="str"><v>=95</v></c>', "=60+35"])
    found = {"H4": "not_a_number", "H5": "not_a_number"}
    texts = csv_bytes([*students(2), student(3, overall_score="=95")])
    return (
        *two_good(book, found),
        Sample("学生.csv", texts, tuple(students(2)), {"H4": "not_a_number"}),
    )


@generator
def array_formula() -> tuple[Sample, ...]:
    rows = text_rows(students(3))
    for at, row in enumerate(rows, 2):
        formula = '<f t="array" ref="H2:H4">K2:K4+0</f>' if at == 2 else ""
        row[SCORE] = f'<c r="H{at}">{formula}<v>{row[SCORE]}</v></c>'
    spilled = text_rows(students(3))
    for at, row in enumerate(spilled, 2):
        formula = '<f t="array" aca="1" ref="H2:H4">_xlfn._xlws.SORT(K2:K4)</f>' if at == 2 else ""
        row[SCORE] = f'<c r="H{at}" cm="1">{formula}<v>{row[SCORE]}</v></c>'
    return three_good(raw_book(rows)) + three_good(raw_book(spilled))


@generator
def decorated_sheet() -> tuple[Sample, ...]:
    def fill(book: Any) -> None:
        sheet = book.add_worksheet("学生")
        centred = book.add_format({"align": "center"})
        sheet.merge_range("A1:I1", "2021级学生基本信息表", centred)
        sheet.merge_range("C2:G2", "基本信息", centred)
        sheet.merge_range("H2:I2", "成绩与就业", centred)
        for position in (0, 1):
            sheet.merge_range(1, position, 2, position, HEADERS[position], centred)
        sheet.write_row(2, 2, HEADERS[2:])
        for at, row in enumerate(students(3), 3):
            for position, text in enumerate(cells_of(row)):
                if position == SCORE:
                    sheet.write_number(at, position, float(text))
                else:
                    sheet.write_string(at, position, text)
        sheet.write_string(6, 0, "合计")
        sheet.write_formula(6, SCORE, "=SUM(H4:H6)", None, 187.5)
        sheet.write_string(8, 0, "制表人：测试员")
        sheet.write_string(8, 5, "审核人：测试员")

    return three_good(written(fill))


@generator
def merged_data() -> tuple[Sample, ...]:
    rows = students(4)
    rows[0]["employment_state"] = rows[1]["employment_state"] = "升学"
    rows[3]["employment_state"] = ""

    def fill(book: Any) -> None:
        sheet = book.add_worksheet("学生")
        put(sheet, rows)
        plain = book.add_format()
        sheet.merge_range("E2:E4", "JD2101", plain)
        sheet.merge_range("I2:I3", "升学", plain)

    return (Sample(NAME, written(fill), tuple(rows)),)


@generator
def unclear_header() -> tuple[Sample, ...]:
    good = students(2)
    variants = {
        "duplicate_header": (*HEADERS[:2], "姓名", *HEADERS[3:]),
        "empty_header": (*HEADERS[:2], "", *HEADERS[3:]),
        "line_break_in_header": (*HEADERS[:4], "班级\n代码", *HEADERS[5:]),
    }
    samples = []
    for code, headers in variants.items():
        rows = [list(headers), *text_rows(good)]
        samples.append(Sample(NAME, raw_book(rows, with_header=False), code=code))
    samples.append(
        Sample(
            "学生.csv",
            csv_text(good, headers=variants["duplicate_header"]).encode(),
            code="duplicate_header",
        )
    )
    return tuple(samples)


@generator
def hidden_rows() -> tuple[Sample, ...]:
    def hide(book: Any) -> None:
        sheet = book.add_worksheet("学生")
        put(sheet, students(3))
        sheet.set_row(2, None, None, {"hidden": True})

    def filtered(book: Any) -> None:
        sheet = book.add_worksheet("学生")
        put(sheet, students(3))
        sheet.autofilter("A1:I4")
        sheet.filter_column("C", "x == 男")
        sheet.set_row(2, None, None, {"hidden": True})

    def secret(book: Any) -> None:
        put(book.add_worksheet("学生"), students(3))
        hidden = book.add_worksheet("原始")
        put(hidden, students(2, first=11))
        hidden.very_hidden()

    return (
        *three_good(written(hide), code="hidden_rows"),
        *three_good(written(filtered), code="filtered_rows"),
        *three_good(written(secret), code="hidden_sheets"),
    )


@generator
def several_sheets() -> tuple[Sample, ...]:
    def fill(book: Any) -> None:
        put(book.add_worksheet("一班"), students(3))
        put(book.add_worksheet("二班"), students(2, first=11))

    return three_good(written(fill))


@generator
def wrong_template() -> tuple[Sample, ...]:
    headers = ["学号", "教学班", "课程代码", "二级学院代码", "考勤日期", "节次", "考勤状态"]
    row = ["0202100001", "MATH-1", "MATH", "EAST", "2021-09-06", "1", "出勤"]
    return (
        Sample(NAME, raw_book([headers, row], with_header=False)),
        Sample("考勤.csv", "\n".join(",".join(cells) for cells in (headers, row)).encode()),
    )


@generator
def header_only() -> tuple[Sample, ...]:
    return Sample(NAME, raw_book([])), Sample("学生.csv", csv_text([]).encode())


@generator
def empty_file() -> tuple[Sample, ...]:
    return Sample(NAME, b""), Sample("学生.csv", b"")


def _formatted(numbers: Sequence[int] | range) -> bytes:
    good = "".join(
        row_xml(at, cells) for at, cells in enumerate([list(HEADERS), *text_rows(students(3))], 1)
    )
    blank = "".join(f'<row r="{at}"><c r="A{at}" s="1"/></row>' for at in numbers)
    return zipped(parts(sheet_of(good + blank)))


@generator
def formatted_blank_rows() -> tuple[Sample, ...]:
    return three_good(_formatted([*range(5, 2000), 1_048_576]))


@generator
def formatted_to_the_end() -> tuple[Sample, ...]:
    return three_good(_formatted(range(5, 1_048_577)))


@generator
def commented_cells() -> tuple[Sample, ...]:
    def fill(book: Any) -> None:
        sheet = book.add_worksheet("学生")
        put(sheet, students(3))
        sheet.write_comment("H2", "补考成绩，待核实")

    namespace = "http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"
    thread = (
        f'<ThreadedComments xmlns="{namespace}"><threadedComment ref="H3" id="{{1}}">'
        "<text>请核实</text></threadedComment></ThreadedComments>"
    ).encode()
    plain = written(fill)
    threaded = patched(plain, {"xl/threadedComments/threadedComment1.xml": lambda _: thread})
    return three_good(plain) + three_good(threaded)


@generator
def other_code_list() -> tuple[Sample, ...]:
    def fill(book: Any) -> None:
        sheet = book.add_worksheet("学生")
        put(sheet, [*students(2), student(3, employment_state="灵活就业")])
        listed = {"validate": "list", "source": ["已就业", "灵活就业"]}
        sheet.data_validation("I2:I10", listed)

    return two_good(written(fill), {"I4": "not_in_code_list"})


@generator
def linked_parts() -> tuple[Sample, ...]:
    def fill(book: Any) -> None:
        sheet = book.add_worksheet("学生")
        put(sheet, students(3))
        columns = [{"header": header} for header in HEADERS]
        sheet.add_table("A1:I4", {"columns": columns})

    linked = patched(
        simple_book(students(3)),
        {
            "xl/externalLinks/externalLink1.xml": lambda _: (
                b'<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>'
            ),
            "xl/externalLinks/_rels/externalLink1.xml.rels": lambda _: (
                b"<Relationships xmlns="
                b'"http://schemas.openxmlformats.org/package/2006/relationships">'
                b'<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/'
                b'2006/relationships/externalLinkPath" Target="file:///etc/scores.xlsx" '
                b'TargetMode="External"/></Relationships>'
            ),
            "xl/pivotCache/pivotCacheDefinition1.xml": lambda _: (
                b"<pivotCacheDefinition xmlns="
                b'"http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>'
            ),
        },
    )
    return three_good(linked, code="external_links_ignored") + three_good(
        written(fill), code="tables_ignored"
    )


@generator
def pictures() -> tuple[Sample, ...]:
    def fill(book: Any) -> None:
        sheet = book.add_worksheet("学生")
        put(sheet, students(3))
        sheet.insert_image("B3", "photo.png", {"image_data": io.BytesIO(PIXEL)})

    return three_good(written(fill))


@generator
def protected_sheet() -> tuple[Sample, ...]:
    def fill(book: Any) -> None:
        sheet = book.add_worksheet("学生")
        put(sheet, students(3))
        sheet.protect("secret")

    return three_good(written(fill))


@generator
def odd_sheet_name() -> tuple[Sample, ...]:
    long = "学" * 40
    renamed = patched(
        simple_book(students(3)),
        {"xl/workbook.xml": lambda xml: xml.replace("学生".encode(), long.encode())},
    )
    return (
        *three_good(simple_book(students(3), sheet_name="学生😀名单")),
        *three_good(simple_book(students(3), sheet_name="生" * 31)),
        *three_good(renamed),
    )


@generator
def other_column_order() -> tuple[Sample, ...]:
    turned = [list(reversed(cells)) for cells in [list(HEADERS), *text_rows(students(3))]]
    texts = "\n".join(",".join(cells) for cells in turned).encode()
    return (
        *three_good(raw_book(turned, with_header=False)),
        *three_good(texts, "学生.csv"),
    )


@generator
def extra_column() -> tuple[Sample, ...]:
    rows = [[*HEADERS, "备注"], *([*cells, "无"] for cells in text_rows(students(3)))]
    texts = "\n".join(",".join(cells) for cells in rows).encode()
    return three_good(raw_book(rows, with_header=False)) + three_good(texts, "学生.csv")


@generator
def header_synonym() -> tuple[Sample, ...]:
    samples: list[Sample] = []
    for synonym in ("学生学号", "学号*"):
        rows = [[synonym, *HEADERS[1:]], *text_rows(students(3))]
        samples += three_good(raw_book(rows, with_header=False))
    return tuple(samples)


@generator
def rows_above_header() -> tuple[Sample, ...]:
    rows = [["填表说明：请勿修改表头"], ["统计日期：2021-09-30"], list(HEADERS)]
    rows += text_rows(students(3))
    texts = csv_text(students(3))
    return (
        *three_good(raw_book(rows, with_header=False)),
        *three_good(f"填表说明：请勿修改表头\r\n{texts}".encode(), "学生.csv"),
    )


@generator
def side_by_side() -> tuple[Sample, ...]:
    left, right = text_rows(students(2)), text_rows(students(2, first=11))
    gap = '<c r="J{row}"/>'
    rows = []
    for number, (one, other) in enumerate(
        zip([list(HEADERS), *left], [list(HEADERS), *right], strict=True), 1
    ):
        rows.append([*one, gap.format(row=number), *other])
    return (Sample(NAME, raw_book(rows, with_header=False)),)
