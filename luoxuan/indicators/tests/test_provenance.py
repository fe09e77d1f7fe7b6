"""A printed id names one reading, tells when it is mistyped, and leads to what was printed."""

import csv
import io

import openpyxl
import pytest

from luoxuan.campus.scope import EVERYTHING, Scope
from luoxuan.core.models import AuditEntry
from luoxuan.indicators.actions import compute_readings
from luoxuan.indicators.proofs import ProofIds, proof_of
from luoxuan.indicators.provenance import Provenance, ProvenanceMistyped, decode, encode
from luoxuan.indicators.queries import reading_at
from luoxuan.testing.college import NOW, Passes, import_text, open_user, score_csv

SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


@pytest.mark.parametrize(
    "keys",
    [(1, 1, 1, 0), (17, 12, 345, 9), (65535, 4095, 1_000_000, 300), (10**9, 10**6, 10**9, 10**6)],
)
def test_an_id_carries_its_keys_there_and_back(keys):
    provenance = Provenance(*keys)
    text = encode(provenance)
    assert decode(text) == provenance
    assert decode(text.lower().replace("-", " ")) == provenance
    assert text.startswith("LX-")
    assert len(text.replace("-", "")) >= 14


def test_look_alikes_on_paper_are_read_as_what_was_meant():
    text = encode(Provenance(1, 1, 16, 1))
    assert "0" in text
    assert decode(text.replace("0", "O").replace("1", "I")) == Provenance(1, 1, 16, 1)


def test_every_single_mistake_and_every_exchange_of_neighbours_is_noticed():
    symbols = encode(Provenance(170, 12, 34567, 9)).replace("-", "")[2:]
    wrong = [
        symbols[:place] + other + symbols[place + 1 :]
        for place in range(len(symbols))
        for other in SYMBOLS
        if other != symbols[place]
    ]
    wrong += [
        symbols[:place] + symbols[place + 1] + symbols[place] + symbols[place + 2 :]
        for place in range(len(symbols) - 1)
        if symbols[place] != symbols[place + 1]
    ]
    for text in [*wrong, "", "LX-", symbols[:-1], symbols + "0", "LX-U000-0000-0000"]:
        with pytest.raises(ProvenanceMistyped):
            decode(text)


@pytest.fixture
def printed(college):
    """The id of the pass share of MATH-1 as it was first computed: 9 of 10."""
    reading = reading_at(
        EVERYTHING,
        code="course.pass_share",
        kind="TEACHING_CLASS",
        subject="MATH-1",
        period="2025-1",
    )
    return ProofIds([reading]).id_of(reading)


def test_an_id_still_names_what_was_printed_after_a_new_run(printed, tmp_path):
    assert proof_of(EVERYTHING, decode(printed)).is_current
    import_text(score_csv([Passes("MATH-1", 3, 7)]), tmp_path)
    compute_readings(by=None, at=NOW)
    proof = proof_of(EVERYTHING, decode(printed))
    assert not proof.is_current
    assert (proof.reading.numerator, proof.newest.numerator) == (9, 3)
    assert [(row.before, row.after) for row in proof.changes] == [(1, 2)]


def test_an_id_out_of_scope_names_nothing(printed):
    assert proof_of(Scope(), decode(printed)) is None


def test_the_page_shows_both_values_and_what_changed(printed, tmp_path, client):
    client.force_login(open_user("math"))
    page = client.get(f"/verify/{printed}/").content.decode()
    assert "编号属实，数值至今未变。" in page
    import_text(score_csv([Passes("MATH-1", 3, 7)]), tmp_path)
    compute_readings(by=None, at=NOW)
    page = client.get(f"/verify/{printed}/").content.decode()
    assert "90.00 %" in page
    assert "30.00 %" in page
    assert "由第 1 版变为第 2 版" in page


def test_a_mistyped_id_says_so_and_a_right_one_leads_on(printed, client):
    client.force_login(open_user("math"))
    # Every symbol of the alphabet is another one than its neighbour, so this id is mistyped.
    wrong = printed[:-1] + SYMBOLS[(SYMBOLS.index(printed[-1]) + 1) % 32]
    answer = client.get(f"/verify/{wrong}/", follow=True)
    assert "编号有误" in answer.content.decode()
    answer = client.get("/verify/", {"id": printed.lower()})
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/verify/{printed}/")


@pytest.mark.parametrize("query", ["", "pass", "zzz"])
def test_the_catalogue_leaves_as_a_file_with_the_rows_of_the_page(college, client, query):
    client.force_login(open_user("office"))
    n = client.get("/indicators/", {"q": query}).context["total"]
    answer = client.get("/indicators/", {"q": query, "format": "xlsx"})
    note, header, *rows = openpyxl.load_workbook(io.BytesIO(answer.content)).active.iter_rows(
        values_only=True
    )
    assert (len(rows), note[0].endswith(query)) == (n, True)
    shares = [dict(zip(header, row, strict=True)) for row in rows if row[1] == "course.pass_share"]
    assert all(isinstance(row["最近值"], float) for row in shares)
    assert len(shares) == (query != "zzz")
    lines = client.get("/indicators/", {"q": query, "format": "csv"}).content.decode("utf-8-sig")
    assert len(list(csv.reader(io.StringIO(lines)))) == n + 1


def test_reading_the_rows_behind_a_number_is_audited(college, client):
    client.force_login(open_user("office"))
    asked = {"kind": "TEACHING_CLASS", "subject": "MATH-1", "period": "2025-1"}
    assert client.get("/indicators/course.pass_share/rows/", asked).status_code == 200
    entry = AuditEntry.objects.get(action="read_rows")
    assert entry.object_key.endswith("/course.pass_share/TEACHING_CLASS/MATH-1/2025-1")
    assert entry.facts == {"dataset": "score", "rows": 10}
