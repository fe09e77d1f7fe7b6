"""What comes back: a leader returns a bundle, a receiver rejects one, the next corrects it."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from luoxuan.campus.queries import Rights, periods
from luoxuan.campus.scope import EVERYTHING
from luoxuan.core.jobs import run_due
from luoxuan.core.models import AuditEntry, Notice
from luoxuan.data.models import ExchangeBundle
from luoxuan.testing.college import NOW, Passes, import_text, score_csv
from luoxuan.testing.filling.exchange import built

from ..actions import (
    BundleRefused,
    approve_bundle,
    build_bundle,
    explain_jumps,
    hand_over_bundle,
    sign_bundle,
)
from ..queries import bundle_before, cited_tables, path_of, todos
from ..returns import ask_for_correction, reject_bundle, return_bundle
from ..verification import verify_bundles


@pytest.fixture
def sent(college):
    """A bundle that waits for the second signature."""
    bundle = built("2025-1", by=college.centre)
    sign_bundle(bundle=bundle, by=college.centre, at=NOW)
    return bundle


@pytest.fixture
def handed(college, sent):
    """A bundle that its receiver has."""
    approve_bundle(bundle=sent, by=college.president, at=NOW)
    hand_over_bundle(bundle=sent, on=NOW.date(), way="平台上传", by=college.centre, at=NOW)
    return sent


def code_of(act, **facts):
    with pytest.raises(BundleRefused) as refused:
        act(at=NOW, **facts)
    return refused.value.code


def titles(user):
    return [item.title for item in todos(Rights(user, on=NOW.date()))]


def test_a_returned_bundle_is_the_builders_again_with_the_reason(college, sent):
    told = {"bundle": sent, "reason": "7.1 的平均分请再核对", "by": college.president}
    return_bundle(**told, at=NOW)
    return_bundle(**told, at=NOW)
    assert (sent.state, sent.first_signer, sent.return_reason) == (
        "CHECKED", None, "7.1 的平均分请再核对",
    )  # fmt: skip
    assert AuditEntry.objects.filter(action="return_exchange_bundle").count() == 1
    assert Notice.objects.filter(user=college.centre, text__contains="已退回").count() == 1
    assert "改正被退回的数据包：状态数据" in titles(college.centre)[0]
    explain_jumps(bundle=sent, texts={}, by=college.centre, at=NOW)
    sign_bundle(bundle=sent, by=college.centre, at=NOW)
    assert (sent.state, sent.return_reason, sent.returned_by) == ("SIGNED_ONCE", "", None)


def test_a_return_needs_a_reason_and_another_person(college, sent):
    told = {"bundle": sent, "by": college.president}
    assert code_of(return_bundle, **told, reason=" ") == "bundle_reason_missing"
    assert code_of(return_bundle, bundle=sent, by=college.centre, reason="x") == (
        "bundle_own_signature"
    )
    approve_bundle(**told, at=NOW)
    assert code_of(return_bundle, **told, reason="x") == "bundle_not_in_state"


def test_the_database_keeps_reasons_with_returns_and_rejections(college, handed):
    rows = ExchangeBundle.objects.filter(pk=handed.pk)
    for changes in ({"state": "REJECTED"}, {"return_reason": "x"}, {"returned_at": NOW}):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**changes)


def test_a_rejected_bundle_is_corrected_by_the_next_edition(college, handed, tmp_path):
    frozen = path_of(handed.file_sha256).read_bytes()
    told = {"bundle": handed, "on": NOW.date(), "by": college.centre}
    assert code_of(reject_bundle, **told, reason="") == "bundle_reason_missing"
    reject_bundle(**told, reason="表 7.5 缺少补考", at=NOW)
    assert (handed.state, handed.reject_reason) == ("REJECTED", "表 7.5 缺少补考")
    assert code_of(reject_bundle, **told, reason="x") == "bundle_not_in_state"
    assert "更正接收方退回的数据包：状态数据" in titles(college.centre)[0]
    import_text(score_csv([Passes("MATH-1", 10, 1), Passes("WELD-1", 8, 2)]), tmp_path)
    ask_for_correction(bundle=handed, by=college.centre, at=NOW)
    run_due(owner="test", now=lambda: NOW)
    newer = ExchangeBundle.objects.get(edition=2)
    assert (newer.replaces, newer.state, newer.n_rows) == (handed, "CHECKED", 23)
    assert code_of(ask_for_correction, bundle=handed, by=college.centre) == "bundle_replaced"
    assert path_of(handed.file_sha256).read_bytes() == frozen
    assert list(verify_bundles()) == []
    assert not [title for title in titles(college.centre) if "更正接收方" in title]


def test_a_rejection_for_its_words_alone_makes_an_edition_of_the_same_content(college, handed):
    reject_bundle(bundle=handed, reason="说明不清", on=NOW.date(), by=college.centre, at=NOW)
    newer = built("2025-1", by=college.centre)
    assert (newer.edition, newer.content_sha256) == (2, handed.content_sha256)
    period = periods().get(code="2025-1")
    again = build_bundle(package=newer.package, period=period, by=college.centre, at=NOW)
    assert again == newer


def test_what_was_rejected_is_nothing_to_compare_with(college, handed):
    waiting = built("2025-2", by=college.centre)
    assert bundle_before(waiting) == handed
    reject_bundle(bundle=handed, reason="x", on=NOW.date(), by=college.centre, at=NOW)
    assert bundle_before(waiting) is None


def test_tables_are_cited_with_their_rows_for_who_may_see_them(college, handed):
    cited = cited_tables(EVERYTHING, ["7.5", "9.9"])
    table = cited["7.5"]
    assert (table.title, table.n_rows, table.rows_url) == (
        "成绩", 20, f"/data/exchange/{handed.pk}/tables/7.5/",
    )  # fmt: skip
    assert table.url == "/data/exchange/packages/platform/#table-7.5"
    assert (cited["9.9"].title, cited["9.9"].url) == ("", "")
    hidden = cited_tables(None, ["7.5"])["7.5"]
    assert (hidden.title, hidden.url, hidden.n_rows) == ("成绩", "", None)


def test_the_pages_return_reject_and_correct(college, client, sent):
    def post(user, name, **data):
        client.force_login(getattr(college, user))
        return client.post(reverse(f"data:{name}", args=[sent.pk]), data)

    def body(user):
        client.force_login(getattr(college, user))
        return client.get(reverse("data:exchange_bundle", args=[sent.pk])).content.decode()

    assert "退回而不签发" in body("president")
    assert "退回而不签发" not in body("centre")
    assert post("centre", "exchange_return", reason="x").status_code == 404
    assert post("president", "exchange_return", reason="").status_code == 422
    assert post("president", "exchange_return", reason="请核对平均分").status_code == 302
    assert "请核对平均分" in body("centre")
    post("centre", "exchange_sign")
    post("president", "exchange_approve")
    post("centre", "exchange_hand_over", on="2026-03-01", way="平台上传")
    assert post("centre", "exchange_reject", reason="", on="2026-03-02").status_code == 422
    file = SimpleUploadedFile("退回单.txt", "退回".encode())
    told = {"reason": "缺表", "on": "2026-03-02", "file": file}
    assert post("president", "exchange_reject", **told).status_code == 404
    file.seek(0)
    assert post("centre", "exchange_reject", **told).status_code == 302
    sent.refresh_from_db()
    assert (sent.state, sent.receipt_file_name) == ("REJECTED", "退回单.txt")
    page = body("centre")
    assert "接收方退回，待更正" in page
    assert "生成更正的数据包" in page
    assert "/jobs/" in post("centre", "exchange_correct")["Location"]
