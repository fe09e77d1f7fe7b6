"""Classes 47 to 63: texts, identifiers, keys and references."""

from tests.corpus.books import MAIN, parts, raw_book, sheet_xml, text_rows, zipped
from tests.corpus.moments_and_numbers import purchase, purchases
from tests.corpus.samples import (
    HEADERS,
    Sample,
    csv_bytes,
    csv_text,
    generator,
    identity_number,
    rejected,
    student,
    students,
)
from tests.corpus.workbook_content import NAME, three_good, two_good

CSV = "学生.csv"


@generator
def invisible_characters() -> tuple[Sample, ...]:
    marks = ("\u200b", "\u00ad", "\u202e", "\u2066", "\ufeff", "\u0007")
    wrong = {f"测{mark}试": "invisible_character" for mark in marks}
    rows = [*students(2), student(3, name="测\u200b试")]
    book = raw_book(text_rows(rows))
    return rejected("name", wrong) + two_good(book, {"B4": "invisible_character"})


@generator
def identity_variants() -> tuple[Sample, ...]:
    good = identity_number(sequence=21)
    other = "1" if good[-1] != "1" else "2"
    return rejected(
        "identity_number",
        {
            "990101030515011": "id_of_15_digits",
            good[:-1] + other: "id_check_digit",
            "990101********0011": "id_masked",
            "99************0011": "id_masked",
            identity_number("20030230", 21): "id_birth_date",
            identity_number("21030515", 21): "id_birth_date",
            good[:-1]: "not_an_id_number",
            f"{good}0": "not_an_id_number",
            "E12345678": "not_an_id_number",
        },
    )


@generator
def identity_contradiction() -> tuple[Sample, ...]:
    rows = students(3)
    rows[1]["gender"] = "男"  # an even sequence is a woman's
    return (
        Sample(CSV, csv_bytes(rows), tuple(rows)),
        Sample(NAME, raw_book(text_rows(rows)), tuple(rows)),
    )


@generator
def duplicate_keys() -> tuple[Sample, ...]:
    rows = students(2)
    conflict = [student(3), student(3, name="测试其他")]
    whole = [*rows, rows[0], *conflict]
    found = {"A4": "duplicate_row", "A5": "key_conflict", "A6": "key_conflict"}
    return (
        Sample(CSV, csv_bytes(whole), tuple(rows), found),
        Sample(NAME, raw_book(text_rows(whole)), tuple(rows), found),
    )


@generator
def key_spellings() -> tuple[Sample, ...]:
    rows = [purchase(1, "10.00"), purchase(2, "20.00"), purchase(3, "30.00")]
    alike = [rows[0] | {"code": "p-001"}, rows[1] | {"code": "\uff30-002"}]
    data = purchases([*rows, *alike])
    found = {f"A{row}": "key_spelling" for row in (2, 3, 5, 6)}
    return (Sample("采购.csv", data, (rows[2],), found, dataset="corpus_purchase"),)


@generator
def odd_texts() -> tuple[Sample, ...]:
    wrong = {
        "测" * 32_767: "cell_too_long",
        "测" + "\u0301" * 40: "too_many_combining_marks",
        "\u202e试测": "invisible_character",
        "ﬁx": "ligature",
    }
    return rejected("name", wrong)


RARE = (
    "𠮷田𠀀", "买买提·吐尔逊", "阿卜杜•热合曼", "㛃䶮", "𬭎𬱖", "朱镕基镕", "叶𬀩", "O’Neill 测试",
)  # fmt: skip


@generator
def rare_names() -> tuple[Sample, ...]:
    rows = [student(at, name=name) for at, name in enumerate(RARE, 1)]
    return (
        Sample(CSV, csv_bytes(rows), tuple(rows)),
        Sample(CSV, csv_bytes(rows, encoding="gb18030"), tuple(rows)),
        Sample(NAME, raw_book(text_rows(rows)), tuple(rows)),
    )


@generator
def rich_text() -> tuple[Sample, ...]:
    rows = students(3)
    cells = text_rows(rows)
    items = []
    for at, row in enumerate(rows):
        first, rest = row["name"][:1], row["name"][1:]
        items.append(
            f"<si><r><rPr><b/></rPr><t>{first}</t></r><r><t>{rest}</t></r>"
            '<rPh sb="0" eb="1"><t>ceshi</t></rPh><phoneticPr fontId="0"/></si>'
        )
        cells[at][1] = f'<c r="B{at + 2}" t="s"><v>{at}</v></c>'
    strings = f'<sst xmlns="{MAIN}" count="3" uniqueCount="3">{"".join(items)}</sst>'
    return three_good(zipped(parts(sheet_xml([list(HEADERS), *cells]), strings=strings)))


@generator
def names_like_nothing() -> tuple[Sample, ...]:
    names = ("Null", "NaN", "None", "0", "NA", "nan", "#N/A1", "TRUE")
    rows = [student(at, name=name) for at, name in enumerate(names, 1)]
    return (
        Sample(CSV, csv_bytes(rows), tuple(rows)),
        Sample(NAME, raw_book(text_rows(rows)), tuple(rows)),
    )


@generator
def emoji() -> tuple[Sample, ...]:
    rows = [student(1, name="测试😀"), student(2, name="🎓测试"), student(3, name="测🇨🇳试")]
    return (
        Sample(CSV, csv_bytes(rows), tuple(rows)),
        Sample(NAME, raw_book(text_rows(rows)), tuple(rows)),
    )


@generator
def lone_surrogate() -> tuple[Sample, ...]:
    utf16 = csv_text([*students(2), student(3, name="测试?")]).encode("utf-16-le")
    broken = b"\xff\xfe" + utf16.replace("?".encode("utf-16-le"), b"\x3d\xd8")
    nothing = csv_bytes([*students(2), student(3, name="测\ufffe试")])
    escaped = raw_book(text_rows([*students(2), student(3, name="测试_xD83D_")]))
    stored = tuple(students(2))
    return (
        Sample(CSV, nothing, stored, {"B4": "invisible_character"}),
        Sample(CSV, broken, stored, {"B4": "lone_surrogate"}, code="lone_surrogate"),
        Sample(NAME, escaped, stored, {"B4": "lone_surrogate"}, code="lone_surrogate"),
    )


INJECTIONS = (
    "' OR 1=1 --", "<script>alert(1)</script>", "{{7*7}}", "${jndi:ldap://x}", "../../etc/passwd",
    "%00", "Robert'); DROP TABLE x;--", "$(reboot)", '"><img src=x onerror=alert(1)>', "%s%n%x",
)  # fmt: skip


@generator
def injection_literals() -> tuple[Sample, ...]:
    literal = [student(at, name=text) for at, text in enumerate(INJECTIONS, 1)]
    ruled = [student(20 + at, class_code=text) for at, text in enumerate(INJECTIONS)]
    found = {f"E{12 + at}": "pattern" for at in range(len(ruled))}
    return (
        Sample(CSV, csv_bytes(literal + ruled), tuple(literal), found),
        Sample(NAME, raw_book(text_rows(literal + ruled)), tuple(literal), found),
    )


@generator
def look_alike_codes() -> tuple[Sample, ...]:
    wrong = {
        "己就业": "not_in_code_list",
        "巳就业": "not_in_code_list",
        "末就业": "not_in_code_list",
    }
    rows = [*students(2), student(3, employment_state="己就业")]
    book = raw_book(text_rows(rows))
    return rejected("employment_state", wrong) + two_good(book, {"I4": "not_in_code_list"})


@generator
def unit_names() -> tuple[Sample, ...]:
    odd = [purchase(1, "10.00"), purchase(2, "20.00", unit_name="東學院")]
    plain = [purchase(1, "10.00"), purchase(2, "20.00")]
    return (Sample("采购.csv", purchases(odd), tuple(plain), dataset="corpus_purchase"),)


@generator
def same_name_without_key() -> tuple[Sample, ...]:
    rows = [*students(2), student(3, student_id="", name="测试同名")]
    rows.append(student(4, student_id="", name="测试同名"))
    found = {"A4": "required", "A5": "required"}
    return (
        Sample(CSV, csv_bytes(rows), tuple(rows[:2]), found),
        Sample(NAME, raw_book(text_rows(rows)), tuple(rows[:2]), found),
    )


@generator
def withdrawn_class() -> tuple[Sample, ...]:
    rows = [*students(2), student(3, class_code="JD1901")]
    return (Sample(CSV, csv_bytes(rows), tuple(rows[:2]), {"E4": "withdrawn_code"}),)


@generator
def forward_reference() -> tuple[Sample, ...]:
    rows = [purchase(1, "10.00", replaces="P-002"), purchase(2, "20.00")]
    return (Sample("采购.csv", purchases(rows), tuple(rows), dataset="corpus_purchase"),)
