"""Classes 92 to 106: text files as programs and people leave them."""

from tests.corpus.samples import (
    HEADERS,
    Sample,
    cells_of,
    csv_bytes,
    csv_line,
    csv_text,
    generator,
    rejected,
    student,
    students,
)
from tests.corpus.texts import RARE
from tests.corpus.workbook_content import three_good

CSV = "学生.csv"


def three(data: bytes) -> tuple[Sample, ...]:
    return three_good(data, CSV)


@generator
def byte_order_mark() -> tuple[Sample, ...]:
    return three(csv_bytes(students(3), encoding="utf-8-sig"))


@generator
def gbk() -> tuple[Sample, ...]:
    return three(csv_bytes(students(3), encoding="gbk"))


@generator
def gb18030() -> tuple[Sample, ...]:
    rows = [student(at, name=name) for at, name in enumerate(RARE, 1)]
    return (Sample(CSV, csv_bytes(rows, encoding="gb18030"), tuple(rows)),)


@generator
def utf16() -> tuple[Sample, ...]:
    text = csv_text(students(3))
    little, big = text.encode("utf-16-le"), text.encode("utf-16-be")
    return three(b"\xff\xfe" + little) + three(b"\xfe\xff" + big)


@generator
def utf16_without_mark() -> tuple[Sample, ...]:
    return three(csv_bytes(students(3), encoding="utf-16-le"))


@generator
def mixed_encodings() -> tuple[Sample, ...]:
    lines = csv_text(students(6)).splitlines(keepends=True)
    mixed = "".join(lines[:3]).encode() + "".join(lines[3:]).encode("gbk")
    turned = "".join(lines[:5]).encode("gbk") + "".join(lines[5:]).encode()
    return Sample(CSV, mixed, code="damaged_utf8"), Sample(CSV, turned)


@generator
def unclosed_quote() -> tuple[Sample, ...]:
    lines = csv_text(students(5)).split("\r\n")
    lines[2] = lines[2].replace("测试", '"测试')
    lost = csv_text(students(5)).split("\r\n")
    lost[5] = lost[5].replace("测试", '"测试')
    return Sample(CSV, "\r\n".join(lines).encode()), Sample(CSV, "\r\n".join(lost).encode())


@generator
def ragged_rows() -> tuple[Sample, ...]:
    short, long = cells_of(student(3))[:-1], [*cells_of(student(4)), "多一格"]
    data = csv_bytes(students(2)) + f"{csv_line(short)}\r\n{csv_line(long)}\r\n".encode()
    return (Sample(CSV, data, tuple(students(2)), {"A4": "ragged_row", "A5": "ragged_row"}),)


@generator
def control_bytes() -> tuple[Sample, ...]:
    wrong = {"测\0试": "invisible_character", "\x1b[31m测试": "invisible_character"}
    return rejected("name", wrong)


@generator
def carriage_returns() -> tuple[Sample, ...]:
    return three(csv_text(students(3), delimiter=";", end="\r").encode())


@generator
def huge_field() -> tuple[Sample, ...]:
    return rejected("name", {"测" * 700_000: "cell_too_long"})


@generator
def endless_columns() -> tuple[Sample, ...]:
    rest = [f"c{at}" for at in range(200_000)]
    header = csv_line([*HEADERS, *rest])
    row = csv_line([*cells_of(student(1)), *[""] * len(rest)])
    return (Sample(CSV, f"{header}\r\n{row}\r\n".encode()),)


@generator
def separator_line() -> tuple[Sample, ...]:
    text = csv_text(students(3), delimiter=";")
    return three(f"sep=;\r\n{text}".encode())


@generator
def excel_text_trick() -> tuple[Sample, ...]:
    rows = students(3)
    odd = [row | {"student_id": f'="{row["student_id"]}"'} for row in rows]
    lines = [",".join(HEADERS), *(",".join(cells_of(row)) for row in odd)]
    return three("\r\n".join(lines).encode()) + three(csv_bytes(odd))


@generator
def quoted_line_breaks() -> tuple[Sample, ...]:
    rows = [student(1, name="测试\n一"), student(2, name="测试\r\n二"), student(3)]
    return (Sample(CSV, csv_bytes(rows), tuple(rows)),)
