"""Two people act on one cycle at once: one waits for the other, and neither for ever."""

import threading
from datetime import timedelta

import pytest
from django.utils import timezone

from luoxuan.campus.queries import periods
from luoxuan.core.verification import verify_core
from luoxuan.diagnosis.actions import (
    confirm_stage,
    cycles,
    freeze_diagnosis,
    open_next_cycle,
    open_term,
    sign_diagnosis,
)
from luoxuan.diagnosis.models import Cycle
from luoxuan.diagnosis.queries import template_coded
from luoxuan.improvement.actions import open_improvement, plan_improvement
from luoxuan.testing.college import NOW, open_user
from luoxuan.testing.filling.diagnosis import open_loop, write_diagnosis
from luoxuan.testing.together import PATIENCE, together, wait_for_another

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
LATER = NOW + timedelta(hours=2)
IN_TERM = NOW - timedelta(days=90)


@pytest.fixture
def finished(college) -> Cycle:
    """A cycle whose diagnosis is signed, with an open improvement that it will hand over."""
    cycle = open_loop("MATH")
    write_diagnosis(cycle, by=None)
    open_improvement(subject=cycle.subject, problem="进度落后", by=None, at=IN_TERM)
    diagnosis = freeze_diagnosis(diagnosis=cycle.diagnoses.get(), by=None, at=LATER)
    sign_diagnosis(diagnosis=diagnosis, by=open_user("office"), at=LATER)
    return cycle


@pytest.fixture
def opened(monkeypatch) -> threading.Event:
    """Set where the first cycle has been opened; its transaction goes on once another waits.

    What a test opens before it, alone, waits for nobody.
    """
    event = threading.Event()

    def hold(name: str) -> None:
        is_alone = threading.current_thread() is threading.main_thread()
        if name == "diagnosis.cycle_opened" and not is_alone and not event.is_set():
            event.set()
            wait_for_another()

    monkeypatch.setattr(cycles, "seam", hold)
    return event


def after(event: threading.Event, act) -> object:
    assert event.wait(PATIENCE)
    return act()


def next_one(cycle: Cycle):
    return lambda: open_next_cycle(cycle=cycle, by=None, at=LATER)


def test_a_stage_is_confirmed_while_the_next_cycle_opens(finished, opened):
    stage = finished.stages.get(code="improve")

    def confirm():
        after(opened, lambda: confirm_stage(stage=stage, by=None, at=timezone.now()))

    assert together(next_one(finished), confirm) == []
    stage.refresh_from_db()
    assert (Cycle.objects.count(), stage.done_at) == (2, LATER)
    assert verify_core(at=timezone.now()) == []


def test_an_improvement_is_planned_while_it_is_carried_into_the_next_cycle(finished, opened):
    improvement, responsible = finished.subject.improvements.get(), open_user("math")

    def plan():
        after(
            opened,
            lambda: plan_improvement(
                improvement=improvement, cause_categories=[], cause="课时不足", measure="调整",
                responsible=responsible, due_on=NOW.date(), by=None, at=LATER,
            ),
        )  # fmt: skip

    assert together(next_one(finished), plan) == []
    kinds = set(improvement.events.values_list("kind", flat=True))
    assert {"PLANNED", "CARRIED"} <= kinds


def test_two_people_open_one_term_at_once(college, opened):
    math, weld = open_loop("MATH").subject, open_loop("WELD").subject
    counts = []

    def opening(*subjects):
        report = open_term(
            subjects=subjects, template=template_coded("ten_steps"),
            period=periods().get(code="2025-2"), is_trial=False, by=None, at=NOW,
        )  # fmt: skip
        counts.append((report.n_opened, report.n_known))

    raised = together(
        lambda: opening(math, weld), lambda: after(opened, lambda: opening(weld, math))
    )
    assert raised == []
    assert sorted(counts) == [(0, 2), (2, 0)]
