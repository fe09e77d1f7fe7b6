"""The loop page: the figure 8 in both shapes, a stage that saves itself, two who write at once."""

import re

import pytest

from luoxuan.diagnosis.models import Stage
from luoxuan.testing.browser import axe
from luoxuan.testing.filling import diagnosis

pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.fixture
def cycles(context, users, enter, tmp_path) -> dict[str, object]:
    """The college's cycles; the context has the open session of the course leader."""
    keys = diagnosis.fill(users, tmp_path)
    enter(context, users["math"])
    return keys


def visible(page, selector: str):
    return page.locator(f"{selector}:visible")


@pytest.mark.parametrize(
    ("width", "shape"), [(390, "standing"), (575, "standing"), (576, "lying"), (1440, "lying")]
)
def test_the_figure_has_every_stage_as_a_link_with_its_state(page, cycles, width, shape):
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"/diagnosis/cycles/{cycles['cycle']}/")
    figure = visible(page, "svg.loop-figure")
    assert figure.count() == 1
    assert f"loop-{shape}" in figure.get_attribute("class")
    links = figure.locator("a")
    assert links.count() == 13
    states = "已完成|进行中|待确认|待填写|已逾期|未开始"
    for label in links.evaluate_all("all => all.map(a => a.getAttribute('aria-label'))"):
        assert re.search(states, label), label
    assert figure.locator("[aria-current=step]").count() == 1
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    scale = "e => e.getBoundingClientRect().width / e.viewBox.baseVal.width"
    sizes = figure.locator("text").evaluate_all(
        "all => all.map(t => parseFloat(getComputedStyle(t).fontSize))"
    )
    assert min(sizes) * figure.evaluate(scale) >= 11


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_loop_page_keeps_the_rules_of_access(page, cycles, witness, theme):
    for stage in ("diagnose", "warn", "improve"):
        page.goto(f"/diagnosis/cycles/{cycles['cycle']}/?stage={stage}")
        page.evaluate(f"document.documentElement.dataset.bsTheme = '{theme}'")
        assert axe(page) == []
    assert witness.complaints == []


def test_a_written_stage_saves_itself_within_three_seconds(page, cycles):
    page.goto(f"/diagnosis/cycles/{cycles['cycle']}/?stage=diagnose")
    page.fill("[name=causes]", "课时不足")
    page.wait_for_selector("[data-autosave-status]:has-text('已自动保存')", timeout=3000)
    stage = Stage.objects.get(cycle=cycles["cycle"], code="diagnose")
    assert stage.values["causes"] == "课时不足"


def test_two_who_write_at_once_both_see_both_texts(page, context, cycles, witness):
    other = context.new_page()
    for each in (page, other):
        each.goto(f"/diagnosis/cycles/{cycles['cycle']}/?stage=diagnose")
    page.fill("[name=causes]", "先写的")
    page.wait_for_selector("[data-autosave-status]:has-text('已自动保存')")
    other.fill("[name=causes]", "后写的")
    other.wait_for_selector(".field-theirs:has-text('先写的')")
    assert other.input_value("[name=causes]") == "后写的"
    assert Stage.objects.get(cycle=cycles["cycle"], code="diagnose").values["causes"] == "先写的"
    witness.console_errors.clear()
    witness.failed_requests.clear()
    # Knowing both, the second keeps his own by the button.
    with other.expect_navigation():
        other.click("button[value=save]")
    assert Stage.objects.get(cycle=cycles["cycle"], code="diagnose").values["causes"] == "后写的"
    assert witness.complaints == []
