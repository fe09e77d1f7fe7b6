"""Where the table of a sheet begins and ends「表头与表尾」: titles above, totals below."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from luoxuan.data.warehouse.intake.headers import accepted_headers, loose_header
from luoxuan.data.warehouse.intake.spec import TableSpec

_SEARCHED, _CLOSING = 30, 10
_TOTALS = re.compile(
    r"(?:合\s*计|总\s*计|小\s*计|共\s*计|累\s*计|平\s*均(?:分|值|数)?|总\s*分|最高分|最低分|及格率"
    r"|total|sum|average)(?:[:：（(].*|\d.*|人数.*)?",
    re.IGNORECASE | re.DOTALL,
)
_SIGNATURES = re.compile(
    r"(?:制\s*表|填\s*表|填\s*报|审\s*核|审\s*批|复\s*核|签\s*字|签\s*名|签\s*章|盖\s*章|负责人"
    r"|经办人|任课教师|教师签|教研室主任|系主任|院长|部门|单位|日\s*期|打印|说\s*明|备\s*注|注"
    r"|prepared|signature|note)[^:：]{0,20}[:：].*|.*年\s*月\s*日\s*",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Heading:
    """The header of a sheet「表头位置」: its last row, its texts, how many fields it names."""

    row: int
    headers: tuple[str, ...]
    matched: int
    is_complete: bool
    first_row: int


def find_heading(
    rows: Sequence[Sequence[str]], spans: Sequence[Sequence[str]], spec: TableSpec
) -> Heading | None:
    """Return the header that names most fields among the first rows; None if no row names any.

    ``rows`` are the cells as they stand, ``spans`` the same with merged cells filled. Two rows make
    one header when the lower one says what parts of the upper one mean.
    """
    accepted = [accepted_headers(field) for field in spec.fields]
    must = [field.required or field.name in spec.key for field in spec.fields]
    best: Heading | None = None
    for index in range(min(len(rows), _SEARCHED)):
        for headers, last in _readings(rows, spans, index, set().union(*accepted)):
            folded = {loose_header(header) for header in headers}
            named = [bool(names & folded) for names in accepted]
            is_complete = all(one for one, needed in zip(named, must, strict=True) if needed)
            found = Heading(last, tuple(headers), sum(named), is_complete, index)
            if found.matched and (
                best is None
                or (found.is_complete, found.matched) > (best.is_complete, best.matched)
            ):
                best = found
    return best


def _readings(
    rows: Sequence[Sequence[str]], spans: Sequence[Sequence[str]], index: int, accepted: set[str]
) -> list[tuple[list[str], int]]:
    """Return one row as a header, and joined with the next where it is merged over several."""
    readings = [(list(rows[index]), index)]
    is_merged = list(spans[index]) != list(rows[index])
    if is_merged and index + 1 < len(rows):
        joined = [
            _joined(upper, lower, accepted)
            for upper, lower in zip(spans[index], spans[index + 1], strict=True)
        ]
        readings.append((joined, index + 1))
    return readings


def _joined(upper: str, lower: str, accepted: set[str]) -> str:
    upper, lower = upper.strip(), lower.strip()
    if not upper or not lower or upper == lower:
        return upper or lower
    both = f"{upper}|{lower}"
    if loose_header(both) not in accepted and loose_header(lower) in accepted:
        return lower
    return both


def required_columns(headers: Sequence[str], spec: TableSpec) -> list[int]:
    """Return the positions of the columns that every row of data fills."""
    accepted = [
        accepted_headers(field) for field in spec.fields if field.required or field.name in spec.key
    ]
    return [
        position
        for position, header in enumerate(headers)
        if any(loose_header(header) in names for names in accepted)
    ]


def closing_rows(rows: Sequence[Sequence[str]], required: Sequence[int]) -> int:
    """Return how many of the last rows are totals and signatures, not data.

    ``rows`` are the cells of the last rows, in order; ``required`` are the columns that every row
    of data fills. A row that fills all of them is data whatever it says.
    """
    closing = 0
    for distance, row in enumerate(reversed(rows[-_CLOSING:]), start=1):
        cells = [cell.strip() for cell in row]
        filled = [cell for cell in cells if cell]
        if not filled:
            continue
        first = filled[0]
        is_closing = _TOTALS.fullmatch(first) or _SIGNATURES.fullmatch(first)
        fills_all = bool(required) and all(cells[position] for position in required)
        if not is_closing or (fills_all and len(required) > 1):
            break
        closing = distance
    return closing
