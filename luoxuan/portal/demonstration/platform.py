"""What the demonstration college has reported to the platform of the shipped example."""

import tempfile
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

from django.utils import timezone

from luoxuan.campus.queries import periods
from luoxuan.campus.scope import EVERYTHING
from luoxuan.core.models import User
from luoxuan.data.exchange.actions import (
    approve_bundle,
    build_bundle,
    check_bundle,
    explain_jumps,
    hand_over_bundle,
    record_receipt,
    sign_bundle,
)
from luoxuan.data.exchange.queries import open_jumps, package_coded
from luoxuan.data.models import ExchangeBundle

_PACKAGE, _LAST_YEAR, _THIS_YEAR = "state-data-example", "2024-2025", "2025-2026"
_REASON = "上一学年只有 2024 级在校，本学年增加 2025 级，课程、教学班和学生相应增加。"


def report_to_platform(users: Mapping[str, User], *, at: datetime) -> None:
    """Receipt last year's bundle and let this year's wait for the second signature."""
    officer, leader = users["information"], users["leader"]
    then = at - timedelta(days=365)
    last = _signed_once(_LAST_YEAR, by=officer, at=then)
    approve_bundle(bundle=last, by=leader, at=then)
    on = timezone.localdate(then)
    hand_over_bundle(bundle=last, on=on, way="平台上传（示例）", by=officer, at=then)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "receipt.txt"
        path.write_text("示例回执：数据包已接收。\n", encoding="utf-8")
        record_receipt(
            bundle=last, number="示例-2025-001", on=on, path=path, file_name="回执.txt",
            by=officer, at=then,
        )  # fmt: skip
    _signed_once(_THIS_YEAR, by=officer, at=at)


def _signed_once(period: str, *, by: User, at: datetime) -> ExchangeBundle:
    bundle = build_bundle(
        package=package_coded(EVERYTHING, _PACKAGE), period=periods().get(code=period), by=by, at=at
    )
    check_bundle(bundle=bundle, by=by, at=at)
    reasons = dict.fromkeys(open_jumps(bundle), _REASON)
    explain_jumps(bundle=bundle, texts=reasons, by=by, at=at)
    sign_bundle(bundle=bundle, by=by, at=at)
    return bundle
