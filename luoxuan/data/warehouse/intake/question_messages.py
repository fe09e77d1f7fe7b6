"""Chinese and English sentences of questions and of their ready answers; plain data."""

from collections.abc import Mapping

QUESTION_MESSAGES: Mapping[str, tuple[str, str]] = {
    "active_filter": (
        "工作表“{sheet}”上的筛选仍在生效。将读取全部行，是否继续？",
        "A filter is on in sheet {sheet}. All rows will be read. Go on?",
    ),
    "drifted": (
        "“{rule}”：原来 {before}，这一份 {after}，变化超过 {most}%。请核实后再决定。",
        "{rule}: {before} before, {after} now, a change of more than {most} %. Please verify.",
    ),
    "extra_header": (
        "列“{column}”不属于该数据集。怎么处理？",
        "Column {column} does not belong to the dataset. What shall become of it?",
    ),
    "filtered_rows": (
        "有 {count} 行被筛选隐藏（第 {rows} 行）。是否一并导入？",
        "{count} rows are hidden by a filter ({rows}). Import them too?",
    ),
    "header_synonym": (
        "表头“{column}”是哪个字段？",
        "Which field does the header {column} mean?",
    ),
    "header_unit": (
        "“{column}”列的表头写着万元或亿元。要换算成元吗？",
        "The header of column {column} says 万元 or 亿元. Convert to yuan?",
    ),
    "hidden_columns": (
        "列 {columns} 是隐藏的。是否一并导入？",
        "Columns {columns} are hidden. Import them too?",
    ),
    "hidden_rows": (
        "有 {count} 行是隐藏的（第 {rows} 行）。是否一并导入？",
        "{count} rows are hidden ({rows}). Import them too?",
    ),
    "hidden_sheets": (
        "工作簿里有隐藏的工作表：{sheets}。只读取“{sheet}”，是否继续？",
        "The workbook has hidden sheets: {sheets}. Only {sheet} is read. Go on?",
    ),
    "leading_zeros": (
        "“{column}”列的前导零只是显示格式（如 {example}）。按显示的内容导入吗？",
        "The leading zeros of column {column} are only a format ({example}). Take them as shown?",
    ),
    "missing": (
        "“{column}”没有填写。请补填，或选择怎么处理。",
        "{column} is empty. Fill it in, or choose what to do.",
    ),
    "percent_format": (
        "“{column}”列有按百分比显示的数（如 {example}）。按哪种写法导入？",
        "Column {column} holds numbers shown as percent ({example}). How are they to be taken?",
    ),
    "percent_text": (
        "“{column}”列有带百分号的数（如 {example}）。按哪种写法导入？",
        "Column {column} holds numbers with a percent sign ({example}). How are they to be taken?",
    ),
    "several_sheets": (
        "有几张工作表的表头相同：{sheets}。导入哪一张？",
        "Several sheets have the same header: {sheets}. Which one is to be imported?",
    ),
    "thousands": (
        "“{column}”列有千位分隔符（如 {example}）。去掉后导入吗？",
        "Column {column} holds thousands separators ({example}). Remove them?",
    ),
    "unclear_date": (
        "“{column}”的“{value}”不是明确的日期。请选择或填写日期。",
        "“{value}” in {column} is no clear date. Choose or write one.",
    ),
    "unit_text": (
        "“{column}”列的数带有单位（如 {example}）。换算成元导入吗？",
        "Column {column} holds numbers with units ({example}). Convert to yuan?",
    ),
    "unknown_name": (
        "“{column}”的“{value}”在系统里找不到。请选择或改填。",
        "“{value}” in {column} is not known. Choose or correct it.",
    ),
}

CHOICE_MESSAGES: Mapping[str, tuple[str, str]] = {
    "accept_drift": ("情况属实，仍然采用", "It is so, take it"),
    "continue_with_sheet": (
        "继续，只读取“{sheet}”",
        "Go on with {sheet} only",
    ),
    "header_unit_as_stored": (
        "不换算，数值本来就是元",
        "Leave the numbers as they are",
    ),
    "header_unit_convert": (
        "换算成元",
        "Convert to yuan",
    ),
    "include_columns": (
        "一并导入",
        "Import them too",
    ),
    "include_rows": (
        "一并导入",
        "Import them too",
    ),
    "leading_zeros_as_shown": (
        "按显示的内容，保留前导零",
        "As shown, with the zeros",
    ),
    "leading_zeros_as_stored": (
        "按存储的数字，不要前导零",
        "As stored, without the zeros",
    ),
    "leave_column_out": (
        "不导入这一列",
        "Leave the column out",
    ),
    "leave_empty": (
        "留空",
        "Leave empty",
    ),
    "percent_format_hundred": (
        "95% 记作 95",
        "95% counts as 95",
    ),
    "percent_format_share": (
        "95% 记作 0.95",
        "95% counts as 0.95",
    ),
    "percent_text_hundred": (
        "95% 记作 95",
        "95% counts as 95",
    ),
    "percent_text_share": (
        "95% 记作 0.95",
        "95% counts as 0.95",
    ),
    "read_as_encoding": (
        "按 {encoding} 读取",
        "Read as {encoding}",
    ),
    "reject_row": (
        "不导入这一行",
        "Reject the row",
    ),
    "reject_rows": (
        "不导入这些行",
        "Reject these rows",
    ),
    "skip_rows": (
        "不导入隐藏的行",
        "Leave the hidden rows out",
    ),
    "take_text": (
        "{text}",
        "{text}",
    ),
    "thousands_remove": (
        "去掉分隔符",
        "Remove the separators",
    ),
    "unit_text_convert": (
        "换算成元",
        "Convert to yuan",
    ),
    "use_as_field": (
        "作为“{field}”",
        "Use as {field}",
    ),
    "use_sheet": (
        "{sheet}",
        "{sheet}",
    ),
}
