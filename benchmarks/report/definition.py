"""What is printed 「任务定义」, told once for all: 40 A4 pages, 40 tables, 20 charts."""

N_SECTIONS, N_CHARTS, N_ROWS = 40, 20, 22
HEAD = ("对象", "本学期", "标准", "预警", "上一期", "去年同期")
PARAGRAPH = (
    "本学期课程教学质量总体平稳，及格率较上一学期有所改善，但仍有教学班未达到标准值。"
    "课程团队据此分析原因，制定措施，明确责任人和期限，并在期末导入成绩后复测。"
)
LABELS = ("一班", "二班", "三班", "四班", "五班", "六班")


def rows(section: int) -> list[list[str]]:
    """Return the cells of one section's table."""
    return [
        [
            f"教学班 {section}-{row}",
            *(f"{60 + (section * row + column) % 40}.{column}0 %" for column in range(5)),
        ]
        for row in range(N_ROWS)
    ]


def values(chart: int) -> list[int]:
    """Return the bars of one chart."""
    return [55 + (chart * 7 + index * 11) % 45 for index in range(len(LABELS))]
