"""The form of a stage starts with what is known, says where from, and keeps what was changed."""

from datetime import timedelta

import pytest
from django.test import Client

from luoxuan.data.actions.forms import add_form_version
from luoxuan.data.models import FormDefinition
from luoxuan.diagnosis.actions import write_stage
from luoxuan.diagnosis.blocks import stage_rows
from luoxuan.diagnosis.burden import filled
from luoxuan.diagnosis.models import Stage
from luoxuan.testing.college import NOW, open_user
from luoxuan.testing.filling.diagnosis import open_loop

pytestmark = pytest.mark.django_db
KEY = {"course_code": "subject", "term": "period"}
FIELDS = [
    {"name": "home", "title": "开课部门", "prefill": "score.unit_code", "prefill_key": KEY},
    {"name": "mixed", "title": "得分", "prefill": "score.score", "prefill_key": KEY},
    {"name": "nothing", "title": "无此字段", "prefill": "score.weather", "prefill_key": KEY},
    {"name": "target", "title": "目标", "type": "integer", "prefill": "last"},
    {"name": "has", "title": "有无问题", "type": "yes_no"},
    {"name": "why", "title": "问题", "is_required": True, "shown_if": {"has": "true"}},
]


@pytest.fixture
def form(scores) -> FormDefinition:
    values = {"title": "带入", "title_en": "Brought", "fields": FIELDS}
    return add_form_version(code="brought", values=values, origin="", by=None, at=NOW)


def stage_of(form: FormDefinition, period: str) -> Stage:
    stage = open_loop("MATH", period=period).stages.get(mode="WRITE")
    stage.form = form
    stage.save()
    return stage


def shown(stage: Stage) -> dict[str, tuple[str, str]]:
    return {row.field.name: (row.value, row.source) for row in stage_rows(stage)}


def test_what_all_rows_say_alike_is_brought_with_its_source(form):
    rows = shown(stage_of(form, "2025-1"))
    value, source = rows["home"]
    assert value == "EAST-MATH"
    assert source.startswith("带入：成绩 第 1 版")
    assert rows["mixed"] == rows["nothing"] == rows["target"] == ("", "")


def test_what_was_changed_or_cleared_is_kept_and_counted(form):
    stage = stage_of(form, "2025-1")
    by = open_user("math")
    told = {"stage": stage, "by": by, "at": NOW}
    saved = write_stage(answers={"home": "", "target": "85"}, version=0, **told)
    assert (saved.version, saved.brought["home"]["value"]) == (1, "EAST-MATH")
    value, source = shown(saved)["home"]
    assert (value, source.startswith("带入的是 EAST-MATH")) == ("", True)
    saved = write_stage(answers={"home": "EAST-MATH"}, version=1, **told)
    assert shown(saved)["home"][1].startswith("带入：")
    (load,) = filled(since=NOW - timedelta(days=1))
    assert (load.n_fields, load.n_prefilled) == (2, 1)


def test_the_answer_of_the_period_before_is_brought(form):
    before = stage_of(form, "2025-1")
    before.values, before.done_at, before.done_by = {"target": "85"}, NOW, None
    before.save()
    rows = shown(stage_of(form, "2025-2"))
    assert rows["target"][0] == "85"
    assert rows["target"][1].startswith("带入：上一期（")
    # Of this period there are no scores yet.
    assert rows["home"] == ("", "")


def test_a_question_that_depends_on_another_says_so_without_any_script(form):
    stage = stage_of(form, "2025-1")
    client = Client()
    client.force_login(open_user("math"))
    address = f"/diagnosis/cycles/{stage.cycle_id}/?stage={stage.code}"
    page = client.get(address).content.decode()
    assert "“有无问题”为“是”时填写" in page
    assert 'id="field-home-source"' in page
    assert [row.is_shown for row in stage_rows(stage)][-1] is False
    answers = {"has": "true"}
    assert [row.is_shown for row in stage_rows(stage, answers=answers)][-1] is True
