"""The two schools「接入的学校」: where their files lie, what they fill, their figures by hand.

Nothing of Luoxuan takes part in the SQL: both must agree only on what each indicator means, which
the `about` texts of the examples say.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import duckdb

EXAMPLES = Path(__file__).parents[2] / "examples"


@dataclass(frozen=True)
class School:
    """A package, its folder of data and its files by dataset; figures are SQL over the files."""

    package: str
    folder: str
    files: Mapping[str, str]
    places: Mapping[str, str]
    figures: Mapping[str, tuple[str, str, str]]


def _figures_of(course: str) -> dict[str, tuple[str, str, str]]:
    table = {"mathematics": "mathematics", "portuguese": "portuguese"}[course]
    everybody = "count(*)"
    return {
        f"{course}.pass_share": (table, "count(*) FILTER (G3 >= 10)", everybody),
        f"{course}.zero_share": (table, "count(*) FILTER (G3 = 0)", everybody),
        f"{course}.mean_grade": (table, "sum(G3)", everybody),
        f"{course}.mean_absences": (table, "sum(absences)", everybody),
        f"{course}.support_share": (table, "count(*) FILTER (schoolsup = 'yes')", everybody),
        f"{course}.rising_share": (table, "count(*) FILTER (G3 > G1)", everybody),
    }


# By kind: the SQL of the code of the subject; a course has its own file.
_SCHOOL_PLACES = {"UNIT": "school", "INSTITUTION": "'ALENTEJO'", "COURSE": "course"}
STUDENT_PERFORMANCE = School(
    "student-performance",
    "uci_student_performance",
    {"mathematics": "student-mat.csv", "portuguese": "student-por.csv"},
    _SCHOOL_PLACES,
    {
        **_figures_of("mathematics"),
        **_figures_of("portuguese"),
        "both.pass_share": ("both_courses", "count(*) FILTER (G3 >= 10)", "count(*)"),
    },
)
XAPI_EDU = School(
    "xapi-edu",
    "xapi_edu",
    {"learning_record": "xAPI-Edu-Data.csv"},
    {"COURSE": "Topic", "UNIT": "StageID", "INSTITUTION": "'KALBOARD'"},
    {
        f"learning.{name}": ("learning_record", numerator, denominator)
        for name, numerator, denominator in (
            ("high_share", "count(*) FILTER (Class = 'H')", "count(*)"),
            ("low_share", "count(*) FILTER (Class = 'L')", "count(*)"),
            ("absent_share", "count(*) FILTER (StudentAbsenceDays = 'Above-7')", "count(*)"),
            ("answer_share", "count(*) FILTER (ParentAnsweringSurvey = 'Yes')", "count(*)"),
            (
                "satisfied_share",
                "count(*) FILTER (ParentAnsweringSurvey = 'Yes'"
                " AND ParentschoolSatisfaction = 'Good')",
                "count(*) FILTER (ParentAnsweringSurvey = 'Yes')",
            ),
            ("hands", "sum(raisedhands)", "count(*)"),
            ("resources", "sum(VisITedResources)", "count(*)"),
            ("discussions", "sum(Discussion)", "count(*)"),
        )
    },
)
SCHOOLS = (STUDENT_PERFORMANCE, XAPI_EDU)
_PERIODS = {"student-performance": "'2005-2006'", "xapi-edu": "Semester"}
_COURSES = {"mathematics": "MAT", "portuguese": "POR"}

Key = tuple[str, str, str, str]


def figures(school: School, folder: Path) -> dict[Key, tuple[Decimal, Decimal, int]]:
    """Return numerator, denominator and rows of every indicator, by its place and period."""
    found: dict[Key, tuple[Decimal, Decimal, int]] = {}
    with duckdb.connect() as connection:
        for dataset, name in school.files.items():
            rows = connection.read_csv(str(folder / name), header=True)
            course = _COURSES.get(dataset)
            shown = f"*, '{course}' AS course" if course else "*"
            connection.sql(f"CREATE TEMP TABLE {dataset} AS SELECT {shown} FROM rows")
            del rows
        if school is STUDENT_PERFORMANCE:
            both = "SELECT school, G3 FROM mathematics UNION ALL SELECT school, G3 FROM portuguese"
            connection.sql(f"CREATE TEMP TABLE both_courses AS {both}")
        period = _PERIODS[school.package]
        for indicator, (table, numerator, denominator) in school.figures.items():
            for kind, place in school.places.items():
                if table == "both_courses" and kind == "COURSE":
                    continue
                # The rows of a share are those of its denominator: others were not looked at.
                query = (
                    f"SELECT {period}, {place}, {numerator}, {denominator},"
                    f" {_rows(denominator)} FROM {table} GROUP BY ALL"
                )
                for at, code, upper, lower, n_rows in connection.sql(query).fetchall():
                    found[indicator, str(at), kind, code] = Decimal(upper), Decimal(lower), n_rows
    return found


def _rows(denominator: str) -> str:
    return denominator if "FILTER" in denominator else "count(*)"
