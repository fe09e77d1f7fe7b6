"""What comes back「退回」: from a leader who does not sign, a receiver who does not take."""

from datetime import date, datetime
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext

from luoxuan.campus.models import Period
from luoxuan.core.faults import seam
from luoxuan.core.locks import locked
from luoxuan.core.models import Job, User
from luoxuan.data.evidence_files import cleaned
from luoxuan.data.exchange.actions import (
    BundleRefused,
    allowed,
    ask_for_bundle,
    audited,
    keep,
    refuse,
    tell,
)
from luoxuan.data.exchange.rules import BundleAct, BundleState
from luoxuan.data.models import ExchangeBundle, ExchangePackage


@transaction.atomic
def return_bundle(*, bundle: ExchangeBundle, reason: str, by: User, at: datetime) -> None:
    """Return a bundle to who signed it first「退回数据包」 with a reason, instead of signing.

    His signature is gone; what changes in the data makes a newer edition. A second click finds it
    returned and changes nothing. Raises BundleRefused.
    """
    here = locked(bundle)
    if here.returned_by_id == by.pk and here.state == BundleState.CHECKED:
        return
    here = allowed(here, BundleAct.RETURN, is_right_person=here.first_signer_id != by.pk)
    if not reason.strip():
        raise BundleRefused("bundle_reason_missing")
    signer = here.first_signer
    here.state, here.first_signer, here.first_signed_at = BundleState.CHECKED, None, None
    here.return_reason, here.returned_by, here.returned_at = reason.strip()[:1000], by, at
    here.save()
    audited("return_exchange_bundle", here, by, at, reason=here.return_reason[:200])
    if signer is not None:
        tell(signer, here, gettext("%(title)s：已退回"), "returned", at)
    seam("data.exchange.returned_before_commit")
    bundle.refresh_from_db()


def reject_bundle(
    *, bundle: ExchangeBundle, reason: str, on: date, by: User, at: datetime,
    path: Path | None = None, file_name: str = "",
) -> None:  # fmt: skip
    """Note that the receiver did not take a bundle「接收方退回」: why, when, and his paper.

    What was frozen stays as it is; the next bundle of the period corrects it. Raises what it
    refuses.
    """
    if not reason.strip():
        raise BundleRefused("bundle_reason_missing")
    file = cleaned(path.read_bytes(), file_name) if path else None
    sha256 = keep(file.content) if file else ""
    with transaction.atomic():
        here = allowed(bundle, BundleAct.REJECT)
        here.state, here.receipt_on = BundleState.REJECTED, on
        here.reject_reason = reason.strip()[:1000]
        here.receipt_file_name, here.receipt_sha256 = file.file_name if file else "", sha256
        here.save()
        audited("reject_exchange_bundle", here, by, at, reason=here.reject_reason[:200])
        if here.built_by is not None:
            tell(here.built_by, here, gettext("%(title)s：接收方退回"), "rejected", at)
        seam("data.exchange.rejected_before_commit")
    bundle.refresh_from_db()


def ask_for_correction(*, bundle: ExchangeBundle, by: User, at: datetime) -> Job:
    """Ask for the bundle that corrects a rejected one「生成更正」. Raises BundleRefused."""
    refuse(bundle, BundleAct.CORRECT)
    package = ExchangePackage.objects.filter(code=bundle.code).order_by("-number").first()
    period = Period.objects.filter(code=bundle.period_code).first()
    if package is None or period is None:
        raise BundleRefused("bundle_not_in_state")
    return ask_for_bundle(package=package, period=period, by=by, at=at)
