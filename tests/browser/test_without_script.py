"""Without JavaScript everything still works: forms, lists, the drawer, the menu."""

import pytest

from luoxuan.data.models import Dataset
from luoxuan.testing.browser import Witness
from luoxuan.testing.college import HEADER, PASSWORD

from .conftest import BAD, GOOD
from .pages import after_work

PHONE = {"width": 390, "height": 844}


@pytest.fixture
def page(browser, live_server):
    """A page of a browser that runs no script."""
    with browser.new_context(base_url=live_server.url, java_script_enabled=False) as context:
        context.set_default_timeout(15_000)
        witness = Witness(own_host=live_server.url.partition("//")[2])
        context.on("page", witness.attend)
        yield context.new_page()
        assert witness.complaints == []


def log_in(page, username):
    page.goto("/alerts/")
    page.fill("#id_username", username)
    page.fill("#id_password", PASSWORD)
    page.click(".login-box button[type=submit]")


def test_a_reader_without_script_finds_the_rows_and_the_way_out(page, users):
    log_in(page, "office")
    assert page.url.endswith("/alerts/")
    page.click("a:has-text('诊改对象')")
    page.select_option("#filter-kind", "COURSE")
    page.fill("#filter-text", "MATH")
    page.click("main form button[type=submit]")
    assert page.locator("main tbody tr").count() == 1
    page.click("main tbody a")
    assert page.locator("h1").inner_text().startswith("高等数学")
    page.click(".reading h3 a:has-text('通过率')")
    page.select_option("#choice-period", "2025-1")
    page.click(".choice-form button")
    assert page.locator(".hero-value").inner_text() == "84.29 %"
    page.click(".page-actions a:has-text('看明细行')")
    assert page.locator("main tbody tr").count() == 50
    page.click("a[rel=next]")
    assert page.locator("main tbody tr").count() == 20
    page.click("button:has-text('English')")
    assert page.locator("h1").inner_text().startswith("Pass share")
    assert "page=2" in page.url
    page.click("[aria-label='Log out']")
    assert page.url.endswith("/login/")
    page.goto("/alerts/")
    assert "/login/?next=" in page.url


def test_the_drawer_and_the_menu_of_a_phone_open_without_script(page, users):
    page.set_viewport_size(PHONE)
    log_in(page, "office")
    page.goto("/indicators/course.pass_share/?kind=COURSE&subject=MATH&period=2025-1")
    assert page.locator(".side-menu").is_visible()
    assert page.locator("#who").is_hidden()
    page.click(".drawer-open")
    assert page.locator("#who").is_visible()
    assert "通过人次" in page.inner_text("#who .formula")
    page.click(".drawer-close")
    assert page.locator("#who").is_hidden()
    # The numbers of the drawing are in a table that opens by itself.
    page.click(".table-twin summary")
    assert page.locator(".table-twin tbody tr").count() == 2


def test_a_file_is_imported_by_the_form_without_script(page, users, tmp_path):
    path = tmp_path / "again.csv"
    path.write_text(f"{HEADER}\n{BAD}{GOOD.replace('4004', '4005')}", encoding="utf-8")
    log_in(page, "office")
    page.goto("/data/score/import/")
    page.set_input_files("#id_file", path)
    page.select_option("#id_mode", "append")
    page.click("main form button[type=submit]")
    after_work(page)
    assert page.locator("main tbody tr").count() == 3
    page.click("main a:has-text('下一步：预览')")
    page.click("main button:has-text('写入')")
    after_work(page)
    assert "撤销这次导入" in page.inner_text("main")
    assert Dataset.objects.get(name="score").current_number == 5


def test_the_work_of_a_month_is_done_by_forms_without_script(page, users, keys, enter):
    enter(page.context, users["office"])
    page.goto("/alerts/?status=unanswered")
    page.click(".alert-words a >> nth=0")
    page.click(".tap-row label >> nth=0")
    page.fill("[name=measure]", "我：每周加一次习题课。")
    page.click("main form button.button-primary")
    assert "/improvements/" in page.url
    assert "每周加一次习题课" in page.inner_text("main")

    page.goto(f"/diagnosis/cycles/{keys['cycle']}/?stage=design")
    page.click("#stage button[value=confirm]")
    page.goto(f"/diagnosis/cycles/{keys['cycle']}/?stage=design")
    assert "已完成" in page.inner_text("#stage .panel-head")

    page.goto("/reports/new/?kind=COURSE_TERM")
    page.click("main form button.button-primary")
    page.fill("[name=summary]", "按计划完成。")
    page.click("main button:has-text('保存并更新数字')")
    page.click("main button:text-is('提交')")
    assert "待签发" in page.inner_text("main")
    assert "按计划完成。" in page.inner_text("main")

    enter(page.context, users["east"])
    page.goto("/tasks/sheets/EAST/2026-04/")
    for label in page.locator("form > article .pick-ok").all():
        label.click()
    page.click("main button[value=submit]")
    assert "已报送" in page.inner_text(".page-head")
