"""Lists: their filters live in the address, their counts are their rows, their files the same."""

import csv
import io
import re

import openpyxl
import pytest

# Where each list is, what a reader sets (field: value, or a tab), and how one row looks.
LISTS = {
    "subjects": ("/subjects/", {"#filter-kind": "COURSE", "#filter-text": "MATH"}, "tbody tr"),
    "indicators": ("/indicators/", {"#filter-text": "通过"}, "tbody tr"),
    "below standard": ("/below-standard/", {"#filter-kind": "COURSE"}, "tbody tr"),
    "tasks": ("/tasks/?year=2026", {"#filter-state": "LATE"}, ".task-row"),
    "cycles": ("/diagnosis/cycles/", {"#filter-period": "2025-2"}, "tbody tr"),
    "documents": ("/reports/", {"#state": "SUBMITTED"}, "tbody tr"),
    "evidence": ("/data/evidence/", {"#q": "教研"}, ".link-list > li"),
    "alerts": ("/alerts/", "全部", ".alert-list > li"),
    "improvements": ("/improvements/", "逾期", ".link-list > li"),
    "to-do": ("/todo/", "改进", ".link-list > li"),
}
ANYTHING = re.compile(r"[?&](q|kind|state|status|period)=[^&]+")


@pytest.fixture
def office(page, users, keys, enter):
    enter(page.context, users["office"])
    return page


def rows_shown(page, row: str) -> list[str]:
    page.wait_for_load_state()
    return page.locator(f"main {row}").all_inner_texts()


def choose(page, wanted) -> None:
    """Set the filters as a reader does: by the form, or by a tab."""
    if isinstance(wanted, str):
        page.click(f"main .tabs a:has-text('{wanted}')")
        return
    for selector, value in wanted.items():
        if page.locator(selector).evaluate("field => field.tagName") == "SELECT":
            page.select_option(selector, value)
        else:
            page.fill(selector, value)
    page.click("main .filter-form button[type=submit]")


def clear(page, wanted) -> None:
    if isinstance(wanted, str):
        page.click("main .tabs a >> nth=0")
    else:
        page.click("main .filter-form a:has-text('清除')")


def test_the_filters_of_a_list_live_in_its_address(office, witness):
    for name, (address, wanted, row) in LISTS.items():
        office.goto(address)
        everything = rows_shown(office, row)
        choose(office, wanted)
        assert ANYTHING.search(office.url), name
        chosen, shared = rows_shown(office, row), office.url
        assert chosen, name
        assert len(everything) > 0, name
        office.reload()
        assert rows_shown(office, row) == chosen, name
        office.goto("/search/")
        office.go_back()
        assert office.url == shared, name
        assert rows_shown(office, row) == chosen, name
        clear(office, wanted)
        assert rows_shown(office, row) == everything, name
    assert witness.complaints == []


def sheet_of(content: bytes) -> tuple[list[str], list[str], list[tuple[object, ...]]]:
    """Return the notes, the header and the rows of a workbook; one note at least says a filter."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    lines = [tuple(line) for line in book.worksheets[0].values]
    top = next(n for n, line in enumerate(lines) if sum(cell is not None for cell in line) > 1)
    notes = [str(line[0]) for line in lines[:top]]
    notes += [str(cell) for sheet in book.worksheets[1:] for line in sheet.values for cell in line]
    return notes, [str(cell) for cell in lines[top]], lines[top + 1 :]


ROWS = "/indicators/course.pass_share/rows/?kind=TEACHING_CLASS&subject=WELD-1&period=2025-1"
# Lists that leave as files: the filtered address, its row, a word of the filter note, typed cells.
FILES = {
    "subjects": ("/subjects/?kind=COURSE&q=MATH", "tbody tr", "MATH", int),
    "below standard": ("/below-standard/?kind=COURSE", "tbody tr", "课程", float),
    "tasks": ("/tasks/?year=2026&state=LATE", ".task-row", "滞后", object),
    "alerts": ("/alerts/?status=all", ".alert-list > li", "全部", float),
    "improvements": ("/improvements/?status=late", ".link-list > li", "逾期", object),
    "evidence": ("/data/evidence/?q=教研", ".link-list > li", "教研", int),
    "cycles": ("/diagnosis/cycles/?period=2025-2", "tbody tr", "2025", int),
    "documents": ("/reports/?state=SUBMITTED", "tbody tr", "待签发", int),
    "indicators": ("/indicators/?q=通过", "tbody tr", "通过", float),
    "to-do": ("/todo/?kind=改进", ".link-list > li", "改进", object),
    "rows behind a number": (ROWS, "tbody tr", "成绩", int),
}


def download(page, words: str) -> bytes:
    page.click(".page-head .export-menu > summary")
    link = page.locator(f".page-head .export-menu a:has-text('{words}')")
    assert link.is_visible()
    answer = page.context.request.get(link.evaluate("link => link.href"))
    page.keyboard.press("Escape")
    assert not link.is_visible()
    assert answer.ok
    assert "attachment" in answer.headers["content-disposition"]
    return answer.body()


def test_a_list_leaves_as_a_workbook_as_csv_and_as_pdf_with_the_same_rows(office, witness):
    for name, (address, row, note, kind) in FILES.items():
        office.goto(address)
        n_shown = len(rows_shown(office, row))
        assert n_shown > 0, name
        notes, header, rows = sheet_of(download(office, "Excel"))
        assert any(note in line for line in notes), (name, notes)
        assert all(header), name
        assert len(rows) == n_shown, name
        cells = [cell for line in rows for cell in line]
        assert any(isinstance(cell, kind) and not isinstance(cell, str) for cell in cells), name
        text = download(office, "CSV")
        assert text.startswith(b"\xef\xbb\xbf"), name
        lines = list(csv.reader(io.StringIO(text.decode("utf-8-sig"))))
        assert lines[0] == header, name
        assert len(lines) == n_shown + 1, name
        assert download(office, "PDF").startswith(b"%PDF"), name
    assert witness.complaints == []


# How the rows of the list behind a card look, by the path that the card opens.
COUNTED = {
    "/tasks/": ".task-row",
    "/tasks/sheets/": ".link-list > li:has(.status:text-is('已接收'))",
    "/alerts/": ".alert-list > li",
    "/improvements/": ".link-list > li",
    "/diagnosis/cycles/": "tbody tr",
    "/below-standard/": "tbody tr",
}
CARDS = """all => all.map(card => ({
  href: card.getAttribute("href"), title: card.querySelector(".count-title").innerText.trim(),
  number: parseInt(card.querySelector(".count-value").innerText.replace(/,/g, ""), 10),
}))"""


def test_the_number_on_a_card_is_the_number_of_rows_it_opens_and_of_their_file(office, users):
    found, wrong = [], []
    for address in ("/", "/cockpit/", "/tasks/?year=2026"):
        office.goto(address)
        for card in office.eval_on_selector_all("main .count", CARDS):
            found.append(card["number"])
            office.goto(address)
            office.click(f"main .count[href='{card['href']}']")
            path = re.sub(r"^https?://[^/]+([^?]*).*", r"\1", office.url)
            numbers = {"card": card["number"], "rows": len(rows_shown(office, COUNTED[path]))}
            if office.locator(".page-actions a:has-text('Excel')").count():
                rows = sheet_of(download(office, "Excel"))[2]
                # The card counts the sheets received; list and file name every unit.
                rows = [row for row in rows if "sheets" not in path or "已接收" in row]
                numbers["file"] = len(rows)
            if len(set(numbers.values())) > 1:
                wrong.append(f"{address} {card['title']} {card['href']}: {numbers}")
    assert not wrong, "\n".join(wrong)
    assert len(found) >= 12
    assert sum(number > 0 for number in found) >= 6
