"""Peer: the SQL one usually writes by hand: a GROUP BY for each level, put together by UNION ALL.

python -m benchmarks.refresh.plain_duckdb DATA OUT
"""

from pathlib import Path
from string import Template

from benchmarks.measure import report
from benchmarks.refresh.arguments import read_arguments
from benchmarks.refresh.definition import LEVELS, Level
from benchmarks.refresh.duckdb_output import opened, write_output

LEVEL = Template("""
select '$level' as level, $key as entity, * exclude ($key)
from (
    select
        $key,
        count(*) as events,
        count(*) filter (kind = 'absent') as absent,
        count(*) filter (kind = 'late') as late,
        count(*) filter (kind in ('attend', 'absent', 'late')) as attendance,
        sum(value) filter (kind = 'submit') as value_sum,
        count(value) filter (kind = 'submit') as submitted,
        count(distinct $distinct) as distinct_count,
        count(distinct ts::date) as active_days,
        count(*) filter (ts >= timestamp '2025-05-31') as last_window,
        count(*) filter (
            ts >= timestamp '2025-05-03' and ts < timestamp '2025-05-31'
        ) as previous_window,
        count(*) filter (ts >= timestamp '2025-05-03') as both_windows
    from events $students
    group by $key
)
left join (
    select
        $key,
        sum(score * credit) as weighted_score,
        sum(credit) as credit_sum,
        count(*) filter (score >= 60) as passed,
        count(*) as grades
    from grades $students
    group by $key
) using ($key)
""")


def refresh(data: Path, out: Path) -> dict[str, int]:
    """Compute every reading and alert."""
    with opened(data) as connection:
        levels = " union all ".join(_level(level) for level in LEVELS)
        connection.execute(f"create temp table wide as {levels}")
        return write_output(connection, out)


def _level(level: Level) -> str:
    return LEVEL.substitute(
        level=level.name,
        key=level.key,
        distinct=level.distinct,
        students="join students using (student_id)" if level.needs_student else "",
    )


if __name__ == "__main__":
    data, out = read_arguments()
    report(lambda: refresh(data, out))
