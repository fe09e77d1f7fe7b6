"""Every text of the western college is a token; no page of an eastern user may show one."""

import re
import shutil
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from django.db import transaction
from django.test import Client

from luoxuan.data.actions import import_file
from luoxuan.data.models import Dataset, ImportBatch
from luoxuan.data.rules import ImportMode
from luoxuan.portal.catch_up import catch_up
from luoxuan.portal.configuration import load_package
from luoxuan.testing.college import HEADER, NOW, SMALL, open_user

from .conftest import cheap_settings

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

TOKEN = re.compile(r"CANARY[0-9]{4}")
UNIT, COURSE, CLASS = "CANARY1001", "CANARY1002", "CANARY1003"
API = (
    "datasets/score/rows?limit=1000",
    "readings?limit=1000",
    "readings?indicator=course.pass_share&kind=COURSE",
    "subjects?limit=1000",
    "subjects?q=CANARY",
    "alerts?status=all",
    "improvements?status=all",
    "tasks",
    "reports",
)
EASTERN = {
    "east": ("college_head", "UNIT:EAST"),
    "eastgroup": ("program_leader", "UNIT:EAST-MATH"),
    "eastdata": ("college_data_officer", "UNIT:EAST"),
    "math": ("course_leader", "COURSE:MATH"),
    "teacher": ("teacher", "TEACHING_CLASS:MATH-1"),
    "counsellor": ("student_counsellor", "UNIT:EAST"),
    "student": ("student", "TEACHING_CLASS:MATH-1"),
}
OTHERS = {"west": ("college_head", f"UNIT:{UNIT}"), "office": ("quality_office", "*")}


def package_with_tokens(folder: Path) -> Path:
    """Return a copy of the small package in which whatever is western is a token."""
    target = folder / "package"
    shutil.copytree(SMALL, target)
    units = target / "campus" / "units.csv"
    text = units.read_text(encoding="utf-8")
    units.write_text(
        text.replace("WEST,西学院,West College", f"{UNIT},CANARY1011,CANARY1012"), encoding="utf-8"
    )
    subjects = target / "campus" / "subjects.csv"
    lines = [
        line for line in subjects.read_text(encoding="utf-8").splitlines() if "WELD" not in line
    ]
    lines.append(f"COURSE,{COURSE},CANARY1021,CANARY1022,{UNIT},UNIT:{UNIT}")
    lines.append(f"TEACHING_CLASS,{CLASS},CANARY1031,CANARY1032,{UNIT},COURSE:{COURSE}")
    subjects.write_text("\n".join(lines) + "\n", encoding="utf-8")
    with (target / "thresholds.csv").open("a", encoding="utf-8") as file:
        file.write(f"course.pass_share,TEACHING_CLASS,{CLASS},0.9,0.8,0.6,,,CANARY1041\n")
        file.write(f"course.pass_share,COURSE,{COURSE},0.9,0.8,0.6,,,CANARY1042\n")
    score = target / "datasets" / "score.toml"
    text = score.read_text(encoding="utf-8")
    score.write_text(text.replace("^[0-9]{4}$", "^[A-Z0-9]{4,10}$"), encoding="utf-8")
    return target


def scores() -> str:
    """Return scores in which every western row is a token, one of them wrong."""
    rows = [HEADER]
    for number in range(20):
        result = "75.5,通过" if number >= 4 else "40,不通过"
        rows.append(f"{2000 + number},MATH-{1 + number % 2},MATH,EAST-MATH,2025-1,{result}")
        rows.append(f"CANARY{5000 + number},{CLASS},{COURSE},{UNIT},2025-1,40,不通过")
    rows.append(f"CANARY5999,{CLASS},{COURSE},{UNIT},2025-1,CANARY6000,不通过")
    return "\n".join(rows) + "\n"


@pytest.fixture(scope="module")
def sessions(tmp_path_factory, django_db_setup, django_db_blocker) -> Iterator[dict[str, Client]]:
    """The open session of every user of the two colleges."""
    folder = tmp_path_factory.mktemp("files")
    with cheap_settings(tmp_path_factory), django_db_blocker.unblock(), transaction.atomic():
        load_package(package_with_tokens(folder), by=None, at=NOW)
        path = folder / "scores.csv"
        path.write_text(scores(), encoding="utf-8")
        import_file(
            dataset=Dataset.objects.get(name="score"), path=path, by=None, at=NOW,
            mode=ImportMode.REPLACE,
        )  # fmt: skip
        catch_up(by=None, at=NOW)
        clients = {}
        for name, (role, place) in (EASTERN | OTHERS).items():
            clients[name] = Client()
            clients[name].force_login(open_user(name, role, place))
        yield clients
        transaction.set_rollback(True)


class _Links(HTMLParser):
    """The addresses that a page leads to."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if name in {"href", "action"} and value]


def guesses() -> list[str]:
    """Return every address that an eastern user might try, with all variants of its query."""
    kinds = {"UNIT": UNIT, "COURSE": COURSE, "TEACHING_CLASS": CLASS, "INSTITUTION": "SMALL"}
    batch = ImportBatch.objects.order_by("pk").values_list("pk", flat=True)
    found = ["/", "/subjects/", "/data/", "/data/score/", "/data/score/import/", "/indicators/"]
    found += [
        "/alerts/",
        "/alerts/?status=all",
        "/alerts/?status=mine",
        "/alerts/?status=open&page=2",
    ]
    found += [f"/api/v1/{tail}" for tail in API]
    found += ["/subjects/?q=CANARY", "/indicators/?q=CANARY", "/login/", "/healthz"]
    found += [f"/data/imports/{key}/" for key in batch]
    for kind, code in kinds.items():
        found += [
            f"/subjects/?kind={kind}",
            f"/subjects/?kind={kind}&q=CANARY",
            f"/subjects/{kind}/{code}/",
        ]
        for indicator in ("course.pass_share", "course.mean_score"):
            asked = f"kind={kind}&subject={code}"
            page = f"/indicators/{indicator}/"
            found += [f"{page}?kind={kind}", f"{page}?{asked}", f"{page}?{asked}&period=2025-1"]
            for tail in ("", "&run=1", "&dataset=score", "&page=2", "&run=1&dataset=score&page=1"):
                found.append(f"{page}rows/?{asked}&period=2025-1{tail}")
    for subject in ("MATH-1", "MATH-2"):
        asked = f"kind=TEACHING_CLASS&subject={subject}&period=2025-1"
        found += [f"/indicators/course.pass_share/rows/?{asked}&page={n}" for n in (1, 2, 99)]
    return found


def crawl(client: Client, *, most: int = 96) -> dict[str, str]:
    """Return the text of every page that a user can reach by guessing and by following links."""
    todo, seen = guesses(), {}
    while todo and len(seen) < most:
        address = todo.pop(0)
        if address in seen:
            continue
        response = client.get(address)
        body = response.content.decode()
        seen[address] = body + str(dict(response.headers))
        links = _Links()
        links.feed(body)
        for link in links.found:
            target = urlsplit(urljoin(f"http://testserver{address}", link))
            if target.netloc == "testserver" and not target.path.startswith("/static/"):
                todo.append(f"{target.path}?{target.query}" if target.query else target.path)
    return seen


def leaks(pages: dict[str, str]) -> dict[str, set[str]]:
    """Return the tokens that pages show, by address."""
    return {
        address: set(TOKEN.findall(body)) for address, body in pages.items() if TOKEN.search(body)
    }


@pytest.mark.parametrize(
    ("username", "language"), [*((name, "zh-hans") for name in EASTERN), ("eastdata", "en")]
)
def test_no_page_of_an_eastern_user_shows_a_western_token(sessions, username, language):
    client = sessions[username]
    client.cookies["django_language"] = language
    pages = crawl(client)
    assert len(pages) > 50
    assert leaks(pages) == {}


def test_no_page_of_a_stranger_shows_a_token(sessions):
    # The login page keeps the address that was asked for; the stranger wrote it.
    pages = {a: re.sub(r"(next|Location)[^>}]*", "", b) for a, b in crawl(Client()).items()}
    assert leaks(pages) == {}


@pytest.mark.parametrize("username", OTHERS)
def test_the_tokens_are_there_for_whoever_may_see_them(sessions, username):
    shown: set[str] = set()
    asked = f"kind=TEACHING_CLASS&subject={CLASS}&period=2025-1"
    for language in ("zh-hans", "en"):
        sessions[username].cookies["django_language"] = language
        for address in (
            f"/subjects/TEACHING_CLASS/{CLASS}/",
            f"/indicators/course.pass_share/?{asked}",
            f"/indicators/course.pass_share/rows/?{asked}",
        ):
            shown |= set(TOKEN.findall(sessions[username].get(address).content.decode()))
    assert {UNIT, COURSE, CLASS, "CANARY5000", "CANARY1041"} <= shown
    assert {"CANARY1021", "CANARY1031", "CANARY1022", "CANARY1032"} <= shown


def test_only_a_whole_scope_sees_the_cells_that_an_import_refused(sessions):
    batch = ImportBatch.objects.get()
    assert batch.rows_rejected == 1
    address = f"/data/imports/{batch.pk}/"
    assert "CANARY6000" in sessions["office"].get(address).content.decode()
    assert sessions["eastdata"].get(address).status_code == 404


def test_counts_of_an_eastern_user_count_eastern_things_only(sessions):
    # The western class is in warning; none of its alerts is counted for the east.
    body = sessions["office"].get("/alerts/?status=open").content.decode()
    assert CLASS in body
    context = sessions["east"].get("/alerts/?status=all").context
    assert (context["n_open"], context["n_mine"], context["n_all"]) == (0, 0, 0)
    assert sessions["east"].get("/").context["alerts_total"] == 0
    assert sessions["west"].get("/alerts/").context["n_open"] == 1
