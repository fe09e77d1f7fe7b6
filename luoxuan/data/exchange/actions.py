"""Writes of exchange bundles: building, checking, explaining, signing, handing over, receipts."""

import hashlib
import tempfile
from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext

import luoxuan
from luoxuan.campus.models import Period
from luoxuan.core.actions import enqueue, notify, record_audit
from luoxuan.core.errors import Refused
from luoxuan.core.faults import seam
from luoxuan.core.locks import locked
from luoxuan.core.messages import register_texts
from luoxuan.core.models import Job, User
from luoxuan.data.evidence_files import cleaned
from luoxuan.data.evidence_messages import TEXTS as EVIDENCE_TEXTS
from luoxuan.data.exchange.archive import json_bytes, member_of, table_csv, write_archive
from luoxuan.data.exchange.checking import MOST_KEPT, counts_of, findings_of
from luoxuan.data.exchange.contrast import contrast_of
from luoxuan.data.exchange.definition import PackageDefinition
from luoxuan.data.exchange.layout import workbooks
from luoxuan.data.exchange.mapping import mapped_rows
from luoxuan.data.exchange.messages import TEXTS
from luoxuan.data.exchange.queries import (
    bundle_before,
    content_of,
    definition_of_bundle,
    definition_of_package,
    institution_title,
    is_replaced,
    newest_bundle,
    open_jumps,
    rows_of,
)
from luoxuan.data.exchange.rules import (
    OPEN_STATES,
    BundleAct,
    BundleState,
    refusal_of,
    step,
)
from luoxuan.data.models import ExchangeBundle, ExchangePackage
from luoxuan.data.queries import pinned_numbers, store

BUILD_JOB = "data.build_exchange_bundle"

register_texts({**EVIDENCE_TEXTS, **TEXTS})


class BundleRefused(Refused):
    """What was to be done with a bundle has no place now."""


class PeriodUnfit(Refused):
    """The package is for periods of another kind."""


def ask_for_bundle(
    *, package: ExchangePackage, period: Period, by: User | None, at: datetime
) -> Job:
    """Ask for a bundle「生成上报数据包」 in the background; one at a time for each period."""
    _check_period(package, period)
    return enqueue(
        name=BUILD_JOB,
        arguments={"package": package.code, "period": period.code},
        by=by,
        at=at,
        title=gettext("生成上报数据包 %(title)s") % {"title": f"{package.title} {period.name}"},
        unique_key=f"{BUILD_JOB}:{package.code}:{period.code}",
        url=reverse("data:exchange_list"),
    )


def build_bundle(
    *, package: ExchangePackage, period: Period, by: User | None, at: datetime
) -> ExchangeBundle:
    """Build a bundle of what the datasets hold now; the same content again is the same bundle.

    Anything else is the next edition and names the one that it replaces. Raises MappingRefused and
    PeriodUnfit.
    """
    _check_period(package, period)
    definition = definition_of_package(package)
    numbers = pinned_numbers({table.dataset for table in definition.tables})
    rows = mapped_rows(definition, numbers=numbers, period=period)
    about = {**package.definition, "jump_share": package.jump_share, "notice": package.notice}
    content = _content(package, period, definition, rows, about, numbers)
    sha256 = keep(content)
    seam("data.exchange.content_kept")
    bundle = ExchangeBundle(
        package=package, code=package.code, title=package.title, receiver=package.receiver,
        period_code=period.code, period_name=period.name, state=BundleState.BUILT, about=about,
        pinned=numbers, content_sha256=sha256, built_by=by, built_at=at,
        n_rows=sum(map(len, rows.values())),
        counts={number: len(held) for number, held in rows.items()}, sender=institution_title(),
    )  # fmt: skip
    try:
        return _store(bundle)
    except IntegrityError:
        # Another builder has just stored an edition: if it is this one, it is found now.
        return _store(bundle)


@transaction.atomic
def check_bundle(
    *,
    bundle: ExchangeBundle,
    by: User | None,
    at: datetime,
    confirm: Callable[[], object] = lambda: None,
) -> None:
    """Check a bundle「校验」 and compare it with the last one; a sound one becomes CHECKED.

    Once signed it is left as it is. Raises BundleDamaged.
    """
    here = locked(bundle)
    if here.state in {BundleState.BUILT, BundleState.CHECKED}:
        definition, rows = definition_of_bundle(here), rows_of(here)
        findings = findings_of(definition, rows)
        here.n_refused, here.n_warned = counts_of(findings)
        here.findings = sorted(findings, key=lambda one: one["severity"])[:MOST_KEPT]
        before = bundle_before(here)
        here.contrasted_with = before
        here.contrast = (
            contrast_of(definition, rows, definition_of_bundle(before), rows_of(before))
            if before
            else []
        )
        here.state = BundleState.BUILT if here.n_refused else BundleState.CHECKED
        here.checked_at = at
        here.save()
        audited("check_exchange_bundle", here, by, at, n_refused=here.n_refused)
    confirm()
    seam("data.exchange.checked_before_commit")
    bundle.refresh_from_db()


@transaction.atomic
def explain_jumps(
    *, bundle: ExchangeBundle, texts: Mapping[str, str], by: User, at: datetime
) -> None:
    """Put the reasons of jumps into words「说明变动」; only those of the comparison count."""
    here = allowed(bundle, BundleAct.EXPLAIN)
    keys = {line["key"] for line in here.contrast}
    told = {key: text.strip()[:1000] for key, text in texts.items() if key in keys}
    here.explanations = {key: text for key, text in {**here.explanations, **told}.items() if text}
    here.save()
    audited("explain_exchange_bundle", here, by, at, keys=sorted(told))
    bundle.refresh_from_db()


@transaction.atomic
def sign_bundle(*, bundle: ExchangeBundle, by: User, at: datetime) -> None:
    """Sign a checked bundle as whoever built it「签字送签」. Raises BundleRefused.

    A second click finds the signature there and changes nothing.
    """
    here = locked(bundle)
    if here.state == BundleState.SIGNED_ONCE and here.first_signer_id == by.pk:
        return
    here = allowed(here, BundleAct.SIGN, is_right_person=here.built_by_id == by.pk)
    here.state, here.first_signer, here.first_signed_at = BundleState.SIGNED_ONCE, by, at
    here.return_reason, here.returned_by, here.returned_at = "", None, None
    here.save()
    audited("sign_exchange_bundle", here, by, at)
    seam("data.exchange.signed_before_commit")
    bundle.refresh_from_db()


def approve_bundle(*, bundle: ExchangeBundle, by: User, at: datetime) -> None:
    """Sign a bundle a second time and freeze it「签发」. Raises BundleRefused and BundleDamaged.

    The file is written first and nobody sees it; the state that names it makes it the bundle.
    """
    here = ExchangeBundle.objects.select_related("first_signer").get(pk=bundle.pk)
    if here.file_sha256 and here.second_signer_id == by.pk:
        return
    refuse(here, BundleAct.APPROVE, is_right_person=here.first_signer_id != by.pk)
    data = _frozen(here, by, at)
    sha256 = keep(data)
    seam("data.exchange.frozen_kept")
    with transaction.atomic():
        now = locked(bundle)
        if now.file_sha256 and now.second_signer_id == by.pk:
            return
        now = allowed(now, BundleAct.APPROVE, is_right_person=now.first_signer_id != by.pk)
        now.state, now.second_signer, now.second_signed_at = BundleState.SIGNED, by, at
        now.file_sha256, now.n_bytes = sha256, len(data)
        now.save()
        audited("approve_exchange_bundle", now, by, at, sha256=sha256)
        _tell_signed(now, at)
        seam("data.exchange.approved_before_commit")
    bundle.refresh_from_db()


@transaction.atomic
def hand_over_bundle(*, bundle: ExchangeBundle, on: date, way: str, by: User, at: datetime) -> None:
    """Note that a bundle was handed to its receiver「已上报」: the day and the way."""
    here = allowed(bundle, BundleAct.HAND_OVER)
    if not way.strip():
        raise BundleRefused("bundle_way_missing")
    here.state = BundleState.HANDED_OVER
    here.handed_over_on, here.handed_over_way = on, way.strip()[:200]
    here.save()
    audited("hand_over_exchange_bundle", here, by, at, on=on.isoformat())
    bundle.refresh_from_db()


def record_receipt(
    *, bundle: ExchangeBundle, number: str, on: date, path: Path, file_name: str, by: User,
    at: datetime,
) -> None:  # fmt: skip
    """Keep the receiver's receipt「回执」 with its number. Raises what it refuses."""
    if not number.strip():
        raise BundleRefused("bundle_receipt_number_missing")
    file = cleaned(path.read_bytes(), file_name)
    sha256 = keep(file.content)
    seam("data.exchange.receipt_kept")
    with transaction.atomic():
        here = allowed(bundle, BundleAct.RECEIPT)
        here.state, here.receipt_on = BundleState.RECEIPTED, on
        here.receipt_number = number.strip()[:100]
        here.receipt_file_name, here.receipt_sha256 = file.file_name, sha256
        here.save()
        audited("record_exchange_receipt", here, by, at, sha256=sha256, number=here.receipt_number)
        seam("data.exchange.receipt_before_commit")
    bundle.refresh_from_db()


def keep(data: bytes) -> str:
    """Keep bytes under their SHA-256 and return it; the same a second time changes nothing."""
    sha256 = hashlib.sha256(data).hexdigest()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bundle"
        path.write_bytes(data)
        store().keep_original(path, sha256)
    return sha256


def _check_period(package: ExchangePackage, period: Period) -> None:
    if period.kind != package.period_kind:
        raise PeriodUnfit("exchange_period_unfit", period=period.name)


@transaction.atomic
def _store(bundle: ExchangeBundle) -> ExchangeBundle:
    """Store a bundle as the next edition, or return the newest one if it is the same."""
    last = newest_bundle(bundle.code, bundle.period_code)
    by, at = bundle.built_by, bundle.built_at
    is_rejected = last is not None and last.state == BundleState.REJECTED
    if last is not None and last.content_sha256 == bundle.content_sha256 and not is_rejected:
        if last.state in {BundleState.BUILT, BundleState.CHECKED} and last.built_by != by:
            here = locked(last)
            here.built_by = by
            here.save(update_fields=["built_by"])
            audited("take_over_exchange_bundle", here, by, at)
            return here
        return last
    bundle.edition = last.edition + 1 if last else 1
    bundle.replaces = last
    if last is not None and (last.state in OPEN_STATES or is_rejected):
        bundle.explanations = last.explanations
    bundle.save()
    audited("build_exchange_bundle", bundle, by, at, content=bundle.content_sha256[:16])
    seam("data.exchange.built_before_commit")
    return bundle


def _content(
    package: ExchangePackage,
    period: Period,
    definition: PackageDefinition,
    rows: Mapping[str, list[list[str]]],
    about: Mapping[str, Any],
    numbers: Mapping[str, int],
) -> bytes:
    members = {
        member_of(table.number): table_csv(
            [column.title for column in table.columns], rows[table.number]
        )
        for table in definition.tables
    }
    members |= {
        f"workbooks/{name}": data
        for name, data in workbooks(definition, rows, notice=package.notice).items()
    }
    members["definition.json"] = json_bytes(about)
    members["provenance.json"] = json_bytes(
        {
            "package": package.code, "package_number": package.number, "title": package.title,
            "receiver": package.receiver, "sender": institution_title(),
            "period": period.code, "period_name": period.name,
            "dataset_versions": dict(numbers), "software": f"luoxuan {luoxuan.__version__}",
        }
    )  # fmt: skip
    return write_archive(members)


def _frozen(bundle: ExchangeBundle, by: User, at: datetime) -> bytes:
    """Return the whole: the content as it was built, what was said about it, and who signed."""
    archive = content_of(bundle)
    members = {name: archive.read(name) for name in archive.names() if name != "manifest.json"}
    members["comparison.json"] = json_bytes(
        {"lines": bundle.contrast, "explanations": bundle.explanations}
    )
    members["signatures.json"] = json_bytes(
        {
            "edition": bundle.edition,
            "replaces": bundle.replaces.file_sha256 if bundle.replaces else "",
            "content_sha256": bundle.content_sha256,
            "signatures": [
                {"name": str(bundle.first_signer), "at": bundle.first_signed_at},
                {"name": str(by), "at": at},
            ],
        }
    )  # fmt: skip
    return write_archive(members)


def refuse(bundle: ExchangeBundle, act: BundleAct, *, is_right_person: bool = True) -> None:
    """Raise BundleRefused where something stands against an act."""
    n_open = len(open_jumps(bundle))
    code = refusal_of(
        bundle.state, act, n_refused=bundle.n_refused, n_unexplained=n_open,
        is_replaced=is_replaced(bundle), is_imported=bundle.is_imported,
        is_right_person=is_right_person,
    )  # fmt: skip
    if code:
        raise BundleRefused(code, n=n_open if code == "bundle_unexplained" else bundle.n_refused)


def allowed(
    bundle: ExchangeBundle, act: BundleAct, *, is_right_person: bool = True
) -> ExchangeBundle:
    """Return the bundle locked, if the act has its place; raises BundleRefused."""
    here = locked(bundle)
    refuse(here, act, is_right_person=is_right_person)
    if step(here.state, act) is None:
        raise BundleRefused("bundle_not_in_state")
    return here


def _tell_signed(bundle: ExchangeBundle, at: datetime) -> None:
    if bundle.first_signer is not None:
        tell(bundle.first_signer, bundle, gettext("%(title)s：已签发"), "signed", at)


def tell(user: User, bundle: ExchangeBundle, words: str, what: str, at: datetime) -> None:
    """Tell somebody what became of a bundle."""
    notify(
        user=user,
        text=words % {"title": f"{bundle.title} {bundle.period_name}"},
        url=reverse("data:exchange_bundle", args=[bundle.pk]),
        at=at,
        key=f"exchange:{bundle.pk}:{what}:{at.isoformat()}",
    )


def audited(
    action: str, bundle: ExchangeBundle, by: User | None, at: datetime, **facts: object
) -> None:
    """Write the audit entry of an act."""
    # A hash says which bundle it is; beside it the rest would be too long for a line of a list.
    which = {"package": bundle.code, "period": bundle.period_code, "edition": bundle.edition}
    record_audit(
        by=by, at=at, action=action, object_kind="ExchangeBundle", object_key=str(bundle.pk),
        facts=facts if "sha256" in facts else {**which, **facts},
    )  # fmt: skip
