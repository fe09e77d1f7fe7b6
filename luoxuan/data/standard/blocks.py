"""The data standard in words: differences, findings, plans, lineage."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from luoxuan.core.configuration import Change, Verb
from luoxuan.core.templatetags.words import text_of, type_words
from luoxuan.data.models import Dataset, DatasetDefinition
from luoxuan.data.rules import QualitySystem, TimeBasis
from luoxuan.data.standard.actions import StandardPlan
from luoxuan.data.standard.queries import titles_of_codes
from luoxuan.data.standard.rules import Difference, FindingSeverity, StandardFinding, differences

NAMES: dict[str, Promise] = {
    "title": _("名称"), "title_en": _("英文名称"), "about": _("含义"), "about_en": _("英文含义"),
    "file": _("文件名"), "unit_field": _("部门字段"), "time_basis": _("时间口径"),
    "theme": _("主题"), "system": _("所属系统"), "follows": _("依据的标准"),
    "sensitivity_level": _("敏感级别"),
    "retention_years": _("保存年限"), "key": _("主键"), "subject_kind": _("对象类别"),
    "subject_field": _("对象字段"), "grains": _("汇总到"), "period_kind": _("时段类别"),
    "period_field": _("时段字段"), "day_field": _("日序字段"), "date_field": _("日期字段"),
    "date_kinds": _("按日期归入"), "lookups": _("引用"), "owner_unit": _("责任部门"),
    "collector": _("采集"), "auditor": _("审核"), "recipients": _("使用者"),
    "due_day": _("期后几天内"), "type": _("类型"), "decimals": _("小数位"),
    "is_required": _("必填"), "minimum": _("下限"), "maximum": _("上限"), "pattern": _("格式"),
    "missing": _("表示没有的写法"), "headers": _("也认得的列名"), "code_list": _("编码表"),
    "sensitivity": _("个人信息"), "formula": _("公式"), "asks": _("导入时询问"),
    "reference": _("引用的对象"), "checksum": _("校验"), "stated_by_id": _("与身份证号核对"),
    "withdrawn": _("停用即拒绝"), "measured_in": _("计量单位"), "source_standard": _("来源标准"),
    "source_code": _("标准编号"), "owned_by": _("权威字段"), "codes": _("编码"),
}  # fmt: skip
BASES: dict[str, Promise] = {
    TimeBasis.TIME_POINT: _("时点"), TimeBasis.NATURAL_YEAR: _("自然年"),
    TimeBasis.SCHOOL_YEAR: _("学年"), TimeBasis.TERM: _("学期"), TimeBasis.MONTH: _("月"),
    TimeBasis.WEEK: _("周"), TimeBasis.EVENT: _("发生时"),
}  # fmt: skip
SYSTEMS: dict[str, Promise] = {
    QualitySystem.DECISION: _("决策指挥"), QualitySystem.GENERATION: _("质量生成"),
    QualitySystem.RESOURCES: _("资源建设"), QualitySystem.SUPPORT: _("支持服务"),
    QualitySystem.SUPERVISION: _("监督控制"),
}  # fmt: skip
LEVELS: dict[int, Promise] = {1: _("公开"), 2: _("内部"), 3: _("敏感"), 4: _("核心")}
CLASSES: dict[str, Promise] = {
    "": _("不是个人信息"), "person": _("个人信息"), "sensitive": _("敏感个人信息"),
}  # fmt: skip
SEVERITIES: dict[str, tuple[str, Promise]] = {
    FindingSeverity.ERROR: ("ba", _("错误")), FindingSeverity.WARNING: ("wa", _("应改")),
    FindingSeverity.NOTE: ("no", _("可改")),
}  # fmt: skip
_RULES: dict[str, Promise] = {
    "standard.no_owner": _("没有写责任部门"),
    "standard.no_collector": _("没有写由谁采集"),
    "standard.no_due_day": _("没有写期后几天内交"),
    "standard.unknown_duty": _("没有代码为“%(code)s”的部门、岗位或角色"),
    "standard.no_meaning": _("必填字段没有写含义"),
    "standard.bad_pattern": _("正则表达式“%(pattern)s”不能用"),
    "standard.owner_absent": _("权威字段 %(owner)s 不存在"),
    "standard.repeats_owned": _("重复了权威字段 %(owner)s，却没有写明"),
    "standard.unused_code_list": _("没有字段用到这份编码表"),
}
_VERBS: dict[str, Promise] = {Verb.ADD: _("新增"), Verb.CHANGE: _("修改")}
_MOST_WORDS = 400


def value_words(name: str, value: Any) -> str:
    """Return a value of the standard as people read it."""
    if value in (None, "", [], {}):
        return gettext("空")
    known: dict[str, Mapping[Any, Promise]] = {
        "time_basis": BASES, "system": SYSTEMS, "sensitivity_level": LEVELS, "sensitivity": CLASSES,
    }  # fmt: skip
    if name in known:
        return str(known[name].get(value, value))
    if name == "type":
        return type_words(value)
    if isinstance(value, bool):
        return gettext("是") if value else gettext("否")
    if isinstance(value, list):
        return "、".join(" ".join(map(str, one)) if isinstance(one, list) else str(one)
                        for one in value)[:_MOST_WORDS]  # fmt: skip
    if isinstance(value, Mapping):
        return "、".join(f"{key}={one}" for key, one in value.items())
    return str(value)[:_MOST_WORDS]


def titled(name: str, value: Any, titles: Mapping[str, str]) -> str:
    """Return a value as people read it, with the titles of units, posts, roles and themes."""
    if name == "theme":
        return titles.get(f"theme:{value}") or value_words(name, value)
    if name in {"owner_unit", "collector", "auditor"}:
        return titles.get(value) or value_words(name, value)
    if name == "recipients":
        return value_words(name, [titles.get(code, code) for code in value])
    return value_words(name, value)


def difference_words(one: Difference) -> str:
    """Return one difference as a sentence."""
    if not one.name:
        if one.after:
            return gettext("新增字段 %(field)s（%(title)s）") % {
                "field": one.field, "title": one.after
            }  # fmt: skip
        return gettext("停用字段 %(field)s（%(title)s）") % {
            "field": one.field, "title": one.before
        }  # fmt: skip
    facts = {
        "name": str(NAMES.get(one.name, one.name)),
        "before": value_words(one.name, one.before),
        "after": value_words(one.name, one.after),
        "field": one.field,
    }
    if one.field:
        return gettext("字段 %(field)s 的%(name)s：%(before)s → %(after)s") % facts
    return gettext("%(name)s：%(before)s → %(after)s") % facts


def history_shown(rows: list[DatasetDefinition]) -> list[dict[str, Any]]:
    """Return definitions, newest first, each with what it changed against the one before."""
    older: list[DatasetDefinition | None] = [*rows, None][1:]
    return [
        {
            "number": row.number,
            "valid_from": row.valid_from,
            "by_name": str(row.by or ""),
            "origin": row.origin,
            "reason": row.reason,
            "changes": [difference_words(one) for one in differences(before.content, row.content)]
            if before
            else [],
        }
        for row, before in zip(rows, older, strict=True)
    ]


def finding_shown(one: StandardFinding) -> dict[str, str]:
    """Return a finding with its sentence and where to mend it."""
    state, severity = SEVERITIES[one.severity]
    return {
        "rule": one.rule,
        "state": state,
        "severity": str(severity),
        "place": one.code_list or ".".join(part for part in (one.dataset, one.field) if part),
        "words": str(_RULES[one.rule]) % dict(one.facts),
        "url": _where_to_mend(one),
    }


def _where_to_mend(one: StandardFinding) -> str:
    if one.code_list:
        return reverse("data:code_list_detail", args=[one.code_list])
    if one.field:
        return reverse("data:field_edit", args=[one.dataset, one.field])
    return reverse("data:standard_edit", args=[one.dataset])


def plan_shown(plan: StandardPlan) -> list[dict[str, str]]:
    """Return what a plan would change, one line for each difference."""
    return [row for change in plan.changes for row in _change_shown(change)]


def _change_shown(change: Change) -> list[dict[str, str]]:
    common = {"verb": str(_VERBS[change.verb]), "kind": change.kind, "key": change.key}
    if change.verb is Verb.ADD:
        return [{**common, "words": _added_words(change)}]
    found = differences(change.before, change.after)
    return [{**common, "words": difference_words(one)} for one in found]


def _added_words(change: Change) -> str:
    if change.kind == "datasets":
        return gettext("%(title)s，%(n)s 个字段") % {
            "title": change.after["title"], "n": len(change.after["fields"])
        }  # fmt: skip
    if change.kind == "code_lists":
        return gettext("%(n)s 个编码") % {"n": len(change.after["codes"])}
    told = {name: value for name, value in change.after.items() if value not in ("", None, [])}
    return "、".join(f"{NAMES[name]}：{value_words(name, value)}" for name, value in told.items())


def fields_shown(dataset: Dataset, *, may_edit: bool) -> list[dict[str, Any]]:
    """Return the fields of a standard with their facts in words."""
    return [
        {
            "name": row.name,
            "title": text_of(row, "title"),
            "type": row.type,
            "decimals": row.decimals,
            "measured_in": row.measured_in,
            "about": text_of(row, "about"),
            "facts": _facts(row, dataset.key),
            "source": " ".join(part for part in (row.source_standard, row.source_code) if part),
            "owned_by": row.owned_by,
            "owner_url": _owner_url(row.owned_by),
            "code_list": row.code_list.name if row.code_list else "",
            "url": reverse("data:field_edit", args=[dataset.name, row.name]) if may_edit else "",
        }
        for row in dataset.fields.select_related("code_list")
    ]


def _facts(row: Any, key: list[str]) -> list[str]:
    told = [
        gettext("主键") if row.name in key else "",
        gettext("必填") if row.is_required else "",
        f"≥ {row.minimum.normalize():f}" if row.minimum is not None else "",
        f"≤ {row.maximum.normalize():f}" if row.maximum is not None else "",
        gettext("格式 %(pattern)s") % {"pattern": row.pattern} if row.pattern else "",
        gettext("引用 %(reference)s") % {"reference": row.reference} if row.reference else "",
        gettext("导入时计算：%(formula)s") % {"formula": row.formula} if row.formula else "",
        str(CLASSES.get(row.sensitivity, row.sensitivity)) if row.sensitivity else "",
    ]
    return [text for text in told if text]


def _owner_url(owned_by: str) -> str:
    dataset = owned_by.partition(".")[0]
    return reverse("data:standard_detail", args=[dataset]) if dataset else ""


def duties_shown(dataset: Dataset) -> list[tuple[str, str]]:
    """Return what the standard says about a dataset as a whole, as pairs of name and value."""
    names = (
        "owner_unit", "collector", "auditor", "recipients", "due_day", "time_basis", "theme",
        "system",
        "sensitivity_level", "retention_years", "follows", "key",
    )  # fmt: skip
    titles = titles_of_codes()
    return [(str(NAMES[name]), titled(name, getattr(dataset, name), titles)) for name in names]
