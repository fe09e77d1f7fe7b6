"""Readings: which run, which scope, which rows; what makes them lag."""

import shutil
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from luoxuan.campus.models import Period, Subject
from luoxuan.campus.queries import scope_for
from luoxuan.campus.rules import Action, Resource
from luoxuan.campus.scope import EVERYTHING, Scope
from luoxuan.data.models import Dataset, DatasetVersion
from luoxuan.data.rules import ImportMode
from luoxuan.indicators import actions
from luoxuan.indicators.actions import UnknownIndicator, compute_readings
from luoxuan.indicators.models import Run, RunIndicator, RunInput, Threshold
from luoxuan.indicators.queries import (
    indicator_coded,
    indicators,
    judged,
    lagging,
    latest,
    limits_for,
    numbers_of,
    reading_at,
    readings,
    rows_of,
    run_of,
)
from luoxuan.indicators.rules import ReadingState
from luoxuan.testing.college import (
    NOW,
    SMALL,
    Passes,
    import_text,
    load_definitions,
    open_user,
    score_csv,
)

PASS, MEAN = "course.pass_share", "course.mean_score"
TERM = "2025-1"


def refresh(**options):
    return compute_readings(by=None, at=NOW, **options)


def reading(subject="MATH-2", kind="TEACHING_CLASS", code=PASS, scope=EVERYTHING, run=None):
    return reading_at(scope, code=code, kind=kind, subject=subject, period=TERM, run=run)


def codes_lagging() -> set[str]:
    return {version.indicator.code for version, _ in lagging(list(indicators()))}


def test_readings_stand_at_every_level_of_the_college(college):
    found = readings(EVERYTHING, indicator_codes=[PASS])
    assert {(row.kind, row.subject): (row.numerator, row.denominator) for row in found} == {
        ("TEACHING_CLASS", "MATH-1"): (9, 10),
        ("TEACHING_CLASS", "MATH-2"): (5, 10),
        ("TEACHING_CLASS", "WELD-1"): (8, 10),
        ("COURSE", "MATH"): (14, 20),
        ("COURSE", "WELD"): (8, 10),
        ("UNIT", "EAST-MATH"): (14, 20),
        ("UNIT", "EAST"): (14, 20),
        ("UNIT", "WEST"): (8, 10),
        ("INSTITUTION", "SMALL"): (22, 30),
    }
    assert reading("SMALL", "INSTITUTION").value == Decimal("0.7333")


def test_a_reading_names_its_provenance(college):
    row = reading()
    assert row.provenance == f"1/{PASS}/TEACHING_CLASS/MATH-2/{TERM}"
    assert (row.version, row.dataset_versions) == (1, "score@1")


@pytest.mark.parametrize(
    ("role", "place", "kind", "expected"),
    [
        ("college_head", "UNIT:EAST", "TEACHING_CLASS", {"MATH-1", "MATH-2"}),
        ("college_head", "UNIT:WEST", "TEACHING_CLASS", {"WELD-1"}),
        ("college_head", "UNIT:WEST", "INSTITUTION", set()),
        ("course_leader", "COURSE:MATH", "TEACHING_CLASS", {"MATH-1", "MATH-2"}),
        ("teacher", "TEACHING_CLASS:MATH-1", "TEACHING_CLASS", {"MATH-1"}),
    ],
)
def test_only_subjects_in_scope_appear(college, role, place, kind, expected):
    user = open_user("someone", role, place)
    scope = scope_for(user, Resource.INDICATOR, Action.VIEW, on=timezone.localdate())
    found = readings(scope, indicator_codes=[PASS], kind=kind)
    assert {row.subject for row in found} == expected


def test_a_hidden_subject_and_an_absent_one_are_the_same_nothing(college):
    assert reading(scope=Scope()) is None
    assert reading("NOBODY") is None
    with pytest.raises(Subject.DoesNotExist):
        rows_of(Scope(), reading())


def test_a_subject_that_is_not_known_does_not_appear(college, tmp_path):
    text = score_csv([Passes("MATH-1", 1, 0)]).replace("MATH-1", "MATH-9")
    import_text(text, tmp_path, mode=ImportMode.APPEND)
    refresh()
    assert "MATH-9" not in {row.subject for row in readings(EVERYTHING, indicator_codes=[PASS])}


def test_the_newest_run_is_read_and_an_old_one_stays_readable(college, tmp_path):
    import_text(score_csv([Passes("MATH-2", 10, 0)]), tmp_path)
    assert refresh().run == 2
    assert reading().value == 1
    assert reading(run=2).value == 1
    assert (reading(run=1).value, reading(run=1).dataset_versions) == (Decimal("0.5"), "score@1")
    assert reading(run=3) is None
    assert run_of(PASS).number == 2


def test_an_indicator_computed_alone_leaves_the_others_at_their_run(college):
    refresh(codes=[PASS], is_forced=True)
    assert (run_of(PASS).number, run_of(MEAN).number) == (2, 1)
    assert (reading().run, reading(code=MEAN).run) == (2, 1)


def test_an_unknown_indicator_is_refused(college):
    with pytest.raises(UnknownIndicator) as refused:
        refresh(codes=["no.such"])
    assert refused.value.code == "unknown_indicator"


def test_a_run_pins_its_definitions_and_its_data(college):
    run = Run.objects.get()
    assert (run.number, run.n_readings, run.left_out, run.not_computed) == (1, 14, [], [])
    assert [str(row.indicator_version) for row in RunIndicator.objects.all()] == [
        f"{PASS}@1", f"{MEAN}@1",
    ]  # fmt: skip
    assert [str(row.dataset_version) for row in RunInput.objects.all()] == ["score@1"]
    assert numbers_of(1) == {"score": 1}


def test_nothing_lags_behind_itself(college):
    assert codes_lagging() == set()
    assert refresh().run is None
    assert Run.objects.count() == 1


def test_new_data_make_everything_lag_that_reads_them(college, tmp_path):
    import_text(score_csv([Passes("MATH-1", 1, 0)]), tmp_path)
    assert codes_lagging() == {PASS, MEAN}
    refresh()
    assert codes_lagging() == set()


def test_a_changed_definition_makes_only_its_indicator_lag(college, tmp_path):
    package = shutil.copytree(SMALL, tmp_path / "package")
    path = package / "indicators.toml"
    path.write_text(path.read_text("utf-8").replace("decimals = 1", "decimals = 2"), "utf-8")
    load_definitions(package)
    assert codes_lagging() == {MEAN}
    refresh()
    assert (reading(code=MEAN).version, reading(code=MEAN, run=1).version) == (2, 1)
    assert reading(code=MEAN).value == Decimal("57.75")
    assert reading(code=MEAN, run=1).value == Decimal("57.8")


def test_a_changed_measure_makes_its_indicator_lag(college, tmp_path):
    package = shutil.copytree(SMALL, tmp_path / "package")
    path = package / "measures.toml"
    path.write_text(path.read_text("utf-8").replace('"通过"', '"不通过"'), "utf-8")
    load_definitions(package)
    assert codes_lagging() == {PASS}
    refresh()
    assert (reading().value, reading("MATH-1").value) == (Decimal("0.5"), Decimal("0.1"))
    assert indicator_coded(PASS).number == 2


def test_a_new_name_of_a_period_makes_nothing_lag(college):
    Period.objects.filter(code="2025-2").update(name="别的名字")
    assert codes_lagging() == set()


def test_changed_periods_and_units_make_everything_lag(college):
    Period.objects.filter(code=TERM).update(end_on=date(2026, 1, 27))
    assert codes_lagging() == {PASS, MEAN}
    refresh()
    Subject.objects.filter(code="WEST").update(code="WEST2")
    assert codes_lagging() == {PASS, MEAN}


@pytest.mark.parametrize(
    ("kind", "subject"),
    [("TEACHING_CLASS", "MATH-2"), ("COURSE", "MATH"), ("UNIT", "EAST"), ("INSTITUTION", "SMALL")],
)
@pytest.mark.parametrize("code", [PASS, MEAN])
def test_the_rows_behind_a_reading_are_as_many_as_it_says(college, code, kind, subject):
    if code == MEAN and kind in {"UNIT", "INSTITUTION"}:
        assert reading(subject, kind, code) is None
        return
    row = reading(subject, kind, code)
    behind = rows_of(EVERYTHING, row, limit=None)
    assert behind.page.n_rows == len(behind.page.table.rows) == row.rows > 0
    assert (behind.dataset.name, behind.number) == ("score", 1)


def test_the_rows_behind_an_old_reading_stay_those_of_its_run(college, tmp_path):
    old = reading()
    before = rows_of(EVERYTHING, old, limit=None).page.table.rows
    import_text(score_csv([Passes("MATH-2", 1, 0)]), tmp_path)
    refresh()
    assert rows_of(EVERYTHING, old, limit=None).page.table.rows == before
    assert len(before) == old.rows == 10
    new = rows_of(EVERYTHING, reading(), limit=None)
    assert (new.page.n_rows, new.number) == (1, 2)


def test_the_rows_behind_an_old_reading_survive_a_new_field(college, tmp_path):
    old = reading()
    package = shutil.copytree(SMALL, tmp_path / "package")
    with (package / "datasets" / "score.toml").open("a", encoding="utf-8") as file:
        file.write('[[field]]\nname = "note"\ntitle = "备注"\ntype = "text"\n')
    load_definitions(package)
    behind = rows_of(EVERYTHING, old, limit=None)
    assert behind.page.n_rows == old.rows
    assert {row["note"] for row in behind.page.table.dicts()} == {None}


def test_rows_without_an_argument_are_not_behind_a_mean(college, tmp_path):
    text = score_csv([Passes("MATH-2", 2, 0)]) + "3000,MATH-2,MATH,EAST-MATH,2025-1,,缺考\n"
    import_text(text, tmp_path)
    refresh()
    assert (reading(code=MEAN).rows, reading().rows) == (2, 3)
    assert rows_of(EVERYTHING, reading(code=MEAN), limit=None).page.n_rows == 2


def test_one_measure_shows_its_own_rows(college):
    behind = rows_of(EVERYTHING, reading(), measure="score.passed", limit=None)
    assert behind.page.n_rows == 5
    assert {row["result"] for row in behind.page.table.dicts()} == {"通过"}
    with pytest.raises(KeyError):
        rows_of(EVERYTHING, reading(), measure="score.mean")
    with pytest.raises(KeyError):
        rows_of(EVERYTHING, reading(), dataset="absent")


def test_rows_out_of_scope_are_counted_and_not_shown(college):
    user = open_user("someone", "course_leader", "COURSE:MATH")
    scope = scope_for(user, Resource.INDICATOR, Action.VIEW, on=timezone.localdate())
    behind = rows_of(scope, reading("MATH", "COURSE"), limit=None)
    assert (behind.page.n_rows, behind.page.n_hidden) == (20, 0)


def states(on=date(2026, 3, 2)) -> dict[str, ReadingState]:
    found = readings(EVERYTHING, indicator_codes=[PASS], kind="TEACHING_CLASS")
    return {row.reading.subject: row.state for row in judged(found, on=on)}


def test_values_are_judged_by_the_thresholds_of_their_kind(college):
    assert states() == {"MATH-1": "MET", "MATH-2": "WARNING", "WELD-1": "MET"}


def test_a_subject_s_own_threshold_goes_before_that_of_its_kind(college):
    Threshold.objects.create(
        indicator=indicator_coded(PASS).indicator, kind="TEACHING_CLASS",
        subject=Subject.objects.get(code="MATH-2"), standard_value=Decimal("0.5"),
        warning_value=Decimal("0.3"), number=1, created_at=NOW,
    )  # fmt: skip
    assert states() == {"MATH-1": "MET", "MATH-2": "MET", "WELD-1": "MET"}


def test_a_threshold_holds_from_its_first_day_to_the_day_before_its_last(college):
    Threshold.objects.create(
        indicator=indicator_coded(PASS).indicator, kind="TEACHING_CLASS", number=2,
        standard_value=Decimal("0.95"), created_at=NOW,
        valid_from=date(2026, 3, 1), valid_to=date(2026, 4, 1),
    )  # fmt: skip
    assert states(date(2026, 2, 28))["MATH-1"] == "MET"
    assert states(date(2026, 3, 1))["MATH-1"] == "BELOW_STANDARD"
    assert states(date(2026, 3, 31))["MATH-1"] == "BELOW_STANDARD"
    assert states(date(2026, 4, 1))["MATH-1"] == "MET"
    key = (PASS, "TEACHING_CLASS", "")
    assert limits_for([PASS], on=date(2026, 3, 5))[key][1].number == 2


def test_what_is_shown_is_what_is_judged(college, tmp_path):
    """Two thirds are 0.6667 when rounded, so a standard of 0.6667 is met."""
    import_text(score_csv([Passes("MATH-2", 2, 1)]), tmp_path)
    refresh()
    Threshold.objects.create(
        indicator=indicator_coded(PASS).indicator, kind="TEACHING_CLASS", number=2,
        standard_value=Decimal("0.6667"), warning_value=Decimal("0.66"), created_at=NOW,
    )  # fmt: skip
    assert reading().value == Decimal("0.6667")
    assert states() == {"MATH-2": ReadingState.MET}


def test_the_latest_reading_is_that_of_the_last_period(college):
    first = reading()
    second = replace(first, period="2025-2", value=Decimal(1))
    positions = {"2025-1": 1, "2025-2": 2}
    for found in ([first, second], [second, first]):
        assert list(latest(found, positions).values()) == [second]


def test_a_refresh_that_lost_its_turn_starts_anew(college, tmp_path, monkeypatch):
    commit, times = actions._commit, []

    def outrun(dataset, number, *arguments, **options):
        if not times:
            times.append(number)
            Dataset.objects.filter(pk=dataset.pk).update(current_number=number)
            DatasetVersion.objects.create(
                dataset=dataset, number=number, idempotency_key="other", mode="run", n_rows=14,
                created_at=NOW,
            )  # fmt: skip
        return commit(dataset, number, *arguments, **options)

    monkeypatch.setattr(actions, "_commit", outrun)
    report = refresh(is_forced=True)
    assert (times, report.run) == ([2], 3)


@pytest.mark.parametrize("place", ["lagging", "_commit"])
def test_what_another_worker_computed_in_the_meantime_is_not_computed_again(
    college, tmp_path, monkeypatch, place
):
    import_text(score_csv([Passes("MATH-1", 1, 0)]), tmp_path)
    own, others = getattr(actions, place), []

    def overtaken(*arguments, **options):
        # What lags is known; or what it came to is about to be committed.
        known = own(*arguments, **options) if place == "lagging" else None
        if not others:
            others.append("begun")
            others.append(refresh().run)
        return own(*arguments, **options) if known is None else known

    monkeypatch.setattr(actions, place, overtaken)
    assert refresh().run is None
    assert others == ["begun", 2]
    assert Run.objects.count() == 2
