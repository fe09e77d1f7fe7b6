"""Chinese and English sentences for every code of a reading; plain data, filled at the edge."""

from collections.abc import Mapping

# code -> (Chinese, English); each says what is wrong and, where it is not plain, the next step.
FILE_MESSAGES: Mapping[str, tuple[str, str]] = {
    "ambiguous_delimiter": (
        "无法确定分隔符：表头中 {delimiters} 都可能。请只用一种分隔符重新导出。",
        "The delimiter is not clear: the header allows {delimiters}. Export again with one only.",
    ),
    "bad_pattern": (
        "字段“{column}”的格式规则无效：{pattern}。请联系数据集管理员。",
        "The pattern of field {column} is not valid: {pattern}. Ask who looks after the dataset.",
    ),
    "damaged_parquet": (
        "文件不是完整的 Parquet 文件。请重新导出。",
        "This is no complete Parquet file. Export it again.",
    ),
    "damaged_utf8": (
        "文件是 UTF-8 编码，但第 {line} 行（第 {offset} 字节）有损坏的字符。请修正该行后重新上传。",
        "The file is UTF-8, but line {line} (byte {offset}) holds a broken character. Correct it.",
    ),
    "duplicate_header": (
        "表头重复：{headers}。每列的表头必须不同。",
        "A header stands twice: {headers}. Every column needs its own header.",
    ),
    "empty_file": ("文件是空的。", "The file is empty."),
    "empty_header": (
        "{column} 列没有表头。请填写表头或删除该列。",
        "Column {column} has no header. Write one or delete the column.",
    ),
    "header_too_long": ("表头过长，无法读取。", "The header is too long to be read."),
    "lone_surrogate": (
        "第 {line} 行有不成对的 UTF-16 字符。请重新导出为 UTF-8。",
        "Line {line} holds half a UTF-16 character. Export again as UTF-8.",
    ),
    "missing_columns": (
        "缺少列：{columns}。文件中的表头是：{found}。",
        "Columns are missing: {columns}. The headers of the file are: {found}.",
    ),
    "mixed_encodings": (
        "文件混用了两种编码：第 {line} 行是 UTF-8，第 {other_line} 行不是。请统一编码后重新上传。",
        "Two encodings are mixed: line {line} is UTF-8, line {other_line} is not. Use one only.",
    ),
    "no_known_column": (
        "没有一列与数据集相符，可能选错了文件。文件中的表头是：{found}。",
        "No column belongs to the dataset; is it the right file? Its headers are: {found}.",
    ),
    "no_rows": (
        "文件只有表头，没有数据行。原有数据没有改动。",
        "The file has a header and no rows. Nothing was changed.",
    ),
    "nul_byte": (
        "第 {line} 行含有空字节（NUL），不是文本文件。",
        "Line {line} holds a NUL byte; this is no text file.",
    ),
    "other_format": (
        "文件内容是 {kind} 格式，不是 CSV 或 Parquet。请另存为 CSV（UTF-8）后上传。",
        "The content is {kind}, not CSV or Parquet. Save it as CSV (UTF-8) and upload that.",
    ),
    "record_too_long": (
        "有一行数据过长，无法读取。请检查引号是否配对。",
        "A record is too long to be read. Check whether quotes are paired.",
    ),
    "text_after_quote": (
        "第 {line} 行开始的引号在第 {closing_line} 行关闭，其后还有文字。请检查引号是否配对。",
        "The quote opened in line {line} closes in line {closing_line} and text follows it.",
    ),
    "too_many_bytes": (
        "文件有 {found} 字节，超过上限 {limit} 字节。请分成几个文件。",
        "The file has {found} bytes, the limit is {limit}. Split it.",
    ),
    "too_many_columns": (
        "文件有 {found} 列，超过上限 {limit} 列。",
        "The file has {found} columns, the limit is {limit}.",
    ),
    "too_many_rows": (
        "文件有 {found} 行数据，超过上限 {limit} 行。请分成几个文件。",
        "The file has {found} rows, the limit is {limit}. Split it.",
    ),
    "two_columns_for_field": (
        "有多列对应同一字段“{field}”：{headers}。请只保留一列。",
        "Several columns stand for field {field}: {headers}. Keep one.",
    ),
    "unclosed_quote": (
        "第 {line} 行打开的引号没有关闭。请补上引号后重新上传。",
        "The quote opened in line {line} never closes. Close it and upload again.",
    ),
    "undecodable": (
        "第 {line} 行（第 {offset} 字节）不是 {encoding} 编码的文字。请另存为 UTF-8 后上传。",
        "Line {line} (byte {offset}) is no text in {encoding}. Save the file as UTF-8.",
    ),
    "unknown_delimiter": (
        "首行声明的分隔符“{delimiter}”不受支持。可用逗号、分号、制表符或竖线。",
        "The first line declares the delimiter {delimiter}; use a comma, semicolon, tab or bar.",
    ),
    "unknown_encoding": (
        "无法识别文件编码（第 {line} 行）。请另存为 UTF-8，或在导入时指定编码。",
        "The encoding is not known (line {line}). Save the file as UTF-8 or name its encoding.",
    ),
    "unknown_encoding_name": (
        "没有名为“{encoding}”的编码。",
        "There is no encoding named {encoding}.",
    ),
    "unsupported_type": (
        "列“{column}”的类型 {type} 不受支持。请转换为文本、数字或日期。",
        "The type {type} of column {column} is not supported. Use text, numbers or dates.",
    ),
    "utf16_without_bom": (
        "文件像是没有标记（BOM）的 UTF-16。请另存为 UTF-8，或在导入时指定编码。",
        "The file looks like UTF-16 without mark. Save it as UTF-8 or name its encoding.",
    ),
}

PROBLEM_MESSAGES: Mapping[str, tuple[str, str]] = {
    "above_maximum": ("大于允许的最大值 {maximum}。", "Greater than the maximum {maximum}."),
    "ambiguous_date": (
        "日期有歧义。请写成 2021-09-01。",
        "The date can be read in two ways. Write 2021-09-01.",
    ),
    "below_minimum": ("小于允许的最小值 {minimum}。", "Less than the minimum {minimum}."),
    "boolean_in_number": (
        "数字列中填了是否值。",
        "A yes or no stands where a number is expected.",
    ),
    "cell_too_long": (
        "内容有 {found} 个字符，超过上限 {limit}。",
        "The cell has {found} characters, the limit is {limit}.",
    ),
    "date_serial": (
        "这是表格软件的日期序号，不是日期。请写成 2021-09-01。",
        "This is the serial number of a spreadsheet, not a date. Write 2021-09-01.",
    ),
    "decimal_comma": (
        "小数点请用“.”，不要用逗号。",
        "Write the decimal point as a dot, not as a comma.",
    ),
    "duplicate_row": (
        "与第 {rows} 行完全相同，已保留前一行。",
        "Equal to row {rows}, which was kept.",
    ),
    "excel_error": (
        "这是表格软件的错误值或列宽不足的显示。",
        "This is an error value of a spreadsheet or a column that was too narrow.",
    ),
    "exponent": (
        "数字写成了科学记数法。请写出全部数字。",
        "The number is in scientific notation. Write all digits.",
    ),
    "impossible_date": ("没有这一天。", "There is no such day."),
    "incomplete_date": (
        "日期不完整。请写成 2021-09-01。",
        "The date is not complete. Write 2021-09-01.",
    ),
    "invisible_character": (
        "第 {position} 个字符是看不见的字符 {character}。请删除。",
        "Character {position} is invisible: {character}. Delete it.",
    ),
    "key_conflict": (
        "主键（{key}）与第 {rows} 行相同而内容不同，这些行都没有导入。请核实后只留一行。",
        "The key ({key}) is that of rows {rows} with other content; none was taken. Keep one.",
    ),
    "key_held": (
        "数据集中已经有这个主键的行。要以这个文件为准，请用“合并”或“替换”。",
        "The dataset holds a row with this key already. To let this file decide, merge or replace.",
    ),
    "key_spelling": (
        "主键（{key}）与第 {rows} 行只有大小写、全半角或空格的差别，这些行都没有导入。请统一写法。",
        "The key ({key}) differs from rows {rows} only by case, width or blanks; none was taken.",
    ),
    "not_a_boolean": ("请填“是”或“否”。", "Write yes or no as 是/否, true/false, 1/0 or Y/N."),
    "not_a_date": ("不是日期。请写成 2021-09-01。", "Not a date. Write 2021-09-01."),
    "not_a_number": ("不是数字。", "Not a number."),
    "not_a_time": (
        "不是时间。请写成 2021-09-01 08:30。",
        "Not a time. Write 2021-09-01 08:30.",
    ),
    "not_finite": ("NaN 或无穷大不是有效的数值。", "NaN or infinity is no value."),
    "not_in_code_list": (
        "不在代码表中。最接近的是“{suggestion}”。",
        "Not in the code list. The closest value is “{suggestion}”.",
    ),
    "not_in_code_list_at_all": ("不在代码表中。", "Not in the code list."),
    "number_too_large": (
        "整数部分超过 {digits} 位。",
        "More than {digits} digits before the point.",
    ),
    "other_period": (
        "这一行不属于所选的时段。请分开导入，或不选时段。",
        "This row does not belong to the chosen period. Import it apart, or choose no period.",
    ),
    "pattern": ("不符合格式 {pattern}。", "Does not have the form {pattern}."),
    "percent_sign": (
        "请去掉百分号，按字段说明填写数值。",
        "Remove the percent sign and write the number that the field asks for.",
    ),
    "ragged_row": (
        "这一行有 {found} 列，表头有 {expected} 列。",
        "The row has {found} cells, the header has {expected}.",
    ),
    "replacement_character": (
        "含有乱码字符（�），原文已在导出时丢失。请从源系统重新导出。",
        "Holds the character � : the original was lost before. Export it again from the source.",
    ),
    "required": ("必填项为空。", "A required value is missing."),
    "school_term": (
        "这是学年或学期，不是日期。",
        "This is a school year or a term, not a date.",
    ),
    "thousands_separator": ("请去掉千位分隔符。", "Remove the thousands separators."),
    "time_in_date": (
        "日期后面带有时间。请只写日期。",
        "A time follows the date. Write the date only.",
    ),
    "time_missing": (
        "只有日期，没有时间。请写成 2021-09-01 08:30。",
        "A date without time. Write 2021-09-01 08:30.",
    ),
    "time_zone": (
        "时间带有时区。请写本地时间，不带时区。",
        "The time has a zone. Write local time without it.",
    ),
    "too_many_combining_marks": (
        "含有大量叠加符号，不是正常文字。",
        "Holds a pile of combining marks; this is no writing.",
    ),
    "too_many_decimals": (
        "小数超过 {decimals} 位。系统不会自行舍入，请核实。",
        "More than {decimals} decimals. Nothing is rounded here; check the value.",
    ),
    "too_precise": ("时间精度超过微秒。", "The time is finer than a microsecond."),
    "year_out_of_range": ("年份应在 1900 至 2100 之间。", "The year must be 1900 to 2100."),
}

NOTE_MESSAGES: Mapping[str, tuple[str, str]] = {
    "blank_rows": ("跳过空行 {count} 行。", "{count} blank rows were skipped."),
    "column_absent": (
        "文件中没有可选列“{column}”，按未报告处理。",
        "The optional column {column} is absent; its values count as not reported.",
    ),
    "duplicate_rows": (
        "有 {count} 行与前面的行完全相同，均已保留。",
        "{count} rows are equal to earlier ones; all were kept.",
    ),
    "encoding": ("文件按 {encoding} 编码读取。", "The file was read as {encoding}."),
    "excel_text_formula": (
        '“{column}”列有 {count} 个 ="…" 写法，已取其中的文字。',
        'Column {column}: {count} cells written as ="…" were taken as the text inside.',
    ),
    "extra_column": (
        "列“{column}”不属于该数据集，未导入。",
        "Column {column} does not belong to the dataset and was left out.",
    ),
    "folded_width": (
        "“{column}”列有 {count} 个全角数字，已转为半角。",
        "Column {column}: {count} full-width numbers were written in ASCII.",
    ),
    "lone_carriage_return": (
        "文件有 {count} 处旧式换行（CR），已按换行处理。",
        "{count} line ends are a single CR; they were taken as line ends.",
    ),
    "midnight_dropped": (
        "“{column}”列有 {count} 个日期带零点时间，已去掉时间。",
        "Column {column}: {count} dates came with midnight, which was dropped.",
    ),
    "missing_values": (
        "“{column}”列有 {count} 个未报告的值。",
        "Column {column}: {count} values are not reported.",
    ),
    "normalized_text": (
        "“{column}”列有 {count} 个值已统一为标准字符写法（NFC）。",
        "Column {column}: {count} values were brought to normal form (NFC).",
    ),
    "separator_line": (
        "首行声明了分隔符“{delimiter}”，已采用。",
        "The first line declares the delimiter {delimiter}; it was used.",
    ),
    "trimmed_blanks": (
        "“{column}”列有 {count} 个值去掉了首尾空格。",
        "Column {column}: outer blanks were cut from {count} values.",
    ),
}

_ALL: Mapping[str, tuple[str, str]] = {**FILE_MESSAGES, **PROBLEM_MESSAGES, **NOTE_MESSAGES}


def message(code: str, language: str = "zh", /, **facts: object) -> str:
    """Return the sentence for a code in Chinese, or in English when ``language`` starts with "en".

    Lists among the facts are joined. A note passes its count as the fact ``count``.
    """
    if code == "not_in_code_list" and not facts.get("suggestion"):
        code = "not_in_code_list_at_all"
    chinese, english = _ALL[code]
    template = english if language.lower().startswith("en") else chinese
    shown = {
        name: "、".join(map(str, fact)) if isinstance(fact, list | tuple) else fact
        for name, fact in facts.items()
    }
    return template.format(**shown)
