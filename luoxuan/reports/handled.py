"""What was done about a subject in a period「处置情况」: alerts, improvements, problems."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q

from luoxuan.campus.models import Period, Subject
from luoxuan.campus.queries import periods
from luoxuan.campus.scope import Scope
from luoxuan.core.charts.words import MISSING, reading_words
from luoxuan.improvement.models import Improvement
from luoxuan.improvement.queries import improvements_of
from luoxuan.improvement.rules import OPEN_STATES, ImprovementState
from luoxuan.indicators.models import IndicatorVersion
from luoxuan.indicators.proofs import versions_in_runs
from luoxuan.indicators.provenance import Provenance, encode
from luoxuan.monitoring.models import Alert
from luoxuan.monitoring.queries import alerts
from luoxuan.monitoring.rules import AlertState
from luoxuan.reports.content import (
    Block,
    Cell,
    Paragraph,
    Problem,
    Problems,
    Table,
    row_of,
)
from luoxuan.reports.diagnosed import Diagnosed, diagnosed

STATE_WORDS = {
    ImprovementState.TO_PLAN: "○ 待制定措施",
    ImprovementState.UNDER_WAY: "▲ 措施进行中",
    ImprovementState.AWAITING_REMEASUREMENT: "◇ 措施已落实·待复测",
    ImprovementState.CLOSED: "● 已验证关闭",
    ImprovementState.CLOSED_WITHOUT_PROOF: "– 未经验证关闭",
}


@dataclass(frozen=True)
class Handled:
    """Alerts and improvements of a period「处置情况」 with their diagnosis."""

    alerts: list[Alert]
    improvements: list[Improvement]
    diagnosis: Diagnosed
    versions: dict[tuple[str, int], IndicatorVersion]
    periods: dict[str, Period]

    def sentence(self) -> str:
        """Return counts in one sentence."""
        n_recovered = sum(row.state == AlertState.RECOVERED for row in self.alerts)
        n_closed = sum(row.state == ImprovementState.CLOSED for row in self.improvements)
        n_waiting = sum(
            row.state == ImprovementState.AWAITING_REMEASUREMENT for row in self.improvements
        )
        return (
            f"本学期预警 {len(self.alerts)} 条，已恢复 {n_recovered} 条；"
            f"改进 {len(self.improvements)} 项，已验证关闭 {n_closed} 项，待复测 {n_waiting} 项。"
        )

    def open_sentence(self) -> str:
        """Return what is still to be done, empty when nothing is."""
        open_now = [row for row in self.improvements if row.state in OPEN_STATES]
        if not open_now:
            return ""
        return f"继续落实上述未关闭的 {len(open_now)} 项改进，并在下一次数据导入后复测。"

    def alert_blocks(self) -> list[Block]:
        """Return the alerts with what was done."""
        if not self.alerts:
            return [Paragraph("本学期没有预警。")]
        columns = ("对象", "指标", "预警时", "预警值", "处置（原因、措施）", "现在")
        rows = tuple(self._alert_row(row) for row in self.alerts)
        return [Table("预警清单", columns, rows, (16, 14, 17, 9, 34, 18))]

    def improvement_blocks(self) -> list[Block]:
        """Return the improvements before, now and against the standard."""
        if not self.improvements:
            return [Paragraph("本学期没有登记改进。")]
        columns = ("问题", "措施", "改进前", "现在", "标准", "责任人、期限", "状态")
        rows = tuple(self._improvement_row(row) for row in self.improvements)
        return [Table("改进清单", columns, rows, (24, 26, 17, 17, 9, 14, 14))]

    def diagnosis_blocks(self) -> list[Block]:
        """Return the self-diagnosis point by point."""
        return self.diagnosis.blocks()

    def problem_blocks(self) -> list[Block]:
        """Return what is open: improvements under way, alerts unanswered, points not met."""
        items = [
            Problem(
                text=_about(row),
                responsible=str(row.responsible or "") or "未指定",
                due_on=str(row.due_on or "") or "未定",
                state=STATE_WORDS[ImprovementState(row.state)],
            )
            for row in self.improvements
            if row.state in OPEN_STATES
        ]
        items += [
            Problem(
                text=f"{row.indicator_version.title}越过预警值，尚未处置",
                responsible="未指定",
                due_on=str(row.answer_due_on or "") or "未定",
                state="■ 未处置",
                origin=row.subject.name,
            )
            for row in self.alerts
            if row.improvement is None and row.state == AlertState.OPEN
        ]
        items += self.diagnosis.problems()
        if not items:
            return [Paragraph("没有未关闭的问题。")]
        return [Problems(tuple(items))]

    def _alert_row(self, row: Alert) -> tuple[Cell, ...]:
        version = row.indicator_version
        recovered = row.state == AlertState.RECOVERED
        done = "尚未处置"
        if row.improvement is not None:
            cause, measure = row.improvement.cause, row.improvement.measure
            parts = [part.rstrip("。；") for part in (cause, measure) if part]
            done = "；".join(parts) or "已登记改进，措施待定"
        now = f"● 已恢复 {_value(row.recovered_value, version)}" if recovered else "■ 未恢复"
        return row_of(
            row.subject.name,
            version.title,
            self._proved(row.value, version, row.run, row.subject_id, row.period),
            Cell(_value(row.warning_value, version), is_figure=True),
            done if row.improvement or not recovered else "未处置，后续数值自行恢复",
            now,
        )

    def _improvement_row(self, row: Improvement) -> tuple[Cell, ...]:
        before = self.versions.get((row.indicator, row.baseline_run or 0))
        after = self.versions.get((row.indicator, row.closing_run or 0))
        person = str(row.responsible or "") or "未指定"
        return row_of(
            _about(row),
            row.measure or "待定",
            self._proved(
                row.baseline_value, before, row.baseline_run, row.subject_id, row.baseline_period
            ),
            self._proved(
                row.closing_value, after, row.closing_run, row.subject_id, row.closing_period
            ),
            Cell(_value(row.standard_value, before), is_figure=True),
            f"{person}　{row.due_on}" if row.due_on else person,
            STATE_WORDS[ImprovementState(row.state)],
        )

    def _proved(
        self,
        value: Decimal | None,
        version: IndicatorVersion | None,
        run: int | None,
        subject: int,
        period: str,
    ) -> Cell:
        if value is None or version is None or not run:
            return Cell(_value(value, version), is_figure=True)
        known = self.periods.get(period)
        keys = Provenance(run, version.pk, subject, known.pk if known else 0)
        return Cell(_value(value, version), proof=encode(keys), is_figure=True)


def handled(scope: Scope, subject: Subject, period: Period) -> Handled:
    """Return what was done about a subject and its parts in a period."""
    inside = Q(period=period.code)
    if period.start_on and period.end_on:
        inside |= Q(opened_at__date__gte=period.start_on, opened_at__date__lt=period.end_on)
    about = Q(subject=subject) | Q(subject__parent=subject)
    found = alerts(scope).filter(about).filter(inside).select_related("improvement__responsible")
    warned = list(found.order_by("opened_at", "id"))
    improved = improvements_of(scope, subject, since=period.start_on, until=period.end_on)
    # An alert of the term may be answered after its end; its improvement belongs to the report.
    of_alerts = [row.improvement_id for row in warned if row.improvement_id]
    rows = list(improved | improvements_of(scope, subject).filter(pk__in=of_alerts))
    return Handled(
        alerts=warned,
        improvements=rows,
        diagnosis=diagnosed(scope, subject, period),
        versions=versions_in_runs(
            {row.indicator for row in rows if row.indicator},
            {run for row in rows for run in (row.baseline_run, row.closing_run) if run},
        ),
        periods={row.code: row for row in periods()},
    )


def _about(row: Improvement) -> str:
    """Return the problem with its subject, which the problem itself often begins with."""
    name = row.subject.name
    return row.problem if row.problem.startswith(name) else f"{name}：{row.problem}"


def _value(value: Decimal | None, version: IndicatorVersion | None) -> str:
    if value is None or version is None:
        return MISSING
    return reading_words(value, unit=version.unit, decimals=version.decimals)
