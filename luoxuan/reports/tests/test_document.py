"""A document on its way: written, submitted, signed by another, returned, withdrawn."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from luoxuan.campus.models import Period
from luoxuan.campus.queries import Rights, subject_at
from luoxuan.campus.scope import EVERYTHING
from luoxuan.core.models import AuditEntry
from luoxuan.reports.actions import (
    DocumentFrozen,
    DocumentNotWaiting,
    OwnSignature,
    ReasonMissing,
    UnfitSubject,
    create_document,
    return_document,
    sign_document,
    submit_document,
    withdraw_document,
    write_texts,
)
from luoxuan.reports.content import Chart, Table, fingerprint, from_json, to_json
from luoxuan.reports.models import Document
from luoxuan.reports.queries import documents, todos
from luoxuan.reports.rules import DocumentKind, DocumentState
from luoxuan.testing.college import NOW, Passes, import_text, open_user, score_csv

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=3)


@pytest.fixture
def submitted(document, author):
    submit_document(document=document, scope=EVERYTHING, by=author, at=NOW)
    return document


@pytest.fixture
def signer(college):
    return open_user("office")


def again(document, by):
    return create_document(
        kind=DocumentKind.COURSE_TERM,
        subject=document.subject,
        period=document.period,
        scope=EVERYTHING,
        by=by,
        at=LATER,
    )


def test_a_new_report_of_a_course_holds_its_classes_and_their_proofs(document):
    content = from_json(document.content)
    assert to_json(content) == document.content
    assert "课程" in dict(content.facts)
    tables = [
        block for section in content.sections for block in section.blocks if type(block) is Table
    ]
    cells = [cell.text for table in tables for row in table.rows for cell in row]
    assert "高等数学 2 班" in cells
    assert "50.00 %" in cells
    assert "■ 预警" in cells
    proofs = [cell.proof for table in tables for row in table.rows for cell in row if cell.proof]
    assert proofs
    assert all(proof.startswith("LX-") for proof in proofs)
    assert any(isinstance(block, Chart) for section in content.sections for block in section.blocks)


def test_the_alert_of_a_class_stands_in_the_report_of_its_course(document):
    content = from_json(document.content)
    assert any("预警 1 条，已恢复 0 条" in sentence for sentence in content.summary)
    text = fingerprint(document.content)
    assert document.content_hash == text


def test_a_second_click_finds_the_first_document(document, author):
    assert again(document, author).pk == document.pk
    assert Document.objects.count() == 1


def test_submitting_freezes_the_content_whatever_the_data_become(submitted, author, tmp_path):
    before = submitted.content_hash
    import_text(score_csv([Passes("MATH-1", 1, 9)]), tmp_path)
    with pytest.raises(DocumentFrozen):
        write_texts(document=submitted, texts={}, scope=EVERYTHING, by=author, at=LATER)
    submitted.refresh_from_db()
    assert (submitted.state, submitted.content_hash) == (DocumentState.SUBMITTED, before)
    assert AuditEntry.objects.get(action="submit_document").facts["content"] == before


def test_the_author_never_signs_his_own_document(submitted, author):
    with pytest.raises(OwnSignature):
        sign_document(document=submitted, by=author, at=LATER)
    submitted.refresh_from_db()
    with pytest.raises(IntegrityError, match="document_signed_by_another"), transaction.atomic():
        Document.objects.update(state=DocumentState.SIGNED, signer=author, signed_at=NOW)


def test_another_signs_it_once_and_the_author_is_told(submitted, signer, author):
    sign_document(document=submitted, by=signer, at=LATER)
    assert (submitted.state, submitted.signer, submitted.signed_at) == ("SIGNED", signer, LATER)
    assert author.notices.count() == 1
    with pytest.raises(DocumentNotWaiting):
        sign_document(document=submitted, by=signer, at=LATER)
    assert AuditEntry.objects.filter(action="sign_document").count() == 1


def test_a_signed_one_is_followed_by_the_next_edition(submitted, signer, author):
    sign_document(document=submitted, by=signer, at=LATER)
    assert again(submitted, author).edition == 2


def test_returned_with_a_reason_it_can_be_written_and_submitted_again(submitted, signer, author):
    with pytest.raises(ReasonMissing):
        return_document(document=submitted, reason=" ", by=signer, at=LATER)
    return_document(document=submitted, reason="请补充原因", by=signer, at=LATER)
    assert submitted.state == DocumentState.RETURNED
    texts = {"summary": "二班出勤偏低。", "next_step": ""}
    write_texts(document=submitted, texts=texts, scope=EVERYTHING, by=author, at=LATER)
    assert "二班出勤偏低。" in submitted.content["summary"]
    submit_document(document=submitted, scope=EVERYTHING, by=author, at=LATER)
    assert (submitted.state, submitted.returned_reason) == (DocumentState.SUBMITTED, "")


def test_withdrawn_it_stays_and_gives_way_to_a_next_edition(submitted, author):
    with pytest.raises(ReasonMissing):
        withdraw_document(document=submitted, reason="", by=author, at=LATER)
    withdraw_document(document=submitted, reason="学期选错", by=author, at=LATER)
    assert again(submitted, author).edition == 2
    with pytest.raises(DocumentFrozen):
        withdraw_document(document=submitted, reason="再撤一次", by=author, at=LATER)
    assert documents(EVERYTHING, reader=None).count() == 2


def test_a_meeting_paper_is_about_the_institution_only(document, author):
    with pytest.raises(UnfitSubject):
        create_document(
            kind=DocumentKind.MEETING_PAPER,
            subject=document.subject,
            period=document.period,
            scope=EVERYTHING,
            by=author,
            at=NOW,
        )


def test_a_meeting_paper_counts_alerts_and_points_below_standard(signer):
    paper = create_document(
        kind=DocumentKind.MEETING_PAPER,
        subject=subject_at(EVERYTHING, kind="INSTITUTION", code="SMALL"),
        period=Period.objects.get(code="2025-1"),
        scope=EVERYTHING,
        by=signer,
        at=NOW,
    )
    text = str(paper.content)
    assert "未处置的预警 1 条" in text
    assert "没有月报和年度任务" in text


def test_a_draft_is_the_authors_alone_until_it_is_submitted(document, author, signer):
    assert not documents(EVERYTHING, reader=signer).exists()
    assert documents(EVERYTHING, reader=author).exists()
    submit_document(document=document, scope=EVERYTHING, by=author, at=NOW)
    assert documents(EVERYTHING, reader=signer).exists()


def test_the_author_has_to_finish_and_the_other_has_to_sign(document, author, signer):
    on = NOW.date()
    assert [item.title[:4] for item in todos(Rights(author, on=on), on=on)] == ["完成报告"]
    assert todos(Rights(signer, on=on), on=on) == []
    submit_document(document=document, scope=EVERYTHING, by=author, at=NOW)
    assert todos(Rights(author, on=on), on=on) == []
    assert [item.title[:4] for item in todos(Rights(signer, on=on), on=on)] == ["签发报告"]


def test_two_open_documents_about_the_same_are_impossible(document):
    document.pk, document.edition = None, 2
    with pytest.raises(IntegrityError), transaction.atomic():
        document.save(force_insert=True)
