"""Wherever rows or numbers are shown, somebody can say that they are wrong「数据有误？」."""

import re
from html import unescape

import pytest

from luoxuan.data.models import CorrectionRequest

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

_READING = "kind=COURSE&subject=MATH&period=2025-1"
ROWS = (
    "/data/score/",
    "/data/score/rows/",
    "/data/score/?version=1",
    "/data/themes/{theme}/passed/",
    "/data/statistics/{own_statistic}/rows/?g==MATH-1",
    "/data/checks/score.passes/rows/",
    f"/indicators/course.pass_share/rows/?{_READING}",
)
NUMBERS = (
    "/data/statistics/{own_statistic}/",
    f"/indicators/course.pass_share/?{_READING}",
    f"/indicators/course.pass_share/rows/?{_READING}",
    "/subjects/COURSE/MATH/",
    "/alerts/{alert}/",
    "/verify/{proof_math}/",
)
_ROW_LINK = re.compile(r'href="(/data/corrections/new/\?[^"]+)"')
_NUMBER_LINK = re.compile(r'href="(/(?:indicators|data/statistics)/[^"]+/doubt/\?[^"]*)"')


def links(college, address, pattern, reader="office"):
    response = college.client(reader).get(address.format(**college.keys))
    assert response.status_code == 200, address
    return [unescape(found) for found in pattern.findall(response.content.decode())]


@pytest.mark.parametrize("address", ROWS)
def test_every_shown_row_leads_to_its_correction(college, address):
    found = links(college, address, _ROW_LINK)
    assert found, address
    assert college.client("office").get(found[0]).status_code == 200


@pytest.mark.parametrize("address", NUMBERS)
def test_every_shown_number_leads_to_a_report(college, address):
    found = links(college, address, _NUMBER_LINK)
    assert found, address
    page = college.client("office").get(found[0])
    assert page.status_code == 200
    assert "/rows/?" in page.content.decode()


def test_whoever_sees_no_rows_reports_the_number_to_its_owner(college):
    address = links(college, "/subjects/COURSE/MATH/", _NUMBER_LINK, reader="president")[0]
    client = college.client("president")
    page = client.get(address)
    assert "/rows/?" not in page.content.decode()
    sent = {"dataset": "score", "after": "", "reason": "比上学期差太多"}
    answer = client.post(address, sent)
    assert answer.status_code == 302
    made = CorrectionRequest.objects.get(about__contains="·")
    assert (made.by.username, made.dataset.name, made.is_about_number) == (
        "president", "score", True,
    )  # fmt: skip
    assert "比上学期差太多" in client.get(answer["Location"]).content.decode()
    assert client.post(address, sent).status_code == 422, "asked twice, kept once"
    assert CorrectionRequest.objects.filter(batch="").count() == 1


def test_a_foreign_number_is_no_number(college):
    address = "/indicators/course.pass_share/doubt/?kind=COURSE&subject=WELD&period=2025-1"
    assert college.client("east").get(address).status_code == 404
    assert college.client("west").get(address).status_code == 200
