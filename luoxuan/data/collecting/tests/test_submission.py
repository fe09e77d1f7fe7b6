"""A submission goes from hand to hand; what is accepted is a version of the dataset."""

import pytest

from luoxuan.core.models import AuditEntry, Notice
from luoxuan.data.actions import import_file
from luoxuan.data.collecting.actions import (
    SubmissionMoved,
    SubmissionRefused,
    SubmissionUnsound,
    accept_submission,
    close_collection,
    return_submission,
    save_submission,
    submit_submission,
    unlock_submission,
)
from luoxuan.data.collecting.prefill import text_rows
from luoxuan.data.collecting.rules import SubmissionState
from luoxuan.data.models import Dataset, DatasetVersion, Submission
from luoxuan.data.verification import verify_data
from luoxuan.testing.college import NOW, Passes, import_text, score_csv
from luoxuan.testing.filling.collecting import EAST_ROW, hand_in, open_scores, submission_of

OTHER_ROW = {**EAST_ROW, "student_id": "8002", "score": "40", "result": "不通过"}
WEST_ROW = {**EAST_ROW, "student_id": "8003", "class_code": "WELD-1", "course_code": "WELD"}


def held(score: Dataset, term: str = "2025-2") -> dict[str, tuple[str, str]]:
    score.refresh_from_db()
    rows = text_rows(score, ["student_id", "unit_code", "score", "term"])
    return {
        row["student_id"]: (row["unit_code"], row["score"]) for row in rows if row["term"] == term
    }


def acts() -> list[str]:
    return list(
        AuditEntry.objects.filter(object_kind="Submission").values_list("action", flat=True)
    )


def test_rows_are_handed_in_returned_corrected_and_accepted(users, score, collection):
    east = hand_in(submission_of(collection, "EAST"), users["eastdata"], EAST_ROW)
    remark = {"row": "r900", "field": "score", "text": "与试卷不符"}
    back = return_submission(
        submission=east, remarks=[remark], reason="", by=users["office"], at=NOW
    )
    assert (back.state, back.remarks) == (SubmissionState.RETURNED, [remark])
    assert Notice.objects.filter(user=users["eastdata"]).count() == 1
    again = save_submission(
        submission=back, sent=[("r900", {"score": "77"})], revision=back.revision,
        by=users["eastdata"], at=NOW,
    )  # fmt: skip
    handed = submit_submission(submission=again, by=users["eastdata"], at=NOW)
    assert handed.remarks == []
    done = accept_submission(submission=handed, by=users["office"], at=NOW)
    assert (done.batch.version.number, done.batch.rows_accepted) == (1, 1)
    assert done.batch.file_name == "补报第二学期成绩 · 东学院"
    assert held(score) == {"8001": ("EAST", "77.0")}
    assert acts() == [
        "save_submission", "submit_submission", "return_submission", "save_submission",
        "submit_submission", "accept_submission",
    ]  # fmt: skip
    assert verify_data(at=NOW) == []


def test_only_the_rows_of_the_unit_and_period_give_way(users, score, collection, tmp_path):
    whole = score_csv([Passes("MATH-1", 2, 0, "2025-1"), Passes("WELD-1", 1, 0, "2025-2")])
    import_text(whole, tmp_path)
    before = held(score, "2025-1")
    for unit, user, row in (("EAST", "eastdata", EAST_ROW), ("WEST", "west", WEST_ROW)):
        handed = hand_in(submission_of(collection, unit), users[user], row)
        accept_submission(submission=handed, by=users["office"], at=NOW)
    now = held(score)
    assert {key: unit for key, (unit, _) in now.items()} == {
        "8001": "EAST", "8003": "WEST"
    }  # fmt: skip
    assert held(score, "2025-1") == before
    assert verify_data(at=NOW) == []


def test_accepting_twice_makes_one_version(users, score, collection):
    handed = hand_in(submission_of(collection, "EAST"), users["eastdata"], EAST_ROW)
    first = accept_submission(submission=handed, by=users["office"], at=NOW)
    second = accept_submission(submission=handed, by=users["office"], at=NOW)
    assert (first.batch_id, DatasetVersion.objects.count()) == (second.batch_id, 1)
    assert acts().count("accept_submission") == 1


def test_a_row_that_another_unit_holds_is_refused(users, score, collection):
    west = hand_in(submission_of(collection, "WEST"), users["west"], EAST_ROW)
    accept_submission(submission=west, by=users["office"], at=NOW)
    with pytest.raises(SubmissionUnsound) as refused:
        hand_in(submission_of(collection, "EAST"), users["eastdata"], EAST_ROW)
    assert [problem.code for problem in refused.value.problems] == ["key_held"]
    assert held(score) == {"8001": ("WEST", "88.0")}


WRONG = [
    ({"student_id": ""}, "student_id", "required"),
    ({"student_id": "12"}, "student_id", "pattern"),
    ({"score": "abc"}, "score", "not_a_number"),
    ({"score": "101"}, "score", "above_maximum"),
    ({"result": "优"}, "result", "not_in_code_list"),
]


@pytest.mark.parametrize(("change", "field", "code"), WRONG)
def test_what_is_wrong_is_not_handed_in_and_named_by_its_cell(
    users, collection, change, field, code
):
    east = submission_of(collection, "EAST")
    with pytest.raises(SubmissionUnsound) as refused:
        hand_in(east, users["eastdata"], {**EAST_ROW, **change})
    assert [(p.row, p.field, p.code) for p in refused.value.problems] == [("r900", field, code)]
    east.refresh_from_db()
    assert east.state == SubmissionState.DRAFT


def test_two_who_write_the_same_cell_see_both_and_nothing_is_lost(users, collection):
    east = submission_of(collection, "EAST")
    hand = {"submission": east, "revision": 0, "at": NOW}
    save_submission(sent=[("r1", EAST_ROW)], by=users["eastdata"], **hand)
    other = [("r1", {**EAST_ROW, "score": "11"}), ("r2", OTHER_ROW)]
    with pytest.raises(SubmissionMoved) as moved:
        save_submission(sent=other, by=users["east"], **hand)
    assert moved.value.theirs == {("r1", "score"): "88"}
    assert [row["id"] for row in moved.value.rows] == ["r1", "r2"]
    save_submission(sent=other, by=users["east"], **{**hand, "revision": moved.value.revision})
    east.refresh_from_db()
    assert [row["cells"]["score"] for row in east.rows] == ["11", "40"]
    # The same content again is no conflict, however old the page is.
    assert save_submission(sent=other, by=users["eastdata"], **hand).revision == east.revision


def test_nothing_to_report_is_an_answer_too(users, score, collection):
    east = submit_submission(
        submission=submission_of(collection, "EAST"), by=users["eastdata"], at=NOW
    )
    done = accept_submission(submission=east, by=users["office"], at=NOW)
    assert done.state == SubmissionState.ACCEPTED
    assert held(score) == {}


def test_an_accepted_one_opens_again_for_chosen_fields_only(users, score, collection):
    handed = hand_in(submission_of(collection, "EAST"), users["eastdata"], EAST_ROW)
    done = accept_submission(submission=handed, by=users["office"], at=NOW)
    again = unlock_submission(
        submission=done, fields=["score"], reason="补登成绩", by=users["office"], at=NOW
    )
    sent = [("r900", {"score": "90", "student_id": "9999"}), ("r901", OTHER_ROW)]
    saved = save_submission(
        submission=again, sent=sent, revision=again.revision, by=users["eastdata"], at=NOW
    )
    handed = submit_submission(submission=saved, by=users["eastdata"], at=NOW)
    accept_submission(submission=handed, by=users["office"], at=NOW)
    assert held(score) == {"8001": ("EAST", "90.0")}


def test_what_is_not_possible_is_refused(users, collection):
    east = submission_of(collection, "EAST")
    refusals = []

    def refused(act, **arguments):
        with pytest.raises(SubmissionRefused) as found:
            act(**{"submission": east, "at": NOW, **arguments})
        refusals.append(found.value.code)

    office, eastdata = users["office"], users["eastdata"]
    refused(accept_submission, by=office)
    refused(unlock_submission, by=office, fields=["score"], reason="x")
    refused(unlock_submission, by=office, fields=[], reason="x")
    hand_in(east, eastdata, EAST_ROW)
    refused(save_submission, by=eastdata, sent=[], revision=1)
    refused(accept_submission, by=eastdata)
    refused(return_submission, by=office, remarks=[], reason=" ")
    refused(
        return_submission, by=office, remarks=[{"row": "r5", "field": "x", "text": "y"}], reason=""
    )
    return_submission(submission=east, remarks=[], reason="重填", by=office, at=NOW)
    close_collection(collection=collection, by=office, at=NOW)
    refused(save_submission, by=eastdata, sent=[], revision=1)
    refused(submit_submission, by=eastdata)
    assert refusals == [
        "submission_not_handed_in", "submission_not_accepted", "unlock_needs_fields_and_reason",
        "submission_handed_in", "submitter_may_not_check", "submission_return_needs_reason",
        "submission_return_needs_reason", "collection_ended", "collection_ended",
    ]  # fmt: skip


def test_the_rows_of_last_time_are_brought_along_with_their_source(users, score, tmp_path):
    import_text(score_csv([Passes("MATH-1", 1, 1, "2025-1")]), tmp_path)
    # The rows of a teaching group stand with the group; the college itself has others.
    collection = open_scores(users["office"], units=("EAST-MATH", "WEST"))
    group = submission_of(collection, "EAST-MATH")
    assert [row["cells"]["score"] for row in group.rows] == ["75.5", "40.0"]
    assert {row["cells"]["term"] for row in group.rows} == {"2025-2"}
    source = group.rows[0]["from"]["score"]
    assert (source["title"], source["number"]) == ("成绩", 1)
    assert (group.n_prefilled, group.n_asked) == (10, 10)
    assert submission_of(collection, "WEST").rows == []
    sent = [("r1", {"score": "60"})]
    saved = save_submission(submission=group, sent=sent, revision=0, by=users["east"], at=NOW)
    assert (saved.n_changed, saved.n_asked) == (1, 5)
    assert Submission.objects.count() == 2


def test_a_file_and_a_submission_go_through_one_reader(users, score, collection, tmp_path):
    path = tmp_path / "bad.csv"
    path.write_text(
        "学号,教学班,课程,部门,学期,得分,结果\n8001,MATH-1,MATH,EAST,2025-2,101,通过\n", "utf-8"
    )
    report = import_file(dataset=score, path=path, by=None, at=NOW)
    with pytest.raises(SubmissionUnsound) as refused:
        hand_in(submission_of(collection, "EAST"), users["eastdata"], {**EAST_ROW, "score": "101"})
    (problem,) = refused.value.problems
    assert (problem.code, dict(problem.facts)) == (
        report.errors[0]["code"], report.errors[0]["facts"],
    )  # fmt: skip
