"""What an import rewrote is seen cell by cell, on its page and as a file."""
# ruff: noqa: RUF001 - full-width characters are what is tested here

import pytest

from luoxuan.data.actions.changes import changed_cells
from luoxuan.data.models import ImportBatch
from luoxuan.testing.college import NOW

ON = NOW.date()


@pytest.fixture
def batch(add_rows):
    add_rows(
        "7001,MATH-1,MATH,EAST-MATH,2025-1,８８．５, 通过 ",
        "7002,MATH-1,MATH,EAST-MATH,2025-1,77.0,通过",
        "7003,MATH-1,MATH,EAST-MATH,2025-1,９９９,通过",
    )
    return ImportBatch.objects.latest("id")


def test_every_rewritten_cell_of_an_accepted_row_is_told(batch):
    found = changed_cells(batch, on=ON)
    assert [(cell.cell, cell.field, cell.before, cell.after) for cell in found.cells] == [
        ("F2", "score", "８８．５", "88.5"), ("G2", "result", " 通过 ", "通过"),
    ]  # fmt: skip
    assert [cell.rules for cell in found.cells] == [("folded_width",), ("trimmed_blanks",)]
    assert changed_cells(batch, on=ON, offset=1, limit=1).cells == found.cells[1:]
    assert found.n_cells == 2


def test_the_page_of_the_import_leads_to_them(batch, users, client):
    client.force_login(users["office"])
    address = f"/data/imports/{batch.pk}/cells/"
    assert address in client.get(f"/data/imports/{batch.pk}/").content.decode()
    page = client.get(address).content.decode()
    assert "８８．５" in page
    assert "全角改半角" in page
    assert "９９９" not in page
    assert "８８．５" in client.get(f"{address}?format=csv").getvalue().decode("utf-8-sig")
    client.force_login(users["teacher"])
    assert client.get(address).status_code == 404
