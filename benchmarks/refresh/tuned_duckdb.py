"""The limit: DuckDB tuned by hand, one scan to student x course partials, rolled up from there.

Days are kept as bits, so that the days of a group are the `or` of the days of its parts.

python -m benchmarks.refresh.tuned_duckdb DATA OUT
"""

from pathlib import Path
from string import Template

from benchmarks.measure import report
from benchmarks.refresh.arguments import read_arguments
from benchmarks.refresh.definition import LEVELS, Level
from benchmarks.refresh.duckdb_output import opened, write_output

# A hugeint has 127 bits without its sign: three of them hold the 300 days.
BITS = 127
WORDS = 3
DAY_WORD = Template("""
bit_or(
    case when day between $first and $last then 1::hugeint << (day - $first)::hugeint
    else 0::hugeint end
) as days_$word
""")

SUMS = (
    "events",
    "absent",
    "late",
    "attendance",
    "value_sum",
    "submitted",
    "last_window",
    "previous_window",
)
GRADE_SUMS = ("weighted_score", "credit_sum", "passed", "grades")

EVENT_PARTS = Template("""
create temp table event_part as
select
    student_id,
    course_id,
    count(*) as events,
    count(*) filter (kind = 'absent') as absent,
    count(*) filter (kind = 'late') as late,
    count(*) filter (kind in ('attend', 'absent', 'late')) as attendance,
    sum(case when kind = 'submit' then value end) as value_sum,
    count(case when kind = 'submit' then value end) as submitted,
    count(*) filter (ts >= timestamp '2025-05-31') as last_window,
    count(*) filter (
        ts >= timestamp '2025-05-03' and ts < timestamp '2025-05-31'
    ) as previous_window,
    $day_words
from (select *, date_diff('day', date '2024-09-01', ts::date) as day from events)
group by student_id, course_id
""")

GRADE_PARTS = """
create temp table grade_part as
select
    student_id,
    course_id,
    sum(score * credit) as weighted_score,
    sum(credit) as credit_sum,
    count(*) filter (score >= 60) as passed,
    count(*) as grades
from grades
group by student_id, course_id
"""

PROGRAM_PARTS = Template("""
create temp table program_$part as
select program_id, college_id, course_id, $sums
from $part join students using (student_id)
group by program_id, college_id, course_id
""")

LEVEL = Template("""
select
    '$level' as level, $key as entity, * exclude ($key),
    $active_days as active_days, last_window + previous_window as both_windows
from (
    select $key, $sums, $distinct as distinct_count
    from $prefix${events} group by $key
)
left join (select $key, $grade_sums from $prefix${grades} group by $key) using ($key)
""")


def refresh(data: Path, out: Path) -> dict[str, int]:
    """Compute every reading and alert."""
    event_sums = ", ".join([*map(_sum, SUMS), *map(_either, range(WORDS))])
    grade_sums = ", ".join(map(_sum, GRADE_SUMS))
    day_words = ", ".join(map(_day_word, range(WORDS)))
    with opened(data) as connection:
        connection.execute(EVENT_PARTS.substitute(day_words=day_words))
        connection.execute(GRADE_PARTS)
        for part, sums in (("event_part", event_sums), ("grade_part", grade_sums)):
            connection.execute(PROGRAM_PARTS.substitute(part=part, sums=sums))
        levels = " union all ".join(_level(level, event_sums, grade_sums) for level in LEVELS)
        connection.execute(f"create temp table wide as {levels}")
        return write_output(connection, out)


def _level(level: Level, event_sums: str, grade_sums: str) -> str:
    return LEVEL.substitute(
        level=level.name,
        key=level.key,
        sums=event_sums,
        grade_sums=grade_sums,
        active_days=" + ".join(f"bit_count(days_{word})::int" for word in range(WORDS)),
        # A part is one student and course, so parts are counted; a program meets a course once.
        distinct=f"count(distinct {level.distinct})" if level.name == "college" else "count(*)",
        prefix="program_" if level.needs_student else "",
        events="event_part",
        grades="grade_part",
    )


def _day_word(word: int) -> str:
    first = word * BITS
    return DAY_WORD.substitute(word=word, first=first, last=first + BITS - 1)


def _sum(column: str) -> str:
    return f"sum({column}) as {column}"


def _either(word: int) -> str:
    return f"bit_or(days_{word}) as days_{word}"


if __name__ == "__main__":
    data, out = read_arguments()
    report(lambda: refresh(data, out))
