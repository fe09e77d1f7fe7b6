"""The matrix of rights「权限矩阵」, read from the file that was written from the requirements."""

import csv
from pathlib import Path

FILE = Path(__file__).parent / "matrix.csv"
COLUMNS = ["role", "resource", "action", "scope", "source"]
SCOPES = {"own", "whole"}
Cell = tuple[str, str, str]


def rules() -> list[dict[str, str]]:
    """Return the compact rules as they stand in the file."""
    with FILE.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file, strict=True)
        found = list(reader)
    assert list(reader.fieldnames or []) == COLUMNS
    return found


def expanded(roles: list[str]) -> dict[Cell, str]:
    """Return the scope of every allowed (role, resource, action); what is absent is denied."""
    cells: dict[Cell, str] = {}
    for rule in rules():
        for role in roles if rule["role"] == "*" else rule["role"].split():
            for action in rule["action"].split():
                cell = (role, rule["resource"], action)
                assert cell not in cells, f"two rules for {cell}"
                cells[cell] = rule["scope"]
    return cells
