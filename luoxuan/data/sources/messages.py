"""The words of the refusals of sources and pulls「提示语」."""

from django.utils.translation import gettext_noop

TEXTS: dict[str, str] = {
    "secret_unreadable": gettext_noop("保存的密码已不能解密（系统密钥换过），请重新填写。"),
    "source_too_slow": gettext_noop("超过了 %(seconds)s 秒的时限，没有读完。"),
    "source_too_many_rows": gettext_noop("行数超过上限 %(limit)s 行。"),
    "source_too_many_bytes": gettext_noop("内容超过上限 %(limit)s MB。"),
    "source_unknown_host": gettext_noop("找不到主机“%(host)s”。"),
    "source_address_refused": gettext_noop(
        "主机“%(host)s”的地址 %(address)s 属于内部网络，不在允许连接的名单（LUOXUAN_OUTGOING）里。"
    ),
    "source_bad_address": gettext_noop("地址“%(address)s”写法不对，或含有用户名、密码。"),
    "source_bad_query": gettext_noop("只能写一个表名或一条查询语句，不能含分号。"),
    "source_driver_missing": gettext_noop("没有安装这种数据库的驱动（%(driver)s）。"),
    "source_not_answered": gettext_noop("对方没有正常回答：%(reason)s"),
    "source_answered_status": gettext_noop("对方回答了状态码 %(status)s。"),
    "source_redirects_too_often": gettext_noop("对方转向超过 %(limit)s 次。"),
    "source_redirects_unsafely": gettext_noop("对方从加密连接转向不加密的连接，已停止。"),
    "source_page_elsewhere": gettext_noop("下一页指向别的服务器“%(address)s”，已停止。"),
    "source_pages_repeat": gettext_noop("第 %(page)s 页与前面的页重复，翻页没有尽头。"),
    "source_not_csv": gettext_noop(
        "对方的回答不是 CSV 表格：第 %(row)s 行的列数与表头不同，或编码读不出来。"
    ),
    "source_bad_line_pattern": gettext_noop(
        "行的格式不能用：写成 RE2 正则表达式，每一组都命名，例如 (?P<logged_at>[0-9-]+) 。"
    ),
    "pull_no_line_fits": gettext_noop("%(n)s 行日志没有一行符合声明的格式。"),
    "source_not_json": gettext_noop("对方的回答不是有效的 JSON。"),
    "source_not_a_list": gettext_noop("“%(pointer)s”处不是由记录组成的列表。"),
    "source_columns_missing": gettext_noop("缺少列：%(columns)s。对方现有的列：%(found)s。"),
    "source_columns_twice": gettext_noop("有重名的列，请在查询中改名：%(columns)s。"),
    "source_not_plain": gettext_noop("列“%(column)s”的内容不是文字、数或日期。"),
    "source_mark_mixed": gettext_noop("水位列“%(column)s”中有不同种类的值，无法比较先后。"),
    "source_path_refused": gettext_noop("“%(path)s”不在收件目录之内。"),
    "source_path_missing": gettext_noop("收件目录中没有“%(path)s”。"),
    "source_name_taken": gettext_noop("已有名为“%(name)s”的数据源。"),
    "source_without_mapping": gettext_noop("还没有对应列，请先测试连接并保存列的对应。"),
    "source_field_twice": gettext_noop("有两列对应同一个字段“%(field)s”。"),
    "source_unknown_field": gettext_noop("数据集 %(dataset)s 没有字段：%(fields)s。"),
    "source_needs_mark": gettext_noop("增量采集须写明水位列。"),
    "source_bad_setting": gettext_noop("“%(name)s”写得不对或缺少。"),
    "unknown_source": gettext_noop("没有名为“%(name)s”的数据源。"),
    "pull_columns_changed": gettext_noop("对方的列变了（缺少或换了类型）：%(columns)s。"),
    "pull_too_few_rows": gettext_noop(
        "只有 %(found)s 行可用，现行版本有 %(held)s 行，低于百分之 %(share)s 的下限。"
    ),
    "pull_drifted": gettext_noop(
        "“%(rule)s”：原来 %(before)s，这次 %(after)s，变化超过百分之 %(most)s，等待决定。"
    ),
    "pull_declined": gettext_noop("%(by)s 决定不采用：%(reason)s"),
    "pull_needs_reason": gettext_noop("请写明不采用的理由。"),
    "pull_without_rows": gettext_noop("对方一行也没有给，现行版本保留。"),
    "pull_without_sound_rows": gettext_noop("%(n)s 行都没有通过检查，现行版本保留。"),
    "pull_has_questions": gettext_noop(
        "有 %(n)s 处须由人判断，自动采集不作猜测；请用导入向导处理，或改好列的对应。"
    ),
    "pull_interrupted": gettext_noop("采集中途被中断，没有写入；下一次会重新开始。"),
    "pull_not_acceptable": gettext_noop("这次采集已经处理，或之后又有了新的数据，不能再采用。"),
}
