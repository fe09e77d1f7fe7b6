"""What the interface shows: the reader's scope, whole pages, exact numbers, honest problems."""

import pytest
from django.test import Client
from django.urls import get_resolver

from luoxuan.core.models import AuditEntry
from luoxuan.data.models import Dataset
from luoxuan.portal.api.description import VIEWS
from luoxuan.portal.api.operations import address_of, operations_of
from luoxuan.portal.api.schema import openapi, path_of
from luoxuan.portal.api.urls import urlpatterns
from luoxuan.testing.college import Passes, import_text, score_csv

from .conftest import ROWS, all_pages

PAGED = [
    path_of(view)
    for view in VIEWS
    if "<" not in address_of(view) and operations_of(view)[0].is_paged
]


def test_rows_are_cut_to_the_readers_scope(ask):
    everything = ask("office", f"{ROWS}?limit=1000").json()
    east = ask("eastdata", f"{ROWS}?limit=1000").json()
    assert (everything["n_rows"], len(everything["rows"])) == (30, 30)
    assert (east["n_rows"], len(east["rows"])) == (20, 20)
    assert {row["unit_code"] for row in east["rows"]} == {"EAST-MATH"}


def test_rows_are_those_of_the_export(ask, users):
    client = Client()
    client.force_login(users["eastdata"])
    file = client.get("/data/score/export/?format=csv").content.decode("utf-8-sig").splitlines()
    rows = ask("eastdata", f"{ROWS}?limit=1000").json()["rows"]
    assert [line.split(",")[0] for line in file[1:]] == [row["student_id"] for row in rows]


def test_reading_rows_is_recorded(ask):
    ask("eastdata", f"{ROWS}?limit=3")
    entry = AuditEntry.objects.get(action="export_rows")
    assert (entry.by_label, entry.facts) == ("eastdata", {"format": "json", "n_rows": 3})


def test_a_number_keeps_its_digits(ask):
    row = ask("office", f"{ROWS}?limit=1").json()["rows"][0]
    assert row["score"] == "75.5"


@pytest.mark.parametrize(
    "address",
    [
        f"{ROWS}?limit=7",
        "/api/v1/subjects?limit=2",
        "/api/v1/readings?limit=3",
        "/api/v1/indicators?limit=1",
    ],
)
def test_pages_are_whole_and_show_nothing_twice(ask, address):
    pages = all_pages(ask, "office", address)
    most = int(address.rpartition("=")[2])
    assert len(pages) > 1
    assert all(len(page) == most for page in pages[:-1])
    shown = [str(row) for page in pages for row in page]
    once = ask("office", address.partition("?")[0] + "?limit=1000").json()["rows"]
    assert shown == [str(row) for row in once]
    assert len(set(shown)) == len(shown)


def test_a_page_goes_on_with_the_version_of_the_page_before(ask, users, tmp_path):
    first = ask("office", f"{ROWS}?limit=20").json()
    import_text(score_csv([Passes("WELD-1", 1, 0)]), tmp_path)
    rest = ask("office", f"{ROWS}?limit=20&cursor={first['next']}").json()
    assert Dataset.objects.get(name="score").current_number == 2
    assert (rest["version"], len(rest["rows"])) == (1, 10)
    assert ask("office", ROWS).json()["n_rows"] == 1


def test_a_reading_brings_its_limits_and_its_reason(ask):
    asked = "/api/v1/readings?indicator=course.pass_share&kind=TEACHING_CLASS&period=2025-1"
    rows = {row["subject"]: row for row in ask("east", asked).json()["rows"]}
    assert set(rows) == {"MATH-1", "MATH-2"}
    assert (rows["MATH-1"]["value"], rows["MATH-1"]["reason"]) == ("0.9", None)
    assert (rows["MATH-1"]["numerator"], rows["MATH-1"]["denominator"]) == ("9", "10")


def test_the_rows_behind_a_reading_are_those_it_counts(ask):
    asked = "/api/v1/readings?indicator=course.pass_share&kind=TEACHING_CLASS&subject="
    mine = ask("east", f"{asked}MATH-1").json()["rows"][0]
    behind = ask("east", f"/api/v1/readings/{mine['id']}/rows").json()
    assert (behind["dataset"], behind["n_rows"], mine["rows"]) == ("score", 10, 10)
    other = ask("office", f"{asked}WELD-1").json()["rows"][0]
    assert ask("east", f"/api/v1/readings/{other['id']}/rows").status_code == 404
    assert ask("east", "/api/v1/readings/LX-1/rows").status_code == 404


def test_alerts_are_those_of_the_readers_places(ask):
    rows = ask("office", "/api/v1/alerts?status=all").json()["rows"]
    assert rows
    assert ask("west", "/api/v1/alerts?status=all").json()["rows"] == [
        row for row in rows if row["subject"].startswith("WE")
    ]


@pytest.mark.parametrize(
    ("address", "status", "code"),
    [
        ("/api/v1/nothing", 404, "not_found"),
        ("/api/v1/datasets/nothing/rows", 404, "not_found"),
        ("/api/v1/datasets/_readings/rows", 404, "not_found"),
        ("/api/v1/jobs/99999999999999999999", 404, "not_found"),
        ("/api/v1/subjects?limit=0", 400, "bad_parameter"),
        ("/api/v1/subjects?limit=1001", 400, "bad_parameter"),
        ("/api/v1/subjects?limit=1e3", 400, "bad_parameter"),
        ("/api/v1/subjects?kind=NOTHING", 400, "bad_parameter"),
        ("/api/v1/subjects?sort=password", 400, "bad_parameter"),
        ("/api/v1/subjects?q=a&q=b", 400, "bad_parameter"),
        ("/api/v1/subjects?cursor=", 400, "bad_cursor"),
        ("/api/v1/subjects?cursor=WzFd", 400, "bad_cursor"),
        (f"{ROWS}?period=1066", 400, "bad_parameter"),
    ],
)
def test_what_cannot_be_answered_is_a_problem_document(ask, address, status, code):
    answer = ask("office", address)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["status"] == status


def test_a_cursor_answers_its_own_question_only(ask):
    cursor = ask("office", f"{ROWS}?limit=3").json()["next"]
    for address in (f"/api/v1/subjects?cursor={cursor}", f"{ROWS}?period=2025-1&cursor={cursor}"):
        assert ask("office", address).json()["code"] == "bad_cursor"
    assert ask("office", f"{ROWS}?limit=5&cursor={cursor}").status_code == 200


def test_a_problem_speaks_the_readers_language(ask):
    assert ask("office", "/api/v1/nothing").json()["title"] == "没有找到，或不在您的数据范围内"
    english = ask("office", "/api/v1/nothing", **{"Accept-Language": "en-GB,en;q=0.8"})
    assert english["Content-Language"] == "en"


def test_another_method_is_refused_with_those_that_are_allowed(users):
    client = Client()
    client.force_login(users["office"])
    answer = client.delete(ROWS)
    assert (answer.status_code, answer["Allow"]) == (405, "GET, POST")
    assert answer.json()["code"] == "method_not_allowed"


def test_a_session_reads_too(users):
    client = Client()
    client.force_login(users["east"])
    assert client.get("/api/v1/subjects").status_code == 200
    assert Client().get("/api/v1/subjects").status_code == 401


def test_the_description_and_the_routes_are_one(ask):
    document = ask("student", "/api/openapi.json").json()
    below = [
        entry for entry in get_resolver().url_patterns if getattr(entry, "app_name", "") == "api"
    ]
    assert [len(entry.url_patterns) for entry in below] == [len(VIEWS)]
    assert [entry.callback for entry in urlpatterns] == list(VIEWS)
    assert set(document["paths"]) == {path_of(view) for view in VIEWS}


@pytest.mark.parametrize("path", PAGED)
def test_an_answer_has_the_members_that_are_described(ask, path):
    document = ask("office", f"/api{path}").json()
    described = openapi(VIEWS)["paths"][path]["get"]["responses"]["200"]
    schema = described["content"]["application/json"]["schema"]
    assert set(document) == set(schema["properties"])
    for row in document["rows"]:
        assert set(row) == set(schema["properties"]["rows"]["items"]["properties"])
