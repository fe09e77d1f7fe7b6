"""What the diagnosis of a cycle says「自我诊断」, as blocks of a report."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from luoxuan.campus.models import Period, Subject
from luoxuan.campus.scope import Scope
from luoxuan.diagnosis.queries import cycles, diagnosis_content, diagnosis_of
from luoxuan.diagnosis.rules import PointVerdict
from luoxuan.reports.content import Block, Paragraph, Problem, Table, row_of

VERDICT_WORDS = {
    PointVerdict.MEETS: "● 符合",
    PointVerdict.PARTLY: "▲ 部分符合",
    PointVerdict.NOT_MET: "■ 不符合",
}


@dataclass(frozen=True)
class Diagnosed:
    """The self-diagnosis「自我诊断」 of a subject in a period; empty when there is no cycle."""

    content: Mapping[str, Any]
    is_frozen: bool = False
    is_trial: bool = False
    frozen_on: str = ""

    def blocks(self) -> list[Block]:
        """Return the points with verdict and text, then what was written in the stages."""
        if not self.content:
            return [Paragraph("本学期没有开设诊改循环，没有自我诊断。")]
        blocks: list[Block] = [Paragraph(self._standing(), is_note=True)]
        judgements = self.content.get("judgements", [])
        if judgements:
            blocks.append(
                Table(
                    "诊断点结论",
                    ("诊断要素", "诊断点", "自我结论", "说明"),
                    tuple(
                        row_of(
                            row["element"],
                            row["title"],
                            _verdict(row["verdict"]),
                            row["text"] or "—",
                        )
                        for row in judgements
                    ),
                    (18, 34, 14, 40),
                )
            )
        for stage in self.content.get("stages", []):
            answers = [row for row in stage["answers"] if row["words"]]
            blocks += [
                Paragraph(f"{stage['title']}·{row['title']}：{row['words']}") for row in answers
            ]
        return blocks

    def problems(self) -> list[Problem]:
        """Return the points that are not met, as problems."""
        return [
            Problem(
                text=f"{row['title']}：{row['text']}" if row["text"] else row["title"],
                responsible="课程团队",
                due_on="下一学期",
                state=_verdict(row["verdict"]),
                origin="自我诊断",
            )
            for row in self.content.get("judgements", [])
            if row["verdict"] in {PointVerdict.PARTLY, PointVerdict.NOT_MET}
        ]

    def _standing(self) -> str:
        trial = "本轮为试运行，不产生考核效果。" if self.is_trial else ""
        if self.is_frozen:
            return f"自我诊断已于 {self.frozen_on} 冻结，以下为冻结时的结论。{trial}"
        return f"自我诊断尚未冻结，以下为草稿，可能还会改动。{trial}"


def diagnosed(scope: Scope, subject: Subject, period: Period) -> Diagnosed:
    """Return the diagnosis of the cycle of a subject in a period, frozen or as it stands now."""
    found = cycles(scope).filter(subject=subject, period=period).order_by("is_trial", "pk")
    for cycle in found:
        diagnosis = diagnosis_of(cycle)
        if diagnosis is None:
            continue
        frozen = diagnosis.frozen_at
        return Diagnosed(
            content=diagnosis_content(diagnosis, scope=scope),
            is_frozen=frozen is not None,
            is_trial=cycle.is_trial,
            frozen_on=frozen.date().isoformat() if frozen else "",
        )
    return Diagnosed({})


def _verdict(verdict: str) -> str:
    return VERDICT_WORDS[PointVerdict(verdict)] if verdict else "○ 未作结论"
