"""Whatever bytes come, a reading ends in rows or in a refusal; what went out comes back equal."""

import random
import string
from datetime import date
from pathlib import Path

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from luoxuan.cli.commands import run
from luoxuan.data.warehouse.intake import FileRefused, stage
from tests.corpus.expectations import stored_rows
from tests.corpus.packages import biff, good_book
from tests.corpus.samples import (
    NAMES,
    Row,
    csv_bytes,
    identity_number,
    student,
    students,
)
from tests.corpus.tables import STUDENTS
from tests.corpus.workbook_content import decorated_sheet, merged_data

SEEDS = (
    good_book(),
    decorated_sheet()[0].data,
    merged_data()[0].data,
    csv_bytes(students(5)),
    csv_bytes(students(5), encoding="gb18030"),
    csv_bytes(students(5), encoding="utf-16"),
    biff(),
)
EXAMPLES = settings(max_examples=200, deadline=None, derandomize=True)


def read_or_refuse(data: bytes, folder: Path, ending: str) -> None:
    path = folder / f"学生{ending}"
    path.write_bytes(data)
    try:
        staged = stage(path, STUDENTS)
    except FileRefused:
        return
    assert staged.table.num_rows == staged.rows_read - staged.rows_rejected


def mutated(seed: bytes, number: int) -> bytes:
    """Return a valid file with a few bytes changed, cut out, doubled or put in."""
    chance = random.Random(number)  # noqa: S311 (no secret)
    data = bytearray(seed)
    for _ in range(chance.randint(1, 6)):
        place = chance.randrange(len(data) + 1)
        match chance.randrange(4):
            case 0 if place < len(data):
                data[place] = chance.randrange(256)
            case 1:
                del data[place : place + chance.randrange(40)]
            case 2:
                data[place:place] = data[place : place + chance.randrange(200)]
            case _:
                data[place:place] = chance.randbytes(chance.randrange(20))
    return bytes(data)


@pytest.mark.slow
@EXAMPLES
@given(data=st.binary(max_size=2_000), ending=st.sampled_from([".csv", ".xlsx", ".parquet"]))
def test_arbitrary_bytes_are_read_or_refused(tmp_path_factory, data, ending):
    read_or_refuse(data, tmp_path_factory.mktemp("bytes"), ending)


@pytest.mark.slow
@EXAMPLES
@given(seed=st.sampled_from(SEEDS), number=st.integers(0, 10**9))
def test_damaged_files_are_read_or_refused(tmp_path_factory, seed, number):
    ending = ".xlsx" if seed[:2] == b"PK" else ".csv"
    read_or_refuse(mutated(seed, number), tmp_path_factory.mktemp("damaged"), ending)


NAMED = st.text(
    st.one_of(
        st.sampled_from("测试甲乙丙·𠮷䶮（）'\"=+-@;,\n\t" + string.ascii_letters),
        st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5),
    ),
    min_size=1,
    max_size=50,
).filter(lambda text: text == text.strip() and text[0] not in "=+-@\t")


@st.composite
def good_rows(draw: st.DrawFn) -> list[Row]:
    """Draw students that every rule accepts, with fields left out here and there."""
    numbers = draw(st.lists(st.integers(0, 99_999), min_size=1, max_size=12, unique=True))
    rows = []
    for number in numbers:
        row = student(number, name=draw(NAMED))
        row["student_id"] = f"{number:0{draw(st.integers(8, 12))}d}"
        row["gender"] = draw(st.sampled_from(["", "男", "女"]))
        birth = draw(st.dates(date(1950, 1, 1), date(2010, 12, 31))).strftime("%Y%m%d")
        row["identity_number"] = identity_number(birth, 1 if row["gender"] == "男" else 2)
        row["enrolled_on"] = draw(st.sampled_from(["", "2021-09-01", "2000-02-29", "2100-12-31"]))
        row["overall_score"] = draw(st.sampled_from(["", "0.00", "100.00", "59.99", "60.10"]))
        row["employment_state"] = draw(st.sampled_from(["", "已就业", "升学"]))
        rows.append(row)
    return rows


@pytest.mark.slow
@pytest.mark.django_db
@settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(rows=good_rows())
def test_what_is_exported_comes_back_as_it_was(installation, tmp_path_factory, rows):
    folder = tmp_path_factory.mktemp("round")
    first, out = folder / "学生.csv", folder / "导出.csv"
    first.write_bytes(csv_bytes(rows))
    with transaction.atomic():
        assert run(["import", "student", str(first)]) == 0
        stored = stored_rows("student", list(NAMES))
        assert stored == sorted(rows, key=lambda row: row["student_id"])
        assert run(["export", "student", "-o", str(out)]) == 0
        assert run(["import", "student", str(out)]) == 0
        assert stored_rows("student", list(NAMES)) == stored
        transaction.set_rollback(True)
