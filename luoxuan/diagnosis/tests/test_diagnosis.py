"""A diagnosis is proposed from numbers, judged by people, frozen once, checked by another."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from luoxuan.campus.scope import EVERYTHING
from luoxuan.core.models import AuditEntry
from luoxuan.diagnosis.actions import (
    DiagnosisIncomplete,
    freeze_diagnosis,
    open_point_improvement,
    return_diagnosis,
    sign_diagnosis,
    write_stage,
)
from luoxuan.diagnosis.actions.diagnoses import (
    DiagnosisFrozen,
    DiagnosisNotWaiting,
    OwnDiagnosis,
    ReturnReasonMissing,
    content_hash,
)
from luoxuan.diagnosis.models import Diagnosis
from luoxuan.diagnosis.queries import diagnosis_content, material_of, points_of, proposals
from luoxuan.improvement.actions import ProblemMissing
from luoxuan.improvement.models import Improvement
from luoxuan.testing.college import NOW, Passes, import_text, open_user, score_csv
from luoxuan.testing.filling.diagnosis import VERDICTS, open_loop, write_diagnosis

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=5)


@pytest.fixture
def cycle(scores):
    return open_loop("MATH")


@pytest.fixture
def written(cycle) -> Diagnosis:
    write_diagnosis(cycle, by=open_user("math"))
    return cycle.diagnoses.get()


def suggested(cycle) -> dict[str, tuple[str, str]]:
    material = material_of(EVERYTHING, cycle, on=NOW.date())
    points = list(points_of(cycle.diagnoses.get().scheme))
    return {
        code: (str(row.verdict or ""), row.reason)
        for code, row in proposals(material, points).items()
    }


def test_points_are_proposed_from_readings_alerts_and_improvements(cycle):
    # 14 of 20 pass: below the standard 0.8, above the warning value 0.6; one alert, no answer.
    assert suggested(cycle) == {
        "goal_reached": ("NOT_MET", "target_missed"),
        "assessment_passed": ("PARTLY", "standard_partly"),
        "student_feedback": ("", "no_readings"),
        "teaching_run": ("", "no_readings"),
        "improvement_works": ("NOT_MET", "alerts_unanswered"),
    }


def test_a_proposal_is_never_applied_by_itself(cycle):
    assert set(cycle.diagnoses.get().judgements.values_list("verdict", flat=True)) == {""}
    with pytest.raises(DiagnosisIncomplete) as refused:
        freeze_diagnosis(diagnosis=cycle.diagnoses.get(), by=None, at=LATER)
    verdicts = {name for name in VERDICTS if name.startswith("verdict-")}
    assert set(refused.value.errors) == verdicts | {"causes", "measures", "conclusion"}


def test_a_wrong_answer_keeps_a_diagnosis_from_being_frozen(cycle, written):
    stage = cycle.stages.get(code="diagnose")
    write_stage(
        stage=stage, answers={"next_target": "101"}, version=stage.version, by=None, at=LATER
    )
    with pytest.raises(DiagnosisIncomplete) as refused:
        freeze_diagnosis(diagnosis=written, by=None, at=LATER)
    assert refused.value.errors == {"next_target": "too_large"}


def test_what_is_frozen_holds_everything_it_was_judged_on_and_never_changes(
    cycle, written, tmp_path
):
    before = diagnosis_content(written)
    user = open_user("office")
    frozen = freeze_diagnosis(diagnosis=written, by=user, at=LATER)
    content = frozen.content
    assert content["readings"] == before["readings"]
    share = next(row for row in content["readings"] if row["subject"] == "MATH")
    assert (share["value"], share["numerator"], share["denominator"]) == ("0.7", "14", "20")
    assert share["provenance"].endswith("/course.pass_share/COURSE/MATH/2025-1")
    assert [row["subject"] for row in content["alerts"]] == ["MATH-2"]
    judged = {row["point"]: row for row in content["judgements"]}
    assert judged["assessment_passed"]["text"] == "MATH-2 及格率偏低"
    assert judged["goal_reached"]["proposed"] == "NOT_MET"
    answers = {row["name"]: row["words"] for row in content["stages"][-2]["answers"]}
    assert answers["conclusion"] == "基本达到，需改进"
    assert frozen.content_hash == content_hash(content)
    entry = AuditEntry.objects.get(action="freeze_diagnosis")
    assert entry.facts["content_hash"] == frozen.content_hash
    import_text(score_csv([Passes("MATH-1", 1, 9)]), tmp_path)
    assert diagnosis_content(Diagnosis.objects.get(pk=frozen.pk)) == content
    with pytest.raises(DiagnosisFrozen):
        freeze_diagnosis(diagnosis=frozen, by=None, at=LATER)
    assert cycle.stages.get(code="diagnose").done_by == user


def test_another_signs_and_nobody_his_own(written):
    writer, head = open_user("office"), open_user("east")
    with pytest.raises(DiagnosisNotWaiting):
        sign_diagnosis(diagnosis=written, by=head, at=LATER)
    frozen = freeze_diagnosis(diagnosis=written, by=writer, at=LATER)
    with pytest.raises(OwnDiagnosis):
        sign_diagnosis(diagnosis=frozen, by=writer, at=LATER)
    signed = sign_diagnosis(diagnosis=frozen, by=head, at=LATER)
    assert (signed.state, signed.checked_by, signed.content) == ("SIGNED", head, frozen.content)
    with pytest.raises(DiagnosisNotWaiting):
        return_diagnosis(diagnosis=signed, reason="再想", by=head, at=LATER)
    assert AuditEntry.objects.filter(action="sign_diagnosis").count() == 1


def test_a_returned_diagnosis_stays_and_the_next_draft_begins_with_its_words(cycle, written):
    writer, head = open_user("office"), open_user("east")
    frozen = freeze_diagnosis(diagnosis=written, by=writer, at=LATER)
    with pytest.raises(ReturnReasonMissing):
        return_diagnosis(diagnosis=frozen, reason=" ", by=head, at=LATER)
    draft = return_diagnosis(diagnosis=frozen, reason="请写明原因", by=head, at=LATER)
    returned = Diagnosis.objects.get(pk=frozen.pk)
    assert (returned.state, returned.return_reason) == ("RETURNED", "请写明原因")
    assert (returned.content, returned.content_hash) == (frozen.content, frozen.content_hash)
    assert (draft.number, draft.state) == (2, "DRAFT")
    assert draft.judgements.get(node__code="goal_reached").verdict == "PARTLY"
    stage = cycle.stages.get(code="diagnose")
    assert stage.done_at is None
    write_stage(stage=stage, answers={"causes": "补写"}, version=stage.version, by=writer, at=LATER)
    again = freeze_diagnosis(diagnosis=draft, by=writer, at=LATER)
    assert again.content["stages"][-2]["answers"][0]["value"] == "补写"
    assert returned.content["stages"][-2]["answers"][0]["value"] != "补写"


def test_a_point_becomes_an_improvement_once_with_its_baseline(written):
    user = open_user("office")
    node = written.scheme.nodes.get(code="assessment_passed")
    with pytest.raises(ProblemMissing):
        open_point_improvement(diagnosis=written, node=node, problem=" ", by=user, at=LATER)
    for _ in range(2):
        opened = open_point_improvement(
            diagnosis=written, node=node, problem="及格率偏低", by=user, at=LATER
        )
    assert Improvement.objects.get() == opened
    assert (opened.subject.code, opened.baseline_period) == ("MATH", "2025-1")
    assert opened.origin_url == f"/diagnosis/cycles/{written.cycle_id}/#1-assessment_passed"
    assert [row["id"] for row in diagnosis_content(written)["improvements"]] == [opened.pk]


@pytest.mark.parametrize(
    "values",
    [
        {"state": "FROZEN"},
        {"frozen_at": NOW},
        {"content": {"a": 1}},
        {"state": "SIGNED", "frozen_at": NOW, "content": {"a": 1}, "content_hash": "x"},
    ],
)
def test_a_diagnosis_is_frozen_whole_or_not_at_all(written, values):
    with pytest.raises(IntegrityError, match="diagnosis_"), transaction.atomic():
        Diagnosis.objects.filter(pk=written.pk).update(**values)
