"""A second look at the raw XML of a sheet「原始 XML 复查」: what the reader does not tell.

The reader gives blanks for errors and for formulas that were never computed, and knows nothing of
formats, hidden rows and merged cells. Most pieces of a sheet have none of these; RE2 says so at
several hundred megabytes a second, and only the others are looked at closely.
"""

import html
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from luoxuan.data.warehouse.intake.findings import FileRefused

_LARGEST_ROW, _LARGEST_COLUMN = 1_048_576, 16_384
_LONGEST_ROW = 64 * 1024 * 1024
# A sheet whose last value stands far below all others would be a table of blanks.
_FAR_ROW, _FAR_SHARE = 10_000, 10
_ENOUGH_VALUES = _LARGEST_ROW // _FAR_SHARE + 1  # nothing is far then
_INTERESTING = '<f[ >/\n\r\t]|t="[ebd]"|<row [^>]*hidden="(?:1|true)"'
_LONG_NUMBER = (
    '<c r="[A-Z]+[0-9]+"(?: s="[0-9]+")?(?: t="n")?><v>'
    r"-?(?:[0-9]{16,}|[0-9.]+[eE]\+?(?:1[5-9]|[2-9][0-9]|[0-9]{3}))"
)
# Rows and cells that are not written with r first, then s, then t, in double quotes.
_ODD = (
    r"<!|<c>|<c/|<row>|<row/|\x00|<(?:c|row) (?:[^r]|r[^=])"
    r"|<(?:c|row)(?:[\t\r\n]|[^>]*(?:='|\s=|=\s))"
    r'|<c r="[A-Z]+[0-9]+" [a-rt-z]+="[^"]*" [^>]*s="'
)
_NO_REFERENCE = (
    '<c r="(?:[A-Z]{4,}|X[G-Z][A-Z]|XF[E-Z]|[YZ][A-Z]{2}|[^A-Z]|[A-Z]+(?:0|[^0-9A-Z]|[0-9]{%d,}))'
)
_ROW = re.compile(rb'<row r="([0-9]{1,8})"')
_HIDDEN_ROW = re.compile(rb'<row r="([0-9]+)"[^>]*hidden="(?:1|true)"')
_CELL = re.compile(rb'<c r="([A-Z]+)([0-9]+)"')
_VALUE = rb"(?:<f[^>]*+/>|<f[^>]*+>[^<]*+</f>)?(?:<v(?: [^>]*+)?>%s|<is)"
_CELL_START = rb'<c r="([A-Z]+)[0-9]+"[^>]*+>(?<!/>)'
_VALUED = re.compile(_CELL_START + _VALUE % b"[^<]")
_LOOSELY_VALUED = re.compile(_CELL_START + _VALUE % b"")
_FORMULA = re.compile(rb'<c r="([A-Z]+)([0-9]+)"([^>]*+)>(?<!/>)(<f.*?)</c>', re.DOTALL)
_TYPED = re.compile(rb'<c r="([A-Z]+)([0-9]+)"[^>]*?\bt="([ebd])"[^>]*>(?<!/>)(.*?)</c>', re.DOTALL)
_LONG = re.compile(
    rb'<c r="([A-Z]+)([0-9]+)"(?: s="[0-9]+")?(?: t="n")?>(?:<f[^>]*/>|<f[^>]*>[^<]*</f>)?'
    rb"<v>(-?(?:[0-9]{16,}|[0-9.]+[eE]\+?(?:1[5-9]|[2-9][0-9]|[0-9]{3})))</v>"
)
_FORMULA_TEXT = re.compile(rb"<f([^>]*?)(?:/>|>([^<]*)</f>)")
_CACHED = re.compile(rb"<v(?: [^>]*)?>([^<]*)</v>|(<is)")
_SHARED = re.compile(rb'\bsi="([0-9]+)"')


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula of a cell「公式」; ``value`` is the cached text, None if it was never computed."""

    row: int
    column: int
    text: str
    value: str | None
    is_array: bool


@dataclass(slots=True)
class SheetFacts:
    """What the raw XML of a sheet says「工作表事实」; columns count from 0, rows from 1."""

    first_column: int = _LARGEST_COLUMN
    last_column: int = -1
    last_row: int = 0
    rows_below: int = 0
    n_values: int = 0
    n_shared: int = 0
    formulas: list[Formula] = field(default_factory=list)
    errors: list[tuple[int, int, str]] = field(default_factory=list)
    iso_dates: list[tuple[int, int, str]] = field(default_factory=list)
    long_numbers: list[tuple[int, int, str]] = field(default_factory=list)
    styled: list[tuple[int, int, int, bytes]] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    has_filter: bool = False
    head: bytes = b""
    tail: bytes = b""


class Irregular(Exception):
    """A sheet that is not written in the plain form「需规整的工作表」."""


def scan(
    chunks: Iterable[bytes],
    kinds: Mapping[int, str],
    *,
    columns: int,
    counts_shared: bool = True,
) -> SheetFacts:
    """Scan a sheet. ``kinds`` are the style indices that matter, ``columns`` the limit.

    Cells of shared texts are counted only if ``counts_shared``.

    Raises Irregular when it must be brought to its plain form first, and FileRefused.
    """
    return _Scan(kinds, columns, counts_shared=counts_shared).run(chunks)


def column_number(letters: str) -> int:
    """Return the position of a column by its letters; "A" is 0."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def loose_columns(chunks: Iterable[bytes]) -> tuple[int, int]:
    """Return first and last column if cells with an empty value count as well."""
    found = {
        column_number(letters.decode())
        for chunk in _whole_rows(chunks)
        for letters in set(_LOOSELY_VALUED.findall(chunk))
    }
    return (min(found), max(found)) if found else (0, -1)


class _Scan:
    """One pass over the pieces of a sheet「一遍扫描」."""

    def __init__(self, kinds: Mapping[int, str], columns: int, *, counts_shared: bool) -> None:
        self.counts_shared = counts_shared
        self.facts = SheetFacts()
        self.limit = columns
        self.row = 0
        self.shared: dict[bytes, str] = {}
        self.columns: dict[bytes, int] = {}
        ids = "|".join(str(number) for number in sorted(kinds))
        self.styled_pattern = f' s="(?:{ids})"' if ids else ""
        self.styled = re.compile(
            rb' s="(' + ids.encode() + rb')"(?: t="n")?>'
            rb"(?:<f[^>]*/>|<f[^>]*>[^<]*</f>)?<v>([^<]+)</v>"
        )

    def run(self, chunks: Iterable[bytes]) -> SheetFacts:
        """Scan all pieces: what stands before the rows, the rows, what stands behind."""
        buffer, is_head = b"", True
        tail: list[bytes] = []
        for chunk in chunks:
            if tail:
                tail.append(chunk)
                continue
            buffer += chunk
            if is_head:
                start = buffer.find(b"<sheetData")
                if start < 0:
                    continue
                self._head(buffer[:start])
                buffer, is_head = buffer[start:], False
            end = buffer.find(b"</sheetData")
            if end >= 0:
                self._rows(buffer[:end])
                tail = [buffer[end:]]
                continue
            cut = buffer.rfind(b"</row>") + len(b"</row>")
            if cut > len(b"</row>"):
                self._rows(buffer[:cut])
                buffer = buffer[cut:]
            elif len(buffer) > _LONGEST_ROW:
                raise FileRefused("inflates_too_large", limit=_LONGEST_ROW // 1024 // 1024)
        if is_head:
            self._head(buffer)
        self._tail(b"".join(tail))
        self._check_extent()
        return self.facts

    def _head(self, head: bytes) -> None:
        if b"\0" in head or not re.search(rb"<worksheet[\s>]", head[:4096]):
            raise Irregular
        self.facts.head = head
        for found in re.finditer(rb"<col [^>]*>", head):
            if re.search(rb'hidden="(?:1|true)"', found[0]):
                ends = dict(re.findall(rb'(min|max)="([0-9]+)"', found[0]))
                first, last = int(ends.get(b"min", 0)), int(ends.get(b"max", 0))
                self.facts.hidden_columns.append((first - 1, last - 1))

    def _tail(self, tail: bytes) -> None:
        self.facts.tail = tail
        self.facts.has_filter = b"<filterColumn" in tail
        for found in re.finditer(rb'<mergeCell ref="([A-Z]+)([0-9]+):([A-Z]+)([0-9]+)"', tail):
            left, top, right, bottom = (part.decode() for part in found.groups())
            self.facts.merges.append(
                (int(top), column_number(left), int(bottom), column_number(right))
            )

    def _rows(self, piece: bytes) -> None:
        scalar = pa.array([piece], pa.binary())
        numbers = _row_numbers(piece)
        self._check_rows(numbers)
        bad = _NO_REFERENCE % (len(str(numbers[-1] if numbers else 0)) + 1)
        outside = _outside(self.facts.first_column, self.facts.last_column)
        # One search for everything that is rare; nearly all pieces end here.
        if _matches(scalar, f"{_ODD}|{bad}|{outside}|{_INTERESTING}|{_LONG_NUMBER}"):
            self._look_closely(scalar, piece, bad, outside)
        self._count(piece, numbers)
        if self.styled_pattern and _matches(scalar, self.styled_pattern):
            self._styled_cells(piece)

    def _styled_cells(self, piece: bytes) -> None:
        """Collect the cells of styles that matter; searched by style, since few cells have one."""
        for found in self.styled.finditer(piece):
            start = piece.rfind(b"<", 0, found.start())
            cell = _CELL.fullmatch(piece, start, found.start())
            if cell:
                place = int(cell[2]), self.column(cell[1])
                self.facts.styled.append((*place, int(found[1]), found[2]))

    def _check_rows(self, numbers: list[int]) -> None:
        for number in numbers:
            if not 1 <= number <= _LARGEST_ROW:
                raise FileRefused("bad_reference", cell=f"A{number}")
            if number <= self.row:
                raise FileRefused("unusual_workbook", member=f"row {number}")
            self.row = number

    def _look_closely(self, scalar: Any, piece: bytes, bad: str, outside: str) -> None:
        if _matches(scalar, _ODD):
            raise Irregular
        if _matches(scalar, bad):
            found = re.search(bad.encode(), piece)
            shown = piece[found.start() + 6 :][:20] if found else b""
            raise FileRefused("bad_reference", cell=shown.split(b'"')[0].decode("utf-8", "replace"))
        if _matches(scalar, outside):
            self._widen({self.column(letters) for letters in set(_VALUED.findall(piece))})
        if _matches(scalar, _INTERESTING):
            self._marks(piece)
        if _matches(scalar, _LONG_NUMBER):
            self.facts.long_numbers += [
                (int(row), self.column(letters), text.decode())
                for letters, row, text in _LONG.findall(piece)
            ]

    def column(self, letters: bytes) -> int:
        """Return the position of a column, remembered: a sheet has few of them."""
        if letters not in self.columns:
            self.columns[letters] = column_number(letters.decode())
        return self.columns[letters]

    def _widen(self, columns: set[int]) -> None:
        far = {column for column in columns if column >= self.limit}
        if len(far) > 1:
            raise FileRefused("too_many_columns", found=max(columns) + 1, limit=self.limit)
        if far:
            raise FileRefused("far_cell", row=self.row, column=max(far) + 1)
        if columns:
            self.facts.first_column = min(self.facts.first_column, *columns)
            self.facts.last_column = max(self.facts.last_column, *columns)

    def _count(self, piece: bytes, numbers: list[int]) -> None:
        if self.facts.n_values < _ENOUGH_VALUES:
            self.facts.n_values += piece.count(b"<v>") + piece.count(b"<is>")
        if self.counts_shared:
            self.facts.n_shared += piece.count(b't="s"')
        last = max(piece.rfind(b"</v>"), piece.rfind(b"</is>"))
        if last >= 0:
            start = piece.rfind(b'<row r="', 0, last)
            found = _ROW.match(piece, start)
            self.facts.last_row = int(found[1]) if found else self.row
            self.facts.rows_below = sum(number > self.facts.last_row for number in numbers)
        else:
            self.facts.rows_below += len(numbers)

    def _check_extent(self) -> None:
        facts = self.facts
        if facts.last_row > _FAR_ROW and facts.n_values * _FAR_SHARE < facts.last_row:
            raise FileRefused("far_cell", row=facts.last_row, column=facts.last_column + 1)

    def _marks(self, piece: bytes) -> None:
        facts = self.facts
        facts.hidden_rows |= {int(row) for row in _HIDDEN_ROW.findall(piece)}
        for letters, row, kind, inner in _TYPED.findall(piece):
            value = _cached(inner) or ""
            place = int(row), self.column(letters), value
            if kind == b"e":
                facts.errors.append(place)
            elif kind == b"d":
                facts.iso_dates.append(place)
        for letters, row, attributes, inner in _FORMULA.findall(piece):
            facts.formulas.append(self._formula(letters, row, attributes, inner))

    def _formula(self, letters: bytes, row: bytes, attributes: bytes, inner: bytes) -> Formula:
        found = _FORMULA_TEXT.match(inner)
        words, text = (found[1], found[2] or b"") if found else (b"", b"")
        shown = html.unescape(text.decode("utf-8", "replace"))
        if shared := _SHARED.search(words):
            shown = self.shared.setdefault(shared[1], shown)
        value = _cached(inner)
        if value == "" and b't="str"' not in attributes:
            value = None
        is_array = b't="array"' in words or b' cm="' in attributes
        return Formula(int(row), self.column(letters), shown, value, is_array)


def _row_numbers(piece: bytes) -> list[int]:
    """Return the numbers of the rows of a piece; splitting is faster than a pattern."""
    starts = piece.split(b'<row r="')[1:]
    numbers = [start[: start.find(b'"', 0, 9)] for start in starts]
    return [int(number) for number in numbers if number.isdigit()]


def _cached(inner: bytes) -> str | None:
    found = _CACHED.search(inner)
    if found is None:
        return None
    return html.unescape((found[1] or b"").decode("utf-8", "replace")) if not found[2] else "text"


def _matches(scalar: Any, pattern: str) -> bool:
    return bool(pc.match_substring_regex(scalar, pattern=pattern)[0].as_py())


def _outside(first: int, last: int) -> str:
    """Return a pattern for cells left or right of the columns that are known to be used."""
    if last < 0:
        return '<c r="'
    return f'<c r="(?:{_beyond(_letters(last))}|{_before(_letters(first))})[0-9]'


def _letters(position: int) -> str:
    high, low = divmod(position, 26)
    return (chr(ord("A") + high - 1) if high else "") + chr(ord("A") + low)


def _beyond(letters: str) -> str:
    last = letters[-1]
    higher = f"{letters[:-1]}[{chr(ord(last) + 1)}-Z]" if last < "Z" else "!"
    if len(letters) == 1:
        return f"{higher}|[A-Z]{{2,}}"
    first = f"[{chr(ord(letters[0]) + 1)}-Z][A-Z]" if letters[0] < "Z" else "!"
    return f"{higher}|{first}|[A-Z]{{3,}}"


def _before(letters: str) -> str:
    last = letters[-1]
    lower = f"{letters[:-1]}[A-{chr(ord(last) - 1)}]" if last > "A" else "!"
    if len(letters) == 1:
        return lower
    first = f"[A-{chr(ord(letters[0]) - 1)}][A-Z]" if letters[0] > "A" else "!"
    return f"{lower}|{first}|[A-Z]"


def _whole_rows(chunks: Iterable[bytes]) -> Iterable[bytes]:
    buffer = b""
    for chunk in chunks:
        buffer += chunk
        cut = buffer.rfind(b"</row>") + len(b"</row>")
        if cut > len(b"</row>"):
            yield buffer[:cut]
            buffer = buffer[cut:]
    yield buffer
