"""What the demonstration college teaches: colleges, programs and the names of their courses.

The names of programs are those of the national catalogue of vocational programs; courses are made
up of a program's short name and a module.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SecondaryCollege:
    """A secondary college「二级学院」 and the list of modules that its programs are made of."""

    code: str
    name: str
    name_en: str
    modules: str


@dataclass(frozen=True, slots=True)
class Program:
    """A program「专业」; its class groups and courses are called by the short name.

    ``weight`` says how many times as many students as usual it takes in, ``n_courses`` how many
    courses its curriculum has.
    """

    code: str
    name: str
    name_en: str
    short_name: str
    college: str
    n_courses: int
    weight: int = 1


COLLEGES = (
    SecondaryCollege(
        "MECHATRONICS", "机电工程学院", "College of Mechanical and Electrical Engineering",
        "engineering",
    ),
    SecondaryCollege(
        "INFORMATION", "信息工程学院", "College of Information Engineering",
        "computing",
    ),
    SecondaryCollege(
        "AUTOMOTIVE", "汽车工程学院", "College of Automotive Engineering",
        "engineering",
    ),
    SecondaryCollege(
        "BUILDING", "建筑工程学院", "College of Building Engineering",
        "engineering",
    ),
    SecondaryCollege(
        "BUSINESS", "经济管理学院", "College of Business",
        "business",
    ),
    SecondaryCollege(
        "HEALTH", "健康护理学院", "College of Health and Nursing",
        "health",
    ),
)  # fmt: skip

# code, name, English name, short name, college; the first two stand in the smallest college too.
_PROGRAMS = (
    ("ME", "机电一体化技术", "Mechatronics technology", "机电", "MECHATRONICS"),
    ("IR", "工业机器人技术", "Industrial robot technology", "机器人", "MECHATRONICS"),
    ("CN", "数控技术", "Numerical control technology", "数控", "MECHATRONICS"),
    ("MD", "模具设计与制造", "Mould design and manufacturing", "模具", "MECHATRONICS"),
    ("SW", "软件技术", "Software technology", "软件", "INFORMATION"),
    ("NW", "计算机网络技术", "Computer network technology", "网络", "INFORMATION"),
    ("BD", "大数据技术", "Big data technology", "大数据", "INFORMATION"),
    ("IT", "物联网应用技术", "Internet of things technology", "物联网", "INFORMATION"),
    ("AT", "汽车检测与维修技术", "Automotive inspection and repair", "汽修", "AUTOMOTIVE"),
    ("NE", "新能源汽车技术", "New energy vehicle technology", "新能源", "AUTOMOTIVE"),
    ("IV", "智能网联汽车技术", "Intelligent connected vehicles", "网联车", "AUTOMOTIVE"),
    ("AM", "汽车技术服务与营销", "Automotive service and marketing", "汽营", "AUTOMOTIVE"),
    ("BE", "建筑工程技术", "Building engineering technology", "建工", "BUILDING"),
    ("EC", "工程造价", "Construction cost", "造价", "BUILDING"),
    ("RD", "道路与桥梁工程技术", "Road and bridge engineering", "路桥", "BUILDING"),
    ("ID", "建筑室内设计", "Interior design", "室内", "BUILDING"),
    ("AC", "大数据与会计", "Big data and accounting", "会计", "BUSINESS"),
    ("EB", "电子商务", "E-commerce", "电商", "BUSINESS"),
    ("LM", "现代物流管理", "Modern logistics management", "物流", "BUSINESS"),
    ("TM", "旅游管理", "Tourism management", "旅游", "BUSINESS"),
    ("NU", "护理", "Nursing", "护理", "HEALTH"),
    ("RT", "康复治疗技术", "Rehabilitation therapy", "康复", "HEALTH"),
    ("PH", "药学", "Pharmacy", "药学", "HEALTH"),
    ("HM", "健康管理", "Health management", "健管", "HEALTH"),
)

_MODULES = {
    "engineering": (
        "概论 introduction,制图与识图 drawing,材料与工艺 materials and processes,"
        "电工与电子 electrical basics,测量技术 measurement,设备操作 operation of equipment,"
        "装配与调试 assembly and commissioning,控制基础 control basics,故障诊断 fault diagnosis,"
        "工艺编制 process planning,安全与环保 safety and environment,质量检验 quality inspection,"
        "数字化设计 digital design,项目实训 project workshop,标准与法规 standards and regulations,"
        "职业英语 professional English,综合实践 integrated practice,创新设计 innovation"
    ),
    "computing": (
        "概论 introduction,程序设计基础 programming,数据库应用 databases,"
        "操作系统 operating systems,网络基础 network basics,前端开发 front-end development,"
        "系统分析 systems analysis,数据结构 data structures,部署与运维 deployment,"
        "信息安全 information security,测试技术 testing,人工智能应用 applied intelligence,"
        "用户体验设计 user experience,"
        "项目实训 project workshop,标准与法规 standards and regulations,"
        "职业英语 professional English,综合实践 integrated practice,创新设计 innovation"
    ),
    "business": (
        "概论 introduction,经济基础 economics,统计基础 statistics,财务基础 basics of finance,"
        "业务流程 business processes,客户服务 customer service,市场分析 market analysis,"
        "法规与合同 law and contracts,信息系统应用 information systems,运营管理 operations,"
        "成本控制 cost control,数据分析 data analysis,沟通与礼仪 communication,"
        "项目实训 project workshop,职业道德 professional ethics,"
        "职业英语 professional English,综合实践 integrated practice,创业基础 entrepreneurship"
    ),
    "health": (
        "概论 introduction,人体结构 anatomy,生理基础 physiology,病理基础 pathology,"
        "药物基础 basics of pharmacology,评估技术 assessment,操作技能 practical skills,"
        "营养与健康 nutrition,心理基础 psychology,急救技术 emergency care,"
        "感染防控 infection control,社区服务 community service,老年照护 care of the elderly,"
        "项目实训 skills workshop,法规与伦理 law and ethics,"
        "职业英语 professional English,综合实践 clinical practice,沟通技巧 communication"
    ),
}  # fmt: skip

# 12 programs of 18 courses and 12 of 17 make 420.
PROGRAMS = tuple(
    Program(*row, n_courses=18 - place % 2, weight=3 if row[0] == "ME" else 1)
    for place, row in enumerate(_PROGRAMS)
)


def course_names(program: Program) -> list[tuple[str, str]]:
    """Return the courses of a program as (name, English name), in the order of the curriculum."""
    modules = next(row.modules for row in COLLEGES if row.code == program.college)
    names = []
    for entry in _MODULES[modules].split(","):
        chinese, _, english = entry.partition(" ")
        names.append((f"{program.short_name}{chinese}", f"{program.name_en}: {english}"))
    return names[: program.n_courses]
