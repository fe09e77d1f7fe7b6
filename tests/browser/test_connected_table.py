"""A table of PostgreSQL is connected by its information officer and is there every morning."""

from datetime import timedelta
from ipaddress import ip_network
from urllib.parse import urlsplit

import psycopg
import pytest
from django.utils import timezone

from luoxuan.campus.scope import EVERYTHING
from luoxuan.core.jobs import run_due
from luoxuan.data.models import Dataset, Source
from luoxuan.indicators.actions import compute_readings
from luoxuan.indicators.queries import reading_at
from luoxuan.portal.catch_up import catch_up
from luoxuan.testing.browser import axe
from luoxuan.testing.college import open_college, open_user
from luoxuan.testing.postgresql import MissingPostgreSQL, Server

COLUMNS = {
    "xh": "学号", "bj": "教学班", "kc": "课程", "dw": "部门", "xq": "学期",
    "df": "得分", "jg": "结果",
}  # fmt: skip
TABLE = (
    "CREATE TABLE cj AS SELECT (1000 + n)::text AS xh, 'MATH-1' AS bj, 'MATH' AS kc, "
    "'EAST-MATH' AS dw, '2025-1' AS xq, 50.5 + n AS df, "
    "CASE WHEN n < 10 THEN '不通过' ELSE '通过' END AS jg FROM generate_series(1, 40) n"
)


@pytest.fixture
def registrar(settings):
    """The registrar's server「教务系统」, which allows this machine alone."""
    server = Server()
    try:
        url = server.start()
    except MissingPostgreSQL as missing:
        pytest.skip(str(missing))
    settings.LUOXUAN_OUTGOING = [ip_network("127.0.0.1/32")]
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(TABLE)
        yield connection, urlsplit(url)
    server.stop()


def next_morning(days):
    """Do what the worker does on a later day, after six."""
    at = timezone.localtime() + timedelta(days=days)
    at = at.replace(hour=6, minute=1)
    catch_up(by=None, at=at)
    run_due(owner="test", now=lambda: at)
    compute_readings(by=None, at=at, threads=1)


def pass_share():
    reading = reading_at(
        EVERYTHING, code="course.pass_share", kind="COURSE", subject="MATH", period="2025-1"
    )
    return reading.numerator, reading.denominator


@pytest.mark.parametrize("width", [390, 1440])
def test_an_officer_connects_a_table_and_sees_it_every_morning(
    browser, live_server, enter, registrar, width
):
    open_college()
    connection, url = registrar
    context = browser.new_context(
        base_url=live_server.url, locale="zh-CN", viewport={"width": width, "height": 900}
    )
    context.set_default_timeout(15_000)
    enter(context, open_user("centre"))
    page = context.new_page()
    page.goto("/data/")
    page.get_by_role("link", name="数据源").click()
    page.get_by_role("link", name="连接业务系统").first.click()
    page.get_by_label("名称", exact=True).fill("教务成绩")
    page.get_by_label("代码", exact=True).fill("registrar")
    page.get_by_label("进入的数据集").select_option(label="成绩")
    page.get_by_label("地址").fill(f"postgresql://{url.hostname}:{url.port}{url.path}")
    page.get_by_label("用户名").fill(url.username)
    page.get_by_label("密码或令牌").fill(url.password)
    page.get_by_label("表、查询").fill("cj")
    assert axe(page) == []
    page.get_by_role("button", name="保存，下一步测试连接").click()
    page.get_by_role("button", name="测试连接").click()
    assert page.get_by_label("xh", exact=True).evaluate("e => e.selectedOptions[0].text") == "学号"
    for column, title in COLUMNS.items():
        page.get_by_label(column, exact=True).select_option(label=title)
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("button", name="保存对应").click()
    page.get_by_role("button", name="启用").click()
    assert "每天 06:00" in page.inner_text("main")

    next_morning(1)
    assert pass_share() == (31, 40)
    connection.execute("UPDATE cj SET jg = '通过' WHERE xh = '1001'")
    next_morning(2)
    assert pass_share() == (32, 40)
    assert Dataset.objects.get(name="score").current_number == 2

    connection.execute("DELETE FROM cj WHERE xh > '1016'")
    next_morning(3)
    assert pass_share() == (32, 40)
    page.goto("/")
    page.get_by_role("link", name="教务成绩").first.click()
    assert "待决定" in page.inner_text("main")
    assert "16" in page.inner_text("main")
    page.get_by_role("button", name="仍然采用").click()
    run_due(owner="test", now=timezone.now)
    compute_readings(by=None, at=timezone.now(), threads=1)
    assert pass_share()[1] == 16
    assert url.password not in page.content()
    assert Source.objects.get().daily_at.hour == 6
    context.close()
