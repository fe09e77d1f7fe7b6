"""Chinese and English sentences for rejected rows and for notes; plain data."""

from collections.abc import Mapping

PROBLEM_MESSAGES: Mapping[str, tuple[str, str]] = {
    "check_refuses": (
        "不符合校验规则“{rule}”。请核对后改正。",
        "The check {rule} refuses this row. Verify and correct it.",
    ),
    "above_maximum": (
        "大于允许的最大值 {maximum}。请核对后改正。",
        "Greater than the maximum {maximum}. Check and correct it.",
    ),
    "ambiguous_date": (
        "日期有歧义。请写成 2021-09-01。",
        "The date can be read in two ways. Write 2021-09-01.",
    ),
    "below_minimum": (
        "小于允许的最小值 {minimum}。请核对后改正。",
        "Less than the minimum {minimum}. Check and correct it.",
    ),
    "boolean_in_number": (
        "数字列中填了是否值。请填写数字。",
        "A yes or no stands where a number is expected. Write the number.",
    ),
    "cell_too_long": (
        "内容有 {found} 个字符，超过上限 {limit}。请缩短后重新上传。",
        "The cell has {found} characters, the limit is {limit}. Shorten it.",
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
        "这是表格软件的错误值或列宽不足的显示。请填写实际的值。",
        "An error value of a spreadsheet, or a column that was too narrow. Write the value.",
    ),
    "exponent": (
        "数字写成了科学记数法。请写出全部数字。",
        "The number is in scientific notation. Write all digits.",
    ),
    "impossible_date": (
        "没有这一天。请核对日期后改正。",
        "There is no such day. Check the date and correct it.",
    ),
    "incomplete_date": (
        "日期不完整。请写成 2021-09-01。",
        "The date is not complete. Write 2021-09-01.",
    ),
    "invisible_character": (
        "第 {position} 个字符是看不见的字符 {character}。请删除。",
        "Character {position} is invisible: {character}. Delete it.",
    ),
    "key_conflict": (
        "主键（{titles}）与第 {rows} 行相同而内容不同，这些行都没有导入。请核实后只留一行。",
        "The key ({key}) is that of rows {rows} with other content; none was taken. Keep one.",
    ),
    "key_held": (
        "数据集中已经有这个主键的行。要以这个文件为准，请用“合并”或“替换”。",
        "The dataset holds a row with this key already. To let this file decide, merge or replace.",
    ),
    "key_spelling": (
        "主键（{titles}）与第 {rows} 行只有大小写、全半角或空格的差别，都没有导入。请统一写法。",
        "The key ({key}) differs from rows {rows} only by case, width or blanks; none was taken.",
    ),
    "not_a_boolean": ("请填“是”或“否”。", "Write yes or no as 是/否, true/false, 1/0 or Y/N."),
    "not_a_date": ("不是日期。请写成 2021-09-01。", "Not a date. Write 2021-09-01."),
    "not_a_number": (
        "不是数字。请只填数字，不带单位和文字。",
        "Not a number. Write digits only, without unit or words.",
    ),
    "not_a_time": (
        "不是时间。请写成 2021-09-01 08:30。",
        "Not a time. Write 2021-09-01 08:30.",
    ),
    "not_finite": (
        "NaN 或无穷大不是有效的数值。请填写数字，没有数据则留空。",
        "NaN or infinity is no value. Write a number, or leave the cell empty.",
    ),
    "not_in_code_list": (
        "不在代码表中。最接近的是“{suggestion}”，请核对后改为代码表中的值。",
        "Not in the code list. The closest value is “{suggestion}”; write a value of the list.",
    ),
    "not_in_code_list_at_all": (
        "不在代码表中。应为其中之一：{codes}。",
        "Not in the code list. Write one of these: {codes}.",
    ),
    "number_too_large": (
        "整数部分超过 {digits} 位。请核对后改正。",
        "More than {digits} digits before the point. Check and correct it.",
    ),
    "other_period": (
        "这一行不属于所选的时段。请分开导入，或不选时段。",
        "This row does not belong to the chosen period. Import it apart, or choose no period.",
    ),
    "pattern": (
        "格式不对，应形如 {pattern}。请核对后改正。",
        "Not of the form {pattern}. Check and correct it.",
    ),
    "percent_sign": (
        "请去掉百分号，按字段说明填写数值。",
        "Remove the percent sign and write the number that the field asks for.",
    ),
    "ragged_row": (
        "这一行有 {found} 列，表头有 {expected} 列。请补齐或删去多余的列。",
        "The row has {found} cells, the header has {expected}. Complete or cut the row.",
    ),
    "replacement_character": (
        "含有乱码字符（�），原文已在导出时丢失。请从源系统重新导出。",
        "Holds the character � : the original was lost before. Export it again from the source.",
    ),
    "required": ("必填项为空。请填写。", "A required value is missing. Fill it in."),
    "school_term": (
        "这是学年或学期，不是日期。请写成 2021-09-01。",
        "This is a school year or a term, not a date. Write 2021-09-01.",
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
        "含有大量叠加符号，不是正常文字。请重新填写。",
        "Holds a pile of combining marks; this is no writing. Write it again.",
    ),
    "too_many_decimals": (
        "小数超过 {decimals} 位。系统不会自行舍入，请核实。",
        "More than {decimals} decimals. Nothing is rounded here; check the value.",
    ),
    "too_precise": (
        "时间精度超过微秒。请最多写 6 位小数。",
        "The time is finer than a microsecond. Write six decimals at most.",
    ),
    "year_out_of_range": ("年份应在 1900 至 2100 之间。", "The year must be 1900 to 2100."),
    "ambiguous_reference": (
        "有几个对象同名，无法确定是哪一个。请改填编号。",
        "Several have this name; nobody knows which is meant. Write the code instead.",
    ),
    "dangerous_formula": (
        "公式会访问工作簿以外的内容，不能导入。请改成文字或数值。",
        "The formula reaches outside the workbook. Write the text or the number instead.",
    ),
    "date_by_spreadsheet": (
        "表格软件把填写的内容变成了日期（如“1-2”变成 1月2日）。请把该列设为文本格式后重新填写。",
        "The spreadsheet made a date of it (1-2 became 2 January). Make the column text.",
    ),
    "ligature": (
        "含有连字字符 {character}，不是单个文字。请改成普通文字。",
        "Holds the ligature {character}, which is no letter. Write the letters.",
    ),
    "lone_surrogate": (
        "含有残缺的字符（不成对的 UTF-16 代理码），原文已丢失。请从源系统重新导出。",
        "Holds half a UTF-16 character: the original was lost. Export it again from the source.",
    ),
    "withdrawn_code": (
        "这个代码已停用。请改为仍在使用的代码。",
        "This code was withdrawn. Write one that is in force.",
    ),
    "formula_constant": (
        "这里是只有数字的公式。请直接填写数值。",
        "A formula of digits only stands here. Write the number itself.",
    ),
    "formula_without_value": (
        "公式没有计算结果。请用 Excel 或 WPS 打开并保存一次，或直接填写数值。",
        "The formula was never computed. Open the file, save it once, or write the value.",
    ),
    "id_birth_date": (
        "身份证号中的出生日期不存在或在将来。请核对每一位。",
        "The birth date in the identity number does not exist or lies ahead; compare every digit.",
    ),
    "id_check_digit": (
        "身份证号的校验位不对，请核对每一位。",
        "The check digit of the identity number is wrong; compare every digit.",
    ),
    "id_masked": (
        "身份证号被遮盖（*）。请导出完整号码。",
        "The identity number is masked (*). Export it in full.",
    ),
    "id_of_15_digits": (
        "这是 15 位旧身份证号。请填写 18 位号码。",
        "This is an old identity number of 15 digits. Write the one of 18.",
    ),
    "not_an_id_number": (
        "不是 18 位身份证号。请填写完整号码。",
        "Not an identity number of 18 characters. Write all of it.",
    ),
    "number_precision_lost": (
        "编号被存成了数字，第 15 位以后已丢失。请把该列设为文本格式后重新填写。",
        "Stored as a number; the digits beyond the 15th are lost. Make the column text and retype.",
    ),
    "rejected_by_answer": (
        "按您的回答，这一行不导入；要导入可以重新上传并另行回答。",
        "Not imported, as answered. To import it, upload again and answer otherwise.",
    ),
    "unknown_reference": (
        "系统里没有这个名称或编号。最接近的是“{suggestion}”，请核对后改正。",
        "There is nothing of this name or code. The closest is “{suggestion}”; correct it.",
    ),
    "unknown_reference_at_all": (
        "系统里没有这个名称或编号。请核对后改正。",
        "There is nothing of this name or code. Correct it.",
    ),
}

NOTE_MESSAGES: Mapping[str, tuple[str, str]] = {
    "blank_rows": ("跳过空行 {count} 行。", "{count} blank rows were skipped."),
    "column_absent": (
        "文件中没有可选列“{column}”，按未报告处理。",
        "The optional column {column} is absent; its values count as not reported.",
    ),
    "day_end_dropped": (
        "“{column}”列有 {count} 个日期带 23:59:59，已去掉时间。",
        "Column {column}: {count} dates came with 23:59:59, which was dropped.",
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
    "array_formulas": (
        "有 {count} 个数组公式，取的是文件中保存的结果。",
        "{count} array formulas: the results saved in the file were taken.",
    ),
    "closing_rows": (
        "表尾 {count} 行（第 {rows} 行）是合计或签名，未导入。",
        "{count} closing rows ({rows}) are totals or signatures and were left out.",
    ),
    "comments_ignored": (
        "批注未导入。",
        "Comments were left out.",
    ),
    "embedded_objects_ignored": (
        "嵌入的对象未导入。",
        "Embedded objects were left out.",
    ),
    "external_links_ignored": (
        "指向其他文件的链接没有跟随。",
        "Links to other files were not followed.",
    ),
    "formula_values": (
        "有 {count} 个公式，取的是文件中保存的结果。",
        "{count} formulas: the results saved in the file were taken.",
    ),
    "id_contradicts": (
        "“{column}”列有 {count} 行与身份证号不一致，请核对。",
        "Column {column}: {count} rows contradict the identity number; compare them.",
    ),
    "id_letter_raised": (
        "“{column}”列有 {count} 个身份证号的末位 x 已改为大写。",
        "Column {column}: the x at the end of {count} identity numbers was written large.",
    ),
    "images_ignored": (
        "图片未导入。",
        "Pictures were left out.",
    ),
    "merged_cells_filled": (
        "有 {count} 个合并单元格按区域左上角的内容填充。",
        "{count} merged cells were filled with the content of their range.",
    ),
    "pivots_ignored": (
        "数据透视表及其缓存未导入。",
        "Pivot tables and their caches were left out.",
    ),
    "many_styles": (
        "工作簿里有 {count} 种单元格格式或条件格式，未使用；数据已照常读取。",
        "{count} cell formats or conditional formats were left out; the data was read as usual.",
    ),
    "tables_ignored": (
        "表格样式与筛选区域（{count} 个）未使用，数据已照常读取。",
        "{count} table definitions were left out; their cells were read as usual.",
    ),
    "rows_above_header": (
        "表头上方的 {count} 行（标题、说明）未导入。",
        "{count} rows above the header (titles, remarks) were left out.",
    ),
}
