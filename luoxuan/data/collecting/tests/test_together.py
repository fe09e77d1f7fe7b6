"""Two at the same time: one waits for the other, nothing is lost or done twice."""

import pytest

from luoxuan.core.models import AuditEntry
from luoxuan.data.collecting.actions import (
    SubmissionMoved,
    accept_submission,
    open_collection,
    save_submission,
)
from luoxuan.data.collecting.actions.collections import CollectionValues
from luoxuan.data.models import Collection, Dataset, DatasetVersion, Submission
from luoxuan.testing.college import NOW, open_college, open_users
from luoxuan.testing.filling.collecting import EAST_ROW, hand_in, open_scores, submission_of
from luoxuan.testing.together import together

from .test_collection import TODAY, units

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
WEST_ROW = {**EAST_ROW, "student_id": "8003", "class_code": "WELD-1"}


@pytest.fixture
def users(transactional_db):
    open_college()
    return open_users()


def test_two_who_accept_make_one_version(users, collection):
    east = hand_in(submission_of(collection, "EAST"), users["eastdata"], EAST_ROW)

    def accept():
        accept_submission(submission=Submission.objects.get(pk=east.pk), by=users["office"], at=NOW)

    assert together(accept, accept) == []
    assert DatasetVersion.objects.count() == 1
    assert AuditEntry.objects.filter(action="accept_submission").count() == 1


def test_two_units_accepted_at_once_are_both_there(users, collection):
    east = hand_in(submission_of(collection, "EAST"), users["eastdata"], EAST_ROW)
    west = hand_in(submission_of(collection, "WEST"), users["west"], WEST_ROW)

    def accept(one):
        accept_submission(submission=one, by=users["office"], at=NOW)

    assert together(lambda: accept(east), lambda: accept(west)) == []
    newest = DatasetVersion.objects.order_by("-number").first()
    assert (newest.number, newest.n_rows) == (2, 2)


def test_of_two_who_write_at_once_one_is_told(users, collection):
    east = submission_of(collection, "EAST")

    def save(score, by):
        save_submission(
            submission=east, sent=[("r1", {**EAST_ROW, "score": score})], revision=0, by=by, at=NOW
        )

    raised = together(lambda: save("1", users["east"]), lambda: save("2", users["eastdata"]))
    assert [type(error) for error in raised] == [SubmissionMoved]


def test_two_clicks_open_one_collection(users):
    values = CollectionValues(
        dataset=Dataset.objects.get(name="score"), title="成绩", due_on=TODAY, period="2025-2"
    )
    asked = units("EAST", "WEST")

    def click():
        open_collection(values=values, subjects=asked, receipt="x", by=users["office"], at=NOW)

    assert together(click, click) == []
    assert (Collection.objects.count(), Submission.objects.count()) == (1, 2)


def test_saving_while_another_accepts_elsewhere_waits_for_nobody(users):
    """Locks have one order: the submission first, the audit chain after it."""
    first, second = open_scores(users["office"]), open_scores(users["office"], units=("EAST",))
    east = hand_in(submission_of(first, "EAST"), users["eastdata"], EAST_ROW)
    other = submission_of(second, "EAST")
    acts = [
        lambda: accept_submission(submission=east, by=users["office"], at=NOW),
        lambda: save_submission(
            submission=other, sent=[("r1", WEST_ROW)], revision=0, by=users["east"], at=NOW
        ),
    ]
    assert together(*acts) == []
