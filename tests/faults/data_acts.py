"""What people of the data centre do, as acts; each may be done again after it was killed."""

from pathlib import Path

from django.utils import timezone

from luoxuan.campus.queries import periods
from luoxuan.campus.scope import EVERYTHING
from luoxuan.core.models import User
from luoxuan.data.exchange.actions import (
    approve_bundle,
    ask_for_bundle,
    build_bundle,
    check_bundle,
    hand_over_bundle,
    record_receipt,
    sign_bundle,
)
from luoxuan.data.exchange.imports import import_bundle
from luoxuan.data.exchange.queries import package_coded, path_of
from luoxuan.data.exchange.returns import reject_bundle, return_bundle
from luoxuan.data.exchange.rules import BundleState
from luoxuan.data.models import CorrectionRequest, Dataset, ExchangeBundle
from luoxuan.data.quality.actions import accept_correction, request_correction
from luoxuan.data.queries import dataset_rows
from luoxuan.data.standard.actions import Declared, apply_standard, current_table
from luoxuan.data.upkeep.actions import ask_for_upkeep
from luoxuan.data.upkeep.lake import export_lake
from luoxuan.portal.configuration import load_package
from luoxuan.testing.college import NOW
from luoxuan.testing.filling.exchange import PACKAGE

TERM = "2025-1"
CORRECTED = "88.0"


def user_called(name: str) -> User:
    return User.objects.get(username=name)


def prepare_exchange() -> None:
    """Load the package of a platform that asks for scores."""
    load_package(PACKAGE, by=None, at=NOW)


def build() -> ExchangeBundle:
    """Build the bundle of the term, which is the same one while its content is."""
    package, period = package_coded(EVERYTHING, "platform"), periods().get(code=TERM)
    return build_bundle(package=package, period=period, by=user_called("centre"), at=NOW)


def ask_for_a_bundle() -> None:
    """Leave the bundle of the term to a worker, unless it is there."""
    if not ExchangeBundle.objects.exclude(checked_at=None).exists():
        package, period = package_coded(EVERYTHING, "platform"), periods().get(code=TERM)
        ask_for_bundle(package=package, period=period, by=user_called("centre"), at=NOW)


def signed_bundle() -> ExchangeBundle:
    """Build, check and sign the bundle of the term, as far as that is not done."""
    bundle, centre = build(), user_called("centre")
    if bundle.state == BundleState.BUILT:
        check_bundle(bundle=bundle, by=centre, at=NOW)
    if bundle.state == BundleState.CHECKED:
        sign_bundle(bundle=bundle, by=centre, at=NOW)
    return bundle


def hand_over(bundle: ExchangeBundle) -> None:
    hand_over_bundle(bundle=bundle, on=NOW.date(), way="平台上传", by=user_called("centre"), at=NOW)


def handed_over_bundle() -> ExchangeBundle:
    """Bring the bundle of the term to its receiver, as far as that is not done."""
    bundle = signed_bundle()
    if bundle.state == BundleState.SIGNED_ONCE:
        approve_bundle(bundle=bundle, by=user_called("president"), at=NOW)
    if bundle.state == BundleState.SIGNED:
        hand_over(bundle)
    return bundle


def exchange() -> None:
    """Bring the bundle of the term from its building to its receipt, and take it in again."""
    bundle, centre = handed_over_bundle(), user_called("centre")
    if bundle.state == BundleState.HANDED_OVER:
        receipt = Path("receipt.txt")
        receipt.write_text("收讫", encoding="utf-8")
        record_receipt(
            bundle=bundle, number="HZ-1", on=NOW.date(), path=receipt, file_name="receipt.txt",
            by=centre, at=NOW,
        )  # fmt: skip
    import_bundle(path=path_of(bundle.file_sha256), by=centre, at=NOW)


def return_to_signer() -> None:
    """Have the signed bundle of the term returned, unless it was."""
    if not ExchangeBundle.objects.exclude(returned_at=None).exists():
        president = user_called("president")
        return_bundle(bundle=signed_bundle(), reason="数字没有核对", by=president, at=NOW)


def reject() -> None:
    """Have the bundle of the term rejected by its receiver, unless it was."""
    if ExchangeBundle.objects.filter(state=BundleState.REJECTED).exists():
        return
    bundle = handed_over_bundle()
    if bundle.state == BundleState.HANDED_OVER:
        centre = user_called("centre")
        reject_bundle(bundle=bundle, reason="表头不符", on=NOW.date(), by=centre, at=NOW)


def fill_lake() -> None:
    """Export the scores as a table for other engines."""
    scores = Dataset.objects.filter(name="score")
    export_lake(datasets=scores, folder=Path("lake"), by=None, at=NOW)


def ask_to_correct() -> CorrectionRequest:
    """Say that the second score is wrong, unless that was said."""
    known = CorrectionRequest.objects.first()
    if known is not None:
        return known
    score = Dataset.objects.get(name="score")
    page = dataset_rows(EVERYTHING, score, limit=None)
    place = [row[-1] for row in page.table.rows].index(2)
    return request_correction(
        dataset=score, batch=page.batches[place], row_number=2, field="score", after=CORRECTED,
        reason="登记错了", scope=EVERYTHING, by=user_called("office"), at=NOW,
    )  # fmt: skip


def correct() -> None:
    """Have the second score corrected, unless it is."""
    request = ask_to_correct()
    if request.version is None:
        accept_correction(request=request, answer="", by=user_called("east"), at=NOW)


def rename_in_standard() -> None:
    """Change the title of the scores, and with it the definition of their dataset."""
    table = {**current_table(Dataset.objects.get(name="score")), "title": "学生成绩"}
    declared = Declared({"score": table})
    apply_standard(declared=declared, by=user_called("office"), at=NOW, reason="改名")


def ask_for_upkeep_now() -> None:
    """Leave a pass over the warehouse to a worker."""
    ask_for_upkeep(by=None, at=timezone.now())
