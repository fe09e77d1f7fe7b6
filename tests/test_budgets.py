"""No page asks more than its budget, and none asks more because there is more to show."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from luoxuan.campus.actions import SubjectSpec, record_subjects
from luoxuan.campus.models import Subject
from luoxuan.campus.rules import SubjectKind
from luoxuan.data.models import ImportBatch
from luoxuan.portal.catch_up import catch_up
from luoxuan.testing.college import NOW, Passes, fill_college, import_text, open_user, score_csv

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

BUDGET = 30
_ASKED = "kind=TEACHING_CLASS&subject=MATH-2&period=2025-1"
PAGES = {
    "office": [
        "/", "/subjects/", "/subjects/?kind=TEACHING_CLASS", "/subjects/?q=MATH",
        "/subjects/TEACHING_CLASS/MATH-2/", "/subjects/COURSE/MATH/", "/subjects/UNIT/EAST/",
        "/subjects/INSTITUTION/SMALL/", "/data/", "/data/score/", "/data/score/import/",
        "/data/imports/{batch}/", "/indicators/", "/indicators/course.pass_share/",
        f"/indicators/course.pass_share/?{_ASKED}",
        "/indicators/course.pass_share/?kind=COURSE&subject=MATH&period=2025-1",
        f"/indicators/course.pass_share/rows/?{_ASKED}", "/alerts/", "/alerts/?status=all",
    ],
    "east": [
        "/", "/subjects/", "/subjects/COURSE/MATH/", "/indicators/",
        f"/indicators/course.pass_share/?{_ASKED}",
        f"/indicators/course.pass_share/rows/?{_ASKED}", "/alerts/",
    ],
    "math": [
        "/", "/subjects/", f"/indicators/course.pass_share/?{_ASKED}",
        f"/indicators/course.pass_share/rows/?{_ASKED}", "/alerts/?status=mine",
    ],
}  # fmt: skip
ADDRESSES = [(name, address) for name, addresses in PAGES.items() for address in addresses]


@pytest.fixture
def college(db, tmp_path: Path, settings) -> Path:
    settings.LUOXUAN_WAREHOUSE = tmp_path / "warehouse"
    settings.LUOXUAN_WAREHOUSE.mkdir()
    settings.LUOXUAN_THREADS = 1
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    fill_college(tmp_path)
    return tmp_path


@pytest.fixture
def clients(college) -> dict[str, Client]:
    """The open session of every user of the table."""
    found = {}
    for name in PAGES:
        found[name] = Client()
        found[name].force_login(open_user(name))
    return found


def grow(folder: Path) -> None:
    """Double the classes in warning, the others, and the courses."""
    courses = [
        SubjectSpec(SubjectKind.COURSE, f"MATH{n}", f"课程 {n}", "", "EAST-MATH", "UNIT:EAST")
        for n in range(4)
    ]
    classes = [
        SubjectSpec(
            SubjectKind.TEACHING_CLASS, f"MATH-{n}", f"教学班 {n}", "", "EAST-MATH", "COURSE:MATH"
        )
        for n in range(3, 9)
    ]
    record_subjects(subjects=[*courses, *classes], origin="test@1", by=None, at=NOW)
    passes = [Passes("MATH-1", 9, 1), Passes("MATH-2", 5, 5), Passes("WELD-1", 8, 2)]
    passes += [Passes(f"MATH-{n}", n, 10 - n) for n in range(3, 9)]
    import_text(score_csv(passes), folder)
    catch_up(by=None, at=NOW + timedelta(hours=1))


def n_queries(client: Client, address: str) -> int:
    batch = ImportBatch.objects.order_by("pk").first().pk
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(address.format(batch=batch))
    assert answer.status_code == 200, address
    return len(queries)


def counts(clients: dict[str, Client]) -> dict[tuple[str, str], int]:
    """Return the queries of every page; the places of subjects are kept between requests."""
    for username, address in ADDRESSES:
        if "/rows/" in address:
            n_queries(clients[username], address)
    return {(name, address): n_queries(clients[name], address) for name, address in ADDRESSES}


def test_no_page_asks_more_than_its_budget(clients):
    most: dict[str, int] = {}
    for (_, address), n in counts(clients).items():
        page = address.partition("?")[0]
        most[page] = max(n, most.get(page, 0))
    assert {page: n for page, n in most.items() if n > BUDGET} == {}


def test_no_page_asks_more_when_there_is_twice_as_much_to_show(clients, college):
    before, n_before = counts(clients), Subject.objects.count()
    grow(college)
    assert Subject.objects.count() >= 2 * n_before
    after = counts(clients)
    assert {page: (before[page], n) for page, n in after.items() if n != before[page]} == {}
