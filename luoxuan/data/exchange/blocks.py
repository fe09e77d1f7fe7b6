"""Bundles as pages, lists and commands show them."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from luoxuan.core.downloads import Listing
from luoxuan.core.workbook import Column
from luoxuan.data.exchange.contrast import unexplained
from luoxuan.data.exchange.definition import TableDefinition
from luoxuan.data.exchange.rules import BundleState, ProblemLevel
from luoxuan.data.models import ExchangeBundle, ExchangeComparison

STATES = {
    BundleState.BUILT: ("ba", _("待改正")),
    BundleState.CHECKED: ("wt", _("待第一道签字")),
    BundleState.SIGNED_ONCE: ("wt", _("待签发")),
    BundleState.SIGNED: ("ok", _("已签发，未上报")),
    BundleState.HANDED_OVER: ("ok", _("已上报，待回执")),
    BundleState.RECEIPTED: ("ok", _("已有回执")),
    BundleState.REJECTED: ("ba", _("接收方退回，待更正")),
}
PROBLEMS = {
    "cell_required": _("必填，却是空的"),
    "cell_too_long": _("超过 %(length)s 个字符"),
    "cell_unknown_code": _("没有对应的上报代码"),
    "cell_no_integer": _("不是整数"),
    "cell_no_decimal": _("不是数，或小数超过 %(decimals)s 位"),
    "cell_no_date": _("不是日期"),
    "key_twice": _("主键重复"),
    "rule_failed": _("不符合：%(rule)s"),
    "sums_differ": _("%(rule)s：与表 %(other)s 不一致"),
    "table_empty": _("这张表一行也没有"),
}
DIFFERENCES = {"ours": _("仅本校有"), "theirs": _("仅对方有"), "cell": _("内容不同")}
_SHOWN = 200


def bundle_shown(bundle: ExchangeBundle) -> dict[str, Any]:
    """Return a bundle with the words of its state."""
    state, words = STATES[BundleState(bundle.state)]
    if bundle.is_imported:
        state, words = "no", _("导入，只读")
    elif is_returned(bundle):
        state, words = "ba", _("已退回，待改正")
    replaced = getattr(bundle, "replaced_by", None)
    return {
        "bundle": bundle,
        "state": "no" if replaced else state,
        "words": gettext("已被第 %(n)s 版取代") % {"n": replaced.edition} if replaced else words,
        "n_open": len(unexplained(bundle.contrast, bundle.explanations)),
    }


def is_returned(bundle: ExchangeBundle) -> bool:
    """Tell whether a leader returned a bundle that was not signed again since then."""
    is_open = bundle.state in {BundleState.BUILT, BundleState.CHECKED}
    return is_open and bool(bundle.return_reason)


def problem_text(finding: dict[str, Any]) -> str:
    """Return what is wrong as words."""
    words = str(PROBLEMS.get(finding["code"], finding["code"]))
    return words % dict(finding["facts"])


def findings_shown(bundle: ExchangeBundle) -> list[dict[str, Any]]:
    """Return the first findings with their words."""
    return [
        {**finding, "text": problem_text(finding),
         "is_refused": finding["severity"] == ProblemLevel.REFUSE}
        for finding in bundle.findings[:_SHOWN]
    ]  # fmt: skip


def contrast_shown(bundle: ExchangeBundle) -> list[dict[str, Any]]:
    """Return the comparison with the last bundle, jumps first."""
    lines = [
        {**line, "change": change_text(line["before"], line["now"]),
         "explanation": bundle.explanations.get(line["key"], "")}
        for line in bundle.contrast
    ]  # fmt: skip
    return sorted(lines, key=lambda line: not line["is_jump"])


def change_text(before: str | None, now: str | None) -> str:
    """Return a change as a share of what was, in percent; a dash where there is none."""
    if before is None or now is None or not Decimal(before):
        return "—"
    share = (Decimal(now) - Decimal(before)) * 100 / abs(Decimal(before))
    return f"{share:+.1f}%"


def bundle_listing(shown: Sequence[dict[str, Any]]) -> Listing:
    """Return the bundles「上报数据包」 as a list that leaves as a file."""
    titles = (
        gettext("数据包"), gettext("时段"), gettext("版次"), gettext("状态"), gettext("接收方"),
        gettext("报送单位"), gettext("行数"), gettext("回执编号"), "SHA-256",
    )  # fmt: skip
    return Listing(
        name="exchange-bundles",
        title=gettext("上报数据包"),
        columns=[Column(title, "integer" if place in {2, 6} else "text")
                 for place, title in enumerate(titles)],
        n_rows=len(shown),
        rows=lambda: [
            (
                row["bundle"].title, row["bundle"].period_name, row["bundle"].edition,
                str(row["words"]), row["bundle"].receiver, row["bundle"].sender,
                row["bundle"].n_rows, row["bundle"].receipt_number, row["bundle"].file_sha256,
            )
            for row in shown
        ],
        notes=[f"{gettext('筛选')}：{gettext('全部')}"],
    )  # fmt: skip


def finding_listing(bundle: ExchangeBundle) -> Listing:
    """Return what the checks found「校验问题」."""
    titles = (gettext("级别"), gettext("表"), gettext("行"), gettext("列"), gettext("值"),
              gettext("问题"))  # fmt: skip
    words = {ProblemLevel.REFUSE: gettext("必须改正"), ProblemLevel.WARN: gettext("提醒")}
    return Listing(
        name=f"exchange-{bundle.pk}-findings",
        title=gettext("校验问题"),
        columns=[
            Column(title, "integer" if place == 2 else "text") for place, title in enumerate(titles)
        ],
        n_rows=len(bundle.findings),
        rows=lambda: [
            (
                words[ProblemLevel(one["severity"])],
                one["table"],
                one["row"] or None,
                one["column"],
                one["value"],
                problem_text(one),
            )
            for one in bundle.findings
        ],
        notes=[f"{bundle.title} · {bundle.period_name}"],
    )


def contrast_listing(bundle: ExchangeBundle) -> Listing:
    """Return the comparison with the last bundle「与上期对比」."""
    titles = (gettext("表"), gettext("名称"), gettext("列"), gettext("上期"), gettext("本期"),
              gettext("变动"), gettext("说明"))  # fmt: skip
    return Listing(
        name=f"exchange-{bundle.pk}-comparison",
        title=gettext("与上期对比"),
        columns=[Column(title) for title in titles],
        n_rows=len(bundle.contrast),
        rows=lambda: [
            (
                line["table"],
                line["title"],
                line["column"],
                line["before"],
                line["now"],
                line["change"],
                line["explanation"],
            )
            for line in contrast_shown(bundle)
        ],
        notes=[f"{bundle.title} · {bundle.period_name}"],
    )


def table_listing(
    bundle: ExchangeBundle, table: TableDefinition, rows: Sequence[Sequence[str]]
) -> Listing:
    """Return the rows of one table「上报表」."""
    return Listing(
        name=f"exchange-{bundle.pk}-{table.number}",
        title=f"{table.number} {table.title}",
        columns=[Column(column.title) for column in table.columns],
        n_rows=len(rows),
        rows=lambda: rows,
        notes=[f"{bundle.title} · {bundle.period_name}"],
    )


def comparison_listing(comparison: ExchangeComparison) -> Listing:
    """Return what a receiver's table says otherwise「平台核对」."""
    titles = (gettext("差别"), gettext("主键"), gettext("列"), gettext("本校"), gettext("对方"))
    return Listing(
        name=f"exchange-comparison-{comparison.pk}",
        title=gettext("平台核对"),
        columns=[Column(title) for title in titles],
        n_rows=len(comparison.differences),
        rows=lambda: [(str(DIFFERENCES[kind]), *rest) for kind, *rest in comparison.differences],
        notes=[f"{comparison.file_name}"],
    )


def differences_shown(comparison: ExchangeComparison) -> list[dict[str, Any]]:
    """Return the first differences with their words."""
    return [
        {"words": DIFFERENCES[kind], "key": key, "column": column, "ours": ours, "theirs": theirs}
        for kind, key, column, ours, theirs in comparison.differences[:_SHOWN]
    ]
