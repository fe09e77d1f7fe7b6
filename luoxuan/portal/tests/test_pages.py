"""What every page has: the label, the headers, the language; and the home of every role."""

import json
import re
from types import ModuleType

import pytest
from django.contrib.staticfiles import finders
from django.db import DatabaseError, connection
from django.test import Client, override_settings
from django.urls import include, path

from luoxuan.campus.guard import public
from luoxuan.campus.rules import roles
from luoxuan.core.actions import set_institution
from luoxuan.core.queries import settings_in_force
from luoxuan.testing.college import NOW, USERS, open_college, open_user

pytestmark = pytest.mark.django_db

_ASKED = "kind=TEACHING_CLASS&subject=MATH-2&period=2025-1"
PAGES = [
    "/", "/subjects/", "/subjects/TEACHING_CLASS/MATH-2/", "/subjects/UNIT/EAST/", "/data/",
    "/data/score/", "/data/score/import/", "/indicators/", "/indicators/course.pass_share/",
    f"/indicators/course.pass_share/?{_ASKED}", f"/indicators/course.pass_share/rows/?{_ASKED}",
    "/alerts/", "/alerts/?status=all", "/no/such/page/",
]  # fmt: skip


@pytest.fixture
def office(client, college):
    client.force_login(open_user("office"))
    return client


def test_every_page_carries_the_label_in_the_language_of_the_reader(office):
    for address in PAGES:
        assert '<span class="demo">测试数据</span>' in office.get(address).content.decode(), address
    office.cookies["django_language"] = "en"
    for address in PAGES:
        assert '<span class="demo">Test data</span>' in office.get(address).content.decode(), (
            address
        )


def test_the_login_page_carries_the_label(client, college):
    body = client.get("/login/").content.decode()
    assert '<span class="demo">测试数据</span>' in body
    assert "小小职业学院" in body


def test_a_college_with_data_of_its_own_has_no_label(client, college):
    set_institution(values={"notice": "", "notice_en": ""}, by=None, at=NOW)
    assert 'class="demo"' not in client.get("/login/").content.decode()


def test_a_hostile_name_of_the_institution_is_escaped(client, college):
    set_institution(
        values={"title": "<script>x</script>", "notice": "<i>evil</i>"}, by=None, at=NOW
    )
    body = client.get("/login/").content.decode()
    assert "<script>x" not in body
    assert "<i>evil" not in body


# --- headers --------------------------------------------------------------------------------------


def policy_of(answer) -> dict[str, str]:
    parts = (
        part.strip().partition(" ") for part in answer.headers["Content-Security-Policy"].split(";")
    )
    return {name: value for name, _, value in parts}


def test_every_answer_carries_the_security_headers(office):
    for address in [*PAGES, "/healthz", "/logout/", "/login/"]:
        answer = office.get(address)
        policy = policy_of(answer)
        assert policy["default-src"] == "'none'"
        assert policy["script-src"] == policy["style-src"] == "'self'"
        assert (policy["frame-ancestors"], policy["form-action"]) == ("'none'", "'self'")
        assert policy["base-uri"] == "'none'"
        assert "unsafe" not in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert len(answer.headers["X-Request-ID"]) == 32
        assert "Server" not in answer.headers


def test_a_page_loads_only_files_that_are_there(office):
    body = office.get("/").content.decode()
    files = set(re.findall(r'(?:src|href)="/static/([^"#?]+)', body))
    assert files
    assert [name for name in files if finders.find(name) is None] == []


# --- language -------------------------------------------------------------------------------------


def test_the_language_is_chinese_whatever_the_browser_prefers(client, college):
    answer = client.get("/login/", headers={"Accept-Language": "en-US,en;q=0.9"})
    assert '<html lang="zh-hans"' in answer.content.decode()
    assert answer.headers["Content-Language"] == "zh-hans"


def test_the_choice_of_a_language_is_kept_in_a_cookie_and_changes_the_text(office):
    answer = office.post("/language/", {"language": "en", "next": "/subjects/"})
    assert answer.headers["Location"] == "/subjects/"
    cookie = office.cookies["django_language"]
    assert (cookie.value, cookie["httponly"], cookie["samesite"]) == ("en", True, "Lax")
    answer = office.get("/subjects/TEACHING_CLASS/MATH-2/")
    body = answer.content.decode()
    assert '<html lang="en"' in body
    assert "Mathematics 2" in body
    assert "Pass share" in body
    assert answer.headers["Content-Language"] == "en"
    office.post("/language/", {"language": "zh-hans"})
    assert "高等数学 2 班" in office.get("/subjects/TEACHING_CLASS/MATH-2/").content.decode()


@pytest.mark.parametrize("language", ["", "fr", "../en", "EN", "zh"])
def test_an_unknown_language_changes_nothing(client, college, language):
    client.post("/language/", {"language": language})
    assert "django_language" not in client.cookies
    client.cookies["django_language"] = language
    assert '<html lang="zh-hans"' in client.get("/login/").content.decode()


def test_one_readers_language_does_not_reach_the_next_reader(college):
    english, chinese = Client(), Client()
    english.cookies["django_language"] = "en"
    assert '<html lang="en"' in english.get("/login/").content.decode()
    assert '<html lang="zh-hans"' in chinese.get("/login/").content.decode()


# --- health and errors ----------------------------------------------------------------------------


def test_health_is_told_to_everybody_as_json(client, college):
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/json"
    assert json.loads(answer.content).items() >= {
        "status": "ok", "database": "ok", "warehouse": "ok",
    }.items()  # fmt: skip
    assert client.head("/healthz").status_code == 200
    assert client.post("/healthz").status_code == 405


def test_a_missing_warehouse_is_503(client, db, warehouse):
    warehouse.rmdir()
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["warehouse"]) == (503, "missing")


def test_an_unreachable_database_is_503_and_no_error_page(client, db, monkeypatch):
    def unreachable():
        raise DatabaseError("the server at 10.0.0.1 is gone")

    monkeypatch.setattr(connection, "cursor", unreachable)
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["database"]) == (503, "unreachable")
    assert "10.0.0.1" not in answer.content.decode()


def test_an_unknown_address_is_404_with_the_way_back(office):
    answer = office.get("/no/such/page/")
    assert answer.status_code == 404
    body = answer.content.decode()
    assert 'href="/"' in body
    assert "no/such" not in body


def test_an_error_shows_no_inside_and_carries_its_request_id(college):
    @public
    def broken(request):
        raise RuntimeError("secret inside")

    urls = ModuleType("broken_urls")
    urls.handler404 = "luoxuan.portal.views.page_not_found"
    urls.urlpatterns = [path("broken/", broken), path("", include("luoxuan.urls"))]
    client = Client(raise_request_exception=False)
    with override_settings(ROOT_URLCONF=urls):
        answer = client.get("/broken/", headers={"X-Request-ID": "abcd-1234-efgh"})
    assert answer.status_code == 500
    assert "secret inside" not in answer.content.decode()
    assert "Traceback" not in answer.content.decode()
    assert answer.headers["X-Request-ID"] == "abcd-1234-efgh"
    assert "Content-Security-Policy" in answer.headers


# --- home -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("username", USERS)
def test_every_user_of_the_college_has_a_home_with_his_role(client, college, username):
    client.force_login(open_user(username))
    answer = client.get("/")
    assert answer.status_code == 200
    role = roles()[USERS[username][0]]
    assert role.title in answer.content.decode()


@pytest.mark.parametrize("role", roles())
def test_every_role_of_the_catalogue_has_a_home_in_both_languages(client, db, role):
    open_college()
    client.force_login(open_user("somebody", role, "*"))
    assert roles()[role].title in client.get("/").content.decode()
    client.cookies["django_language"] = "en"
    assert roles()[role].title_en in client.get("/").content.decode()


@pytest.mark.parametrize("role", roles())
def test_the_menu_offers_what_opens_and_nothing_else(client, db, role):
    open_college()
    client.force_login(open_user("somebody", role, "*"))
    body = client.get("/").content.decode()
    menu = {"/subjects/", "/indicators/", "/alerts/", "/data/"}
    offered = {address for address in menu if f'href="{address}"' in body}
    assert offered == {address for address in menu if client.get(address).status_code == 200}


def test_the_home_of_a_course_leader_shows_his_alert_and_his_subjects(client, college):
    client.force_login(open_user("math"))
    context = client.get("/").context
    assert [alert.subject.code for alert in context["alerts"]] == ["MATH-2"]
    assert {card["subject"].code for card in context["subjects"]} == {"MATH", "MATH-1", "MATH-2"}


def test_an_empty_college_offers_the_first_step_to_whoever_may_take_it(client, db):
    open_college()
    client.force_login(open_user("office"))
    assert client.get("/").context["next_action"]["url"] == "/data/"
    client.force_login(open_user("east"))
    assert client.get("/").context["next_action"] is None


def test_the_accounts_of_the_demonstration_stand_on_the_login_page_only_when_there_are_any(
    client, college, settings
):
    assert client.get("/login/").context["demo_accounts"] == []
    accounts = [{"username": "office", "role": "quality_office", "name": "林敏"}]
    file = settings.LUOXUAN_HOME / "demonstration-accounts.json"
    file.write_text(json.dumps({"accounts": accounts, "password": "shown-on-purpose"}), "utf-8")
    body = client.get("/login/").content.decode()
    assert "质量办" in body
    assert "shown-on-purpose" in body


# --- subjects -------------------------------------------------------------------------------------


def test_the_list_of_subjects_finds_by_kind_and_by_text(office):
    def codes(query: str) -> list[str]:
        page = office.get(f"/subjects/{query}").context["page_obj"]
        return [row["code"] for row in page.object_list]

    assert codes("?kind=TEACHING_CLASS") == ["MATH-1", "MATH-2", "WELD-1"]
    assert codes("?kind=TEACHING_CLASS&q=weld") == ["WELD-1"]
    assert codes("?kind=COURSE&q=高等") == ["MATH"]
    assert codes("?kind=COURSE&q=%25") == []
    assert codes("?kind=COURSE&page=99") == ["MATH", "WELD"]


def test_a_subject_shows_its_readings_parts_and_alerts(office):
    context = office.get("/subjects/COURSE/MATH/").context
    assert {row.indicator.code for row in context["readings"]} == {
        "course.pass_share",
        "course.mean_score",
    }
    assert {row["subject"].code: row["n_open_alerts"] for row in context["children"]} == {
        "MATH-1": 0,
        "MATH-2": 1,
    }
    alerts = office.get("/subjects/TEACHING_CLASS/MATH-2/").context["alerts"]
    assert [alert.status for alert in alerts] == ["OPEN"]


def test_settings_are_shown_changed_and_refused_at_their_field(office):
    page = office.get("/settings/")
    assert page.context["form"].initial["month_sheet_due_day"] == "25"
    values = settings_in_force() | {
        "tasks_due_day": "01-20", "standards_due_day": "02-28", "month_sheet_due_day": "31",
    }  # fmt: skip
    refused = office.post("/settings/", values)
    assert refused.status_code == 422
    assert refused.context["form"].errors == {
        "month_sheet_due_day": ["“31”不是 1 至 28 之间的日子。"]
    }
    assert office.post("/settings/", values | {"month_sheet_due_day": "20"}).status_code == 302
    assert settings_in_force() == values | {"month_sheet_due_day": "20"}
