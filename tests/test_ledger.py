"""The ledger docs/requirements.csv counts every requirement once and proves what it claims."""

import ast
import csv
import os
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from django.urls import Resolver404, resolve

from luoxuan.cli.commands import command_names

REPOSITORY = Path(__file__).resolve().parent.parent
LEDGER = REPOSITORY / "docs" / "requirements.csv"
SHARED = Path(os.environ.get("LUOXUAN_SHARED") or REPOSITORY.parent / "shared")
HEADER = ["row", "requirement", "status", "where", "test"]
STATUSES = {"works", "partly", "planned"}
ROWS_OF_LETTER = {
    "A": 22, "B": 34, "C": 27, "D": 14, "E": 22, "F": 14, "G": 15, "H": 22, "I": 48, "J": 9,
    "K": 13, "L": 11, "M": 22, "N": 4, "O": 7, "P": 5, "Q": 7, "R": 6, "S": 11, "T": 22,
}  # fmt: skip


@cache
def ledger() -> list[dict[str, str]]:
    with LEDGER.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def names_of_tests(path: Path) -> frozenset[str]:
    """Return the tests of a file as pytest names them: function, or Class::method."""
    found = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef):
            found.add(node.name)
        elif isinstance(node, ast.ClassDef):
            found |= {
                f"{node.name}::{inner.name}"
                for inner in node.body
                if isinstance(inner, ast.FunctionDef)
            }
    return frozenset(found)


def faults_of(row: dict[str, str], root: Path) -> list[str]:
    """Return what is wrong with one row of the ledger, in words."""
    if row["status"] not in STATUSES:
        return [f"{row['row']}: unknown status {row['status']!r}"]
    if row["status"] == "planned":
        return [
            f"{row['row']}: planned, but names {name}" for name in ("where", "test") if row[name]
        ]
    faults = [f"{row['row']}: names no {name}" for name in ("where", "test") if not row[name]]
    faults += [
        f"{row['row']}: there is no {place}"
        for place in row["where"].split(" · ")
        if place and not is_a_place(place)
    ]
    for node_id in row["test"].split():
        path, _, name = node_id.partition("::")
        # A case of a table is named in brackets, the function before them.
        name = name.partition("[")[0]
        if not (root / path).is_file():
            faults.append(f"{row['row']}: there is no {path}")
        elif not name.rpartition("::")[2].startswith("test_") or name not in names_of_tests(
            root / path
        ):
            faults.append(f"{row['row']}: there is no test {node_id}")
    return faults


def is_a_place(place: str) -> bool:
    """Whether an address of the product or a command leads somewhere."""
    if place.startswith("/"):
        try:
            resolve(place)
        except Resolver404:
            return False
        return True
    program, _, rest = place.partition(" ")
    if program == "./run":
        return rest.partition(" ")[0] in {"demo", "serve", "test", "check", "bench", "setup"}
    return program == "luoxuan" and rest.partition(" ")[0] in command_names()


@pytest.mark.parametrize(
    ("place", "is_there"),
    [
        ("/indicators/", True),
        ("/data/score/import/", True),
        ("/nowhere/", False),
        ("luoxuan values", True),
        ("luoxuan conjure", False),
        ("./run demo", True),
        ("./run away", False),
        ("docs/guide", False),
    ],
)
def test_a_place_is_an_address_or_a_command(place: str, is_there: bool) -> None:
    assert is_a_place(place) is is_there


def test_the_header_is_the_agreed_one() -> None:
    with LEDGER.open(encoding="utf-8", newline="") as file:
        assert next(csv.reader(file)) == HEADER


def test_the_file_is_utf8_without_mark_and_with_line_feeds() -> None:
    content = LEDGER.read_bytes()
    assert not content.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in content
    assert content.endswith(b"\n")


def test_every_requirement_stands_once() -> None:
    ids = [row["row"] for row in ledger()]
    assert len(ids) == len(set(ids)) == sum(ROWS_OF_LETTER.values()) == 335
    assert all(re.fullmatch(r"[A-T][1-9]\d*", row) for row in ids)
    assert Counter(row[0] for row in ids) == ROWS_OF_LETTER


def test_every_requirement_is_said_in_8_to_30_characters_and_no_two_alike() -> None:
    wordings = [row["requirement"] for row in ledger()]
    assert not [words for words in wordings if not 8 <= len(words) <= 30]
    assert len(set(wordings)) == len(wordings)


def test_what_works_names_where_and_a_test_that_exists() -> None:
    faults = [fault for row in ledger() for fault in faults_of(row, REPOSITORY)]
    assert not faults, faults


@pytest.mark.parametrize(
    ("status", "where", "test", "is_accepted"),
    [
        ("planned", "", "", True),
        ("works", "/indicators/", "test_a.py::test_one", True),
        ("works", "/indicators/", "test_a.py::test_one[case] test_a.py::TestB::test_two", True),
        ("partly", "/indicators/", "", False),
        ("works", "", "test_a.py::test_one", False),
        ("works", "/gone/", "test_a.py::test_one", False),
        ("works", "/indicators/", "test_a.py::test_gone", False),
        ("works", "/indicators/", "test_a.py::TestB::test_one", False),
        ("works", "/indicators/", "test_a.py", False),
        ("works", "/indicators/", "gone.py::test_one", False),
        ("planned", "/indicators/", "", False),
        ("done", "/indicators/", "test_a.py::test_one", False),
    ],
)
def test_a_claim_without_proof_is_found(
    tmp_path: Path, status: str, where: str, test: str, is_accepted: bool
) -> None:
    (tmp_path / "test_a.py").write_text(
        "def test_one(): ...\nclass TestB:\n    def test_two(self): ...\n", encoding="utf-8"
    )
    row = {"row": "A1", "requirement": "", "status": status, "where": where, "test": test}
    assert (not faults_of(row, tmp_path)) is is_accepted


def test_the_rows_are_those_of_the_inventory() -> None:
    inventory = SHARED / "requirements" / "requirements.md"
    if not inventory.is_file():
        pytest.skip("the inventory is not here: set LUOXUAN_SHARED to the folder that holds it")
    rows = re.findall(r"^\| ([A-T]\d+) \|", inventory.read_text(encoding="utf-8"), re.MULTILINE)
    assert [row["row"] for row in ledger()] == rows
