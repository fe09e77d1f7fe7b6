"""The record of an indicator「指标登记表」: seven things that every indicator must say of itself.

Nobody fills it in: all of it is derived from definitions, the data standard, thresholds, watches,
improvements and corrections. What is missing is named, with the place where it is mended.
Source: 000「质量评价指标的数据来源、数据内涵、采集人、标准、推送对象、措施、反馈」.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from luoxuan.campus.rules import roles
from luoxuan.core.templatetags.words import direction_words, kind_words, text_of
from luoxuan.data.formula import FormulaRefused, explain
from luoxuan.data.quality.rules import CorrectionState
from luoxuan.improvement.models import Improvement
from luoxuan.improvement.rules import OPEN_STATES, ImprovementState
from luoxuan.indicators.models import IndicatorVersion, Threshold
from luoxuan.indicators.queries import formulas_of
from luoxuan.monitoring.rules import AlertState
from luoxuan.monitoring.words import value_words
from luoxuan.portal.register_facts import DatasetFacts, Facts


class RegisterPart(StrEnum):
    """One of the things that an indicator must say of itself「登记项」."""

    SOURCE = "SOURCE"
    MEANING = "MEANING"
    COLLECTOR = "COLLECTOR"
    STANDARD = "STANDARD"
    RECIPIENTS = "RECIPIENTS"
    MEASURES = "MEASURES"
    FEEDBACK = "FEEDBACK"


PART_WORDS: Mapping[RegisterPart, Promise] = {
    RegisterPart.SOURCE: _("数据来源"),
    RegisterPart.MEANING: _("数据内涵"),
    RegisterPart.COLLECTOR: _("采集人"),
    RegisterPart.STANDARD: _("标准"),
    RegisterPart.RECIPIENTS: _("推送对象"),
    RegisterPart.MEASURES: _("措施"),
    RegisterPart.FEEDBACK: _("反馈"),
}


@dataclass(frozen=True, slots=True)
class RecordEntry:
    """One line of the record「登记内容」; ``url`` is "" for whom may not open it."""

    label: str
    words: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class RecordGap:
    """What is missing「缺项」, and where the reader mends it ("" if another does)."""

    words: str
    url: str = ""


@dataclass(slots=True)
class RecordPart:
    """What the record says about one thing「登记项内容」."""

    kind: RegisterPart
    entries: list[RecordEntry] = field(default_factory=list)
    gaps: list[RecordGap] = field(default_factory=list)

    @property
    def title(self) -> str:
        """Return its name."""
        return str(PART_WORDS[self.kind])

    def add(self, label: str, words: str, url: str = "") -> None:
        """Take in a line."""
        self.entries.append(RecordEntry(label, words, url))

    def miss(self, words: str, url: str = "") -> None:
        """Say what is missing."""
        self.gaps.append(RecordGap(words, url))


@dataclass(frozen=True, slots=True)
class IndicatorRecord:
    """The record of one indicator「指标登记表」 as of a day."""

    version: IndicatorVersion
    parts: list[RecordPart]

    @property
    def code(self) -> str:
        """Return the code of the indicator."""
        return self.version.indicator.code

    @property
    def title(self) -> str:
        """Return its name in the reader's language."""
        return text_of(self.version, "title")

    @property
    def missing(self) -> list[RecordPart]:
        """Return the parts of which something is missing."""
        return [part for part in self.parts if part.gaps]

    @property
    def n_complete(self) -> int:
        """Return of how many parts nothing is missing."""
        return len(self.parts) - len(self.missing)


def records(facts: Facts) -> list[IndicatorRecord]:
    """Return the record of every indicator「指标登记表」 in the order of the catalogue."""
    return [_record(version, facts) for version in facts.versions]


def _record(version: IndicatorVersion, facts: Facts) -> IndicatorRecord:
    parts = []
    for kind, fill in _FILLS.items():
        part = RecordPart(kind)
        fill(part, version, facts)
        parts.append(part)
    return IndicatorRecord(version, parts)


def _source(part: RecordPart, version: IndicatorVersion, facts: Facts) -> None:
    for row, names in _datasets(version, facts):
        if not row.is_seen:
            part.add(gettext("另一个数据集"), gettext("不在您的数据范围内"))
            continue
        url = reverse("data:dataset_detail", args=[row.dataset.name]) if _opens(row, facts) else ""
        origin = "、".join(row.sources) or _origin(row)
        words = [gettext("来自 %(origin)s") % {"origin": origin}]
        if names:
            words.append(gettext("用到 %(fields)s") % {"fields": "、".join(names)})
        if row.changed_at is not None:
            facts_of_it = {"day": f"{timezone.localdate(row.changed_at)}", "number": row.number}
            words.append(gettext("最近更新 %(day)s（第 %(number)s 版）") % facts_of_it)
        part.add(text_of(row.dataset, "title"), "；".join(words), url)
        if not row.number and not row.dataset.is_system:
            mend = reverse("data:dataset_import", args=[row.dataset.name])
            part.miss(
                gettext("“%(dataset)s”还没有数据") % {"dataset": text_of(row.dataset, "title")},
                mend if facts.may_import else "",
            )


def _meaning(part: RecordPart, version: IndicatorVersion, facts: Facts) -> None:
    about = text_of(version, "about")
    if about:
        part.add(gettext("口径"), about)
    else:
        part.miss(gettext("没有写口径：在配置包的 indicators.toml 里补 about"))
    part.add(gettext("公式"), _explained(version, facts))
    part.add(gettext("方向"), direction_words(version.direction))
    part.add(gettext("适用对象"), "、".join(kind_words(kind) for kind in version.kinds))
    since = version.valid_from or timezone.localdate(version.created_at)
    words = gettext("第 %(number)s 版，自 %(day)s") % {"number": version.number, "day": since}
    part.add(gettext("定义版本"), words)


def _collector(part: RecordPart, version: IndicatorVersion, facts: Facts) -> None:
    for row, _names in _datasets(version, facts):
        if not row.is_seen:
            continue
        if row.dataset.is_system:
            part.add(text_of(row.dataset, "title"), gettext("由本系统自动记录，不用采集"))
            continue
        duties = row.duties or {}
        told = {
            str(title): facts.titles.get(duties[name], duties[name])
            for name, title in _DUTIES.items()
            if duties.get(name)
        }
        if duties.get("due_day") is not None:
            days = {"n": duties["due_day"]}
            told[gettext("更新")] = gettext("时段结束后 %(n)s 天内") % days
        words = "；".join(f"{title} {value}" for title, value in told.items())
        part.add(text_of(row.dataset, "title"), words or gettext("数据标准还没有写"))
        absent = [str(title) for name, title in _DUTIES.items() if not duties.get(name)]
        absent += [] if duties.get("due_day") is not None else [gettext("更新时限")]
        if absent:
            mend = reverse("data:standard_edit", args=[row.dataset.name])
            part.miss(
                gettext("“%(dataset)s”没有写：%(what)s")
                % {"dataset": text_of(row.dataset, "title"), "what": "、".join(absent)},
                mend if facts.may_mend_standard else "",
            )


def _standard(part: RecordPart, version: IndicatorVersion, facts: Facts) -> None:
    rows = facts.thresholds.get(version.indicator.code, [])
    newest = {(row.kind, row.subject_id): row for row in rows}
    for (kind, subject), row in newest.items():
        if subject is None:
            part.add(kind_words(kind), _limits(row, version))
            if not row.source:
                words = gettext("%(kind)s的标准没有写依据：在配置包的 thresholds.csv 里补 source")
                part.miss(words % {"kind": kind_words(kind)})
    own = Counter(kind for kind, subject in newest if subject is not None)
    for kind, n in own.items():
        words = gettext("另有 %(n)s 个对象有自己的标准") % {"n": n}
        part.add(kind_words(kind), words)
    if not newest:
        part.miss(gettext("没有目标值、标准值和预警值：在配置包的 thresholds.csv 里补"))


def _recipients(part: RecordPart, version: IndicatorVersion, facts: Facts) -> None:
    for watch in facts.watches.get(version.indicator.code, []):
        role = roles().get(watch.role)
        whom = {
            "role": text_of(role, "title") if role else watch.role,
            "kind": kind_words(watch.kind),
            "days": watch.answer_within_days,
        }
        words = gettext("预警推送给%(kind)s的%(role)s，%(days)s 天内答复") % whom
        part.add(text_of(watch, "title"), words)
    for row, _names in _datasets(version, facts):
        codes = (row.duties or {}).get("recipients") or []
        if codes and row.is_seen:
            named = "、".join(facts.titles.get(code, code) for code in codes)
            words = gettext("数据推送给 %(whom)s") % {"whom": named}
            part.add(text_of(row.dataset, "title"), words)
    if not part.entries:
        part.miss(gettext("没有监测，也没有数据接收人：在配置包的 watches.csv 或数据标准里补"))


def _measures(part: RecordPart, version: IndicatorVersion, facts: Facts) -> None:
    code = version.indicator.code
    if facts.alerts is not None:
        found = facts.alerts.get(code, Counter())
        waiting = found["UNANSWERED"]
        n_open, n_recovered = found[AlertState.OPEN], found[AlertState.RECOVERED]
        words = gettext(
            "未恢复 %(open)s 条，其中 %(waiting)s 条还没有答复；已恢复 %(recovered)s 条"
        )
        url = reverse("monitoring:alert_list")
        part.add(
            gettext("预警"),
            words % {"open": n_open, "waiting": waiting, "recovered": n_recovered},
            url,
        )
        if waiting:
            part.miss(gettext("%(n)s 条预警还没有措施") % {"n": waiting}, url)
    if facts.improvements is not None:
        states = facts.improvements.get(code, Counter())
        words = gettext(
            "未关闭 %(open)s 项；复测或查证后关闭 %(closed)s 项；无证明关闭 %(other)s 项"
        )
        part.add(
            gettext("改进"),
            words
            % {
                "open": sum(states[state] for state in OPEN_STATES),
                "closed": states[ImprovementState.CLOSED],
                "other": states[ImprovementState.CLOSED_WITHOUT_PROOF],
            },
            reverse("improvement:improvement_list"),
        )
    if not part.entries:
        part.add(gettext("改进"), gettext("不在您的权限内"))


def _feedback(part: RecordPart, version: IndicatorVersion, facts: Facts) -> None:
    if facts.corrections is None:
        part.add(gettext("数据更正"), gettext("不在您的权限内"))
        return
    url = reverse("data:correction_list")
    for row, _names in _datasets(version, facts):
        if not row.is_seen:
            continue
        states = facts.corrections.get(row.dataset.name, Counter())
        told = {
            "asked": states.total(),
            "accepted": states[CorrectionState.ACCEPTED],
            "refused": states[CorrectionState.REFUSED],
        }
        words = gettext("更正申请 %(asked)s 件：采纳 %(accepted)s 件，不采纳 %(refused)s 件")
        part.add(text_of(row.dataset, "title"), words % told, url)


_DUTIES: Mapping[str, Promise] = {
    "owner_unit": _("责任部门"),
    "collector": _("采集"),
    "auditor": _("审核"),
}
_FILLS: Mapping[RegisterPart, Callable[[RecordPart, IndicatorVersion, Facts], None]] = {
    RegisterPart.SOURCE: _source,
    RegisterPart.MEANING: _meaning,
    RegisterPart.COLLECTOR: _collector,
    RegisterPart.STANDARD: _standard,
    RegisterPart.RECIPIENTS: _recipients,
    RegisterPart.MEASURES: _measures,
    RegisterPart.FEEDBACK: _feedback,
}


def outcome_words(row: Improvement, version: IndicatorVersion) -> str:
    """Return what a measure was and what it brought, as far as it was measured."""
    words = row.measure or gettext("还没有措施")
    if row.closing_value is None:
        return words
    values = {
        "before": value_words(row.baseline_value, version),
        "after": value_words(row.closing_value, version),
    }
    return words + gettext("；由 %(before)s 到 %(after)s") % values


def _datasets(
    version: IndicatorVersion, facts: Facts
) -> Iterator[tuple[DatasetFacts, tuple[str, ...]]]:
    """Yield the datasets of an indicator with the titles of the fields that it reads."""
    read: dict[str, dict[str, str]] = {}
    for measure in version.measures.all():
        read.setdefault(measure.dataset.name, {})
    try:
        _formula, parts = formulas_of(version, definitions=facts.definitions)
    except FormulaRefused:
        # A field of an earlier definition is withdrawn by now.
        parts = {}
    for name, formula in parts.values():
        infos = {info.name: info for info in facts.definitions.fields_of(name)}
        for one in formula.fields:
            read[name][one] = (infos[one].titles or (one,))[0] if one in infos else one
    for name, fields in read.items():
        yield facts.datasets[name], tuple(fields.values())


def _explained(version: IndicatorVersion, facts: Facts) -> str:
    language = "en" if (get_language() or "").startswith("en") else "zh"
    try:
        formula, _parts = formulas_of(version, definitions=facts.definitions, language=language)
    except FormulaRefused:
        return version.formula
    return explain(formula, language=language)


def _limits(row: Threshold, version: IndicatorVersion) -> str:
    values: dict[str, Any] = {
        gettext("目标值"): row.target_value,
        gettext("标准值"): row.standard_value,
        gettext("预警值"): row.warning_value,
    }
    words = [
        f"{title} {value_words(value, version)}"
        for title, value in values.items()
        if value is not None
    ]
    source = [gettext("依据：%(source)s") % {"source": row.source}] if row.source else []
    return "；".join(words + source)


def _origin(row: DatasetFacts) -> str:
    return gettext("本系统的业务记录") if row.dataset.is_system else gettext("文件导入或填报")


def _opens(row: DatasetFacts, facts: Facts) -> bool:
    return facts.may_open and row.is_seen and not row.dataset.is_system
