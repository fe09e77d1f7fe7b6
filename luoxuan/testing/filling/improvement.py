"""What the tests' college holds in improvement."""

from datetime import date
from pathlib import Path

from luoxuan.campus.queries import subject_at
from luoxuan.campus.scope import EVERYTHING
from luoxuan.core.models import User
from luoxuan.data.actions.evidence import file_evidence
from luoxuan.improvement.actions import (
    close_without_proof,
    open_improvement,
    plan_improvement,
    report_in_place,
)
from luoxuan.improvement.models import Improvement
from luoxuan.testing.college import NOW


def fill(users: dict[str, User], folder: Path) -> dict[str, object]:
    """Create improvements in several states and two pieces of evidence; return their keys."""
    waiting = report_in_place(
        improvement=_planned(users, "MATH-1", "作业批改不及时"), by=users["math"], at=NOW
    )
    under_way = _planned(users, "MATH-1", "课堂互动少")
    unproved = _opened(users, "MATH-1", "教材版本偏旧")
    close_without_proof(improvement=unproved, reason="教材已停用", by=users["office"], at=NOW)
    return {
        "improvement": waiting.pk,
        "under_way": under_way.pk,
        "to_plan": _opened(users, "MATH-1", "实验开出率偏低").pk,
        "unproved": unproved.pk,
        "foreign_improvement": _opened(users, "WELD-1", "工位不足").pk,
        "evidence": _evidence(users, folder, "MATH-1"),
        "foreign_evidence": _evidence(users, folder, "WELD-1"),
    }


def _opened(users: dict[str, User], code: str, problem: str) -> Improvement:
    subject = subject_at(EVERYTHING, kind="TEACHING_CLASS", code=code)
    return open_improvement(
        subject=subject, problem=problem, origin_label="自行提出", by=users["math"], at=NOW
    )


def _planned(users: dict[str, User], code: str, problem: str) -> Improvement:
    return plan_improvement(
        improvement=_opened(users, code, problem),
        cause_categories=["feedback"],
        cause="",
        measure="作业 48 小时内批改。",
        responsible=users["math"],
        due_on=date(2026, 3, 23),
        by=users["math"],
        at=NOW,
    )


def _evidence(users: dict[str, User], folder: Path, code: str) -> int:
    path = folder / f"{code}.txt"
    path.write_text(f"{code} 教研活动记录\n", encoding="utf-8")
    filed = file_evidence(
        subject=subject_at(EVERYTHING, kind="TEACHING_CLASS", code=code),
        owner=users["office"],
        title="教研活动记录",
        path=path,
        file_name="教研活动记录.txt",
        document_number="教务 2026-3 号",
        dated_on=date(2026, 3, 1),
        by=users["office"],
        at=NOW,
    )
    return filed.pk
