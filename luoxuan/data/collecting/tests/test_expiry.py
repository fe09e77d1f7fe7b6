"""Drafts that nobody went on with are cleared; what was handed in stays."""

from datetime import timedelta

import pytest

from luoxuan.core.actions import set_institution
from luoxuan.core.models import AuditEntry, Job
from luoxuan.data.actions.drafts import discard_draft, receive_file
from luoxuan.data.collecting.actions import (
    ask_for_expiry,
    close_collection,
    expire_drafts,
    return_submission,
    save_submission,
)
from luoxuan.data.collecting.rules import SubmissionState
from luoxuan.data.models import ImportDraft
from luoxuan.data.verification import named_originals, verify_data
from luoxuan.testing.college import NOW
from luoxuan.testing.filling.collecting import EAST_ROW, hand_in, submission_of

LATER = NOW + timedelta(days=200)


def test_an_unsent_draft_of_an_ended_collection_is_emptied_and_the_sent_one_stays(
    users, collection
):
    east, west = submission_of(collection, "EAST"), submission_of(collection, "WEST")
    sent = [("r1", EAST_ROW)]
    save_submission(submission=east, sent=sent, revision=0, by=users["eastdata"], at=NOW)
    handed = hand_in(west, users["west"], EAST_ROW)
    return_submission(submission=handed, remarks=[], reason="重填", by=users["office"], at=NOW)
    assert (expire_drafts(by=None, at=LATER), ask_for_expiry(at=LATER)) == (0, False)
    close_collection(collection=collection, by=users["office"], at=NOW)
    assert expire_drafts(by=None, at=NOW + timedelta(days=170)) == 0
    assert ask_for_expiry(at=LATER)
    assert ask_for_expiry(at=LATER)
    assert Job.objects.filter(name="data.expire_drafts").count() == 1
    assert expire_drafts(by=None, at=LATER) == 1
    east.refresh_from_db()
    west.refresh_from_db()
    assert (east.rows, east.state, east.expired_at) == ([], SubmissionState.DRAFT, LATER)
    assert (len(west.rows), west.expired_at) == (1, None)
    assert expire_drafts(by=None, at=LATER) == 0
    entry = AuditEntry.objects.get(action="expire_submission")
    assert (entry.object_key, entry.facts["rows"]) == (str(east.pk), 1)


@pytest.fixture
def drafts(users, score, tmp_path) -> list[ImportDraft]:
    """Two drafts of different files; the second was dropped."""
    made = []
    for number in (1, 2):
        path = tmp_path / f"{number}.csv"
        path.write_text(f"学号,得分\n{number},3\n", "utf-8")
        made.append(
            receive_file(
                dataset=score, path=path, file_name=path.name, receipt=str(number),
                by=users["office"], at=NOW,
            )
        )  # fmt: skip
    discard_draft(draft=made[1], by=users["office"], at=NOW)
    return made


def test_import_drafts_go_with_the_names_of_their_originals(users, drafts):
    names = {draft.sha256 for draft in drafts}
    assert names <= named_originals()
    assert expire_drafts(by=None, at=LATER) == 2
    assert not ImportDraft.objects.exists()
    assert not names & named_originals()
    assert AuditEntry.objects.filter(action="expire_draft").count() == 2
    assert verify_data(at=NOW) == []


def test_for_ever_is_for_ever(users, drafts):
    set_institution(values={"draft_days": "0"}, by=users["office"], at=NOW)
    assert (expire_drafts(by=None, at=LATER), ask_for_expiry(at=LATER)) == (0, False)
    assert ImportDraft.objects.count() == 2
