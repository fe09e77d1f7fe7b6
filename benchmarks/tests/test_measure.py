import sys
import textwrap

import pytest

from benchmarks.environment import ROOT, requirement_lines
from benchmarks.measure import Run, Work, run_in_turn, run_once, summarize

PREAMBLE = "import time\nfrom benchmarks.measure import report\n"


@pytest.fixture
def root():
    return ROOT


def command(program: str) -> list[str]:
    return [sys.executable, "-c", PREAMBLE + textwrap.dedent(program)]


def test_the_wall_time_is_that_of_the_reported_part(root):
    program = """
    clock = iter([1.0, 4.5])
    time.perf_counter = lambda: next(clock)
    report(lambda: {'rows': 3})
    """
    run = run_once(command(program), 60, root)
    assert run.error == ""
    assert run.wall == 3.5
    assert run.figures == {"rows": 3}
    assert run.rss_mb is not None
    assert run.rss_mb > 0


def test_other_lines_a_program_prints_are_passed_over(root):
    run = run_once(command("print('hello'); print('[1]'); report(lambda: {'rows': 1})"), 60, root)
    assert run.figures == {"rows": 1}


def test_work_stopped_at_its_timeout_is_a_lower_bound(root):
    run = run_once(command("report(lambda: time.sleep(30))"), 0.5, root)
    assert run.lower_bound
    assert run.wall == 0.5
    assert run.cpu >= 0


def test_work_that_never_begins_is_an_error_and_no_lower_bound(root):
    run = run_once(command("time.sleep(30); report(lambda: {})"), 60, root, preparation=0.5)
    assert not run.lower_bound
    assert "no figures" in run.error


def test_a_program_that_fails_says_why(root):
    run = run_once(command("raise SystemExit('no such engine')"), 60, root)
    assert "no such engine" in run.error


def test_works_take_turns_and_a_long_one_stops_early(root):
    works = [
        Work("first", command("report(lambda: {})"), 60),
        Work("long", command("report(lambda: {})"), 60, at_most=1),
        Work("broken", command("raise SystemExit(1)"), 60),
    ]
    order = []
    runs = run_in_turn(works, 2, root, lambda name, run: order.append(name))
    assert order == ["first", "long", "broken", "first"]
    assert [len(runs[name]) for name in ("first", "long", "broken")] == [2, 1, 1]


def test_a_summary_takes_medians_and_the_highest_peak():
    runs = [Run(3.0, 6.0, 100), Run(1.0, 2.0, 300), Run(2.0, 5.0, 200), Run(error="broken")]
    summary = summarize(runs)
    assert (summary.wall, summary.cpu, summary.rss_mb, summary.n) == (2.0, 5.0, 300, 3)
    assert not summary.lower_bound


def test_runs_that_all_failed_have_no_summary():
    assert summarize([Run(error="broken")]) is None


def test_comments_are_no_requirements():
    assert requirement_lines("# why\nduckdb==2.0.0\n\npolars==2.1.0  # fast\n") == [
        "duckdb==2.0.0",
        "polars==2.1.0",
    ]
