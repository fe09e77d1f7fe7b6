"""The index「坏输入分类」: 130 classes, each with exactly one outcome."""

import csv
from dataclasses import dataclass
from pathlib import Path

INDEX = Path(__file__).parent / "index.csv"


@dataclass(frozen=True)
class BadInput:
    """One class of the index."""

    number: int
    name: str
    name_en: str
    area: str
    outcome: str
    code: str
    applies: str
    generator: str

    def __str__(self) -> str:
        return f"{self.number:03d}-{self.generator or self.code}"


def read_index() -> list[BadInput]:
    """Return the classes in the order of their numbers."""
    with INDEX.open(encoding="utf-8", newline="") as lines:
        return [BadInput(int(row.pop("number")), **row) for row in csv.DictReader(lines)]
