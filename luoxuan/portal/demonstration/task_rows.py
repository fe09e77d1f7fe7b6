"""The year's tasks of the offices in the columns of form 004-T6, as offices hand them in."""

from collections import Counter
from collections.abc import Iterator
from random import Random

from luoxuan.portal.demonstration.calendar import TODAY
from luoxuan.portal.demonstration.college import College
from luoxuan.portal.demonstration.offices import OFFICES
from luoxuan.portal.demonstration.planted import LATE_TASKS

Row = dict[str, str]

MONTHS = tuple(f"{month}月" for month in range(1, 13))

# What the plan and the work points give each office; the first two are key tasks.
_OWN = {
    "OFFICE": "修订学院章程配套制度,年度党政要点督办,会议决议落实台账,公文流转规范化",
    "PLANNING": "编制年度规划执行报告,分解发展规划年度目标,校企合作平台建设,重点项目中期检查",
    "QUALITY": "两链打造与目标标准复核,年度诊改运行方案,质量年度报告编制,督导听课全覆盖",
    "ACADEMIC": "修订人才培养方案,课程标准全覆盖,课堂教学诊改推进,实训基地开放共享,"
    "教材建设规划,技能竞赛组织",
    "PERSONNEL": "双师型教师认定,教师企业实践计划,职称评审,师资培训基地建设",
    "STUDENTS": "学生成长档案建设,一站式社区建设,资助育人项目,辅导员能力提升",
    "FINANCE": "预算绩效管理,专项资金支付进度,内控评价整改,财务信息化升级",
    "RESEARCH": "横向课题立项,专利成果转化,技术服务平台建设,科研管理办法修订",
    "LOGISTICS": "智慧安防改造,食堂服务质量提升,节能改造项目,校园环境整治",
    "INFORMATION_CENTRE": "数据中台建设,统一身份认证升级,等级保护测评,业务系统数据对接",
    "ADMISSIONS": "访企拓岗促就业,招生计划编制,毕业生跟踪调查,就业指导课程建设",
    "DISCIPLINE": "重点领域专项监督,廉政风险点排查,内部审计计划,信访件办理",
}
# What every office does by its duties.
_COMMON = (
    "部门预算执行", "安全稳定责任落实", "档案整理归档", "部门制度立改废",
    "年度培训计划实施", "源头数据填报与核查", "诊改运行月度填报", "固定资产清查",
)  # fmt: skip


def task_rows(random: Random, college: College) -> Iterator[Row]:
    """Yield 146 tasks with a deadline each and the months until now filled in."""
    # A name that two people bear would be asked about; a file that loads by itself avoids it.
    borne = Counter(teacher.name.chinese for teacher in college.teachers)
    names = sorted(name for name, times in borne.items() if times == 1)
    for code, unit, _, _ in OFFICES:
        own = _OWN[code].split(",")
        for place, title in enumerate((*own, *_COMMON)):
            is_late = (code, title) in LATE_TASKS
            deadline = 9 if is_late else 3 + (place * 3 + len(unit)) % 10
            is_own = place < len(own)
            yield {
                "任务来源": "发展规划" if place < 2 else "党政工作要点" if is_own else "部门职责",
                "工作属性": "重点工作" if place < 2 else "常规工作",
                "工作任务": title,
                "完成时限": f"2026-{deadline:02d}-28",
                **_months(deadline, is_late=is_late),
                "责任部门": unit,
                "责任人": random.choice(names),
            }


def _months(deadline: int, *, is_late: bool) -> Row:
    """Fill in the months that have been reported: this month's sheet is still to come."""
    cells = {}
    for month, name in enumerate(MONTHS, start=1):
        if month >= TODAY.month:
            cells[name] = ""
        elif month < deadline:
            cells[name] = "正常"
        else:
            cells[name] = "滞后" if is_late else "完成" if month == deadline else ""
    return cells
