"""Acts of people killed before their commit: nothing of them is there; done again, they are, once.

What is there is read by SQL: a case names a question and its answer before and after the act.
"""

import time
from dataclasses import dataclass
from typing import Any

import pytest

from .conftest import OLD
from .test_kill import AFTER, IMPORT, KILLED, VERIFY, students_of

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

COLLEGE, STORY = "copies", "story_copies"


@dataclass(frozen=True)
class Act:
    """Commands that may be done again, and a question about what they leave behind."""

    commands: tuple[tuple[str, ...], ...]
    question: str
    before: tuple[Any, ...]
    after: tuple[Any, ...]
    fixture: str = COLLEGE
    first: tuple[tuple[str, ...], ...] = ()


EVIDENCE = Act((("act", "show_evidence"),), "SELECT count(*) FROM data_evidence", (0,), (1,))
SHEET = Act(
    (("act", "hand_in_sheet"),),
    "SELECT count(*) FROM goals_monthsheet WHERE state = 'SUBMITTED'", (0,), (1,),
)  # fmt: skip
DATE = Act(
    (("act", "decide"),),
    "SELECT count(*) FROM goals_deadlinechange c JOIN goals_task t ON t.id = c.task_id "
    "WHERE c.state = 'APPROVED' AND t.deadline_on = c.asked_on", (0,), (1,),
    first=SHEET.commands,
)  # fmt: skip
_LOOP = (
    "SELECT (SELECT count(*) FROM diagnosis_cycle), "
    "(SELECT count(*) FROM diagnosis_diagnosis WHERE content_hash <> '')"
)
_TURN = (("act", "turn_loop"),)
OPENED = Act(_TURN, _LOOP, (0, 0), (2, 1))
FROZEN = Act(_TURN, _LOOP, (1, 0), (2, 1))
FOLLOWED = Act(_TURN, _LOOP, (1, 1), (2, 1))
_DOCUMENT = (
    "SELECT (SELECT count(*) FROM reports_document WHERE state = 'SUBMITTED'), "
    "(SELECT count(*) FROM core_job), (SELECT count(*) FROM reports_documentfile)"
)
_REPORT = (("act", "submit_report"), ("worker", "--once", "--lease", "0.1"))
SUBMITTED = Act(_REPORT, _DOCUMENT, (0, 0, 0), (1, 1, 3))
PRINTED = Act(_REPORT, _DOCUMENT, (1, 1, 0), (1, 1, 3))
_TASKS = (
    "SELECT (SELECT count(*) FROM goals_task), (SELECT coalesce(max(number), 0) FROM "
    "goals_intakemark), (SELECT current_number FROM data_dataset WHERE name = '_tasks')"
)
_LIST = (("import", "department_task", "tasks2026.csv"),)
TAKEN_IN = Act(_LIST, _TASKS, (0, 0, 0), (3, 1, 1), STORY)
PUBLISHED = Act(_LIST, _TASKS, (3, 1, 0), (3, 1, 1), STORY)
MEASURED = Act(
    (("act", "end_term"),),
    "SELECT (SELECT state FROM improvement_improvement), "
    "(SELECT count(*) FROM improvement_improvementevent WHERE kind = 'REMEASURED')",
    ("AWAITING_REMEASUREMENT", 0), ("CLOSED", 1), STORY,
)  # fmt: skip

_FILLING = (
    "SELECT (SELECT count(*) FROM data_submission), "
    "(SELECT count(*) FROM data_submission WHERE state = 'SUBMITTED'), "
    "(SELECT count(*) FROM data_submission WHERE batch_id IS NOT NULL), "
    "(SELECT count(*) FROM data_datasetversion v JOIN data_dataset d ON d.id = v.dataset_id "
    "WHERE d.name = 'score')"
)
_FILL = (("act", "ask_and_accept"),)
ASKED = Act(_FILL, _FILLING, (0, 0, 0, 1), (1, 0, 1, 2))
HANDED_IN = Act(_FILL, _FILLING, (1, 0, 0, 1), (1, 0, 1, 2))
ACCEPTED = Act(_FILL, _FILLING, (1, 1, 0, 1), (1, 0, 1, 2))

_REMINDED = (
    "SELECT (SELECT count(*) FROM core_notice WHERE key LIKE 'collection:%'), "
    "(SELECT count(*) FROM data_submission WHERE expired_at IS NOT NULL)"
)
_REMIND = (("act", "remind_and_expire"),)
REMINDED = Act(_REMIND, _REMINDED, (0, 0), (2, 1))
EXPIRED = Act(_REMIND, _REMINDED, (2, 0), (2, 1))

_BUNDLE = (
    "SELECT (SELECT count(*) FROM data_exchangebundle WHERE NOT is_imported), "
    "(SELECT count(*) FROM data_exchangebundle WHERE is_imported), "
    "coalesce((SELECT max(state) FROM data_exchangebundle WHERE NOT is_imported), ''), "
    "(SELECT count(*) FROM core_auditentry WHERE object_kind = 'ExchangeBundle')"
)
_LOADED = (("act", "prepare_exchange"),)


def exchange_left(*before: Any) -> Act:
    """Return the way of a bundle to its receipt and in again, killed where this is left of it."""
    after = (1, 1, "RECEIPTED", 7)
    return Act((("act", "exchange"),), _BUNDLE, before, after, first=_LOADED)


UNBUILT, BUILT = exchange_left(0, 0, "", 0), exchange_left(1, 0, "BUILT", 1)
CHECKED = exchange_left(1, 0, "CHECKED", 2)
SIGNED_ONCE = exchange_left(1, 0, "SIGNED_ONCE", 3)
HANDED_OVER = exchange_left(1, 0, "HANDED_OVER", 5)
RECEIPTED = exchange_left(1, 0, "RECEIPTED", 6)
_STATE = (
    "SELECT state, (SELECT count(*) FROM core_auditentry WHERE object_kind = 'ExchangeBundle'), "
    "(SELECT count(*) FROM core_notice WHERE key LIKE '%{told}%') FROM data_exchangebundle"
)
RETURNED = Act(
    (("act", "return_to_signer"),), _STATE.format(told="returned"),
    ("SIGNED_ONCE", 3, 0), ("CHECKED", 4, 1), first=_LOADED,
)  # fmt: skip
REJECTED = Act(
    (("act", "reject"),), _STATE.format(told="rejected"),
    ("HANDED_OVER", 5, 0), ("REJECTED", 6, 1), first=_LOADED,
)  # fmt: skip
EXPORTED = Act(
    (("act", "fill_lake"),),
    "SELECT count(*) FROM core_auditentry WHERE action = 'export_lake'", (0,), (1,),
)  # fmt: skip
_WORKED = (("act", "ask_for_a_bundle"), ("worker", "--once", "--lease", "0.1"))
CORRECTED = Act(
    (("act", "correct"),),
    "SELECT (SELECT count(*) FROM data_correctionrequest), "
    "(SELECT count(*) FROM data_correctionrequest WHERE state = 'ACCEPTED'), "
    "(SELECT current_number FROM data_dataset WHERE name = 'score'), "
    "(SELECT count(*) FROM core_auditentry WHERE action = 'decide_correction')",
    (1, 0, 1, 0), (1, 1, 2, 1),
)  # fmt: skip
RENAMED = Act(
    (("act", "rename_in_standard"),),
    "SELECT d.title, d.definition_number, (SELECT count(*) FROM data_datasetdefinition "
    "WHERE dataset_id = d.id) FROM data_dataset d WHERE d.name = 'score'",
    ("成绩", 1, 1), ("学生成绩", 2, 2),
)  # fmt: skip

CASES = {
    "data.collection.reminded": REMINDED,
    "data.expiry.before_commit": EXPIRED,
    "data.collection.before_commit": ASKED,
    "data.correction.file_written": CORRECTED,
    "data.correction.before_commit": CORRECTED,
    "data.exchange.content_kept": UNBUILT,
    "data.exchange.built_before_commit": UNBUILT,
    "data.exchange.checked_before_commit": BUILT,
    "data.exchange.signed_before_commit": CHECKED,
    "data.exchange.frozen_kept": SIGNED_ONCE,
    "data.exchange.approved_before_commit": SIGNED_ONCE,
    "data.exchange.receipt_kept": HANDED_OVER,
    "data.exchange.receipt_before_commit": HANDED_OVER,
    "data.exchange.import_kept": RECEIPTED,
    "data.exchange.import_before_commit": RECEIPTED,
    "data.exchange.rejected_before_commit": REJECTED,
    "data.exchange.returned_before_commit": RETURNED,
    "data.lake.files_written": EXPORTED,
    "data.standard.before_commit": RENAMED,
    "data.submission.before_commit": HANDED_IN,
    "data.submission.before_commit#2": ACCEPTED,
    "data.evidence.kept": EVIDENCE,
    "data.evidence.before_commit": EVIDENCE,
    "data.records.file_written": PUBLISHED,
    "diagnosis.cycle_opened": OPENED,
    "diagnosis.frozen": FROZEN,
    "diagnosis.next_opened": FOLLOWED,
    "goals.deadline.before_commit": DATE,
    "goals.intake.before_commit": TAKEN_IN,
    "goals.sheet.before_commit": SHEET,
    "improvement.remeasured": MEASURED,
    "reports.document.before_commit": SUBMITTED,
    "reports.file.before_keep": PRINTED,
    "reports.files.before_commit": PRINTED,
}


# The same code at another place, or an installation of its own that takes seconds to make.
QUICK = {
    "data.correction.before_commit", "data.exchange.approved_before_commit",
    "data.submission.before_commit#2", "diagnosis.next_opened", "reports.files.before_commit",
}  # fmt: skip


@pytest.mark.parametrize(
    ("fault", "act"),
    [
        pytest.param(fault, act, marks=() if fault in QUICK else pytest.mark.nightly, id=fault)
        for fault, act in CASES.items()
    ],
)
def test_an_act_killed_before_its_commit_is_not_there_and_done_again_is_there_once(
    request, fault, act
):
    installation = request.getfixturevalue(act.fixture)("act")
    if act.first:
        assert installation.run(*act.first) == 0
    assert installation.run(*act.commands, fault=fault) == KILLED
    assert installation.query(act.question) == [act.before]
    assert installation.run(VERIFY, *act.commands, VERIFY) == 0
    assert installation.query(act.question) == [act.after]
    assert installation.run(*act.commands, VERIFY) == 0
    assert installation.query(act.question) == [act.after]


@pytest.mark.parametrize(
    ("fault", "before"),
    [
        ("data.exchange.checked_before_commit", (1, 0, "BUILT", 1)),
        pytest.param(
            "data.exchange.built_before_commit", (0, 0, "", 0), marks=pytest.mark.nightly
        ),
    ],
)  # fmt: skip
def test_a_bundle_whose_worker_was_killed_is_built_once_by_the_next(copies, fault, before):
    installation = copies("bundle")
    assert installation.run(*_LOADED) == 0
    assert installation.run(*_WORKED, fault=fault) == KILLED
    assert installation.query(_BUNDLE) == [before]
    time.sleep(0.2)
    assert installation.run(VERIFY, *_WORKED, VERIFY) == 0
    assert installation.query(_BUNDLE) == [(1, 0, "CHECKED", 2)]
    assert installation.query("SELECT state FROM core_job") == [("DONE",)]


PRINTS = "SELECT format, sha256 FROM reports_documentfile ORDER BY format"


@pytest.mark.nightly
@pytest.mark.parametrize("nth", [2, 3])
def test_a_report_killed_between_its_files_shows_none_and_its_next_files_are_the_same(copies, nth):
    """F4: no half of a report is visible, and what is made anew is equal to the last byte."""
    whole, killed = copies("whole"), copies("killed")
    assert whole.run(*_REPORT) == 0
    assert killed.run(*_REPORT, fault=f"reports.file.before_keep#{nth}") == KILLED
    assert killed.query(PRINTS) == []
    assert killed.run(VERIFY, *_REPORT, VERIFY) == 0
    assert killed.query(PRINTS) == whole.query(PRINTS)


@pytest.mark.parametrize(
    "fault",
    [
        "data.undo.before_commit",
        # Before it nothing is in the database yet.
        pytest.param("data.undo.files_written", marks=pytest.mark.nightly),
    ],
)
def test_an_import_is_taken_back_once_however_often_it_was_killed(copies, fault):
    installation = copies("undo")
    undo = ("act", "undo")
    assert installation.run(IMPORT) == 0
    for _ in range(2):
        assert installation.run(undo, fault=fault) == KILLED
        assert installation.held() == AFTER
    assert installation.run(undo, undo, VERIFY) == 0
    assert installation.held().students == students_of(OLD)
    assert installation.held().number == 3
