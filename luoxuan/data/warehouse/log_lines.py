"""Lines of a machine's log「机器日志」 as a table: a pattern with named groups says the columns."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

_AT_ONCE = 20_000
_MOST = 1000


@dataclass(frozen=True, slots=True)
class LogRead:
    """What was read of a log「日志行数」: lines with text, and those that the pattern fits."""

    n_lines: int
    n_fit: int


def log_columns(pattern: str) -> tuple[str, ...]:
    """Return the columns that a pattern names, none where RE2 does not take it.

    Every group must be named as in ``(?P<logged_at>…)``; RE2 takes time in proportion to a line.
    """
    if not pattern or len(pattern) > _MOST:
        return ()
    try:
        found: Any = pc.extract_regex(pa.array([""]), pattern=pattern)
    except (pa.ArrowInvalid, UnicodeEncodeError):
        return ()
    return tuple(one.name for one in found.type)


def write_log(path: Path, target: Path, pattern: str) -> LogRead:
    """Write the lines that a pattern fits as CSV in UTF-8, in their order; the others are counted.

    A line of another encoding than UTF-8 is read as GB 18030.
    """
    n_lines = n_fit = 0
    with path.open("rb") as lines, target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(log_columns(pattern))
        for batch in _batches(lines):
            found: Any = pc.extract_regex(pa.array(batch, pa.string()), pattern=pattern)
            rows = [tuple(row.values()) for row in found.to_pylist() if row is not None]
            writer.writerows(rows)
            n_lines += len(batch)
            n_fit += len(rows)
    return LogRead(n_lines, n_fit)


def _batches(lines: Any) -> Iterator[list[str]]:
    texts = (text for line in lines if (text := _text(line)))
    while batch := list(islice(texts, _AT_ONCE)):
        yield batch


def _text(line: bytes) -> str:
    try:
        text = line.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = line.decode("gb18030", errors="replace")
    return text.strip().replace("\x00", "")
