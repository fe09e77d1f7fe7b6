"""A file against its dataset: reading it, comparing it with what is held, writing its rows."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from django.conf import settings

from luoxuan.campus.queries import periods
from luoxuan.core.errors import Refused
from luoxuan.data.actions.checking import refused_rows, with_drift_questions
from luoxuan.data.actions.specs import other_specs, table_spec
from luoxuan.data.check_queries import drift_checks
from luoxuan.data.formula import parse_row
from luoxuan.data.import_queries import period_condition, remembered_headers
from luoxuan.data.models import DataFile, Dataset
from luoxuan.data.queries import (
    engine,
    field_infos,
    files_of,
    info_of,
    relation_of_files,
    store,
)
from luoxuan.data.rules import ImportMode
from luoxuan.data.warehouse.difference import Difference, difference
from luoxuan.data.warehouse.engine import Session
from luoxuan.data.warehouse.intake import Limits, Staged, stage
from luoxuan.data.warehouse.intake.against import keys_held, rows_outside, without
from luoxuan.data.warehouse.intake.headers import IGNORE
from luoxuan.data.warehouse.relation import (
    IMPORT_BATCH,
    ROW_NUMBER,
    quoted,
    sql_type,
)
from luoxuan.data.warehouse.store import StoredFile
from luoxuan.data.workbooks import OWN_HEADERS

_QUESTION_ROUNDS = 6


class DatasetIsSystem(Refused):
    """The system writes this dataset itself."""


class MergeNeedsKey(Refused):
    """Rows can replace rows of equal key only where the dataset has a key."""


class PeriodUnknown(Refused):
    """No period has this code."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A file for a dataset「交付」: where it lies, how it is read and what it replaces.

    ``own`` are the values of fields by which a delivery speaks for some rows only: those that hold
    them, in its period if it has one, give way; all others stay, whatever file they stand in.
    """

    dataset: Dataset
    path: Path
    file_name: str
    mode: ImportMode
    period: str = ""
    encoding: str = ""
    sheet: str = ""
    mapping: Mapping[str, str] = field(default_factory=dict)
    answers: Mapping[str, str] = field(default_factory=dict)
    own: Mapping[str, str] = field(default_factory=dict)

    def key(self, sha256: str) -> str:
        """Return what makes this import one and the same when it comes again."""
        told = {"mapping": dict(self.mapping), "answers": dict(self.answers), "sheet": self.sheet}
        if self.own:
            told["own"] = dict(self.own)
        key = f"import:{sha256}:{self.period}:{self.mode}"
        if not any(told.values()):
            return key
        text = json.dumps(told, sort_keys=True, ensure_ascii=False)
        return f"{key}:{hashlib.sha256(text.encode()).hexdigest()[:16]}"


def check_delivery(delivery: Delivery) -> None:
    """Refuse a delivery that cannot be; raises DatasetIsSystem, MergeNeedsKey, PeriodUnknown."""
    dataset = delivery.dataset
    if dataset.is_system:
        raise DatasetIsSystem("dataset_is_system", dataset=dataset.name)
    if delivery.mode is ImportMode.MERGE and not dataset.key:
        raise MergeNeedsKey("merge_needs_key", dataset=dataset.name)
    if delivery.period and not periods().filter(code=delivery.period).exists():
        raise PeriodUnknown("period_unknown", period=delivery.period)


def read_delivery(delivery: Delivery, *, on: date) -> Staged:
    """Read the file strictly, with the answers given so far; raises FileRefused."""
    return _asking_about_drift(delivery, _read(delivery, on))


def read_changes(delivery: Delivery, *, on: date) -> Staged:
    """Read which cells of the accepted rows were brought to normal form; raises FileRefused."""
    return _read(delivery, on, tells_changes=True)


def _read(delivery: Delivery, on: date, *, tells_changes: bool = False) -> Staged:
    spec = table_spec(delivery.dataset, mapping=delivery.mapping, on=on)
    return stage(
        delivery.path,
        spec,
        encoding=delivery.encoding or None,
        limits=Limits(bytes=settings.LUOXUAN_UPLOAD_BYTES),
        sheet=delivery.sheet or None,
        answers={**left_out(delivery), **delivery.answers},
        file_name=delivery.file_name,
        year=_year_of(delivery.period) or on.year,
        on=on,
        others=other_specs(delivery.dataset),
        tells_changes=tells_changes,
    )


def _asking_about_drift(delivery: Delivery, staged: Staged) -> Staged:
    """Ask about rows that differ too much from those that they replace or join."""
    if not drift_checks(delivery.dataset.pk):
        return staged
    number = Dataset.objects.values_list("current_number", flat=True).get(pk=delivery.dataset.pk)
    is_whole = delivery.mode is ImportMode.REPLACE
    files = replaced_files(delivery, number) if is_whole else []
    # A period that comes for the first time is compared with all the others.
    compared = files or list(files_of(delivery.dataset, number=number))
    with engine().session() as session:
        return with_drift_questions(
            session,
            delivery.dataset,
            staged,
            held=relation_of_files(delivery.dataset, compared),
            answers=delivery.answers,
            is_whole=bool(files),
        )


def read_accepting(delivery: Delivery, *, on: date) -> tuple[Delivery, Staged]:
    """Read the file and give every question its proposed answer, until none is left."""
    staged = read_delivery(delivery, on=on)
    for _ in range(_QUESTION_ROUNDS):
        if not staged.questions:
            break
        proposed = {question.id: question.proposed for question in staged.questions}
        delivery = replace(delivery, answers={**delivery.answers, **proposed})
        staged = read_delivery(delivery, on=on)
    return delivery, staged


def unit_fields(dataset: Dataset) -> list[str]:
    """Return the fields of the key that name a unit: then each unit brings a file of its own."""
    return [
        field.name
        for field in dataset.fields.all()
        if field.reference == "unit" and field.name in dataset.key
    ]


def replaced_files(delivery: Delivery, number: int) -> list[DataFile]:
    """Return the files whose rows this delivery takes the place of, or merges with.

    Where units bring files of their own, a file without a period leaves those of periods alone.
    """
    if delivery.mode is ImportMode.APPEND:
        return []
    held = files_of(delivery.dataset, number=number)
    if delivery.own:
        return [
            file for file in held if file.slice == delivery.period or _gives_way(delivery, file)
        ]
    is_slice = bool(delivery.period or unit_fields(delivery.dataset))
    return list(held.filter(slice=delivery.period) if is_slice else held)


def _taken_over(delivery: Delivery) -> list[str]:
    """Return the fields by which rows take the place of others; those of no equal stay.

    A merge goes by the key, a replacement by the units that the file names. Empty: all rows go.
    """
    if delivery.mode is ImportMode.MERGE:
        return list(delivery.dataset.key)
    return unit_fields(delivery.dataset)


def rechecked(delivery: Delivery, staged: Staged, number: int) -> Staged:
    """Return what was staged without rows of another period and rows whose key is held already."""
    dataset = delivery.dataset
    with engine().session() as session:
        problems = []
        if delivery.period and (test := period_condition(dataset, delivery.period)) is not None:
            problems += rows_outside(session, staged, *test)
        held = _rows_that_stay(delivery, number)
        if dataset.key and held:
            problems += keys_held(session, without(staged, problems), dataset.key, held)
        problems += refused_rows(session, dataset, without(staged, problems))
    return without(staged, problems)


def _rows_that_stay(delivery: Delivery, number: int) -> str:
    """Return the SQL of the keys that stay beside what is delivered, "" where nothing stays."""
    dataset = delivery.dataset
    files = files_of(dataset, number=number)
    if delivery.own:
        own = _own_sql(delivery)
        names = [row.name for row in dataset.fields.all()]
        rows = relation_of_files(dataset, files).sql(names)
        return f"SELECT * FROM ({rows}) WHERE NOT ({own})"
    replaced = [file.pk for file in replaced_files(delivery, number)]
    stay = files.exclude(pk__in=replaced)
    return relation_of_files(dataset, stay).sql(dataset.key) if stay else ""


def _own_sql(delivery: Delivery) -> str:
    """Return the condition of the rows that a delivery speaks for; a missing value equals ""."""
    parts = []
    for name, value in delivery.own.items():
        text = value.replace("'", "''")
        parts.append(f"coalesce(CAST({quoted(name)} AS VARCHAR), '') = '{text}'")
    test = period_condition(delivery.dataset, delivery.period) if delivery.period else None
    if test is not None:
        parts.append(f"coalesce({test[1]}, FALSE)")
    return " AND ".join(parts)


def _gives_way(delivery: Delivery, file: DataFile) -> bool:
    """Tell whether a file holds rows that a delivery speaks for."""
    names = [row.name for row in delivery.dataset.fields.all()]
    rows = relation_of_files(delivery.dataset, [file]).sql(names)
    with engine().session() as session:
        found = session.table(f"SELECT 1 FROM ({rows}) WHERE {_own_sql(delivery)} LIMIT 1")
    return bool(found.rows)


def changes_of(session: Session, delivery: Delivery, staged: Staged, number: int) -> Difference:
    """Return what the staged rows change against the version in force; offers ``staged``."""
    dataset = delivery.dataset
    fields = [row.name for row in dataset.fields.all() if not row.formula]
    session.offer("staged", staged.table)
    replaced = replaced_files(delivery, number)
    columns = ", ".join(quoted(name) for name in fields)
    held = f"SELECT {columns} FROM ({relation_of_files(dataset, replaced).sql(fields)})"
    if delivery.mode is ImportMode.REPLACE and (units := unit_fields(dataset)):
        held += f" SEMI JOIN staged USING ({', '.join(map(quoted, units))})"
    fresh = f"SELECT {columns} FROM staged"
    found = difference(session, fresh, held, key=dataset.key, fields=fields)
    if delivery.mode is ImportMode.MERGE:
        # Rows that the file does not name stay.
        return replace(found, n_removed=0, removed=())
    return found


def write_files(
    delivery: Delivery, staged: Staged, replaced: Sequence[DataFile]
) -> list[tuple[str, StoredFile]]:
    """Write what a delivery adds: its rows, and those of the files it replaces that stay."""
    if not delivery.own:
        return [(delivery.period, write_staged(delivery, staged, replaced))]
    others = sorted({file.slice for file in replaced} - {delivery.period})
    here = [file for file in replaced if file.slice == delivery.period]
    written = [(delivery.period, write_staged(delivery, staged, here))]
    return written + [
        (name, _write_rest(delivery, [file for file in replaced if file.slice == name]))
        for name in others
    ]


def _write_rest(delivery: Delivery, files: Sequence[DataFile]) -> StoredFile:
    with engine().session() as session:
        sql = _rest_sql(delivery, files)
        return store().write_by(delivery.dataset.name, lambda path: session.copy(sql, path))


def _rest_sql(delivery: Delivery, files: Sequence[DataFile]) -> str:
    """Return the SQL of the rows of some files that a delivery does not speak for."""
    kept = relation_of_files(delivery.dataset, files)
    names = [info.name for info in kept.own]
    order = ", ".join([*(quoted(name) for name in names), ROW_NUMBER, IMPORT_BATCH])
    return f"SELECT {order} FROM ({kept.sql(names)}) WHERE NOT ({_own_sql(delivery)})"


def write_staged(delivery: Delivery, staged: Staged, replaced: Sequence[DataFile]) -> StoredFile:
    """Write the staged rows with their computed fields, and the rows of other files that stay."""
    dataset = delivery.dataset
    computed = dict(computed_sql(dataset))
    columns = [
        f"CAST({computed.get(field.name, quoted(field.name))} AS {sql_type(info_of(field))}) "
        f"AS {quoted(field.name)}"
        for field in dataset.fields.all()
    ]
    batch = staged.sha256[:16]
    with engine().session() as session:
        session.offer("staged", staged.table)
        sql = (
            f"SELECT {', '.join(columns)}, CAST({ROW_NUMBER} AS BIGINT) AS {ROW_NUMBER}, "
            f"'{batch}' AS {IMPORT_BATCH} FROM staged"
        )
        if replaced and delivery.own:
            names = [field.name for field in dataset.fields.all()]
            order = ", ".join([*(quoted(name) for name in names), ROW_NUMBER, IMPORT_BATCH])
            rest = _rest_sql(delivery, replaced)
            sql = f"WITH fresh AS ({sql}) SELECT {order} FROM fresh UNION ALL {rest}"
        elif replaced and (taken := _taken_over(delivery)):
            kept = relation_of_files(dataset, replaced)
            names = [info.name for info in kept.own]
            key = ", ".join(quoted(name) for name in taken)
            order = ", ".join([*(quoted(name) for name in names), ROW_NUMBER, IMPORT_BATCH])
            sql = (
                f"WITH fresh AS ({sql}), old AS ({kept.sql(names)}) SELECT {order} FROM fresh "
                f"UNION ALL SELECT {order} FROM old ANTI JOIN fresh USING ({key})"
            )
        return store().write_by(dataset.name, lambda path: session.copy(sql, path))


def left_out(delivery: Delivery) -> dict[str, str]:
    """Return the answers for headers that a person leaves out, or that only we write.

    Those are the columns of a file of mistakes, and those of an export that are computed or looked
    up elsewhere.
    """
    told = {**remembered_headers(delivery.dataset), **delivery.mapping}
    ignored = [header for header, name in told.items() if not name]
    stored = {field.name for field in delivery.dataset.fields.all() if not field.formula}
    shown = [info for info in field_infos(delivery.dataset) if info.name not in stored]
    ignored += [text for info in shown for text in (*info.titles, info.name) if text not in told]
    return {
        f"{kind}:{header}": IGNORE
        for header in (*ignored, *OWN_HEADERS)
        for kind in ("header", "extra_column")
    }


def _year_of(period: str) -> int | None:
    found = periods().filter(code=period).first() if period else None
    return found.start_on.year if found and found.start_on else None


def computed_sql(dataset: Dataset) -> list[tuple[str, str]]:
    """Return (field, SQL) of the fields that formulas compute from their row at import."""
    fields = list(dataset.fields.all())
    stored = [info_of(field) for field in fields if not field.formula]
    return [
        (field.name, parse_row(field.formula, stored).sql()) for field in fields if field.formula
    ]
