"""The style guide「样式指南」: every component of the pages, when to use it, an example."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from luoxuan.portal.design_tokens import token_groups
from luoxuan.portal.specimens import drawings, lists, numbers, reader_input, work

# Every sheet that a page of the product may link beside the common ones.
_STYLESHEETS = tuple(
    f"css/{name}.css" for name in ("data", "goals", "improvement", "diagnosis", "reports")
)


@dataclass(frozen=True, slots=True)
class Component:
    """One component「组件」 of the guide: its name, and when it is used."""

    key: str
    title: str
    when: str

    @property
    def template(self) -> str:
        """Return the template that draws the example from the parts of the real pages."""
        return f"portal/styleguide/{self.key}.html"


def page_context() -> dict[str, Any]:
    """Return what the page of the guide shows; all of it is invented, none of it is stored."""
    return {
        "stylesheets": _STYLESHEETS,
        "token_groups": token_groups(),
        "components": [*_of_actions(), *_of_numbers(), *_of_lists(), *_of_work()],
        **numbers(),
        **lists(),
        **drawings(),
        **reader_input(),
        **work(),
    }


def _of_actions() -> list[Component]:
    return [
        Component(
            "buttons",
            gettext("按钮"),
            gettext("一屏至多一个主按钮；只有图标的按钮要有读得出的名称；不能用时说明原因。"),
        ),
        Component(
            "chips",
            gettext("状态标记"),
            gettext("凡有状态之处：颜色、形状和词一起出现；同一个词在全站只有一种形状。"),
        ),
        Component(
            "tags",
            gettext("标签与版本号"),
            gettext("说明类别、版本或单元格地址；没有好坏之分，所以没有状态色。"),
        ),
        Component(
            "notices",
            gettext("提示与消息"),
            gettext("操作之后告诉读者结果：成功、说明、提醒、错误；错误要说下一步做什么。"),
        ),
        Component(
            "empty",
            gettext("空状态"),
            gettext("没有内容时：说明为什么没有，并给出下一步。"),
        ),
        Component(
            "icons",
            gettext("图标"),
            gettext("跟在词的旁边帮助辨认；单独使用时由按钮的名称说明。"),
        ),
    ]


def _of_numbers() -> list[Component]:
    return [
        Component(
            "counts",
            gettext("计数卡片"),
            gettext("驾驶舱和工作台的计数，总带基数，点开就是被数的清单。"),
        ),
        Component(
            "readings",
            gettext("指标值卡片"),
            gettext("一个对象的各项指标：值、分子分母、状态、标靶条，以及到明细行的链接。"),
        ),
        Component(
            "trend",
            gettext("趋势图"),
            gettext("一个指标随时段的变化；由服务器画出，下面总有同样数字的表格。"),
        ),
        Component(
            "chart",
            gettext("统计图"),
            gettext("报告中的比较；接近视口才载入图表库，有一句话的名称和同样数字的表格。"),
        ),
    ]


def _of_lists() -> list[Component]:
    return [
        Component(
            "table",
            gettext("数据表与分页"),
            gettext("可比较的多行数据；在手机上每行变成一张卡片，分页和筛选都写在地址里。"),
        ),
        Component(
            "tabs",
            gettext("页签与筛选"),
            gettext("页签在几种固定的看法之间切换，筛选表单用于其余条件，都可以清除。"),
        ),
        Component(
            "exports",
            gettext("导出"),
            gettext("每个清单的页头：导出的就是筛选后看到的那些行。"),
        ),
        Component(
            "links",
            gettext("链接清单"),
            gettext("待办、改进等一行一事的清单：左边是事，右边是状态。"),
        ),
        Component(
            "alerts",
            gettext("预警清单"),
            gettext("一句话说清什么对象的什么指标越过了哪个预警值。"),
        ),
        Component(
            "matrix",
            gettext("月份格"),
            gettext("年度任务的十二个月；每格有形状和词，空格表示当月没有安排。"),
        ),
    ]


def _of_work() -> list[Component]:
    return [
        Component(
            "form",
            gettext("表单与错误"),
            gettext("每个字段有名称；错误写在字段下面并与它相连，读者填的内容保留。"),
        ),
        Component(
            "fields",
            gettext("填写的环节"),
            gettext("由配置定义的表单；别处已存的内容与自己的并排，谁的都不丢。"),
        ),
        Component(
            "wizard",
            gettext("步骤条"),
            gettext("分几步才写入的操作，如导入；做过的步骤可以返回。"),
        ),
        Component(
            "progress",
            gettext("任务进度"),
            gettext("超过几秒的工作在后台进行：说做到哪里，可以离开本页。"),
        ),
        Component(
            "timeline",
            gettext("时间线"),
            gettext("一件事的经过，最新的在前，每步有时间和人。"),
        ),
        Component(
            "spiral",
            gettext("8 字形质量改进螺旋"),
            gettext("一轮诊改的各个环节；每个节点是链接，宽屏横放，手机竖放。"),
        ),
        Component(
            "drawer",
            gettext("谁说的？抽屉"),
            gettext("每个数字的出处：算法、数据集版本、阈值来源；宽屏常开，窄屏由按钮打开。"),
        ),
    ]
