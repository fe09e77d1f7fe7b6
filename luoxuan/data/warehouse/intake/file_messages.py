"""Chinese and English sentences for files that are refused; plain data."""

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
        "表头重复：{headers}。请改成各不相同的表头。",
        "A header stands twice: {headers}. Every column needs its own header.",
    ),
    "empty_file": (
        "文件是空的。请重新导出后上传。",
        "The file is empty. Export it again and upload that.",
    ),
    "empty_header": (
        "{column} 列没有表头。请填写表头或删除该列。",
        "Column {column} has no header. Write one or delete the column.",
    ),
    "header_too_long": (
        "表头过长，无法读取。请检查第一行是否为表头。",
        "The header is too long to be read. Check whether the first line is the header.",
    ),
    "missing_columns": (
        "缺少列：{columns}。文件中的表头是：{found}。请补上这些列，或下载模板填写。",
        "Columns are missing: {columns}. Headers found: {found}. Add them, or use the template.",
    ),
    "mixed_encodings": (
        "文件混用了两种编码：第 {line} 行是 UTF-8，第 {other_line} 行不是。请统一编码后重新上传。",
        "Two encodings are mixed: line {line} is UTF-8, line {other_line} is not. Use one only.",
    ),
    "no_known_column": (
        "没有一列与数据集相符，请核对是否选错了文件。文件中的表头是：{found}。",
        "No column belongs to the dataset; is it the right file? Its headers are: {found}.",
    ),
    "no_rows": (
        "文件只有表头，没有数据行。原有数据没有改动。",
        "The file has a header and no rows. Nothing was changed.",
    ),
    "nul_byte": (
        "第 {line} 行含有空字节（NUL），不是文本文件。请另存为 CSV（UTF-8）后上传。",
        "Line {line} holds a NUL byte; this is no text file. Save it as CSV (UTF-8).",
    ),
    "other_format": (
        "文件内容是 {kind} 格式，不能读取。请用 Excel 或 WPS 另存为 .xlsx 或 CSV（UTF-8）后上传。",
        "The content is {kind}, which is not read. Save it as .xlsx or CSV (UTF-8).",
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
        "文件有 {found} 列，超过上限 {limit} 列。请删去不需要的列后上传。",
        "The file has {found} columns, the limit is {limit}. Delete those that are not needed.",
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
        "没有名为“{encoding}”的编码。请改用 utf-8 或 gb18030。",
        "There is no encoding named {encoding}. Use utf-8 or gb18030.",
    ),
    "unsupported_type": (
        "列“{column}”的类型 {type} 不受支持。请转换为文本、数字或日期。",
        "The type {type} of column {column} is not supported. Use text, numbers or dates.",
    ),
    "utf16_without_bom": (
        "文件像是没有标记（BOM）的 UTF-16。请另存为 UTF-8，或在导入时指定编码。",
        "The file looks like UTF-16 without mark. Save it as UTF-8 or name its encoding.",
    ),
    "bad_reference": (
        "单元格地址“{cell}”超出表格的范围，文件已损坏或被改动过。请用 Excel 或 WPS 重新另存。",
        "The cell address {cell} lies outside of any sheet; the file is damaged or forged.",
    ),
    "damaged_workbook": (
        "工作簿不完整或已损坏。请用 Excel 或 WPS 另存为 .xlsx 后重新上传。",
        "The workbook is incomplete or damaged. Open it, save it as .xlsx again and upload that.",
    ),
    "duplicate_member": (
        "工作簿里有两个同名部件“{member}”，可能被改动过。请用 Excel 或 WPS 重新另存。",
        "The workbook holds two parts named {member}; it may be forged. Save it again.",
    ),
    "entities": (
        "工作簿部件“{member}”含有 DTD 或实体声明，为安全起见不读取。请用 Excel 或 WPS 重新另存。",
        "Part {member} declares a DTD or entities and is not read for safety. Save the file again.",
    ),
    "far_cell": (
        "第 {row} 行、第 {column} 列附近有一个远离数据的单元格。请删除多余的内容后重新上传。",
        "A cell stands far away from all others, near row {row}, column {column}. Delete it.",
    ),
    "file_too_large_or_damaged": (
        "文件太大或已损坏，读取被中止，原有数据没有改动。请分成几个文件，或重新导出后上传。",
        "The file is too large or damaged; nothing was changed. Split it or export it again.",
    ),
    "inflates_too_large": (
        "工作簿解压后超过 {limit} MB 或压缩比异常。请分成几个文件。",
        "The workbook unpacks to more than {limit} MB or far beyond its size. Split it.",
    ),
    "line_break_in_header": (
        "{column} 列的表头“{header}”中有换行。请改成一行后重新上传。",
        "The header {header} of column {column} holds a line break. Write it in one line.",
    ),
    "macros": (
        "工作簿带有宏，不能导入。请另存为不含宏的 .xlsx 后上传。",
        "The workbook holds macros. Save it as .xlsx without macros and upload that.",
    ),
    "nested_archive": (
        "工作簿里嵌有另一个压缩包或文档“{member}”。请删除嵌入的对象后重新上传。",
        "The workbook holds another archive or document, {member}. Delete what is embedded.",
    ),
    "no_sheets": (
        "工作簿里没有工作表。请把数据放进一个工作表后另存为 .xlsx。",
        "The workbook has no worksheet. Put the data on one and save it as .xlsx.",
    ),
    "no_such_sheet": (
        "工作簿里没有名为“{sheet}”的工作表。请核对工作表名称。",
        "There is no worksheet named {sheet}. Check the name.",
    ),
    "overlapping_members": (
        "工作簿的部件“{member}”与其他部件重叠，文件已损坏或被改动过。请用 Excel 或 WPS 重新另存。",
        "Part {member} overlaps another one; the file is damaged or forged. Save it again.",
    ),
    "password": (
        "文件有打开密码。请取消密码后重新上传。",
        "The file is protected by a password. Remove the password and upload it again.",
    ),
    "too_many_members": (
        "工作簿里有 {found} 个部件，超过上限 {limit} 个。请只保留数据工作表后另存。",
        "The workbook has {found} parts, the limit is {limit}. Keep the sheet of data only.",
    ),
    "too_many_strings": (
        "工作簿存了 {found} 条文字，而单元格只用到 {used} 条。请把数据复制到新工作簿后上传。",
        "The workbook stores {found} texts and uses {used}. Copy the data into a new workbook.",
    ),
    "two_blocks": (
        "同一工作表中并排放着两个表格（第二个从 {column} 列附近开始）。请合并成一个表格。",
        "Two tables stand side by side, the second from about column {column}. Make them one.",
    ),
    "unsafe_member": (
        "工作簿里有不安全的部件名“{member}”。请用 Excel 或 WPS 重新另存。",
        "The workbook holds a part with an unsafe name, {member}. Save it again.",
    ),
    "unusual_workbook": (
        "工作簿的写法无法可靠读取（{member}）。请用 Excel 或 WPS 打开并另存为 .xlsx 后上传。",
        "The workbook is written in a way that cannot be read safely ({member}). Save it again.",
    ),
    "wrong_extension": (
        "文件内容是 {kind}，扩展名却是 {extension}。请改正扩展名或重新导出。",
        "The content is {kind} but the name ends in {extension}. Correct the name or export again.",
    ),
    "wrong_template": (
        "这个文件像是“{guess}”的数据，请核对所选的数据集。文件中的表头是：{found}。",
        "This looks like a file for “{guess}”; check the dataset. Its headers are: {found}.",
    ),
}
