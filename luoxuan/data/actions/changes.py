"""What an import brought to normal form, cell by cell, read again from the file as it came."""

from dataclasses import dataclass
from datetime import date

from luoxuan.data.actions.deliveries import read_changes
from luoxuan.data.actions.drafts import delivery_of
from luoxuan.data.models import ImportBatch


@dataclass(frozen=True, slots=True)
class ChangedCell:
    """One cell that was brought to normal form「规范化」: how it stood and how it is kept.

    An empty ``after`` is a missing value; ``rules`` are codes in the order of their use.
    """

    row_number: int
    field: str
    cell: str
    before: str
    after: str
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChangedCells:
    """Some of the changed cells of an import「规范化记录」, and how many there are in all."""

    cells: list[ChangedCell]
    n_cells: int


def changed_cells(
    batch: ImportBatch, *, on: date, offset: int = 0, limit: int | None = None
) -> ChangedCells:
    """Return the changed cells of the rows that an import accepted, field by field.

    The file itself is the record: it is kept as it came and read by the same rules, as the dataset
    is defined now. Raises FileRefused and OSError when it cannot be read any more.
    """
    table = read_changes(delivery_of(batch), on=on).table
    page = table.slice(offset, limit)
    return ChangedCells(
        [
            ChangedCell(**{**row, "rules": tuple(filter(None, row["rules"].split(",")))})
            for row in page.to_pylist()
        ],
        table.num_rows,
    )
