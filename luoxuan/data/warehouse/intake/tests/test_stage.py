"""A whole file against a specification: headers, keys, counts, Parquet, files seen in the wild."""
# ruff: noqa: RUF001 - full-width characters are what is tested here

import datetime as dt
import hashlib
import os
import sys
import tempfile
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from luoxuan.data.formula.types import FieldType
from luoxuan.data.warehouse.intake import FieldSpec, FileRefused, Limits, TableSpec, stage
from luoxuan.data.warehouse.intake.csv_file import read_csv
from luoxuan.data.warehouse.intake.stage import ChildServer
from luoxuan.data.warehouse.intake.staging import stage_here
from luoxuan.data.warehouse.intake.wire import Request

STUDENTS = TableSpec(
    "students",
    (
        FieldSpec("student_id", ("学号", "Student number"), FieldType.TEXT),
        FieldSpec("name", ("姓名", "Name"), FieldType.TEXT, required=True),
        FieldSpec("score", ("综合成绩",), FieldType.DECIMAL, decimals=2, maximum=Decimal(100)),
        FieldSpec("enrolled_on", ("入学日期",), FieldType.DATE),
    ),
    ("student_id",),
)
EVENTS = TableSpec("events", STUDENTS.fields)
HEADER = "学号,姓名,综合成绩,入学日期\n"


@pytest.fixture
def staged(tmp_path):
    def run(text, spec=STUDENTS, **options):
        path = tmp_path / "file.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        result = stage(path, spec, **options)
        assert result.rows_read == result.table.num_rows + result.rows_rejected
        return result

    return run


def refusal(run, *arguments, **options):
    with pytest.raises(FileRefused) as caught:
        run(*arguments, **options)
    return caught.value


def problems(result):
    return [(problem.row, problem.cell, problem.code) for problem in result.problems]


def note(result, code):
    return [(entry.count, entry.facts) for entry in result.notes if entry.code == code]


def test_a_good_file_becomes_typed_rows_with_their_numbers(staged):
    data = (HEADER + "0202100001,张三,85.5,2021年9月1日\n0202100002,李四,,\n").encode("gb18030")
    result = staged(data)
    assert result.table.schema == pa.schema(
        [
            ("student_id", pa.string()),
            ("name", pa.string()),
            ("score", pa.decimal128(18, 2)),
            ("enrolled_on", pa.date32()),
            ("row_number", pa.int64()),
        ]
    )
    assert result.table.to_pylist() == [
        {
            "student_id": "0202100001",
            "name": "张三",
            "score": Decimal("85.50"),
            "enrolled_on": dt.date(2021, 9, 1),
            "row_number": 2,
        },
        {
            "student_id": "0202100002",
            "name": "李四",
            "score": None,
            "enrolled_on": None,
            "row_number": 3,
        },
    ]
    assert (result.rows_read, result.rows_rejected, result.n_problems) == (2, 0, 0)
    assert result.encoding == "gb18030"
    assert result.sha256 == hashlib.sha256(data).hexdigest()
    assert note(result, "missing_values") == [
        (1, {"column": "score"}),
        (1, {"column": "enrolled_on"}),
    ]


def test_columns_are_matched_by_header_in_any_order_and_spelling(staged):
    result = staged("备注,ＮＡＭＥ*,student NUMBER ,综合成绩＊\nx,张三,1,2\n")
    assert result.table.to_pylist()[0]["name"] == "张三"
    assert result.table.to_pylist()[0]["student_id"] == "1"
    assert note(result, "extra_column") == [(1, {"column": "备注"})]
    assert note(result, "column_absent") == [(1, {"column": "enrolled_on"})]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("学号,综合成绩\n1,2\n", "missing_columns"),
        ("姓名,综合成绩\n1,2\n", "missing_columns"),
        ("学号,姓名,姓名\n1,2,3\n", "duplicate_header"),
        ("学号,Name,姓名\n1,2,3\n", "two_columns_for_field"),
        ("学号,姓名,\n1,2,3\n", "empty_header"),
        ("学号,姓\n名\n1,2\n", "missing_columns"),
        (HEADER, "no_rows"),
        (HEADER + "\n,,,\n", "no_rows"),
        ("", "empty_file"),
    ],
)
def test_a_header_that_does_not_fit_refuses_the_file(staged, text, code):
    assert refusal(staged, text).code == code


def test_a_file_without_any_known_column_is_refused(staged):
    spec = TableSpec("x", (FieldSpec("a", (), FieldType.TEXT),))
    assert refusal(staged, "b,c\n1,2\n", spec).code == "no_known_column"


def test_a_row_with_any_problem_is_rejected_as_a_whole_and_listed(staged):
    result = staged(
        HEADER + "1,张三,abc,1/2/2021\n2,,50,\n3,王五,100.01,\n4,赵六\n5,钱七,99,2021-09-01\n"
    )
    assert result.table["row_number"].to_pylist() == [6]
    assert problems(result) == [
        (2, "C2", "not_a_number"),
        (2, "D2", "ambiguous_date"),
        (3, "B3", "required"),
        (4, "C4", "above_maximum"),
        (5, "A5", "ragged_row"),
    ]
    assert (result.rows_read, result.rows_rejected, result.n_problems) == (5, 4, 5)
    assert result.problems[0].value == "abc"
    assert result.problems[0].column == "score"


def test_only_the_first_thousand_problems_are_listed_but_all_are_counted(staged):
    result = staged(HEADER + "".join(f"{number},x,y,z\n" for number in range(3000)))
    assert (len(result.problems), result.n_problems, result.rows_rejected) == (1000, 6000, 3000)
    assert [problem.row for problem in result.problems[-2:]] == [501, 501]


def test_long_values_are_cut_in_problems(staged):
    result = staged(HEADER + f"1,{'x' * 2_000_000},,\n")
    assert problems(result) == [(2, "B2", "cell_too_long")]
    assert len(result.problems[0].value) == 80


def test_equal_rows_of_one_key_keep_the_first(staged):
    result = staged(HEADER + "1,张三,85,\n2,李四,,\n1,张三,85.00,\n1, 张三,85,\n")
    assert result.table["row_number"].to_pylist() == [2, 3]
    assert problems(result) == [(4, "A4", "duplicate_row"), (5, "A5", "duplicate_row")]
    assert result.problems[0].facts["rows"] == "2"


def test_different_rows_of_one_key_are_all_rejected(staged):
    result = staged(HEADER + "1,张三,85,\n2,李四,,\n1,张三,86,\n1,张三,85,\n")
    assert result.table["row_number"].to_pylist() == [3]
    assert problems(result) == [(row, f"A{row}", "key_conflict") for row in (2, 4, 5)]
    assert result.problems[1].facts["rows"] == "2, 5"


def test_a_rejected_row_still_claims_its_key(staged):
    result = staged(HEADER + "1,张三,85,\n1,张三,abc,\n")
    assert result.table.num_rows == 0
    assert {problem.code for problem in result.problems} == {"key_conflict", "not_a_number"}


@pytest.mark.parametrize("other", ["ab1", "ＡＢ1", "AB 1"])
def test_keys_that_differ_by_spelling_only_are_rejected(staged, other):
    result = staged(HEADER + f"AB1,张三,85,\n{other},李四,,\n")
    assert [problem.code for problem in result.problems] == ["key_spelling"] * 2


def test_a_row_without_its_key_is_rejected(staged):
    assert problems(staged(HEADER + ",张三,85,\n")) == [(2, "A2", "required")]


def test_a_key_of_several_fields_is_compared_as_a_whole(staged):
    spec = TableSpec("scores", STUDENTS.fields, ("student_id", "enrolled_on"))
    result = staged(HEADER + "1,a,,2021-9-1\n1,b,,2021-9-2\n1,c,,20210901\n", spec)
    assert [problem.row for problem in result.problems] == [2, 4]


def test_repeated_events_are_kept_and_counted(staged):
    result = staged(HEADER + "1,张三,85,\n1,张三,85,\n1,张三,85.0,\n1,李四,85,\n", EVENTS)
    assert result.table.num_rows == 4
    assert note(result, "duplicate_rows") == [(2, {})]


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        (Limits(bytes=10), "too_many_bytes"),
        (Limits(rows=1), "too_many_rows"),
        (Limits(columns=3), "too_many_columns"),
    ],
)
def test_a_file_beyond_the_limits_is_refused(staged, limits, code):
    text = HEADER + "1,a,,\n2,b,,\n"
    assert refusal(staged, text, limits=limits).code == code


def test_a_workbook_cut_off_is_refused(tmp_path):
    path = tmp_path / "file.xlsx"
    path.write_bytes(b"PK\x03\x04")
    assert refusal(stage, path, STUDENTS).code == "damaged_workbook"


def test_the_name_the_sender_gave_decides_how_a_file_is_read(tmp_path):
    path = tmp_path / "upload"
    path.write_text(HEADER + "1,张三,85,\n", encoding="utf-8")
    assert refusal(stage, path, STUDENTS, file_name="x.xlsx").facts["kind"] == "csv"
    assert stage(path, STUDENTS, file_name="x.csv").rows_read == 1


def test_utf16_without_mark_is_asked(tmp_path):
    path = tmp_path / "file.csv"
    path.write_bytes((HEADER + "1,张三,85,\n").encode("utf-16-be"))
    result = stage(path, STUDENTS)
    assert [(one.id, one.proposed) for one in result.questions] == [("encoding", "utf-16-be")]
    result = stage(path, STUDENTS, answers={"encoding": "utf-16-be"})
    assert (result.questions, result.rows_read) == ((), 1)


@pytest.mark.parametrize(
    "attack",
    [
        "import os; os.abort()",
        "raise BaseException('a panic of another language')",
        "bytearray(10 ** 10)",
    ],
)
def test_a_reading_that_dies_refuses_the_file_and_the_next_one_is_read(
    tmp_path, monkeypatch, attack
):
    folder = tmp_path / "attack"
    folder.mkdir()
    code = f"def fall(*_): {attack}\nimport luoxuan.data.warehouse.intake.staging as staging\n"
    code += "staging.read_csv = fall\nfrom luoxuan.data.warehouse.intake import child\n"
    (folder / "attacked.py").write_text(code + "child.main()\n", encoding="utf-8")
    path = tmp_path / "file.csv"
    path.write_text(HEADER + "1,张三,85,\n", encoding="utf-8")
    with monkeypatch.context() as changed:
        server = ChildServer([sys.executable, str(folder / "attacked.py")])
        changed.setattr(sys.modules[ChildServer.__module__], "_SERVER", server)
        assert refusal(stage, path, STUDENTS).code == "file_too_large_or_damaged"
        assert refusal(stage, path, STUDENTS).code == "file_too_large_or_damaged"
        server.stop()
    assert stage(path, STUDENTS).rows_read == 1


def write_parquet(tmp_path, **columns):
    path = tmp_path / "file.parquet"
    pq.write_table(pa.table(columns), path)
    return path


def test_a_parquet_file_is_read_like_a_sheet(tmp_path):
    path = write_parquet(
        tmp_path,
        学号=pa.array(["1", "2", None]),
        姓名=pa.array(["张三", "李四", None]).dictionary_encode(),
        综合成绩=pa.array([85.5, 0.00001, None]),
        入学日期=pa.array([dt.date(2021, 9, 1), None, None]),
    )
    result = stage(path, STUDENTS)
    assert result.table["row_number"].to_pylist() == [2]
    assert result.table["score"].to_pylist() == [Decimal("85.50")]
    assert problems(result) == [(3, "C3", "too_many_decimals")]
    assert note(result, "blank_rows") == [(1, {"place": "inside"})]


def test_every_parquet_value_is_rendered_exactly(tmp_path):
    path = write_parquet(
        tmp_path,
        big=pa.array([2**63 - 1]),
        small=pa.array([Decimal("0.00000001")]),
        tiny=pa.array([1e-7]),
        huge=pa.array([1e20]),
        single=pa.array([0.1], pa.float32()),
        flag=pa.array([True]),
        at=pa.array([dt.datetime(2021, 9, 1, 8, 30)]),  # noqa: DTZ001
        zoned=pa.array([dt.datetime(2021, 9, 1, 8, 30, tzinfo=dt.UTC)]),
        nan=pa.array([float("nan")]),
        empty=pa.nulls(1),
    )
    names = ["big", "small", "tiny", "huge", "single", "flag", "at", "zoned", "nan", "empty"]
    spec = TableSpec("all", tuple(FieldSpec(name, (), FieldType.TEXT) for name in names))
    (row,) = stage(path, spec).table.to_pylist()
    assert row == {
        "big": "9223372036854775807",
        "small": "0.00000001",
        "tiny": "0.0000001",
        "huge": "100000000000000000000",
        "single": "0.1",
        "flag": "true",
        "at": "2021-09-01 08:30:00.000000",
        "zoned": "2021-09-01 08:30:00.000000Z",
        "nan": "nan",
        "empty": None,
        "row_number": 2,
    }


def test_parquet_files_that_cannot_be_a_table_are_refused(tmp_path):
    path = write_parquet(tmp_path, 学号=pa.array([[1]]))
    assert refusal(stage, path, STUDENTS).code == "unsupported_type"
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    assert refusal(stage, path, STUDENTS).code == "damaged_parquet"
    path.write_bytes(b"no parquet")
    assert refusal(stage, path, STUDENTS).code == "damaged_parquet"
    path.write_bytes(content[:4] + b"\xff" * (len(content) - 8) + content[-4:])
    assert refusal(stage, path, STUDENTS).code == "damaged_parquet"


ANY = TableSpec(
    "any",
    (
        FieldSpec("a", (), FieldType.INTEGER, missing=("?",)),
        FieldSpec("b", (), FieldType.DATE),
        FieldSpec("c", (), FieldType.TEXT, required=True),
    ),
)
KEYED = TableSpec("any", ANY.fields, ("a",))


def check_counts(content, spec):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file.csv"
        path.write_bytes(content)
        try:
            result = stage_here(Request(str(path), spec, Limits()))
        except FileRefused:
            return
    assert result.rows_read == result.table.num_rows + result.rows_rejected
    rejected = {problem.row for problem in result.problems}
    assert len(rejected) == result.rows_rejected
    assert not rejected & set(result.table["row_number"].to_pylist())


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.lists(st.sampled_from(["1", "2", "?", "", "x", "20210901", " ", '"q,"']),
                      min_size=2, max_size=4), max_size=12),
    st.sampled_from([ANY, KEYED]),
)  # fmt: skip
def test_every_row_is_accepted_or_listed(content, spec):
    text = "a,b,c\n" + "\n".join(",".join(cells) for cells in content)
    check_counts(text.encode(), spec)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=60), st.sampled_from([b"", b"a,b,c\n"]))
def test_any_bytes_are_read_or_refused(content, header):
    check_counts(header + content, ANY)


SHARED = Path(os.environ.get("LUOXUAN_SHARED", Path(__file__).parents[6] / "shared"))
MESSY = sorted((SHARED / "data" / "messy").rglob("*.csv"))


@pytest.mark.skipif(not MESSY, reason="the folder of messy files is not here")
@pytest.mark.parametrize("path", MESSY, ids=lambda path: path.name)
def test_files_of_the_wild_are_read_or_refused(path):
    data = path.read_bytes()
    try:
        raw = read_csv(data, sha256="", encoding=None, limits=Limits())
        fields = [FieldSpec(f"f{n}", (text,), FieldType.TEXT) for n, text in enumerate(raw.headers)]
        result = stage(path, TableSpec("wild", tuple(fields)))
    except FileRefused:
        return
    assert result.rows_read == result.table.num_rows + result.rows_rejected


FORMULAS = (
    ("=cmd|'/c calc'!A0", True),
    ('=HYPERLINK("http://example.invalid","x")', True),
    ("@SUM(1+1)*cmd|x", True),
    ("-2+3+cmd|' /C calc'!A0", True),
    ("=\n1|cmd", True),
    ("- 甲 (乙) | 丙", False),
    ("+86 (010) 123", False),
    ("=A1+1", False),
)


def test_a_text_that_a_spreadsheet_would_run_is_rejected(staged):
    rows = [
        f'{number},"{text.replace(chr(34), chr(34) * 2)}",,'
        for number, (text, _) in enumerate(FORMULAS, 1)
    ]
    result = staged(HEADER + "\n".join(rows))
    bad = {f"B{row}" for row, (_, is_bad) in enumerate(FORMULAS, 2) if is_bad}
    assert {(cell, code) for _, cell, code in problems(result)} == {
        (cell, "dangerous_formula") for cell in bad
    }


def test_titles_above_the_header_are_left_out_and_rows_keep_their_numbers(staged):
    result = staged(
        "某校统计\n\n单位：人\n" + HEADER.replace(",", ";") + "1;甲;60;2021-09-01\n;;;\n"
    )
    assert result.table["row_number"].to_pylist() == [5]
    assert ("rows_above_header", 3) in [(note.code, note.count) for note in result.notes]
    assert refusal(staged, "统计\n姓名,别的\n1,2\n").code == "missing_columns"


def test_a_header_with_a_mark_and_an_unknown_column_are_asked_about(staged):
    text = "学号*,姓名,备注\n1,甲,无\n"
    asked = staged(text).questions
    assert [question.id for question in asked] == ["header:学号*", "extra_column:备注"]
    answers = {question.id: question.proposed for question in asked}
    result = staged(text, answers=answers)
    assert result.questions == ()
    assert result.table["student_id"].to_pylist() == ["1"]


def test_half_a_character_a_nul_and_a_ligature_reject_their_row_only(staged):
    text = HEADER + "1,甲,,\n2,测?试,,\n3,测\0试,,\n4,ﬁx,,\n"
    utf16 = text.encode("utf-16-le").replace("?".encode("utf-16-le"), b"\x3d\xd8")
    result = staged(b"\xff\xfe" + utf16)
    assert problems(result) == [
        (3, "B3", "lone_surrogate"), (4, "B4", "invisible_character"), (5, "B5", "ligature"),
    ]  # fmt: skip
    assert result.table.num_rows == 1
    assert refusal(staged, HEADER + "\0" * 100).code == "nul_byte"


def test_nobody_is_born_after_the_day_and_withdrawn_codes_are_rejected(staged):
    spec = TableSpec(
        "people",
        (
            FieldSpec("id", ("身份证号",), FieldType.TEXT, checksum="id_number"),
            FieldSpec("class_code", ("班级代码",), FieldType.TEXT, withdrawn=("JD1901",)),
        ),
    )
    text = "身份证号,班级代码\n11010519491231002X,JD2101\n11010519491231002X,JD1901\n"
    assert problems(staged(text, spec, on=dt.date(2026, 1, 1))) == [(3, "B3", "withdrawn_code")]
    early = staged(text, spec, on=dt.date(1949, 12, 30))
    assert problems(early)[0] == (2, "A2", "id_birth_date")


def test_a_bound_is_told_without_the_zeros_of_its_column(staged):
    spec = TableSpec(
        "scores",
        (FieldSpec("score", ("分",), FieldType.INTEGER, maximum=Decimal("100.000000")),),
    )
    assert staged("分\n101\n", spec).problems[0].facts == {"maximum": "100"}
