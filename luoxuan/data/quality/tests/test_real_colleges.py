"""The official list of colleges and a list of attributes: checks find where the two disagree."""

import csv
import os
from pathlib import Path

import pytest

from luoxuan.data.actions import import_file
from luoxuan.data.models import CheckResult, Dataset
from luoxuan.data.quality.actions import run_lagging_checks
from luoxuan.testing.college import NOW, load_definitions

FOLDER = Path(os.environ.get("LUOXUAN_SHARED", "/nowhere")) / "data" / "cn_colleges"
OFFICIAL, ATTRIBUTES = "colleges_moe_2025.csv", "universities_8_provinces.csv"
PACKAGE = {
    "package.toml": 'name = "colleges"\nversion = "1"\ntitle = "院校"\n',
    "datasets/official.toml": """title = "官方名单"
key = ["code"]
[[field]]
name = "code"
header = ["moeCode"]
type = "text"
[[field]]
name = "name"
type = "text"
[[field]]
name = "level"
type = "text"
""",
    "datasets/attributes.toml": """title = "院校属性"
[[field]]
name = "code"
header = ["院校编码"]
type = "text"
[[field]]
name = "name"
header = ["院校名"]
type = "text"
[[field]]
name = "level"
header = ["办学层次"]
type = "text"
""",
    "checks.csv": """code,dataset,kind,title,fields,reference,matches,other_field
code,attributes,reference,编码在官方名单里,,official,code=code,
name,attributes,consistency,名称与官方名单相同,name,official,code=code,name
level,attributes,consistency,层次与官方名单相同,level,official,code=code,level
reported,attributes,completeness,编码已填,code,,,
""",
}


def by_hand(folder: Path) -> dict[str, tuple[int, int]]:
    """Count rows looked at and rows in conflict without any part of the product."""
    official = {row["moeCode"]: row for row in _rows(folder / OFFICIAL)}
    rows = _rows(folder / ATTRIBUTES)
    coded = [row for row in rows if row["院校编码"]]
    known = [(row, official[row["院校编码"]]) for row in coded if row["院校编码"] in official]
    return {
        "code": (len(coded), len(coded) - len(known)),
        "name": (len(known), sum(mine["院校名"] != other["name"] for mine, other in known)),
        "level": (len(known), sum(mine["办学层次"] != other["level"] for mine, other in known)),
        "reported": (len(rows), len(rows) - len(coded)),
    }


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.mark.skipif(not FOLDER.is_dir(), reason="LUOXUAN_SHARED/data/cn_colleges is not here")
@pytest.mark.django_db
def test_checks_find_the_conflicts_of_two_real_lists_of_colleges(tmp_path, settings):
    settings.LUOXUAN_WAREHOUSE = tmp_path / "warehouse"
    settings.LUOXUAN_WAREHOUSE.mkdir()
    for name, text in PACKAGE.items():
        path = tmp_path / "package" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    load_definitions(tmp_path / "package")
    for name, file in (("official", OFFICIAL), ("attributes", ATTRIBUTES)):
        report = import_file(
            dataset=Dataset.objects.get(name=name), path=FOLDER / file, by=None, at=NOW,
            accept_questions=True,
        )  # fmt: skip
        assert (report.rows_rejected, report.questions) == (0, ())
    run_lagging_checks(by=None, at=NOW)
    found = {
        row.rule.code: (row.n_rows, row.n_bad) for row in CheckResult.objects.select_related("rule")
    }
    expected = by_hand(FOLDER)
    # Brackets of another width are a conflict of names too: nothing is guessed to be the same.
    assert found == expected == {
        "code": (1028, 21), "name": (1007, 13), "level": (1007, 8), "reported": (1029, 1)
    }  # fmt: skip
