"""One request per interesting role: who sees, who writes, who checks, and what comes back."""

from datetime import date, timedelta

import pytest
from django.test import Client

from luoxuan.campus.actions import SubjectSpec, record_subjects
from luoxuan.campus.models import Period, Subject
from luoxuan.campus.rules import SubjectKind
from luoxuan.campus.scope import EVERYTHING
from luoxuan.core.models import User
from luoxuan.diagnosis.actions import freeze_diagnosis
from luoxuan.diagnosis.models import Cycle, Diagnosis, SchemeNode, Stage
from luoxuan.diagnosis.queries import (
    opening_periods,
    opening_subjects,
    proposed_subjects,
    template_coded,
)
from luoxuan.improvement.models import Improvement
from luoxuan.testing.college import NOW, load_definitions, open_user
from luoxuan.testing.filling.diagnosis import ANSWERS, VERDICTS, open_loop, write_diagnosis
from luoxuan.testing.filling.exchange import PACKAGE as EXCHANGE

pytestmark = pytest.mark.django_db


@pytest.fixture
def cycle(college) -> Cycle:
    return open_loop("MATH")


@pytest.fixture
def enter(college):
    def open_session(username: str) -> Client:
        client = Client()
        client.force_login(open_user(username))
        return client

    return open_session


def address(cycle: Cycle, rest: str = "") -> str:
    return f"/diagnosis/cycles/{cycle.pk}/{rest}"


def write(client: Client, cycle: Cycle, **data: str):
    stage = Stage.objects.get(cycle=cycle, code="diagnose")
    values = {"version": str(stage.version), "act": "save", **data}
    return client.post(address(cycle, "stages/diagnose/"), values)


@pytest.mark.parametrize(
    ("username", "status"),
    [("math", 200), ("east", 200), ("office", 200), ("west", 404), ("student", 404),
     ("expert", 404)],
)  # fmt: skip
def test_the_page_opens_to_whom_the_subject_concerns(cycle, enter, username, status):
    assert enter(username).get(address(cycle)).status_code == status


def test_the_figure_marks_exactly_one_stage_in_each_shape(cycle, enter):
    page = enter("math").get(address(cycle)).content.decode()
    assert page.count('<svg class="loop-figure') == 2
    assert page.count('aria-current="step"') == 2
    for name in ("目标", "监测", "存储"):
        assert page.count(f'aria-label="{name}，') == 2


def test_a_trial_says_so_on_its_page_and_in_the_list(college, enter):
    trial = open_loop("MATH", is_trial=True)
    client = enter("math")
    assert "本轮不用于考核，不计入统计" in client.get(address(trial)).content.decode()
    page = client.get("/diagnosis/cycles/").content.decode()
    assert "另有试运行 1 个" in page
    assert "0 个循环" in page


def test_a_reader_who_may_not_write_finds_no_form(cycle, enter):
    client = enter("east")
    page = client.get(address(cycle, "?stage=diagnose")).content.decode()
    assert "data-autosave" not in page
    assert client.post(address(cycle, "stages/diagnose/"), {"causes": "x"}).status_code == 404


def test_a_save_comes_back_to_the_stage_and_an_autosave_answers_the_version(cycle, enter):
    client = enter("math")
    answer = write(client, cycle, causes="课时")
    assert (answer.status_code, answer["Location"]) == (
        302,
        address(cycle, "?stage=diagnose#stage"),
    )
    answer = write(client, cycle, causes="课时不足", act="autosave")
    assert (answer.status_code, answer.json()) == (200, {"version": 2})


def test_a_parallel_edit_answers_409_with_both_texts(cycle, enter):
    client = enter("math")
    write(client, cycle, causes="先写的")
    stale = {"version": "0", "causes": "后写的"}
    quiet = client.post(address(cycle, "stages/diagnose/"), {**stale, "act": "autosave"})
    assert (quiet.status_code, quiet.json()["theirs"]) == (409, {"causes": "先写的"})
    shown = client.post(address(cycle, "stages/diagnose/"), {**stale, "act": "save"})
    page = shown.content.decode()
    assert shown.status_code == 409
    assert "先写的" in page
    assert "后写的</textarea>" in page
    assert 'name="version" value="1"' in page


def test_an_unfinished_diagnosis_answers_422_with_the_fields_and_keeps_the_input(cycle, enter):
    answer = write(enter("math"), cycle, act="finish", causes="课时", next_target="101")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "课时</textarea>" in page
    assert 'aria-describedby="field-next_target-error' in page
    assert "不能大于 100。" in page
    assert page.count("请选一个结论。") == 5


def test_written_frozen_signed_and_on_to_the_next_round_by_pages(cycle, enter):
    math, east = enter("math"), enter("east")
    assert write(math, cycle, act="finish", **ANSWERS, **VERDICTS).status_code == 302
    assert Diagnosis.objects.get().state == "FROZEN"
    own = math.get(address(cycle, "?stage=diagnose")).content.decode()
    assert "审核通过" not in own
    assert "等待他人审核" in own
    checked = east.get(address(cycle, "?stage=diagnose")).content.decode()
    assert "审核通过" in checked
    assert math.post(address(cycle, "check/"), {"act": "sign"}).status_code == 404
    assert math.post(address(cycle, "next/")).status_code == 422
    assert east.post(address(cycle, "check/"), {"act": "sign"}).status_code == 302
    assert Diagnosis.objects.get().state == "SIGNED"
    for _ in range(2):
        answer = math.post(address(cycle, "next/"))
    following = Cycle.objects.get(previous=cycle)
    assert answer["Location"] == address(following)
    page = math.get(address(following, "?stage=design")).content.decode()
    assert "调整进度，增加一次阶段测验。" in page
    assert address(cycle) in page
    assert address(following) in math.get(address(cycle)).content.decode()


def test_a_return_needs_a_reason_and_shows_it_to_the_writer(cycle, enter):
    write_diagnosis(cycle, by=None)
    freeze_diagnosis(diagnosis=cycle.diagnoses.get(), by=None, at=NOW + timedelta(hours=1))
    east = enter("east")
    assert east.post(address(cycle, "check/"), {"act": "return"}).status_code == 422
    assert (
        east.post(address(cycle, "check/"), {"act": "return", "reason": "写明原因"}).status_code
        == 302
    )
    assert "写明原因" in enter("math").get(address(cycle, "?stage=diagnose")).content.decode()


def test_a_point_turns_into_an_improvement_by_one_button(cycle, enter):
    client = enter("math")
    name = "text-assessment_passed"
    for _ in range(2):
        write(client, cycle, act="improve:assessment_passed", **{name: "及格率偏低"})
    assert Improvement.objects.get().problem == "及格率偏低"
    page = client.get(address(cycle, "?stage=diagnose")).content.decode()
    assert "看改进" in page
    assert write(client, cycle, act="improve:nothing").status_code == 404


def test_one_tap_confirms(cycle, enter):
    client = enter("math")
    answer = client.post(address(cycle, "stages/design/"), {"act": "confirm"})
    assert answer.status_code == 302
    assert Stage.objects.get(cycle=cycle, code="design").done_by.username == "math"
    assert client.post(address(cycle, "stages/goal/"), {"act": "confirm"}).status_code == 422
    assert client.post(address(cycle, "stages/nothing/"), {"act": "confirm"}).status_code == 404


def test_a_term_is_opened_for_the_chosen_subjects_of_ones_own_college(college, enter):
    client = enter("east")
    page = client.get("/diagnosis/cycles/open/?template=ten_steps").content.decode()
    assert "高等数学 1 班" in page
    assert "焊接工艺" not in page
    chosen = page.partition('name="subjects" value="')[2].partition('"')[0]
    data = {"template": "ten_steps", "period": "2025-1", "subjects": [chosen], "is_trial": "on"}
    assert client.post("/diagnosis/cycles/open/", data).status_code == 302
    assert client.post("/diagnosis/cycles/open/", data).status_code == 302
    assert Cycle.objects.get().is_trial is True
    missing = client.post("/diagnosis/cycles/open/", {**data, "subjects": []})
    assert missing.status_code == 422
    assert "请至少选一个对象。" in missing.content.decode()


def test_the_first_look_at_a_term_says_nothing_is_missing_and_proposes_courses(college, enter):
    client = enter("office")
    for query in ("", "?template=ten_steps", "?template=ten_steps&q=数学"):
        answer = client.get(f"/diagnosis/cycles/open/{query}")
        page = answer.content.decode()
        assert "必填项" not in page
        assert "errorlist" not in page
        chosen = answer.context["form"].initial["subjects"]
        codes = set(Subject.objects.filter(pk__in=chosen).values_list("code", flat=True))
        assert codes == ({"MATH"} if "q=" in query else {"MATH", "WELD"})
        assert len(chosen) == page.count(" checked") - 1


def test_of_a_program_the_three_courses_with_most_classes_are_proposed(college):
    program = SubjectSpec(SubjectKind.PROGRAM, "P", "专业", "", "EAST", "")
    rows = [program]
    for number in range(1, 5):
        code = f"C{number}"
        rows.append(SubjectSpec(SubjectKind.COURSE, code, code, "", "EAST", "PROGRAM:P"))
        rows += [
            SubjectSpec(
                SubjectKind.TEACHING_CLASS, f"{code}-{n}", "班", "", "EAST", f"COURSE:{code}"
            )
            for n in range(number)
        ]
    record_subjects(subjects=rows, origin="test@1", by=None, at=NOW)
    found = opening_subjects(EVERYTHING, template_coded("ten_steps")).filter(code__startswith="C")
    assert [row.code for row in proposed_subjects(found)] == ["C4", "C3", "C2"]


def test_what_was_looked_for_can_be_opened(college, enter):
    client = enter("east")
    answer = client.get("/diagnosis/cycles/open/?template=ten_steps&q=高等数学")
    page = answer.content.decode()
    assert 'type="hidden" name="q" value="高等数学"' in page
    chosen = page.partition('name="subjects" value="')[2].partition('"')[0]
    data = {"template": "ten_steps", "period": "2025-2", "subjects": [chosen]}
    missing = client.post("/diagnosis/cycles/open/", {**data, "subjects": [], "q": "高等数学"})
    assert 'type="hidden" name="q" value="高等数学"' in missing.content.decode()
    # A search that another tab began elsewhere does not make a subject of one's own unfit.
    assert client.post("/diagnosis/cycles/open/", {**data, "q": "焊接"}).status_code == 302
    assert Cycle.objects.get().subject_id == int(chosen)


@pytest.mark.parametrize(
    ("on", "codes"),
    [
        (date(2025, 10, 1), ["2025-1", "2025-2", "2026-1", "2024-2"]),
        (date(2026, 2, 1), ["2025-2", "2026-1", "2025-1", "2024-2"]),
        (date(2027, 5, 1), ["2026-1", "2025-2", "2025-1", "2024-2"]),
    ],
)
def test_periods_begin_with_the_one_that_runs_or_comes_next(college, on, codes):
    for code, first, last in (
        ("2024-2", date(2025, 2, 20), date(2025, 7, 10)),
        ("2026-1", date(2026, 9, 1), date(2027, 1, 20)),
        ("2030-1", date(2030, 9, 1), date(2031, 1, 20)),
    ):
        Period.objects.create(
            kind="TERM", code=code, name=code, start_on=first, end_on=last, position=1
        )
    found = opening_periods(template_coded("ten_steps"), on=on)
    assert [row.code for row in found] == codes


def test_a_subject_outside_ones_scope_cannot_be_chosen(college, enter):
    other = open_loop("WELD", period="2025-2").subject
    data = {"template": "ten_steps", "period": "2025-1", "subjects": [str(other.pk)]}
    assert enter("east").post("/diagnosis/cycles/open/", data).status_code == 422
    assert not Cycle.objects.filter(period__code="2025-1").exists()


def test_the_list_filters_by_period_and_lateness(college, enter):
    open_loop("MATH")
    client = enter("office")
    assert "高等数学" in client.get("/diagnosis/cycles/?period=2025-1").content.decode()
    assert "还没有循环" in client.get("/diagnosis/cycles/?period=2025-2").content.decode()
    assert client.get("/diagnosis/cycles/?status=late").status_code == 200


def test_the_templates_are_shown_with_what_they_ask(college, enter):
    page = enter("student").get("/diagnosis/templates/").content.decode()
    assert "十步大循环" in page
    assert "每轮填写 1 次" in page


def test_a_cited_table_is_named_to_all_and_linked_for_who_may_see_it(cycle, enter):
    load_definitions(EXCHANGE)
    SchemeNode.objects.filter(code="goal_reached").update(tables=["7.5", "9.9"])
    link = "/data/exchange/packages/platform/#table-7.5"

    clients = {name: enter(name) for name in ("math", "office", "president")}

    def shown(name: str) -> list[bool]:
        page = clients[name].get(address(cycle, "?stage=diagnose")).content.decode()
        return ["状态数据表：" in page and "9.9" in page, link in page]

    assert (shown("math"), shown("office")) == ([True, False], [True, True])
    leader, later = User.objects.get(username="math"), NOW + timedelta(hours=2)
    write_diagnosis(cycle, by=leader)
    freeze_diagnosis(diagnosis=cycle.diagnoses.get(), by=leader, at=later)
    assert (shown("math"), shown("president")) == ([True, False], [True, True])
