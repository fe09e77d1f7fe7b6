"""Why a formula is refused: one exception, a code and a place in the text; words only in tables.

The tables stand here and not in a gettext catalogue, because this package knows no Django.
"""

from collections.abc import Mapping

CHINESE: Mapping[str, str] = {
    "aggregate_expected": "度量须是恰好一个汇总函数，例如 计数(…)、求和(…)、占比(…)。",
    "aggregate_nested": "汇总函数「{function}」须单独成为度量，不能用在计算字段、函数或运算里。",
    "ambiguous_name": "名称「{name}」同时指 {candidates}，请改用其中一个标识名。",
    "argument_missing": "函数「{function}」缺少参数：{argument}。",
    "argument_repeated": "参数「{argument}」写了两次。",
    "arguments_too_many": "函数「{function}」的参数过多。",
    "chained_equality": "一次只比较两个值；区间可写作 60 <= 成绩 < 90。",
    "condition_expected": "这里须是条件（是或否），不是{found}。",
    "control_character": "公式中有不可见的控制字符。",
    "date_expected": "这里须是日期或时间，不是{found}。",
    "date_invalid": '「{text}」不是有效日期；日期写作 "2025-05-31"。',
    "division_by_zero": "不能除以零。",
    "division_in_measure": "除法只能用在度量之间：请改用平均、加权平均、占比，或在指标公式里相除。",
    "field_expected": "这里须是一个字段。",
    "list_expected": '「in」后面须是列表，例如 in ["通过", "优秀"]。',
    "literal_expected": "这里须直接写出一个值。",
    "measure_expected": "指标公式至少要用到一个度量。",
    "name_empty": "【】中没有名称。",
    "name_not_closed": "名称缺少结尾的】。",
    "not_in_indicator": "指标公式只能对度量和数字作加、减、乘、除。",
    "number_expected": "这里须是数，不是{found}。",
    "number_too_long": "数字最多 {limit} 位。",
    "scale_too_large": "结果的小数位数超过 {limit} 位。",
    "string_not_closed": "文字缺少结尾的引号。",
    "string_too_long": "一段文字最多 {limit} 个字符。",
    "text_empty": "公式是空的。",
    "text_too_long": "公式最多 {limit} 个字符。",
    "text_expected": "这里须是文字，不是{found}。",
    "too_deep": "括号和函数最多嵌套 {limit} 层。",
    "too_many_nodes": "公式过于复杂，最多 {limit} 个成分。",
    "types_differ": "两边的类型不同：{left}和{right}。",
    "unexpected_character": "不认识的字符「{character}」。",
    "unexpected_end": "公式没有写完。",
    "unexpected_token": "「{token}」不能放在这里。",
    "unknown_function": "没有名为「{name}」的函数。",
    "unknown_measure": "没有名为「{name}」的度量。",
    "unknown_name": "没有名为「{name}」的字段。",
}

ENGLISH: Mapping[str, str] = {
    "aggregate_expected": "A measure is exactly one aggregate, "
    "such as count(…), sum(…) or share(…).",
    "aggregate_nested": "The aggregate “{function}” is a measure by itself; it cannot stand "
    "in a computed field, a function or an operation.",
    "ambiguous_name": "The name “{name}” means any of {candidates}; write one of these instead.",
    "argument_missing": "The function “{function}” lacks an argument: {argument}.",
    "argument_repeated": "The argument “{argument}” is given twice.",
    "arguments_too_many": "The function “{function}” has too many arguments.",
    "chained_equality": "Compare two values at a time; a range is written 60 <= score < 90.",
    "condition_expected": "A condition (true or false) is needed here, not {found}.",
    "control_character": "The formula contains an invisible control character.",
    "date_expected": "A date or time is needed here, not {found}.",
    "date_invalid": '“{text}” is not a valid date; a date is written "2025-05-31".',
    "division_by_zero": "Division by zero is not possible.",
    "division_in_measure": "Only measures can be divided: use mean, weighted_mean or share, "
    "or divide in the formula of the indicator.",
    "field_expected": "A field is needed here.",
    "list_expected": 'A list must follow “in”, such as in ["Pass", "Distinction"].',
    "literal_expected": "A value must be written out here.",
    "measure_expected": "The formula of an indicator uses at least one measure.",
    "name_empty": "There is no name between 【 and 】.",
    "name_not_closed": "The closing 】 of a name is missing.",
    "not_in_indicator": "The formula of an indicator can only add, subtract, multiply and divide "
    "measures and numbers.",
    "number_expected": "A number is needed here, not {found}.",
    "number_too_long": "A number has at most {limit} digits.",
    "scale_too_large": "The result would have more than {limit} decimals.",
    "string_not_closed": "The closing quotation mark of a text is missing.",
    "string_too_long": "A text has at most {limit} characters.",
    "text_empty": "The formula is empty.",
    "text_too_long": "A formula has at most {limit} characters.",
    "text_expected": "A text is needed here, not {found}.",
    "too_deep": "Brackets and functions nest at most {limit} deep.",
    "too_many_nodes": "The formula is too complex; it can have at most {limit} parts.",
    "types_differ": "The two sides differ in type: {left} and {right}.",
    "unexpected_character": "The character “{character}” is not known.",
    "unexpected_end": "The formula is not complete.",
    "unexpected_token": "“{token}” cannot stand here.",
    "unknown_function": "There is no function “{name}”.",
    "unknown_measure": "There is no measure “{name}”.",
    "unknown_name": "There is no field “{name}”.",
}

KINDS: Mapping[str, Mapping[str, str]] = {
    "zh": {
        "text": "文字",
        "code": "文字",
        "integer": "整数",
        "decimal": "小数",
        "date": "日期",
        "time": "时间",
        "boolean": "是否",
    },
    "en": {
        "text": "a text",
        "code": "a text",
        "integer": "an integer",
        "decimal": "a decimal number",
        "date": "a date",
        "time": "a time",
        "boolean": "a yes or no",
    },
}

KIND_FACTS = ("found", "left", "right")


class FormulaRefused(Exception):
    """A formula that is not accepted「公式有误」: a code, and the place of the fault.

    ``position`` counts characters of the text as it was written, from 1; ``length`` is at least 0.
    """

    def __init__(self, code: str, position: int, length: int, **facts: object) -> None:
        super().__init__(code, position, length, facts)
        self.code = code
        self.position = position
        self.length = length
        self.facts = facts


def describe(refused: FormulaRefused, language: str = "zh") -> str:
    """Say in one sentence what is wrong and where; ``language`` is "zh" or "en"."""
    is_chinese = language.startswith("zh")
    kinds = KINDS["zh" if is_chinese else "en"]
    facts = {
        key: kinds.get(str(value), value) if key in KIND_FACTS else value
        for key, value in refused.facts.items()
    }
    template = (CHINESE if is_chinese else ENGLISH)[refused.code]
    place = "第{position}个字符：" if is_chinese else "Character {position}: "
    return place.format(position=refused.position) + template.format(**facts)
