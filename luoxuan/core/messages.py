"""The words of refusals「提示语」: codes become Chinese or English at the edge, nowhere else."""

from collections.abc import Mapping

from django.utils.translation import gettext, gettext_noop

TEXTS: dict[str, str] = {
    "username_taken": gettext_noop("用户名“%(username)s”已被使用。"),
    "password_too_weak": gettext_noop("密码过于简单：至少 10 个字符，且不能是常见密码。"),
    "unknown_role": gettext_noop("没有名为“%(role)s”的角色。"),
    "grant_needs_one_place": gettext_noop("授权须指定一个部门、对象、层面，或全校。"),
    "unit_unknown": gettext_noop("没有代码为“%(unit)s”的部门。"),
    "unit_would_move": gettext_noop("部门“%(unit)s”的上级不同；调整隶属关系须单独办理。"),
    "unit_is_the_institution": gettext_noop("“%(unit)s”是学校本身，不能调整、合并或撤销。"),
    "unit_is_closed": gettext_noop("“%(unit)s”已经撤销，或没有选定要合并的部门。"),
    "unit_cannot_move_there": gettext_noop(
        "“%(unit)s”不能放到那里：去处已撤销、就在它下面，或本来就是它的上级。"
    ),
    "unit_cannot_merge_into_itself": gettext_noop("“%(unit)s”不能并入它自己或它下面的部门。"),
    "unit_split_needs_two": gettext_noop("拆分“%(unit)s”须有两个以上仍在的部门承接。"),
    "unit_has_parts": gettext_noop("“%(unit)s”下面还有部门、人员或课程，请改用合并或拆分。"),
    "unit_change_lies_ahead": gettext_noop(
        "生效日 %(on)s 还没有到，请到那天再办：权限以当前为准。"
    ),
    "unit_change_before_it_began": gettext_noop("生效日早于“%(unit)s”的成立日。"),
    "unit_change_needs_reason": gettext_noop("请写明调整“%(unit)s”的依据，例如文号。"),
    "parent_unknown": gettext_noop("“%(subject)s”所属的“%(parent)s”不存在。"),
    "database_damaged": gettext_noop(
        "数据库已损坏，无法读取（%(reason)s）。请停止服务，保留坏的文件备查，从备份恢复数据库，"
        "再运行 luoxuan verify --deep。"
    ),
    "file_not_found": gettext_noop("找不到文件：%(path)s"),
    "package_not_found": gettext_noop("找不到配置包：%(path)s"),
    "package_without_manifest": gettext_noop("配置包缺少 package.toml：%(path)s"),
    "package_incomplete": gettext_noop("package.toml 缺少：%(missing)s"),
    "package_bad_toml": gettext_noop("%(file)s 不是有效的 TOML：%(reason)s"),
    "package_ragged_row": gettext_noop("%(file)s 第 %(line)s 行的列数与表头不同。"),
    "package_too_large": gettext_noop("配置包过大：%(path)s"),
    "package_not_a_zip": gettext_noop("%(path)s 不是文件夹，也不是有效的 zip 文件。"),
    "package_not_utf8": gettext_noop("%(file)s 不是 UTF-8 编码（第 %(byte)s 字节）。"),
    "package_conflict": gettext_noop("%(n)s 项已由别的配置包定义，未作任何改动：%(rows)s"),
    "package_unknown_kind": gettext_noop("%(file)s 中的类别“%(kind)s”不存在。"),
    "package_unknown_type": gettext_noop("%(file)s 中字段“%(name)s”的类型不存在。"),
    "package_unknown_field": gettext_noop("%(file)s 用到了没有定义的字段：%(fields)s"),
    "package_unknown_code_list": gettext_noop("数据集“%(dataset)s”用到了没有的编码表“%(name)s”。"),
    "package_unknown_dataset": gettext_noop("没有名为“%(dataset)s”的数据集。"),
    "package_unknown_indicator": gettext_noop("没有代码为“%(indicator)s”的指标。"),
    "package_unknown_direction": gettext_noop(
        "指标“%(indicator)s”的方向须为 HIGHER、LOWER 或 RANGE。"
    ),
    "package_unknown_subject": gettext_noop("没有代码为“%(subject)s”的对象。"),
    "package_threshold_order": gettext_noop(
        "阈值“%(threshold)s”的目标、标准、预警次序与指标方向相反。"
    ),
    "package_bad_entry": gettext_noop(
        "配置包的“%(kind)s”部分缺少内容，或有写错的值（%(reason)s）。"
    ),
    "package_bad_name": gettext_noop("%(file)s 中的名称“%(name)s”须为小写字母、数字和下划线。"),
    "package_bad_number": gettext_noop("%(file)s 中的“%(value)s”不是数。"),
    "package_field_fixed": gettext_noop(
        "数据集“%(dataset)s”的字段“%(field)s”已有数据，不能改类型，也不能减少小数位。"
    ),
    "package_breaks_measure": gettext_noop(
        "度量“%(name)s”的公式不再成立（%(reason)s，第 %(position)s 个字符），请一并改好。"
    ),
    "package_bad_lookup": gettext_noop(
        "数据集“%(dataset)s”对“%(target)s”的引用须恰好用到后者的主键。"
    ),
    "package_bad_formula": gettext_noop(
        "%(file)s 中“%(name)s”的公式有误（%(reason)s，第 %(position)s 个字符）。"
    ),
    "dataset_is_system": gettext_noop("数据集“%(dataset)s”由系统写入，不能导入。"),
    "merge_needs_key": gettext_noop("数据集“%(dataset)s”没有主键，不能按主键合并。"),
    "period_unknown": gettext_noop("没有代码为“%(period)s”的时段。"),
    "version_moved": gettext_noop("数据集“%(dataset)s”正被他人更新，请稍后再试。"),
    "unknown_indicator": gettext_noop("没有代码为“%(indicator)s”的指标。"),
    "unknown_dataset": gettext_noop("没有名为“%(dataset)s”的数据集。"),
    "unknown_user": gettext_noop("没有名为“%(username)s”的用户。"),
    "unknown_token": gettext_noop("该用户没有编号为 %(token)s 的访问令牌。"),
    "unknown_subject": gettext_noop("没有类别为“%(kind)s”、代码为“%(subject)s”的对象。"),
    "job_finished": gettext_noop("任务已经结束，不能再取消。"),
    "job_crashed": gettext_noop("任务三次中断在半途：文件可能过大或已损坏，请检查后重新提交。"),
    "unknown_job": gettext_noop("没有名为“%(job)s”的任务；程序可能已更新，请重新提交。"),
    "internal": gettext_noop("处理时出了意外，错误已经记录。请稍后重新提交。"),
    "list_not_allowed": gettext_noop("您已不能查看这份清单，没有导出。"),
    "list_too_long": gettext_noop(
        "这份清单有 %(n)s 行，%(format)s 文件最多 %(most)s 行；请先筛选，或改选 CSV。"
    ),
    "setting_unknown": gettext_noop("没有名为“%(name)s”的设置。"),
    "setting_not_a_day_of_month": gettext_noop("“%(value)s”不是 1 至 28 之间的日子。"),
    "setting_not_a_day_of_year": gettext_noop("“%(value)s”不是“月-日”，如 01-31。"),
    "folder_not_synced": gettext_noop(
        "目录 %(folder)s 不能可靠地写盘（%(reason)s），断电会丢数据，所以不启动。"
        "请换成本机磁盘上的目录（LUOXUAN_HOME、LUOXUAN_WAREHOUSE），不要用这个网络共享。"
    ),
    "folder_renames_unsafely": gettext_noop(
        "目录 %(folder)s 改文件名时不是一步完成（%(reason)s），中断会留下半个文件，所以不启动。"
        "请换成本机磁盘上的目录（LUOXUAN_HOME、LUOXUAN_WAREHOUSE），不要用这个网络共享。"
    ),
    "folder_without_locks": gettext_noop(
        "目录 %(folder)s 的文件锁不起作用（%(reason)s），两个进程会互相覆盖，所以不启动。"
        "请换成本机磁盘上的目录（LUOXUAN_HOME、LUOXUAN_WAREHOUSE），不要用这个网络共享。"
    ),
    "setting_not_a_number_of_days": gettext_noop("“%(value)s”不是 0（一直保留）或 30 以上的天数。"),
    "no_reading": gettext_noop("指标“%(indicator)s”对该对象在该时段没有数值。"),
}


def register_texts(texts: Mapping[str, str]) -> None:
    """Add the sentences of a package; a code stands once in the whole product."""
    twice = sorted(code for code, text in texts.items() if TEXTS.get(code, text) != text)
    if twice:
        raise ValueError(f"refusal codes with two texts: {twice}")
    TEXTS.update(texts)


def refusal_text(code: str, facts: dict[str, object]) -> str:
    """Return the sentence of a refusal in the active language; an unknown code shows itself."""
    text = TEXTS.get(code)
    if text is None:
        return " ".join([code, *(f"{name}={value}" for name, value in facts.items())])
    return gettext(text) % facts
