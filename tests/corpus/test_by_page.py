"""The same files end the same way through the pages of the wizard."""

import itertools
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from luoxuan.core.jobs import run_due
from luoxuan.core.models import User
from luoxuan.data.import_blocks import finding_text
from luoxuan.data.models import ImportDraft
from luoxuan.data.rules import DraftState
from tests.corpus import (  # noqa: F401 (they register their generators)
    csv_files,
    moments_and_numbers,
    packages,
    texts,
    workbook_content,
)
from tests.corpus.expectations import Importing, check_sample, written
from tests.corpus.index import BadInput, read_index
from tests.corpus.samples import GENERATORS

pytestmark = pytest.mark.django_db

# One or two of each area and of each outcome, and all that the pages treat in a way of their own.
BY_DAY = {
    1, 5, 6, 9, 10, 11, 12, 13, 15, 16, 22, 23, 26, 27, 35, 37, 38, 41, 49, 50, 54, 60, 64, 73, 78,
    80, 89, 91, 96, 99,
}  # fmt: skip
ROUNDS = 8
RECEIPTS = itertools.count(1)
# What the form itself says before anything is kept.
BY_FORM = {13: "空文件", 91: "超过上限"}


def work() -> None:
    run_due(owner="corpus", now=timezone.now)


def worded(entries: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for entry in entries:
        facts = {**entry["facts"], **({"count": entry["count"]} if "count" in entry else {})}
        yield {**entry, "message": finding_text(entry["code"], facts)}


def document_of(draft: ImportDraft, seen: str) -> dict[str, Any]:
    """Return the report of a draft with its sentences, after looking for them in the page."""
    document = dict(draft.report)
    for kind in ("errors", "notes", "questions"):
        document[kind] = list(worded(document.get(kind, [])))
    for error in document["errors"][:100]:
        # The page shows what is wrong and what to do next in two places.
        assert all(sentence in seen for sentence in error["message"].split("。"))
        assert error["cell"] in seen
    return document


@pytest.fixture
def by_page(installation, client) -> Importing:
    """Import a file through the five steps and return what the check said last."""
    client.force_login(User.objects.get(username="office"))

    def page(draft: ImportDraft) -> tuple[str, str]:
        found = client.get(reverse("data:draft_detail", args=[draft.pk]), follow=True)
        assert found.status_code == 200
        return found.request["PATH_INFO"], unescape(found.content.decode())

    def import_(path: Path, dataset: str, *options: str) -> dict[str, Any]:
        address = reverse("data:dataset_import", args=[dataset])
        form = {
            "file": SimpleUploadedFile(path.name, path.read_bytes()),
            "mode": "replace",
            "receipt": f"receipt-{next(RECEIPTS)}",
        }
        answer = client.post(address, form)
        if answer.status_code == 422:
            return {"by_form": True, "page": unescape(answer.content.decode())}
        assert answer.status_code == 302
        draft = ImportDraft.objects.latest("pk")
        work()
        draft.refresh_from_db()
        for _ in range(ROUNDS):
            address, seen = page(draft)
            if draft.state != DraftState.ASKING or "--accept-questions" not in options:
                break
            assert client.post(address, {"accept": "1"}).status_code == 302
            work()
            draft.refresh_from_db()
        document = document_of(draft, seen)
        if draft.state == DraftState.CHECKED and document["rows_accepted"]:
            assert client.get(reverse("data:draft_preview", args=[draft.pk])).status_code == 200
            client.post(reverse("data:draft_commit", args=[draft.pk]))
            work()
            draft.refresh_from_db()
            assert draft.state == DraftState.DONE
            page(draft)
        return document

    return import_


def imported() -> Iterator[Any]:
    """Return the classes; those outside the short list come in by page only at night."""
    for bad in read_index():
        if bad.applies == "now" and bad.generator in GENERATORS:
            marks = [] if bad.number in BY_DAY else [pytest.mark.nightly]
            yield pytest.param(bad, id=str(bad), marks=marks)


@pytest.mark.parametrize("bad", list(imported()))
def test_a_class_ends_by_page_as_the_index_says(bad: BadInput, by_page, tmp_path, settings):
    for at, sample in enumerate(GENERATORS[bad.generator]()):
        folder = tmp_path / str(at)
        folder.mkdir()
        for name, value in sample.settings.items():
            setattr(settings, name, value)
        with transaction.atomic():
            if bad.number in BY_FORM:
                document = by_page(written(sample, folder), sample.dataset)
                assert document["by_form"]
                assert BY_FORM[bad.number] in document["page"]
            else:
                if bad.generator == "same_file_twice":
                    by_page(written(sample, folder), sample.dataset)
                check_sample(bad, sample, folder, by_page)
            transaction.set_rollback(True)
