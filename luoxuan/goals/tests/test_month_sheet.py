"""One month, one sheet: filled in, handed in, received or returned; dates decided by others."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from luoxuan.campus.queries import Rights
from luoxuan.campus.scope import EVERYTHING, Scope
from luoxuan.core.models import AuditEntry
from luoxuan.goals.actions import (
    AskerMayNotDecide,
    ChangeAlreadyAsked,
    ChangeAlreadyDecided,
    DateNotNew,
    LateNeedsCause,
    NoteMissing,
    ReasonMissing,
    SheetClosed,
    SheetEntry,
    SheetIncomplete,
    SheetNotSubmitted,
    SubmitterMayNotReceive,
    UnknownLine,
    ask_deadline_change,
    decide_deadline_change,
    receive_sheet,
    record_progress,
    record_sheet,
    return_sheet,
    submit_sheet,
)
from luoxuan.goals.models import DeadlineChange, MonthSheet, Progress, Task
from luoxuan.goals.queries import (
    meeting_facts,
    month_coded,
    sheet_due_on,
    sheet_lines,
    sheet_overview,
    standing,
    todos,
)
from luoxuan.goals.rules import DateDecision, ProgressState, SheetState, TaskKind
from luoxuan.testing.college import NOW, open_user
from luoxuan.testing.filling.goals import open_example

pytestmark = pytest.mark.django_db

GOOD = SheetEntry(ProgressState.ON_TRACK)
NEW_DATE = date(2026, 6, 30)
LATE = SheetEntry(
    ProgressState.LATE, cause_categories=("OUTSIDE",), cause="停机", measure="先试运行",
    asked_on=NEW_DATE,
)  # fmt: skip


def fill(college, **entries: SheetEntry) -> MonthSheet:
    return record_sheet(
        unit=college.east, month=college.march, by=college.users["east"], at=NOW,
        entries={getattr(college, name).pk: entry for name, entry in entries.items()},
    )  # fmt: skip


def hand_in(college) -> MonthSheet:
    return submit_sheet(unit=college.east, month=college.march, by=college.users["east"], at=NOW)


def audits(action: str) -> int:
    return AuditEntry.objects.filter(action=action).count()


def test_a_sheet_asks_for_a_and_b_tasks_and_lets_c_tasks_be_silent(college):
    lines = sheet_lines(EVERYTHING, college.east, college.march)
    assert [(line.task.title, line.is_silent) for line in lines] == [
        ("共建课程", False), ("示范课", False), ("教学检查", True)
    ]  # fmt: skip


def test_a_sheet_shows_what_was_said_last_month_and_drops_what_is_done(college):
    fill(college, first=LATE, second=SheetEntry(ProgressState.DONE))
    lines = sheet_lines(EVERYTHING, college.east, college.april)
    assert [line.task.title for line in lines] == ["共建课程", "教学检查"]
    assert lines[0].before.cause == "停机"
    assert lines[0].now is None


def test_a_complete_sheet_is_handed_in_once_and_audited(college):
    fill(college, first=LATE, second=GOOD)
    sheet = hand_in(college)
    assert sheet.state == SheetState.SUBMITTED
    later = submit_sheet(
        unit=college.east, month=college.march, by=college.users["office"],
        at=NOW + timedelta(days=1),
    )  # fmt: skip
    assert (later.submitted_at, later.submitted_by) == (NOW, college.users["east"])
    assert MonthSheet.objects.count() == 1
    assert audits("submit_sheet") == 1


def test_an_incomplete_sheet_is_kept_but_not_handed_in(college):
    fill(college, first=GOOD)
    with pytest.raises(SheetIncomplete) as refused:
        hand_in(college)
    assert refused.value.facts == {"n": 1, "task": "示范课"}
    assert Progress.objects.get().state == ProgressState.ON_TRACK


def test_the_same_report_again_writes_nothing(college):
    fill(college, first=GOOD, second=GOOD)
    before = audits("record_progress")
    fill(college, first=GOOD)
    assert audits("record_progress") == before == 2


@pytest.mark.parametrize(("cause", "measure"), [("", "补救"), ("原因", " "), ("", "")])
def test_who_is_late_says_why_and_what_is_done(college, cause, measure):
    entry = SheetEntry(ProgressState.LATE, cause=cause, measure=measure)
    with pytest.raises(LateNeedsCause):
        fill(college, first=entry)
    assert not Progress.objects.exists()


def test_a_wrong_line_writes_nothing_of_the_sheet(college):
    stranger = open_example("WEST", "别人的任务")
    with pytest.raises(UnknownLine), transaction.atomic():
        record_sheet(
            unit=college.east, month=college.march, by=None, at=NOW,
            entries={college.first.pk: GOOD, stranger.pk: GOOD},
        )  # fmt: skip
    assert not Progress.objects.exists()


def test_a_handed_in_sheet_is_closed_until_it_is_returned(college):
    fill(college, first=GOOD, second=GOOD)
    sheet = hand_in(college)
    with pytest.raises(SheetClosed):
        fill(college, first=LATE)
    return_sheet(sheet=sheet, reason="第一项请写材料", by=college.users["office"], at=NOW)
    fill(college, first=SheetEntry(ProgressState.DONE))
    assert hand_in(college).state == SheetState.SUBMITTED


def test_the_quality_office_receives_and_the_submitter_does_not(college):
    fill(college, first=GOOD, second=GOOD)
    sheet = hand_in(college)
    with pytest.raises(SubmitterMayNotReceive):
        receive_sheet(sheet=sheet, by=college.users["east"], at=NOW)
    assert receive_sheet(sheet=sheet, by=college.users["office"], at=NOW).state == "RECEIVED"
    receive_sheet(sheet=sheet, by=college.users["office"], at=NOW)
    assert audits("receive_sheet") == 1


def test_an_open_sheet_is_neither_received_nor_returned_and_a_return_says_why(college):
    sheet = fill(college, first=GOOD)
    office = college.users["office"]
    with pytest.raises(SheetNotSubmitted):
        receive_sheet(sheet=sheet, by=office, at=NOW)
    with pytest.raises(ReasonMissing):
        return_sheet(sheet=sheet, reason="  ", by=office, at=NOW)


def test_only_an_approved_change_moves_the_deadline_and_the_old_one_stays(college):
    fill(college, first=LATE)
    change, leader = DeadlineChange.objects.get(), college.users["president"]
    assert (change.old_on, change.asked_on) == (date(2026, 4, 30), NEW_DATE)
    assert Task.objects.get(pk=college.first.pk).deadline_on == date(2026, 4, 30)
    decide_deadline_change(change=change, is_approved=True, note="", by=leader, at=NOW)
    assert Task.objects.get(pk=college.first.pk).deadline_on == NEW_DATE
    assert DeadlineChange.objects.get().old_on == date(2026, 4, 30)


def test_a_past_month_is_judged_by_the_deadline_that_was_in_force_at_its_end(college):
    day, asked, approved = date(2026, 4, 30), NOW.replace(month=5), NOW.replace(month=5, day=10)
    change = ask_deadline_change(
        task=college.first, asked_on=NEW_DATE, reason="停机", by=college.users["east"], at=asked
    )
    decide_deadline_change(
        change=change, is_approved=True, note="", by=college.users["president"], at=approved
    )
    task = Task.objects.get(pk=college.first.pk)

    def on(day: date):
        row = standing([task], on=day)[0]
        return row.state, row.deadline_on, row.days_late

    assert on(date(2026, 5, 9)) == (ProgressState.LATE, day, 9), "not yet approved"
    assert on(date(2026, 5, 10)) == (ProgressState.ON_TRACK, NEW_DATE, 0)
    assert on(date(2026, 7, 2)) == (ProgressState.LATE, NEW_DATE, 2)


def test_a_refused_change_moves_nothing_and_says_why(college):
    fill(college, first=LATE)
    change, leader = DeadlineChange.objects.get(), college.users["president"]
    with pytest.raises(NoteMissing):
        decide_deadline_change(change=change, is_approved=False, note=" ", by=leader, at=NOW)
    for _ in range(2):
        decide_deadline_change(change=change, is_approved=False, note="先交", by=leader, at=NOW)
    held = DeadlineChange.objects.get()
    assert (held.state, held.note) == (DateDecision.REFUSED, "先交")
    assert Task.objects.get(pk=college.first.pk).deadline_on == date(2026, 4, 30)
    assert audits("decide_deadline_change") == 1
    with pytest.raises(ChangeAlreadyDecided):
        decide_deadline_change(change=change, is_approved=True, note="", by=leader, at=NOW)


def test_nobody_decides_on_his_own_wish(college):
    fill(college, first=LATE)
    change = DeadlineChange.objects.get()
    with pytest.raises(AskerMayNotDecide):
        decide_deadline_change(
            change=change, is_approved=True, note="", by=college.users["east"], at=NOW
        )
    values = {"state": "APPROVED", "decided_at": NOW, "decided_by": college.users["east"]}
    with pytest.raises(IntegrityError), transaction.atomic():
        DeadlineChange.objects.filter(pk=change.pk).update(**values)


@pytest.mark.parametrize("day", [date(2026, 4, 30), date(2026, 1, 1)])
def test_a_date_that_is_not_later_cannot_be_asked_for(college, day):
    with pytest.raises(DateNotNew):
        ask_deadline_change(task=college.first, asked_on=day, reason="x", by=None, at=NOW)


def test_one_wish_at_a_time(college):
    for _ in range(2):
        ask_deadline_change(task=college.first, asked_on=NEW_DATE, reason="x", by=None, at=NOW)
    other = NEW_DATE + timedelta(days=1)
    with pytest.raises(ChangeAlreadyAsked):
        ask_deadline_change(task=college.first, asked_on=other, reason="x", by=None, at=NOW)
    assert DeadlineChange.objects.count() == 1


def test_the_overview_counts_units_with_a_or_b_tasks(college):
    open_example("WEST", "只有职责", kind=TaskKind.C)
    open_example("QUALITY", "年报")
    fill(college, first=GOOD, second=GOOD)
    hand_in(college)
    found = {row.unit.code: row.state for row in sheet_overview(EVERYTHING, college.march)}
    assert found == {"EAST": SheetState.SUBMITTED, "QUALITY": SheetState.OPEN}
    assert sheet_overview(Scope(), college.march) == []


def test_the_meeting_reads_sheets_counts_late_tasks_and_both_dates(college):
    open_example("QUALITY", "年报")
    fill(college, first=LATE, second=GOOD, silent=LATE)
    sheet = hand_in(college)
    receive_sheet(sheet=sheet, by=college.users["office"], at=NOW)
    change = DeadlineChange.objects.get(task=college.first)
    leader = college.users["president"]
    decide_deadline_change(change=change, is_approved=False, note="先交", by=leader, at=NOW)
    facts = meeting_facts(EVERYTHING, 2026, 3)
    assert (facts.n_received, facts.n_sheets) == (1, 2)
    assert [unit.code for unit in facts.missing] == ["QUALITY"]
    counts = {row.kind: (row.n_done, row.n_on_track, row.n_late) for row in facts.counts}
    assert counts == {"A": (0, 0, 1), "B": (0, 2, 0), "C": (0, 0, 1)}
    late = next(row for row in facts.late if row.kind == "A")
    assert (late.cause, late.measure, late.deadline_on) == ("停机", "先试运行", date(2026, 4, 30))
    assert (late.asked_on, late.decision, late.note) == (NEW_DATE, "REFUSED", "先交")
    assert {row.state for row in facts.decisions} == {"REFUSED", "ASKED"}


def test_the_reason_for_another_date_is_the_cause_where_no_report_gives_one(college):
    users = college.users
    ask_deadline_change(
        task=college.first, asked_on=NEW_DATE, reason="合同未签", by=users["east"], at=NOW
    )
    (late,) = meeting_facts(EVERYTHING, 2026, 12).late[:1]
    assert (late.title, late.cause, late.measure) == ("共建课程", "合同未签", "")


def test_progress_outside_a_sheet_is_recorded_too(college):
    record_progress(task=college.silent, month=college.march, entry=GOOD, by=None, at=NOW)
    assert Progress.objects.get().task == college.silent


def test_everybody_finds_his_part_among_what_is_to_be_done(college):
    on = date(2026, 3, 20)

    def titles(name: str) -> list[str]:
        found = todos(Rights(college.users[name], on=on), on=on)
        return [item.title for item in found if item.kind in {"月度报送", "报送单接收", "时限审批"}]

    assert titles("east") == ["填 东学院 2026 年 3 月报送单"]
    assert titles("teacher") == titles("west") == []
    fill(college, first=LATE, second=GOOD)
    hand_in(college)
    assert titles("east") == []
    assert titles("office") == ["接收 东学院 2026 年 3 月报送单"]
    assert titles("president") == ["“共建课程”申请改期到 2026-06-30"]
    return_sheet(
        sheet=MonthSheet.objects.get(), reason="补材料", by=college.users["office"], at=NOW
    )
    assert titles("east") == ["东学院 2026 年 3 月报送单被退回，请修改后再报"]
    late = todos(Rights(college.users["east"], on=on), on=date(2026, 3, 26))
    assert all(item.is_late for item in late)
    assert sheet_due_on(month_coded("2026-03")) == date(2026, 3, 25)


@pytest.mark.parametrize(
    ("role", "place", "found"),
    [("school_office", "*", 0), ("planning_office", "*", 0), ("department_head", "*", 0),
     ("school_office", "UNIT:EAST", 1), ("department_head", "LEVEL:INSTITUTION", 0)],
)  # fmt: skip
def test_only_the_sheet_of_ones_own_unit_is_ones_own_work(college, role, place, found):
    on = date(2026, 3, 20)
    user = open_user("somebody", role, place)
    assert [row.kind for row in todos(Rights(user, on=on), on=on)].count("月度报送") == found
