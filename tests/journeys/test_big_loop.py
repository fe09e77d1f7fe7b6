"""The story of one term of a course: opened, warned, improved, diagnosed, signed, on to the next.

The quality office opens the term for the course. A class falls below its warning value; the leader
answers the alert with a measure. At the end of the term the draft of the diagnosis already holds
the reading, the alert and the improvement; the leader judges, the college signs, and the next
cycle begins with what is not finished. A trial beside it changes no number.
"""

from datetime import date, timedelta

import pytest

from luoxuan.campus.queries import periods, subject_at
from luoxuan.campus.scope import EVERYTHING
from luoxuan.data.verification import verify_data
from luoxuan.diagnosis.actions import (
    confirm_stage,
    freeze_diagnosis,
    open_next_cycle,
    open_term,
    sign_diagnosis,
)
from luoxuan.diagnosis.models import Cycle
from luoxuan.diagnosis.queries import (
    cycle_counts,
    cycles,
    diagnosis_content,
    effective_diagnoses,
    template_coded,
)
from luoxuan.improvement.queries import events_of, improvements
from luoxuan.monitoring.actions import answer_alert
from luoxuan.monitoring.models import Alert
from luoxuan.testing.college import NOW, fill_college, open_user
from luoxuan.testing.filling.diagnosis import load_loops, write_diagnosis

pytestmark = pytest.mark.django_db

TODAY = NOW.date()
ANSWERED = NOW + timedelta(days=1)
FROZEN = NOW + timedelta(days=10)
SIGNED = NOW + timedelta(days=12)


def open_courses(office, *, is_trial, codes):
    return open_term(
        subjects=[subject_at(EVERYTHING, kind="COURSE", code=code) for code in codes],
        template=template_coded("ten_steps"), period=periods().get(code="2025-1"),
        is_trial=is_trial, by=office, at=NOW,
    )  # fmt: skip


def test_one_term_of_a_course_from_opening_to_the_next_cycle(tmp_path):
    fill_college(tmp_path)
    load_loops(tmp_path)
    office, leader, head = (open_user(name) for name in ("office", "math", "east"))
    assert open_courses(office, is_trial=False, codes=["MATH"]).n_opened == 1
    cycle = Cycle.objects.get()

    # The leader confirms what was designed and arranged: two taps.
    for code in ("design", "organize"):
        confirm_stage(stage=cycle.stages.get(code=code), by=leader, at=NOW)

    # The small loop: an alert of a class, answered with cause and measure.
    alert = Alert.objects.get()
    improvement = answer_alert(
        alert=alert, cause_categories=["feedback"], cause="作业反馈慢",
        measure="作业 48 小时内批改。", responsible=leader, due_on=date(2026, 3, 20),
        is_in_place=False, by=leader, at=ANSWERED,
    )  # fmt: skip

    # The draft holds reading, alert and improvement before anybody has typed a word.
    draft = cycle.diagnoses.get()
    content = diagnosis_content(draft)
    assert [row["id"] for row in content["alerts"]] == [alert.pk]
    assert [row["id"] for row in content["improvements"]] == [improvement.pk]
    assert content["improvements"][0]["measure"] == "作业 48 小时内批改。"
    proposed = {row["point"]: row["proposed"] for row in content["judgements"]}
    assert proposed["improvement_works"] == "PARTLY"
    assert all(row["verdict"] == "" for row in content["judgements"])

    # Judged by the leader, frozen, signed by the college.
    write_diagnosis(cycle, by=leader)
    frozen = freeze_diagnosis(diagnosis=draft, by=leader, at=FROZEN)
    signed = sign_diagnosis(diagnosis=frozen, by=head, at=SIGNED)
    assert signed.content == frozen.content
    assert [row.pk for row in effective_diagnoses(EVERYTHING)] == [signed.pk]

    # The next cycle begins with what is not finished, and the improvement knows where it went.
    following = open_next_cycle(cycle=cycle, by=leader, at=SIGNED)
    assert open_next_cycle(cycle=cycle, by=leader, at=SIGNED) == following
    assert (following.previous, following.period.code) == (cycle, "2025-2")
    assert [row["id"] for row in following.carried["improvements"]] == [improvement.pk]
    carried = [row for row in events_of(improvement) if row.kind == "CARRIED"]
    assert [row.facts["url"] for row in carried] == [f"/diagnosis/cycles/{following.pk}/"]
    later = diagnosis_content(following.diagnoses.get())
    assert [row["id"] for row in later["improvements"]] == [improvement.pk]
    assert verify_data(at=SIGNED) == []


def test_a_trial_beside_it_has_no_effect(tmp_path):
    fill_college(tmp_path)
    load_loops(tmp_path)
    office, head = open_user("office"), open_user("west")
    open_courses(office, is_trial=False, codes=["MATH"])
    before = cycle_counts(list(cycles(EVERYTHING)), on=TODAY)
    open_courses(office, is_trial=True, codes=["WELD"])
    trial = Cycle.objects.get(subject__code="WELD")
    write_diagnosis(trial, by=office)
    frozen = freeze_diagnosis(diagnosis=trial.diagnoses.get(), by=office, at=FROZEN)
    sign_diagnosis(diagnosis=frozen, by=head, at=SIGNED)
    after = cycle_counts(list(cycles(EVERYTHING)), on=TODAY)
    assert (after.open, after.late, after.frozen, after.signed) == (
        before.open, before.late, before.frozen, before.signed,
    )  # fmt: skip
    assert after.trials == 1
    assert diagnosis_content(frozen)["cycle"]["is_trial"] is True
    assert not effective_diagnoses(EVERYTHING).exists()
    assert not improvements(EVERYTHING).exists()
