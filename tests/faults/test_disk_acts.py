"""Acts of the data centre on a disk that fails at every operation in turn (F6).

Each time the whole database is what it was, nothing half-written lies in the warehouse, `luoxuan
verify --deep` finds nothing, and the act goes through as soon as the disk works again.
"""

import json
from collections.abc import Callable
from datetime import timedelta

import pyarrow as pa
import pytest
from django.core.signals import got_request_exception
from django.test import Client
from django.utils import timezone

from luoxuan.campus.queries import periods
from luoxuan.campus.scope import EVERYTHING
from luoxuan.campus.token_actions import create_token
from luoxuan.core.faults import InjectedFault
from luoxuan.data.actions import publish_records
from luoxuan.data.actions.undo import undo_import
from luoxuan.data.collecting.actions import accept_submission
from luoxuan.data.exchange.actions import approve_bundle, record_receipt
from luoxuan.data.exchange.imports import import_bundle
from luoxuan.data.exchange.queries import path_of
from luoxuan.data.models import (
    CorrectionRequest,
    DataFile,
    Dataset,
    ExchangeBundle,
    ImportBatch,
    PackedFile,
    Pull,
    Submission,
)
from luoxuan.data.queries import dataset_rows, store
from luoxuan.data.rules import ImportMode
from luoxuan.data.sources.rules import PullOutcome
from luoxuan.data.tests.registrar import Registrar, connect, pull
from luoxuan.data.upkeep.actions import keep_in_order
from luoxuan.portal.configuration import load_package
from luoxuan.portal.rebuilding import rebuild_everything
from luoxuan.testing.college import HEADER, NOW, Passes, import_text, open_users, score_csv
from luoxuan.testing.filling.collecting import EAST_ROW, hand_in, open_scores, submission_of
from luoxuan.testing.filling.exchange import PACKAGE

from . import data_acts

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
"""Originals: copy, sync, rename, sync. Rows: write, sync, rename, sync, read back."""
ORIGINAL, ROWS = 4, 5


@pytest.fixture
def users(college):
    return open_users()


def number_of(dataset: str) -> int:
    return Dataset.objects.get(name=dataset).current_number


@pytest.mark.nightly
def test_a_pull(college, failing, settings):
    inbox = college / "inbox"
    inbox.mkdir()
    settings.LUOXUAN_INBOX = [inbox]
    registrar = Registrar(inbox / "registrar.sqlite3")
    registrar.add(1000, 1039)
    source = connect(Dataset.objects.get(name="score"))
    # It may tell that it was begun; the next one says that it was interrupted.
    failed = failing.until_passed(lambda: pull(source), besides={"data_pull", "data_source"})
    assert failed >= ORIGINAL + ROWS
    registrar.connection.close()
    assert set(Pull.objects.values_list("outcome", flat=True)) == {
        PullOutcome.FAILED, PullOutcome.DONE,
    }  # fmt: skip
    assert Pull.objects.filter(outcome=PullOutcome.DONE).count() == 1
    assert number_of("score") == 2


def pusher(users, place: str, body: object) -> Callable[[], object]:
    """Return a program that sends a body under one key; a full disk is an answer to wait for."""
    secret = create_token(
        user=users["office"], name="x", days=1, receipt="x", by=users["office"],
        at=timezone.now() - timedelta(minutes=1),
    ).secret  # fmt: skip
    headers = {"Authorization": f"Bearer {secret}", "Idempotency-Key": "nightly"}
    client = Client(raise_request_exception=False)
    client.post(place, "[]", content_type="application/json", headers=headers)

    def push() -> None:
        answer = client.post(
            place, json.dumps(body), content_type="application/json", headers=headers
        )
        if answer.status_code == 503:
            assert answer.json()["code"] == "read_only"
            raise InjectedFault
        assert answer.status_code == 200, answer.content

    return push


@pytest.fixture
def told(monkeypatch):
    """Whoever listens for exceptions of requests; a test that fails one on purpose wants none."""
    monkeypatch.setattr(got_request_exception, "receivers", [])


def test_a_push(users, failing, told):
    row = {
        "student_id": "5001", "class_code": "MATH-1", "course_code": "MATH",
        "unit_code": "EAST-MATH", "term": "2025-1", "score": 61.5, "result": "通过",
    }  # fmt: skip
    push = pusher(users, "/api/v1/datasets/score/rows?mode=append", [row])
    assert failing.until_passed(push) >= ORIGINAL + ROWS
    push()
    assert number_of("score") == 2


def test_a_submission_that_is_accepted(users, failing):
    made = open_scores(users["office"], units=("EAST",))
    submission = hand_in(submission_of(made, "EAST"), users["eastdata"], EAST_ROW)

    def accept():
        accept_submission(submission=submission, by=users["office"], at=NOW)

    assert failing.until_passed(accept) >= ORIGINAL + ROWS
    accept()
    assert Submission.objects.exclude(batch=None).count() == 1
    assert number_of("score") == 2


def test_a_correction(users, failing):
    data_acts.ask_to_correct()
    assert failing.until_passed(data_acts.correct) >= ROWS
    request = CorrectionRequest.objects.get()
    assert (request.state, request.version.number) == ("ACCEPTED", 2)
    page = dataset_rows(EVERYTHING, Dataset.objects.get(name="score"), limit=None)
    place = page.fields.index("score")
    marks = [str(row[place]) for row in page.table.rows if row[-1] == 2]
    assert marks == [data_acts.CORRECTED]


@pytest.fixture
def bundle(users) -> ExchangeBundle:
    """A bundle that waits for its second signature."""
    load_package(PACKAGE, by=None, at=NOW)
    return data_acts.signed_bundle()


@pytest.mark.nightly
def test_a_bundle_that_is_built(users, failing):
    load_package(PACKAGE, by=None, at=NOW)
    assert periods().filter(code=data_acts.TERM).exists()
    assert failing.until_passed(data_acts.build) >= ORIGINAL
    data_acts.build()
    assert ExchangeBundle.objects.count() == 1


def test_a_bundle_that_is_frozen(users, bundle, failing):
    def approve():
        approve_bundle(bundle=bundle, by=users["president"], at=NOW)

    assert failing.until_passed(approve) >= ORIGINAL
    assert path_of(ExchangeBundle.objects.get().file_sha256).is_file()


@pytest.mark.nightly
def test_a_receipt_and_a_bundle_that_comes_in(users, bundle, failing, college):
    approve_bundle(bundle=bundle, by=users["president"], at=NOW)
    data_acts.hand_over(bundle)
    receipt = college / "receipt.txt"
    receipt.write_text("收讫", encoding="utf-8")

    def keep():
        record_receipt(
            bundle=bundle, number="1", on=NOW.date(), path=receipt, file_name="receipt.txt",
            by=users["centre"], at=NOW,
        )  # fmt: skip

    assert failing.until_passed(keep) >= ORIGINAL
    # What is kept already is kept: the file of another school is not.
    foreign = college / "bundle.zip"
    own = path_of(ExchangeBundle.objects.get().file_sha256)
    foreign.write_bytes(own.read_bytes())
    failing.until_passed(lambda: import_bundle(path=foreign, by=users["centre"], at=NOW))
    assert ExchangeBundle.objects.filter(is_imported=True).count() == 1


def test_a_standard_that_is_changed_needs_no_disk_but_the_database(users, failing):
    assert failing.until_passed(data_acts.rename_in_standard) == 0
    assert Dataset.objects.get(name="score").definition_number == 2


def test_an_import_that_is_taken_back(college, failing):
    import_text(score_csv([Passes("MATH-1", 4, 1)]), college)
    batch = ImportBatch.objects.get(version__number=2)
    failing.until_passed(lambda: undo_import(batch=batch, by=None, at=NOW, reason="wrong"))
    assert number_of("score") == 3


@pytest.mark.nightly
def test_records_that_are_published(college, failing):
    Dataset.objects.create(name="_tasks", title="任务", is_system=True)
    table = pa.table({"code": ["A1", "A2"]})

    def publish():
        publish_records(dataset_name="_tasks", table=table, key="code", by=None, at=NOW)

    assert failing.until_passed(publish) >= ROWS
    assert number_of("_tasks") == 1


@pytest.fixture
def small_files(college) -> None:
    for number in range(9):
        text = f"{HEADER}\n90{number:02d},MATH-1,MATH,EAST-MATH,2025-1,66,通过\n"
        import_text(text, college, mode=ImportMode.APPEND)


def test_small_files_that_are_packed(small_files, failing):
    # It tells that it was begun.
    failed = failing.until_passed(
        lambda: keep_in_order(by=None, now=lambda: NOW), besides={"data_upkeeprun"}
    )
    assert failed >= ROWS
    assert PackedFile.objects.count() == 1


@pytest.mark.nightly
def test_a_damaged_file_that_is_rebuilt(college, failing):
    """What fails is told as the reason; half a file is never in place."""
    file = DataFile.objects.get(dataset__name="score")
    path = store().root / file.path
    whole = path.read_bytes()
    damaged = whole[:-9] + bytes(9)

    def damage_and_rebuild():
        path.write_bytes(damaged)
        try:
            found = rebuild_everything(names=("score",), by=None, at=NOW, is_replacing=True)
            if not any(one.is_replaced for one in found):
                assert any("No space left" in one.reason for one in found)
                raise InjectedFault
        finally:
            assert path.read_bytes() in (whole, damaged)
            path.write_bytes(whole)

    assert failing.until_passed(damage_and_rebuild) >= ROWS - 1
