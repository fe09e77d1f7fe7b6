"""The figures of the OULAD example, worked out a second time by hand-written SQL over the files.

Nothing of Luoxuan takes part: no formula, no dataset definition, no warehouse. Both must agree only
on the meaning of each indicator, which the `about` texts of `examples/oulad/indicators.toml` state.
"""

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import duckdb

FILES = {
    "offered": "courses.csv",
    "assessed": "assessments.csv",
    "submitted": "studentAssessment.csv",
    "enrolled": "studentInfo.csv",
    "registered": "studentRegistration.csv",
    "sites": "vle.csv",
}
CLICKS = "studentVle_part.parquet"

# Every offering stands in four places: itself, its course, its department, the institution.
PLACES = """
CREATE TEMP TABLE department AS
SELECT * FROM (VALUES
    ('AAA', 'social_sciences'), ('BBB', 'social_sciences'), ('CCC', 'stem'), ('DDD', 'stem'),
    ('EEE', 'stem'), ('FFF', 'stem'), ('GGG', 'social_sciences')
) AS mapping (module, department);

CREATE TEMP TABLE place AS
SELECT code_module AS module, code_presentation AS presentation,
       'TEACHING_CLASS' AS kind, code_module || '-' || code_presentation AS subject
FROM offered
UNION ALL
SELECT code_module, code_presentation, 'COURSE', code_module FROM offered
UNION ALL
SELECT code_module, code_presentation, 'UNIT', department
FROM offered JOIN department ON code_module = module
UNION ALL
SELECT code_module, code_presentation, 'INSTITUTION', 'OULAD' FROM offered;
"""

# One row per place and presentation: how the enrolments ended.
ENROLMENTS = """
CREATE TEMP TABLE enrolment_figures AS
SELECT kind, subject, presentation,
       count(*) AS enrolments,
       count(DISTINCT id_student) AS students,
       sum(CASE WHEN final_result IN ('Pass', 'Distinction') THEN 1 ELSE 0 END) AS passed,
       sum(CASE WHEN final_result = 'Distinction' THEN 1 ELSE 0 END) AS distinguished,
       sum(CASE WHEN final_result = 'Withdrawn' THEN 1 ELSE 0 END) AS withdrawn,
       sum(CASE WHEN final_result = 'Fail' THEN 1 ELSE 0 END) AS failed
FROM enrolled JOIN place ON code_module = module AND code_presentation = presentation
GROUP BY kind, subject, presentation;
"""

# One row per place and presentation: sums over the submissions.
SUBMISSIONS = """
CREATE TEMP TABLE submission_figures AS
WITH marked AS (
    SELECT code_module, code_presentation,
           CAST(score AS INTEGER) AS score,
           CAST(weight AS DECIMAL(9, 1)) AS weight,
           is_banked = 'True' AS banked,
           CAST(date_submitted AS INTEGER) AS day_submitted,
           CAST(assessed.date AS INTEGER) AS due_day
    FROM submitted JOIN assessed ON submitted.id_assessment = assessed.id_assessment
)
SELECT kind, subject, presentation,
       count(*) AS submissions,
       sum(CASE WHEN banked THEN 1 ELSE 0 END) AS banked,
       sum(score) AS score_sum,
       count(score) AS scored,
       sum(score * weight) AS weighted_sum,
       sum(CASE WHEN score IS NOT NULL THEN weight END) AS weight_sum,
       sum(CASE WHEN NOT banked AND day_submitted > due_day THEN 1 ELSE 0 END) AS late,
       sum(CASE WHEN NOT banked AND due_day IS NOT NULL THEN 1 ELSE 0 END) AS due
FROM marked JOIN place ON code_module = module AND code_presentation = presentation
GROUP BY kind, subject, presentation;
"""

# One row per place and week. Week 0 is days 0 to 6; the days before the start are negative weeks.
CLICKS_BY_WEEK = """
CREATE TEMP TABLE click_figures AS
SELECT kind, subject, presentation, CAST(floor(date / 7.0) AS INTEGER) AS week,
       count(*) AS click_rows,
       count(DISTINCT id_student) AS active,
       sum(sum_click) AS clicks
FROM clicked JOIN place ON code_module = module AND code_presentation = presentation
GROUP BY kind, subject, presentation, week;
"""

# A week of a subject without any click row is not reported, so the inner join leaves it out: the
# click data of most offerings are not part of the files, and missing is not zero.
FIGURES = """
SELECT 'course.pass_share' AS indicator, presentation AS period, kind, subject,
       passed AS numerator, enrolments AS denominator, enrolments AS row_count
FROM enrolment_figures
UNION ALL
SELECT 'course.distinction_share', presentation, kind, subject,
       distinguished, enrolments, enrolments
FROM enrolment_figures
UNION ALL
SELECT 'course.withdrawal_share', presentation, kind, subject, withdrawn, enrolments, enrolments
FROM enrolment_figures
UNION ALL
SELECT 'course.fail_share', presentation, kind, subject, failed, enrolments, enrolments
FROM enrolment_figures
UNION ALL
SELECT 'course.mean_score', presentation, kind, subject, score_sum, scored, scored
FROM submission_figures
UNION ALL
SELECT 'course.weighted_score', presentation, kind, subject, weighted_sum, weight_sum, scored
FROM submission_figures
UNION ALL
SELECT 'course.late_submission_share', presentation, kind, subject, late, due, due
FROM submission_figures
UNION ALL
SELECT 'course.banked_share', presentation, kind, subject, banked, submissions, submissions
FROM submission_figures
UNION ALL
SELECT 'course.active_student_share',
       presentation || '-W' || CASE WHEN week < 0 THEN '-' ELSE '' END
           || lpad(CAST(abs(week) AS VARCHAR), 2, '0'),
       kind, subject, active, students, click_rows + enrolments
FROM click_figures JOIN enrolment_figures USING (kind, subject, presentation)
UNION ALL
SELECT 'course.clicks_per_active_student',
       presentation || '-W' || CASE WHEN week < 0 THEN '-' ELSE '' END
           || lpad(CAST(abs(week) AS VARCHAR), 2, '0'),
       kind, subject, clicks, active, click_rows
FROM click_figures
ORDER BY ALL
"""


@dataclass(frozen=True)
class Figure:
    """One expected reading: its numerator, its denominator and the number of rows behind it.

    A denominator of zero means that the reading has no value.
    """

    indicator: str
    period: str
    kind: str
    subject: str
    numerator: Decimal
    denominator: Decimal
    rows: int


def open_files(folder: Path) -> duckdb.DuckDBPyConnection:
    """Return a connection with every file as a table of text; an empty cell is NULL."""
    connection = duckdb.connect()
    for table, name in FILES.items():
        connection.read_csv(
            str(folder / name), header=True, all_varchar=True, na_values=""
        ).to_table(table)
    connection.read_parquet(str(folder / CLICKS)).to_table("clicked")
    return connection


def figures(folder: Path) -> list[Figure]:
    """Return every figure of every indicator at all four kinds of subject."""
    with open_files(folder) as connection:
        for statements in (PLACES, ENROLMENTS, SUBMISSIONS, CLICKS_BY_WEEK):
            connection.execute(statements)
        found = connection.execute(FIGURES).fetchall()
    return [
        Figure(indicator, period, kind, subject, Decimal(top), Decimal(bottom), rows)
        for indicator, period, kind, subject, top, bottom, rows in found
    ]
