"""Commands about exchange bundles: what superior platforms are given, and what comes back."""

import argparse
import hashlib
import shutil
from pathlib import Path
from typing import Any

from django.utils import timezone

from luoxuan.campus.queries import periods, scope_for
from luoxuan.campus.rules import Action, Resource
from luoxuan.campus.scope import EVERYTHING
from luoxuan.cli import output
from luoxuan.cli.command import DONE, REFUSED, Add, NotFound
from luoxuan.core.models import User
from luoxuan.core.queries import user_named
from luoxuan.data.exchange.actions import (
    BundleRefused,
    approve_bundle,
    build_bundle,
    check_bundle,
    sign_bundle,
)
from luoxuan.data.exchange.archive import open_bundle
from luoxuan.data.exchange.blocks import bundle_shown, problem_text
from luoxuan.data.exchange.imports import import_bundle, import_rows
from luoxuan.data.exchange.queries import (
    bundle_with_file,
    bundles,
    open_jumps,
    package_coded,
    path_of,
)
from luoxuan.data.exchange.rules import BundleState
from luoxuan.data.models import ExchangeBundle, ExchangePackage
from luoxuan.data.rules import Disposition
from luoxuan.portal.catch_up import catch_up

_COLUMNS = ("id", "package", "period", "edition", "state", "n_refused", "n_open", "sha256")


def register(add: Add) -> None:
    """Declare the commands of this group."""
    group = add(
        "exchange",
        _exchange,
        "bundles for superior platforms: build, check, sign, export, verify, import",
        "exchange build state-data-example --period 2025-2026 --as data",
    )
    group.add_argument(
        "verb", choices=("list", "build", "check", "sign", "export", "verify", "import", "take")
    )
    group.add_argument("what", nargs="?", default="", help="a package, a bundle's id, or a file")
    group.add_argument("--period", default="", help="the period to build for")
    group.add_argument("--as", dest="user", default="", help="who builds or signs")
    group.add_argument("--table", default="", help="the number of the table to take over")
    group.add_argument("-o", "--output", type=Path, help="where export writes the file")


def _exchange(options: argparse.Namespace) -> int:
    verbs = {
        "list": _list, "build": _build, "check": _check, "sign": _sign, "export": _export,
        "verify": _verify, "import": _import, "take": _take,
    }  # fmt: skip
    return verbs[options.verb](options)


def _list(options: argparse.Namespace) -> int:
    rows = [_row(bundle) for bundle in bundles(EVERYTHING)]
    output.write_json(rows) if options.json else output.write_table(_COLUMNS, rows)
    return DONE


def _build(options: argparse.Namespace) -> int:
    period = periods().filter(code=options.period).first()
    if period is None:
        raise NotFound("period_unknown", period=options.period)
    try:
        package = package_coded(EVERYTHING, options.what)
    except ExchangePackage.DoesNotExist as error:
        raise NotFound("unknown_exchange", name=options.what) from error
    by = _user(options, Action.CREATE) if options.user else None
    bundle = build_bundle(package=package, period=period, by=by, at=timezone.now())
    check_bundle(bundle=bundle, by=by, at=timezone.now())
    return _told(options, bundle)


def _check(options: argparse.Namespace) -> int:
    bundle = _bundle(options)
    check_bundle(bundle=bundle, by=None, at=timezone.now())
    return _told(options, bundle)


def _sign(options: argparse.Namespace) -> int:
    """Sign once as whoever built it, or a second time as another."""
    bundle = _bundle(options)
    if bundle.state == BundleState.SIGNED_ONCE:
        approve_bundle(bundle=bundle, by=_user(options, Action.APPROVE), at=timezone.now())
    else:
        sign_bundle(bundle=bundle, by=_user(options, Action.CREATE), at=timezone.now())
    return _told(options, bundle)


def _export(options: argparse.Namespace) -> int:
    bundle = _bundle(options)
    if not bundle.file_sha256:
        raise BundleRefused("bundle_not_in_state")
    name = f"{bundle.code}-{bundle.period_code}-{bundle.edition}.zip"
    target = options.output or Path(name)
    shutil.copyfile(path_of(bundle.file_sha256), target)
    return _say(options, {"file": str(target), "sha256": bundle.file_sha256})


def _verify(options: argparse.Namespace) -> int:
    data = _path(options).read_bytes()
    archive = open_bundle(data)
    sha256 = hashlib.sha256(data).hexdigest()
    known = bundle_with_file(sha256)
    told = archive.json("provenance.json")
    facts = {
        "title": told.get("title"), "period": told.get("period"), "sender": told.get("sender"),
        "sha256": sha256, "bundle": known.pk if known else None,
    }  # fmt: skip
    return _say(options, facts)


def _import(options: argparse.Namespace) -> int:
    bundle = import_bundle(path=_path(options), by=None, at=timezone.now())
    return _told(options, bundle)


def _take(options: argparse.Namespace) -> int:
    """Import the rows of one table into its dataset."""
    bundle = _bundle(options)
    report = import_rows(bundle=bundle, number=options.table, by=None, at=timezone.now())
    catch_up(by=None, at=timezone.now())
    facts = {
        "dataset": report.dataset, "version": report.version, "accepted": report.rows_accepted,
        "rejected": report.rows_rejected,
    }  # fmt: skip
    _say(options, facts)
    return REFUSED if report.disposition == Disposition.REJECT_FILE else DONE


def _told(options: argparse.Namespace, bundle: ExchangeBundle) -> int:
    findings = [{**one, "text": problem_text(one)} for one in bundle.findings]
    facts = {**_row(bundle), "jumps": open_jumps(bundle), "findings": findings}
    if options.json:
        output.write_json(facts)
    else:
        output.write_table(_COLUMNS, [facts])
        output.write_table(("severity", "table", "row", "column", "text"), findings)
    return REFUSED if bundle.n_refused else DONE


def _say(options: argparse.Namespace, facts: dict[str, Any]) -> int:
    output.write_json(facts) if options.json else output.write_table(tuple(facts), [facts])
    return DONE


def _row(bundle: ExchangeBundle) -> dict[str, Any]:
    return {
        "id": bundle.pk,
        "package": bundle.code,
        "period": bundle.period_code,
        "edition": bundle.edition,
        "state": bundle.state,
        "n_refused": bundle.n_refused,
        "n_open": bundle_shown(bundle)["n_open"],
        "sha256": bundle.file_sha256,
    }


def _bundle(options: argparse.Namespace) -> ExchangeBundle:
    number = int(options.what) if options.what.isdecimal() else 0
    found = bundles(EVERYTHING).filter(pk=number).first() if number < 2**63 else None
    if found is None:
        raise NotFound("unknown_exchange", name=options.what)
    return found


def _path(options: argparse.Namespace) -> Path:
    path = Path(options.what)
    if not path.is_file():
        raise NotFound("file_not_found", path=options.what)
    return path


def _user(options: argparse.Namespace, action: Action) -> User:
    """Return who acts, if the right is his over the whole institution; else as if not there."""
    user = user_named(options.user)
    scope = scope_for(user, Resource.EXCHANGE, action, on=timezone.localdate()) if user else None
    if user is None or scope is None or not scope.whole_institution:
        raise NotFound("unknown_user", username=options.user)
    return user
