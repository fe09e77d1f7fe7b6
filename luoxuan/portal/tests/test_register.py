"""The register of indicators: derived, complete, as of a day, and within the reader's rights."""

import csv
import io
from datetime import timedelta

import pytest
from django.utils import timezone

from luoxuan.campus.queries import Rights
from luoxuan.data.models import Dataset, DatasetDefinition
from luoxuan.indicators.models import IndicatorVersion, Threshold
from luoxuan.monitoring.models import Watch
from luoxuan.portal.register import PART_WORDS, RegisterPart, records
from luoxuan.portal.register_facts import facts_of
from luoxuan.testing.college import NOW, open_user

pytestmark = pytest.mark.django_db

CODE = "course.pass_share"
TODAY = timezone.localdate()
DUTIES = {
    "owner_unit": "EAST", "collector": "teacher", "auditor": "quality_office",
    "recipients": ["leader"], "due_day": 10,
}  # fmt: skip


def record(rights=None, *, on=TODAY):
    """Return the record of the pass share by its parts."""
    found = records(facts_of(rights, on=on, code=CODE))[0]
    return {part.kind: part for part in found.parts}


def words(part):
    """Return everything that a part says."""
    return "\n".join(f"{entry.label} {entry.words}" for entry in part.entries)


def gaps(part):
    """Return everything that a part misses."""
    return [gap.words for gap in part.gaps]


def test_a_record_says_all_seven_things_from_what_is_there(college):
    Dataset.objects.filter(name="score").update(**DUTIES)
    found = record()
    assert set(found) == set(RegisterPart) == set(PART_WORDS)
    assert "用到" in words(found[RegisterPart.SOURCE])
    assert "第 1 版" in words(found[RegisterPart.SOURCE])
    assert "÷" in words(found[RegisterPart.MEANING])
    assert "更新 时段结束后 10 天内" in words(found[RegisterPart.COLLECTOR])
    assert gaps(found[RegisterPart.COLLECTOR]) == []
    assert "标准值 80" in words(found[RegisterPart.STANDARD])
    assert "课程负责人" in words(found[RegisterPart.RECIPIENTS])
    assert "书记/院长" in words(found[RegisterPart.RECIPIENTS])
    assert "未恢复 1 条" in words(found[RegisterPart.MEASURES])
    assert "更正申请 0 件" in words(found[RegisterPart.FEEDBACK])


def test_what_is_missing_is_named_each_by_itself(college):
    Dataset.objects.filter(name="score").update(
        **{**DUTIES, "auditor": "", "due_day": None, "recipients": []}
    )
    Watch.objects.update(is_on=False)
    IndicatorVersion.objects.filter(indicator__code=CODE).update(about="", about_en="")
    Threshold.objects.filter(indicator__code=CODE, kind="COURSE").update(source="")
    found = record()
    assert len(gaps(found[RegisterPart.COLLECTOR])) == 1
    assert "审核、更新时限" in gaps(found[RegisterPart.COLLECTOR])[0]
    assert "about" in gaps(found[RegisterPart.MEANING])[0]
    assert "课程的标准没有写依据" in gaps(found[RegisterPart.STANDARD])[0]
    assert "watches.csv" in gaps(found[RegisterPart.RECIPIENTS])[0]
    assert gaps(found[RegisterPart.SOURCE]) == []
    Threshold.objects.all().delete()
    Dataset.objects.filter(name="score").update(current_number=0)
    assert "没有目标值" in gaps(record()[RegisterPart.STANDARD])[0]


def test_a_gap_leads_to_where_its_reader_mends_it(college):
    office, math = (Rights(open_user(name), on=TODAY) for name in ("office", "math"))
    assert record(office)[RegisterPart.COLLECTOR].gaps[0].url == "/data/score/standard/edit/"
    assert record(math)[RegisterPart.COLLECTOR].gaps[0].url == ""


def test_a_record_is_of_the_definitions_known_on_its_day(college):
    first = IndicatorVersion.objects.get(indicator__code=CODE)
    day = timezone.localdate(NOW) + timedelta(days=5)
    later = IndicatorVersion.objects.create(
        indicator=first.indicator, number=2, title="新口径", about="改过的口径",
        formula=first.formula, decimals=4, unit="share", direction="HIGHER", kinds=first.kinds,
        created_at=NOW + timedelta(days=10),
    )  # fmt: skip
    later.measures.set(first.measures.all())
    Dataset.objects.filter(name="score").update(**DUTIES)
    DatasetDefinition.objects.filter(dataset__name="score").update(content={"duties": {}})
    assert "改过的口径" in words(record()[RegisterPart.MEANING])
    assert "改过的口径" not in words(record(on=day)[RegisterPart.MEANING])
    assert gaps(record(on=day)[RegisterPart.COLLECTOR]) != []
    assert gaps(record()[RegisterPart.COLLECTOR]) == []
    assert records(facts_of(None, on=timezone.localdate(NOW) - timedelta(days=2))) == []


def test_counts_are_those_of_the_readers_places(college):
    east, west, student = (
        Rights(open_user(name), on=TODAY) for name in ("east", "west", "student")
    )
    assert "未恢复 1 条" in words(record(east)[RegisterPart.MEASURES])
    assert "未恢复 0 条" in words(record(west)[RegisterPart.MEASURES])
    assert "不在您的权限内" in words(record(student)[RegisterPart.MEASURES])


def test_the_page_shows_every_part_and_leaves_as_a_file(client, college):
    client.force_login(open_user("teacher"))
    body = client.get(f"/indicators/{CODE}/record/").content.decode()
    for title in PART_WORDS.values():
        assert str(title) in body
    answer = client.get(f"/indicators/{CODE}/record/?format=csv")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert {row[0] for row in rows} >= {str(title) for title in PART_WORDS.values()}
    assert any("缺项" in row for row in rows)


@pytest.mark.parametrize("asked", ["on=gestern", "on=0001-01-01", "on=9999-12-31", "format=exe"])
def test_a_day_that_is_none_is_not_found(client, college, asked):
    client.force_login(open_user("teacher"))
    assert client.get(f"/register/?{asked}").status_code == 404
    assert client.get(f"/indicators/{CODE}/record/?{asked}").status_code == 404


def test_the_register_lists_what_is_missing_and_is_narrowed(client, college):
    client.force_login(open_user("office"))
    body = client.get("/register/").content.decode()
    assert CODE in body
    assert "没有写：责任部门" in body
    assert CODE not in client.get("/register/?q=nothing").content.decode()
    assert CODE in client.get("/register/?part=COLLECTOR").content.decode()
    assert CODE not in client.get("/register/?part=SOURCE").content.decode()
    answer = client.get("/register/?format=csv")
    assert "没有写：责任部门" in answer.content.decode("utf-8-sig")
