"""What parent and child say to each other「进程间格式」: JSON for words, Arrow files for rows."""

import dataclasses
import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.ipc as ipc

from luoxuan.data.formula.types import FieldType
from luoxuan.data.warehouse.intake.findings import Choice, FileRefused, Note, Problem, Question
from luoxuan.data.warehouse.intake.findings import Staged as Staged
from luoxuan.data.warehouse.intake.spec import FieldSpec, Limits, TableSpec

REQUEST, REPLY, ROWS = "request.json", "reply.json", "rows.arrow"


@dataclass(frozen=True, slots=True)
class Request:
    """Everything that a reading depends on「读取请求」."""

    path: str
    spec: TableSpec
    limits: Limits
    encoding: str | None = None
    sheet: str | None = None
    answers: Mapping[str, str] = dataclasses.field(default_factory=dict)
    file_name: str = ""
    year: int | None = None
    on: dt.date | None = None
    others: tuple[TableSpec, ...] = ()
    tells_changes: bool = False


def write_request(folder: Path, request: Request) -> None:
    """Write a request where the child finds it."""
    text = json.dumps(dataclasses.asdict(request), default=_plain, ensure_ascii=False)
    (folder / REQUEST).write_text(text, encoding="utf-8")


def read_request(folder: Path) -> Request:
    """Read the request of a folder."""
    told: dict[str, Any] = json.loads((folder / REQUEST).read_text(encoding="utf-8"))
    told["spec"] = _spec(told["spec"])
    told["limits"] = Limits(**told["limits"])
    told["on"] = dt.date.fromisoformat(told["on"]) if told["on"] else None
    told["others"] = tuple(_spec(other) for other in told["others"])
    return Request(**told)


def write_staged(folder: Path, staged: Staged) -> None:
    """Write what was staged: rows as an Arrow file that can be mapped, the rest as JSON."""
    with (
        pa.OSFile(str(folder / ROWS), "wb") as sink,
        ipc.new_file(sink, staged.table.schema) as writer,
    ):
        writer.write_table(staged.table)
    words = {
        field.name: getattr(staged, field.name)
        for field in dataclasses.fields(staged)
        if field.name != "table"
    }
    _write_reply(folder, {"staged": words})


def write_refusal(folder: Path, refused: FileRefused) -> None:
    """Write why the file is not taken in."""
    _write_reply(folder, {"refused": {"code": refused.code, "facts": refused.facts}})


def read_reply(folder: Path) -> Staged:
    """Read what the child found; the rows stay mapped after the folder is gone.

    Raises FileRefused if the child refused the file.
    """
    reply: dict[str, Any] = json.loads((folder / REPLY).read_text(encoding="utf-8"))
    if "refused" in reply:
        raise FileRefused(reply["refused"]["code"], **reply["refused"]["facts"])
    words = reply["staged"]
    words["problems"] = tuple(Problem(**problem) for problem in words["problems"])
    words["notes"] = tuple(Note(**note) for note in words["notes"])
    words["questions"] = tuple(_question(question) for question in words["questions"])
    words["headers"] = tuple(words["headers"])
    table = ipc.open_file(pa.memory_map(str(folder / ROWS))).read_all()
    return Staged(table=table, **words)


def _write_reply(folder: Path, reply: dict[str, object]) -> None:
    text = json.dumps(reply, default=_plain, ensure_ascii=False)
    (folder / REPLY).write_text(text, encoding="utf-8", errors="surrogatepass")


def _plain(value: object) -> object:
    if isinstance(value, Decimal | dt.date):
        return str(value)
    if isinstance(value, frozenset | set):
        return sorted(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.asdict(value)
    raise TypeError(type(value).__name__)


def _spec(told: dict[str, Any]) -> TableSpec:
    fields = tuple(_field(field) for field in told["fields"])
    return TableSpec(told["name"], fields, tuple(told["key"]), told["title"])


def _field(told: dict[str, Any]) -> FieldSpec:
    for name in ("minimum", "maximum"):
        told[name] = None if told[name] is None else Decimal(told[name])
    for name in ("headers", "missing", "codes", "reference", "withdrawn"):
        told[name] = None if told[name] is None else tuple(told[name])
    told["asks"] = frozenset(told["asks"])
    told["type"] = FieldType(told["type"])
    return FieldSpec(**told)


def _question(told: dict[str, Any]) -> Question:
    told["choices"] = tuple(Choice(**choice) for choice in told["choices"])
    return Question(**told)
