"""Two people sign, build or hand in the same bundle at once: one waits, each act is there once."""

import threading

import pytest

from luoxuan.campus.queries import periods
from luoxuan.campus.scope import EVERYTHING
from luoxuan.core.models import AuditEntry, Notice
from luoxuan.data.exchange import actions
from luoxuan.data.exchange.actions import (
    BundleRefused,
    approve_bundle,
    build_bundle,
    check_bundle,
    sign_bundle,
)
from luoxuan.data.exchange.imports import import_bundle
from luoxuan.data.exchange.queries import package_coded, path_of
from luoxuan.data.exchange.verification import verify_bundles
from luoxuan.data.models import ExchangeBundle
from luoxuan.testing.college import NOW
from luoxuan.testing.filling.exchange import built
from luoxuan.testing.together import PATIENCE, together, wait_for_another

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


def acts(action: str) -> int:
    return AuditEntry.objects.filter(action=action).count()


@pytest.fixture
def meeting(monkeypatch):
    """Let the first who comes to a seam wait there until another waits for its lock.

    What is returned is set as soon as he is there.
    """

    def at(place: str) -> threading.Event:
        is_there = threading.Event()

        def hold(name: str) -> None:
            if name == place and not is_there.is_set():
                is_there.set()
                wait_for_another()

        monkeypatch.setattr(actions, "seam", hold)
        return is_there

    return at


def test_a_double_click_signs_once(college, meeting):
    bundle = built("2025-1", by=college.centre)
    meeting("data.exchange.signed_before_commit")

    def sign():
        here = ExchangeBundle.objects.get(pk=bundle.pk)
        sign_bundle(bundle=here, by=college.centre, at=NOW)

    assert together(sign, sign) == []
    assert acts("sign_exchange_bundle") == 1


def test_two_people_who_give_the_second_signature_give_one(college, meeting):
    bundle = built("2025-1", by=college.centre)
    sign_bundle(bundle=bundle, by=college.centre, at=NOW)
    meeting("data.exchange.approved_before_commit")

    def approve(user):
        here = ExchangeBundle.objects.get(pk=bundle.pk)
        return lambda: approve_bundle(bundle=here, by=user, at=NOW)

    raised = together(approve(college.president), approve(college.office))
    assert [type(error) for error in raised] == [BundleRefused]
    assert acts("approve_exchange_bundle") == 1
    assert Notice.objects.filter(key__startswith=f"exchange:{bundle.pk}:signed").count() == 1
    bundle.refresh_from_db()
    assert path_of(bundle.file_sha256).is_file()
    assert list(verify_bundles()) == []


def test_a_second_signature_clicked_twice_is_one(college, meeting):
    bundle = built("2025-1", by=college.centre)
    sign_bundle(bundle=bundle, by=college.centre, at=NOW)
    meeting("data.exchange.approved_before_commit")

    def approve():
        here = ExchangeBundle.objects.get(pk=bundle.pk)
        approve_bundle(bundle=here, by=college.president, at=NOW)

    assert together(approve, approve) == []
    assert acts("approve_exchange_bundle") == 1


def test_a_check_and_a_signature_at_once_leave_a_signed_bundle(college, meeting):
    bundle = built("2025-1", by=college.centre)
    is_signing = meeting("data.exchange.signed_before_commit")

    def sign():
        sign_bundle(bundle=ExchangeBundle.objects.get(), by=college.centre, at=NOW)

    def check():
        assert is_signing.wait(PATIENCE)
        check_bundle(bundle=ExchangeBundle.objects.get(), by=college.centre, at=NOW)

    assert together(check, sign) == []
    bundle.refresh_from_db()
    assert bundle.state == "SIGNED_ONCE"
    assert list(verify_bundles()) == []


def test_two_who_build_the_same_bundle_build_one_edition(college, meeting):
    package = package_coded(EVERYTHING, "platform")
    meeting("data.exchange.built_before_commit")

    def build():
        build_bundle(
            package=package, period=periods().get(code="2025-1"), by=college.centre, at=NOW
        )

    assert together(build, build) == []
    assert ExchangeBundle.objects.get().edition == 1
    assert acts("build_exchange_bundle") == 1


def test_a_bundle_handed_in_twice_at_once_is_one(college):
    bundle = built("2025-1", by=college.centre)
    sign_bundle(bundle=bundle, by=college.centre, at=NOW)
    approve_bundle(bundle=bundle, by=college.president, at=NOW)
    path = path_of(bundle.file_sha256)

    def take_in():
        import_bundle(path=path, by=college.centre, at=NOW)

    assert together(take_in, take_in, take_in) == []
    assert ExchangeBundle.objects.filter(is_imported=True).count() == 1
    assert acts("import_exchange_bundle") == 1
