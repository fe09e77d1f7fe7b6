"""Forms: a refused one keeps what was typed, a doubled one is one record, a tab may be killed."""

import pytest
from playwright.sync_api import expect

from luoxuan.data.models import Evidence
from luoxuan.diagnosis.models import Stage
from luoxuan.goals.models import Task
from luoxuan.improvement.models import Improvement
from luoxuan.reports.models import Document

from .pages import forgive

BAD_FIELD = """() => {
  const bad = [...document.querySelectorAll(
    "main [aria-invalid=true], main fieldset[aria-describedby] input")];
  const here = document.activeElement;
  const tied = bad[0]?.closest("fieldset[aria-describedby], [aria-describedby]");
  const ties = (tied?.getAttribute("aria-describedby") || "").split(" ").filter(id => id);
  return {
    count: bad.length, isFirst: here === bad[0], name: here.getAttribute("name"),
    message: ties.map(id => document.getElementById(id)?.innerText || "").join(" ").trim(),
  };
}"""
OBJECT, WRONG = {"#id_subject": "COURSE:MATH"}, {"#id_subject": "COURSE:NO"}
# Each form with what is typed well, the field that is bad, and the button.
REFUSED = {
    "problem": ("/improvements/new/", {"#id_problem": "教材偏旧", **WRONG}, "subject"),
    "task": ("/tasks/new/", {"#id_basis": "规划 2.1", "#id_title": ""}, "title"),
    "evidence": ("/data/evidence/new/", {"#id_title": "听课记录", **OBJECT}, "file"),
    "plan": ("/improvements/{to_plan}/", {"#id_measure": "谁来做"}, "cause_categories"),
    "date": ("/tasks/{west_task}/", {"#id_asked_on": "2026-12-30", "#id_reason": ""}, "reason"),
    "stage": ("/diagnosis/cycles/{cycle}/?stage=diagnose", {"#field-measures": "加测验"}, None),
}
BUTTONS = {"stage": "main button[value=finish]"}


@pytest.fixture
def office(page, users, keys, enter):
    enter(page.context, users["office"])
    return page


def send(page, selector: str):
    """Press a button; the browser's own checks are off, so that the server has to answer."""
    page.eval_on_selector_all("main form", "all => all.forEach(form => { form.noValidate = true })")
    with page.expect_navigation() as answer:
        page.click(selector)
    return answer.value


def test_a_refused_form_has_the_focus_on_its_first_bad_field_and_keeps_what_was_typed(
    office, keys, witness
):
    wrong = []
    for name, (address, typed, field) in REFUSED.items():
        office.goto(address.format_map(keys))
        office.eval_on_selector_all("main details", "all => all.forEach(e => { e.open = true })")
        for selector, value in typed.items():
            office.fill(selector, value)
        last = list(typed)[-1]
        form = f"main form:has({last}) button[type=submit]"
        answer = send(office, BUTTONS.get(name, form))
        forgive(witness, answer.status)
        here = office.evaluate(BAD_FIELD)
        if answer.status != 422 or not here["isFirst"] or not here["message"]:
            wrong.append(f"{name}: {answer.status} {here}")
        if field and here["name"] != field:
            wrong.append(f"{name}: the focus is on {here['name']}, not {field}")
        kept = {selector: office.input_value(selector) for selector in typed}
        if kept != typed:
            wrong.append(f"{name}: {kept} is left of {typed}")
    assert not wrong, "\n".join(wrong)
    assert witness.complaints == []


def test_a_double_click_makes_one_record(office, keys, witness, tmp_path):
    path = tmp_path / "记录.txt"
    path.write_text("听课记录一份\n", encoding="utf-8")
    forms = [
        ("/improvements/new/", Improvement, {"#id_problem": "教材偏旧", **OBJECT}),
        ("/tasks/new/", Task, {"#id_title": "新的任务", "#id_basis": "要点 9"}),
        ("/data/evidence/new/", Evidence, {"#id_title": "听课记录", **OBJECT}),
        ("/reports/new/?kind=MEETING_PAPER", Document, {}),
    ]  # fmt: skip
    for address, model, typed in forms:
        before = model.objects.count()
        office.goto(address)
        for selector, value in typed.items():
            office.fill(selector, value)
        if model is Evidence:
            office.set_input_files("#id_file", path)
        with office.expect_navigation():
            office.dblclick("main form button.button-primary")
        office.wait_for_load_state()
        assert model.objects.count() == before + 1, address
    assert witness.complaints == []


def test_a_killed_tab_loses_no_more_than_the_last_three_seconds(context, users, keys, enter):
    enter(context, users["math"])
    address = f"/diagnosis/cycles/{keys['cycle']}/?stage=diagnose"
    tab = context.new_page()
    tab.goto(address)
    tab.fill("#field-causes", "第 8 周实践占用课时")
    expect(tab.locator("[data-autosave-status]")).to_contain_text("已自动保存", timeout=3000)
    tab.locator("#field-causes").press_sequentially("，又有两次调课")
    # Without a word to the page, as when the phone's system takes its memory.
    tab.close(run_before_unload=False)
    other = context.new_page()
    other.goto(address)
    assert other.input_value("#field-causes").startswith("第 8 周实践占用课时")
    stage = Stage.objects.get(cycle=keys["cycle"], code="diagnose")
    assert stage.values["causes"].startswith("第 8 周实践占用课时")
