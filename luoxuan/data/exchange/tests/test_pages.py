"""The pages of exchange, one request per interesting role."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from luoxuan.core.jobs import run_due
from luoxuan.data.models import ExchangeBundle
from luoxuan.testing.college import NOW
from luoxuan.testing.filling.exchange import built

from ..actions import sign_bundle
from ..queries import path_of

PAGE = "data:exchange_bundle"


@pytest.fixture
def pages(college, client):
    """What a user sees and sends."""

    class Pages:
        def get(self, user, name, *arguments):
            client.force_login(getattr(college, user))
            return client.get(reverse(name, args=arguments))

        def post(self, user, name, *arguments, **data):
            client.force_login(getattr(college, user))
            return client.post(reverse(name, args=arguments), data)

    return Pages()


def test_a_bundle_goes_from_the_form_to_its_receipt(college, pages):
    answer = pages.post("centre", "data:exchange_build", chosen="platform:2025-1")
    assert answer.status_code == 302
    run_due(owner="test", now=lambda: NOW)
    bundle = ExchangeBundle.objects.get()
    assert (bundle.state, bundle.built_by) == ("CHECKED", college.centre)
    assert pages.post("centre", "data:exchange_sign", bundle.pk).status_code == 302
    body = pages.get("president", "portal:todo_list").content.decode()
    assert "签发上报数据包：状态数据" in body
    assert "签发</button>" in pages.get("president", PAGE, bundle.pk).content.decode()
    assert pages.post("president", "data:exchange_approve", bundle.pk).status_code == 302
    refused = pages.post("centre", "data:exchange_hand_over", bundle.pk, on="", way="x")
    assert refused.status_code == 422
    pages.post("centre", "data:exchange_hand_over", bundle.pk, on="2026-03-01", way="平台上传")
    file = SimpleUploadedFile("回执.txt", "收讫".encode())
    pages.post(
        "centre", "data:exchange_receipt", bundle.pk, number="HZ-1", on="2026-03-02", file=file
    )
    bundle.refresh_from_db()
    assert (bundle.state, bundle.receipt_file_name) == ("RECEIPTED", "回执.txt")
    data = pages.get("president", "data:exchange_file", bundle.pk, "bundle").content
    assert data == path_of(bundle.file_sha256).read_bytes()


def test_an_act_that_has_no_place_is_answered_by_the_page(college, pages):
    bundle = built("2025-1", by=college.centre)
    answer = pages.post("office", "data:exchange_sign", bundle.pk)
    assert answer.status_code == 422
    assert "第一道签字须由生成这个数据包的人签" in answer.content.decode()


@pytest.mark.parametrize("user", ["east"])
def test_who_has_no_right_sees_nothing(college, pages, user):
    bundle = built("2025-1", by=college.centre)
    assert pages.get(user, PAGE, bundle.pk).status_code == 404
    assert pages.get(user, "data:exchange_list").status_code == 404
    assert pages.post("president", "data:exchange_sign", bundle.pk).status_code == 404


def test_anybody_can_verify_a_file_or_a_hash(college, pages):
    bundle = built("2025-1", by=college.centre)
    pages.post("centre", "data:exchange_sign", bundle.pk)
    pages.post("president", "data:exchange_approve", bundle.pk)
    bundle.refresh_from_db()
    data = path_of(bundle.file_sha256).read_bytes()

    def told(**asked):
        return pages.post("east", "data:exchange_verify", **asked).content.decode()

    assert "与签发的数据包一字不差" in told(sha256=bundle.file_sha256.upper())
    assert "与签发的数据包一字不差" in told(file=SimpleUploadedFile("b.zip", data))
    changed = data.replace(b"A7-5", b"A7-6") if b"A7-5" in data else data[:-1] + b"x"
    assert "与签发的数据包一字不差" not in told(file=SimpleUploadedFile("b.zip", changed))
    assert "没有这个校验值的数据包" in told(sha256="0" * 64)
    assert pages.post("east", "data:exchange_verify", sha256="12").status_code == 422


def test_rows_of_a_table_are_given_to_the_import_wizard_once(college, pages):
    bundle = built("2025-1", by=college.centre)
    first = pages.post("office", "data:exchange_take", bundle.pk, "7.5")
    assert first.status_code == 302
    assert "/data/imports/drafts/" in first["Location"]
    assert (
        pages.post("office", "data:exchange_take", bundle.pk, "7.5")["Location"]
        == (first["Location"])
    )


def test_a_signed_bundle_is_not_built_anew(college):
    bundle = built("2025-1", by=college.centre)
    sign_bundle(bundle=bundle, by=college.centre, at=NOW)
    assert built("2025-1", by=college.office) == bundle
