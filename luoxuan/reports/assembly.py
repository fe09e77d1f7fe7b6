"""Which function says what a document of each kind says「报告组装」."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Protocol

from luoxuan.campus.models import Period, Subject
from luoxuan.campus.scope import Scope
from luoxuan.reports.content import Content, to_json
from luoxuan.reports.course_report import course_report
from luoxuan.reports.meeting_paper import meeting_paper
from luoxuan.reports.rules import DocumentKind


class Builder(Protocol):
    """Makes the content of one kind of document「组装函数」."""

    def __call__(
        self,
        scope: Scope,
        subject: Subject,
        period: Period,
        /,
        *,
        texts: Mapping[str, str],
        author: str,
        on: date,
    ) -> Content:
        """Return the content about a subject and period."""
        ...


BUILDERS: dict[DocumentKind, Builder] = {
    DocumentKind.COURSE_TERM: course_report,
    DocumentKind.MEETING_PAPER: meeting_paper,
}

TITLES: dict[DocumentKind, str] = {
    DocumentKind.COURSE_TERM: "期末课程教学质量诊改报告",
    DocumentKind.MEETING_PAPER: "质量诊改情况（院务会一页纸）",
}


def assembled(
    kind: DocumentKind,
    scope: Scope,
    subject: Subject,
    period: Period,
    *,
    texts: Mapping[str, str],
    author: str,
    on: date,
) -> dict[str, Any]:
    """Return the content of a document as JSON values."""
    return to_json(BUILDERS[kind](scope, subject, period, texts=texts, author=author, on=on))


def title_of(kind: DocumentKind, subject: Subject, period: Period) -> str:
    """Return the title of a document."""
    return f"{subject.name} {period.name} {TITLES[kind]}"[:200]
