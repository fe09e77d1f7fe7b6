"""What the tests' college holds in portal."""

from pathlib import Path

from luoxuan.campus.rules import SubjectKind
from luoxuan.campus.scope import EVERYTHING
from luoxuan.campus.token_actions import create_token, revoke_token
from luoxuan.core.models import User
from luoxuan.indicators.proofs import ProofIds
from luoxuan.indicators.queries import readings
from luoxuan.testing.college import NOW

_DAYS = 3650


def fill(users: dict[str, User], folder: Path) -> dict[str, object]:
    """Give the quality office two access tokens, and find the ids of two readings."""
    office = users["office"]
    tokens = [
        create_token(
            user=office, name=name, days=_DAYS, receipt=name, is_read_only=not place,
            by=office, at=NOW,
        ).token
        for place, name in enumerate(("数据大屏", "教务系统推送"))
    ]  # fmt: skip
    revoke_token(token=tokens[0], by=office, at=NOW)
    found = readings(
        EVERYTHING,
        indicator_codes=["course.pass_share"],
        kind=SubjectKind.TEACHING_CLASS,
        subject_codes=["MATH-1", "WELD-1"],
        periods=["2025-1"],
    )
    ids = ProofIds(found)
    proofs = {row.subject: ids.id_of(row) for row in found}
    return {
        "token": tokens[1].pk,
        "proof_of_math": proofs["MATH-1"],
        "proof_of_weld": proofs["WELD-1"],
    }
