"""The known faults of the OULAD files, counted: the base of what an import has to report."""

import csv
from pathlib import Path
from typing import Any

import pytest

from .independent_sql import open_files

PACKAGE = Path(__file__).parents[2] / "examples" / "oulad"

# title -> (how many, the query that counts them)
DIRT = {
    "rows of studentInfo": (21_333, "SELECT count(*) FROM enrolled"),
    "rows of studentRegistration": (21_333, "SELECT count(*) FROM registered"),
    "rows of studentAssessment": (121_738, "SELECT count(*) FROM submitted"),
    "rows of assessments": (149, "SELECT count(*) FROM assessed"),
    "rows of courses": (15, "SELECT count(*) FROM offered"),
    "rows of vle": (4_694, "SELECT count(*) FROM sites"),
    "rows of clicks": (879_259, "SELECT count(*) FROM clicked"),
    "submissions without a score": (
        131,
        "SELECT count(*) FROM submitted WHERE score IS NULL",
    ),
    "submissions of banked results": (
        1_129,
        "SELECT count(*) FROM submitted WHERE is_banked = 'True'",
    ),
    "assessments without a due day": (6, "SELECT count(*) FROM assessed WHERE date IS NULL"),
    "assessments without a due day that are not examinations": (
        0,
        "SELECT count(*) FROM assessed WHERE date IS NULL AND assessment_type <> 'Exam'",
    ),
    "students without a deprivation band": (
        716,
        "SELECT count(*) FROM enrolled WHERE imd_band IS NULL",
    ),
    "deprivation bands that lack the percent sign": (
        2_318,
        "SELECT count(*) FROM enrolled WHERE imd_band = '10-20'",
    ),
    "deprivation bands written with the percent sign": (
        18_299,
        "SELECT count(*) FROM enrolled WHERE contains(imd_band, '%')",
    ),
    "registrations without a day": (
        36,
        "SELECT count(*) FROM registered WHERE date_registration IS NULL",
    ),
    "withdrawn students without a day of leaving": (
        6,
        "SELECT count(*) FROM enrolled JOIN registered"
        " USING (code_module, code_presentation, id_student)"
        " WHERE final_result = 'Withdrawn' AND date_unregistration IS NULL",
    ),
    "students with a day of leaving who did not withdraw": (
        9,
        "SELECT count(*) FROM enrolled JOIN registered"
        " USING (code_module, code_presentation, id_student)"
        " WHERE final_result <> 'Withdrawn' AND date_unregistration IS NOT NULL",
    ),
    "learning sites without planned weeks": (
        3_906,
        "SELECT count(*) FROM sites WHERE week_from IS NULL AND week_to IS NULL",
    ),
    "click rows that repeat another row exactly": (
        81_419,
        "SELECT (SELECT count(*) FROM clicked)"
        " - (SELECT count(*) FROM (SELECT DISTINCT * FROM clicked))",
    ),
    "submissions of unknown assessments": (
        0,
        "SELECT count(*) FROM submitted ANTI JOIN assessed USING (id_assessment)",
    ),
    "students enrolled more than once": (
        1_572,
        "SELECT count(*) FROM (SELECT id_student FROM enrolled GROUP BY ALL HAVING count(*) > 1)",
    ),
}


@pytest.fixture(scope="module")
def files(oulad_folder: Path):
    with open_files(oulad_folder) as connection:
        yield connection


@pytest.mark.parametrize("title", DIRT)
def test_the_counted_fact_holds(files: Any, title: Any) -> None:
    count, query = DIRT[title]
    assert files.execute(query).fetchall() == [(count,)]


@pytest.mark.parametrize(
    ("table", "key"),
    [
        ("enrolled", "code_module, code_presentation, id_student"),
        ("registered", "code_module, code_presentation, id_student"),
        ("submitted", "id_assessment, id_student"),
        ("assessed", "id_assessment"),
        ("offered", "code_module, code_presentation"),
        ("sites", "id_site"),
    ],
)
def test_the_declared_key_is_unique(files: Any, table: Any, key: Any) -> None:
    rows = files.table(table).select(key).fetchall()
    assert len(rows) == len(set(rows))


def test_every_day_of_the_clicks_lies_in_a_week_of_the_package(files: Any) -> None:
    with (PACKAGE / "campus" / "periods.csv").open(encoding="utf-8", newline="") as lines:
        weeks = [row for row in csv.DictReader(lines) if row["kind"] == "RELATIVE_WEEK"]
    days = {
        (week["within"], day)
        for week in weeks
        for day in range(int(week["first_day"]), int(week["last_day"]) + 1)
    }
    assert len(days) == 7 * len(weeks), "two weeks share a day"
    used = files.execute("SELECT DISTINCT code_presentation, date FROM clicked").fetchall()
    assert set(used) <= days


def test_the_shipped_mapping_names_every_module(files: Any) -> None:
    with (PACKAGE / "rows" / "course.csv").open(encoding="utf-8", newline="") as lines:
        mapped = {row["module"] for row in csv.DictReader(lines)}
    used = files.execute("SELECT DISTINCT code_module FROM offered").fetchall()
    assert mapped == {module for (module,) in used}
