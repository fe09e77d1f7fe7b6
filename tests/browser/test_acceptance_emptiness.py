"""Nothing there yet, and something broken: each page says what it is and where to go from here."""

import pytest

from luoxuan.portal import search_views
from luoxuan.testing.browser import axe
from luoxuan.testing.college import open_college, open_user

from .addresses import PACKAGES
from .pages import ADDRESSES, forgive

# Pages that say something even of an empty college: forms, and the frames of lists.
EVERYWHERE = [
    address
    for addresses in (ADDRESSES, *(package.ADDRESSES for package in PACKAGES))
    for address in addresses.values()
    # The description of the interface says the same of every college; a comparison needs rows.
    if "{" not in address and not address.startswith(("/api/", "/data/compare/?"))
]
OF_OBJECTS = (
    "/subjects/", "/indicators/course", "/data/score", "/verify/?",
    "/reports/new", "/units/E", "/data/collections/new/?",
)  # fmt: skip
SAID = (
    "main .empty-state, main form:not(.filter-form), main .count, main [role=search], "
    "main tbody tr, main .gap-list li"
)
NARROW, WIDE = 320, 1440


def is_too_wide(page, width: int) -> bool:
    page.set_viewport_size({"width": width, "height": 900})
    return page.evaluate("document.documentElement.scrollWidth") > width


@pytest.mark.parametrize("is_loaded", [False, True])
def test_every_page_of_an_empty_database_says_what_to_do_next(
    page, live_server, enter, witness, is_loaded
):
    if is_loaded:
        open_college()
    enter(page.context, open_user("office", "quality_office", "*"))
    wrong = []
    for address in dict.fromkeys(EVERYWHERE):
        if address.startswith(OF_OBJECTS) != is_loaded:
            continue
        answer = page.goto(address)
        status = answer.status
        forgive(witness, status)
        if status not in {200, 404}:
            wrong.append(f"{address} answers {status}")
        elif status == 200 and page.locator(SAID).count() == 0:
            wrong.append(f"{address} says nothing")
        elif any(is_too_wide(page, width) for width in (NARROW, WIDE)):
            wrong.append(f"{address} is too wide")
    assert not wrong, "\n".join(wrong)
    assert witness.complaints == []


def test_a_broken_page_and_a_missing_one_are_in_chinese_and_lead_back(
    page, users, enter, witness, monkeypatch
):
    def break_down(*_):
        raise RuntimeError("broken on purpose")

    monkeypatch.setattr(search_views, "subjects_found", break_down)
    enter(page.context, users["office"])
    for address, status in (("/search/?q=x", 500), ("/no/such/page/", 404)):
        answer = page.goto(address)
        assert answer.status == status
        forgive(witness, status)
        assert page.get_attribute("html", "lang") == "zh-hans"
        assert axe(page) == []
        page.click("main a[href='/']")
        assert "您好" in page.inner_text("h1")
    assert witness.complaints == []
