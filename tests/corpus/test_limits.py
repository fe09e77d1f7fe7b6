"""Reading costs what it may cost, and a file that costs more is refused alone."""

import subprocess
import sys
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from luoxuan.data.warehouse.intake import FileRefused, stage
from tests.corpus.expectations import check_sample, written
from tests.corpus.index import BadInput
from tests.corpus.packages import million_rows
from tests.corpus.samples import HEADERS, csv_bytes, students
from tests.corpus.tables import STUDENTS
from tests.corpus.workbook_content import formatted_to_the_end

REPOSITORY = Path(__file__).parents[2]
MEGABYTES = 512
BLANK = BadInput(14, "", "", "workbook", "N", "blank_rows", "now", "formatted_to_the_end")


@pytest.mark.slow
def test_small_files_stay_within_their_memory(tmp_path):
    told = subprocess.run(
        [sys.executable, "-m", "tests.corpus.memory", str(tmp_path)],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    assert 20 < int(told.stdout) / 1024 <= MEGABYTES


@pytest.mark.slow
def test_a_file_that_needs_more_memory_is_refused_alone(tmp_path):
    """A small Parquet file of repeated long texts would take many gigabytes when unpacked."""
    indices = pa.array([0] * 400_000, pa.int32())
    column = pa.DictionaryArray.from_arrays(indices, pa.array(["测" * 3000]))
    bomb = tmp_path / "学生.parquet"
    pq.write_table(pa.table(dict.fromkeys(HEADERS, column)), bomb)
    assert bomb.stat().st_size < 1024 * 1024
    start = time.monotonic()
    with pytest.raises(FileRefused):
        stage(bomb, STUDENTS)
    assert time.monotonic() - start < 60
    good = tmp_path / "学生.csv"
    good.write_bytes(csv_bytes(students(3)))
    assert stage(good, STUDENTS).table.num_rows == 3


@pytest.mark.slow
@pytest.mark.django_db
def test_a_sheet_formatted_to_its_end_is_read(by_command, tmp_path):
    (sample,) = formatted_to_the_end()
    check_sample(BLANK, sample, tmp_path, by_command)


@pytest.mark.nightly
@pytest.mark.django_db
def test_a_million_good_rows_are_taken_within_a_minute(by_command, tmp_path):
    (sample,) = million_rows()
    path = written(sample, tmp_path)
    start = time.monotonic()
    document = by_command(path, "student")
    assert time.monotonic() - start < 60
    assert (document["disposition"], document["rows_accepted"]) == ("accept", 1_000_000)
