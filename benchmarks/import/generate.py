"""The files of W2「导入测试文件」: a workbook of 100,000 × 30, a million × 30 as CSV, twice."""

import csv
import datetime
import random
import sys
from collections.abc import Iterator
from pathlib import Path

import xlsxwriter

SEED = 20240901
WORKBOOK_ROWS, CSV_ROWS = 100_000, 1_000_000
COLUMNS = ["学号", "姓名", "性别", "学院代码", "年龄", "成绩", "日期"] + [
    f"字段{place:02d}" for place in range(7, 30)
]
_SURNAMES, _GIVEN = "王李张刘陈杨赵黄周吴", "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平"
_PROGRAMS = ["计算机应用技术", "机电一体化", "会计", "护理"]


def rows(number: int) -> Iterator[list[object]]:
    """Yield rows; of each thousand two lack a known code, two a unit, two an age, one a key."""
    draw = random.Random(SEED)  # noqa: S311 (sample data)
    for place in range(number):
        serial = place - 1 if place % 1000 == 13 else place
        values: list[object] = [
            f"{202400000000 + serial:012d}",
            draw.choice(_SURNAMES) + draw.choice(_GIVEN) + draw.choice(_GIVEN),
            "未知" if place % 500 == 7 else draw.choice("男女"),
            "X99" if place % 500 == 9 else f"C{draw.randrange(20):02d}",
            150 if place % 500 == 11 else draw.randrange(16, 25),
            round(draw.random() * 100, 1),
            datetime.date(2024, 9, 1) + datetime.timedelta(days=draw.randrange(300)),
        ]
        for column in range(7, 30):
            if column % 3 == 0:
                values.append(draw.choice(_PROGRAMS))
            elif column % 3 == 1:
                values.append(draw.randrange(1000))
            else:
                values.append(round(draw.random() * 1000, 2))
        yield values


def write(folder: Path) -> None:
    """Write the three files, unless they are there."""
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "import.xlsx").exists():
        _write_workbook(folder / "import.xlsx")
    if not (folder / "import.csv").exists():
        with (folder / "import.csv").open("w", encoding="utf-8", newline="") as target:
            writer = csv.writer(target)
            writer.writerow(COLUMNS)
            writer.writerows(rows(CSV_ROWS))
    if not (folder / "import-gb18030.csv").exists():
        with (
            (folder / "import.csv").open(encoding="utf-8", newline="") as source,
            (folder / "import-gb18030.csv").open("w", encoding="gb18030", newline="") as target,
        ):
            for line in source:
                target.write(line)


def _write_workbook(path: Path) -> None:
    book = xlsxwriter.Workbook(path, {"constant_memory": True})
    sheet = book.add_worksheet("数据")
    sheet.write_row(0, 0, COLUMNS)
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for number, values in enumerate(rows(WORKBOOK_ROWS), start=1):
        for column, value in enumerate(values):
            if isinstance(value, datetime.date):
                moment = datetime.datetime(value.year, value.month, value.day)  # noqa: DTZ001 (a workbook knows no zone)
                sheet.write_datetime(number, column, moment, day)
            else:
                sheet.write(number, column, value)
    book.close()


if __name__ == "__main__":
    write(Path(sys.argv[1]))
