"""A row written anew: checked like a row of a file, then committed in place of the old one."""

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from luoxuan.core.errors import Refused
from luoxuan.core.faults import seam
from luoxuan.core.models import User
from luoxuan.data.actions.checking import accepted, refused_rows
from luoxuan.data.actions.deliveries import Delivery, computed_sql, read_delivery
from luoxuan.data.actions.versions import VersionMoved, commit_version
from luoxuan.data.check_queries import refusing_checks
from luoxuan.data.models import DataFile, Dataset, DatasetVersion
from luoxuan.data.queries import engine, files_of, info_of, relation_of_files, store
from luoxuan.data.rules import ImportMode
from luoxuan.data.warehouse.intake import Staged
from luoxuan.data.warehouse.relation import (
    IMPORT_BATCH,
    ROW_NUMBER,
    quoted,
    sql_type,
)
from luoxuan.data.warehouse.store import StoredFile

_ATTEMPTS = 5


class RowGone(Refused):
    """The row is in force no longer: other data took its place."""


class RowNotSound(Refused):
    """The row as it would become does not pass the checks of an import."""


@contextmanager
def row_file(texts: Mapping[str, str]) -> Iterator[Path]:
    """Write one row of texts by field as a file for the time of its reading."""
    folder = store().root / "drafts"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"row-{uuid.uuid4().hex}.parquet"
    with engine().session() as session:
        session.offer_rows("one", dict.fromkeys(texts, "text"), [tuple(texts.values())])
        session.copy("SELECT * FROM one", path)
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def row_delivery(dataset: Dataset, path: Path, *, period: str, mark: str) -> Delivery:
    """Return one row as a delivery; ``mark`` tells it from an equal row of another origin."""
    return Delivery(dataset, path, path.name, ImportMode.APPEND, period, answers={"origin": mark})


def staged_row(delivery: Delivery, *, on: date) -> Staged:
    """Return a row as the checks of an import read it; drift says nothing about one row."""
    staged = read_delivery(delivery, on=on)
    if answers := accepted(staged.questions):
        told = {**delivery.answers, **answers}
        staged = read_delivery(
            Delivery(
                delivery.dataset, delivery.path, delivery.file_name, delivery.mode,
                delivery.period, answers=told,
            ),
            on=on,
        )  # fmt: skip
    return staged


def texts_of(row: Mapping[str, Any], names: Sequence[str]) -> dict[str, str]:
    """Return the values of a row as a file would hold them; a missing one is empty."""
    return {name: _text(row.get(name)) for name in names}


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    return str(value)


def rewrite_row(
    *,
    dataset: Dataset,
    batch: str,
    row_number: int,
    staged: Staged,
    origin: str,
    by: User | None,
    at: datetime,
    finish: Callable[[DatasetVersion], None],
) -> DatasetVersion:
    """Commit a version in which one row stands as staged; it keeps its file and number.

    ``finish`` runs in the transaction of the commit. Raises RowGone, RowNotSound, VersionMoved.
    """
    for _ in range(_ATTEMPTS):
        number = Dataset.objects.values_list("current_number", flat=True).get(pk=dataset.pk)
        file = _file_with(dataset, number, batch, row_number)
        _refuse_second_key(dataset, number, staged, batch, row_number)
        written = _written(dataset, file, batch, row_number, staged)
        # What a person wrote stands in no file that was handed in: a copy makes it rebuildable.
        store().keep_original(store().root / written.path, written.sha256)
        seam("data.correction.file_written")
        with transaction.atomic():
            version = commit_version(
                dataset=dataset,
                expected_number=number,
                added=[(file.slice, written)],
                removed=[file],
                mode="correction",
                idempotency_key=f"{origin}#{number + 1}",
                by=by,
                at=at,
            )
            if version is not None:
                finish(version)
                seam("data.correction.before_commit")
        if version is not None:
            return version
    raise VersionMoved("version_moved", dataset=dataset.name)


def _is_row(batch: str, row_number: int) -> str:
    text = batch.replace("'", "''")
    return f"({IMPORT_BATCH} = '{text}' AND {ROW_NUMBER} = {row_number:d})"


def _file_with(dataset: Dataset, number: int, batch: str, row_number: int) -> DataFile:
    with engine().session() as session:
        for file in files_of(dataset, number=number):
            rows = relation_of_files(dataset, [file]).sql([])
            found = session.table(
                f"SELECT count(*) FROM ({rows}) WHERE {_is_row(batch, row_number)}"
            )
            if found.rows[0][0]:
                return file
    raise RowGone("correction_row_gone")


def _refuse_second_key(
    dataset: Dataset, number: int, staged: Staged, batch: str, row_number: int
) -> None:
    with engine().session() as session:
        if refusing_checks(dataset.pk):
            problems = refused_rows(session, dataset, staged)
            if problems:
                raise RowNotSound("correction_not_sound", reason=problems[0].facts["rule"])
        if not dataset.key:
            return
        held = relation_of_files(dataset, list(files_of(dataset, number=number))).sql(dataset.key)
        names = ", ".join(quoted(name) for name in dataset.key)
        session.offer("staged", staged.table)
        found = session.table(
            f"SELECT count(*) FROM (SELECT * FROM ({held}) WHERE NOT "
            f"{_is_row(batch, row_number)}) SEMI JOIN staged USING ({names})"
        )
        if found.rows[0][0]:
            raise RowNotSound("correction_key_held")


def _written(
    dataset: Dataset, file: DataFile, batch: str, row_number: int, staged: Staged
) -> StoredFile:
    """Write the file anew with the one row replaced, computed fields included."""
    computed = dict(computed_sql(dataset))
    names = [field.name for field in dataset.fields.all()]
    fresh = ", ".join(
        f"CAST({computed.get(info.name, quoted(info.name))} AS {sql_type(info)}) "
        f"AS {quoted(info.name)}"
        for info in (info_of(field) for field in dataset.fields.all())
    )
    order = ", ".join([*map(quoted, names), ROW_NUMBER, IMPORT_BATCH])
    text = batch.replace("'", "''")
    held = relation_of_files(dataset, [file]).sql(names)
    with engine().session() as session:
        session.offer("staged", staged.table)
        sql = (
            f"SELECT {order} FROM (SELECT {order} FROM ({held}) "
            f"WHERE NOT {_is_row(batch, row_number)} UNION ALL "
            f"SELECT {fresh}, CAST({row_number:d} AS BIGINT) AS {ROW_NUMBER}, "
            f"'{text}' AS {IMPORT_BATCH} FROM staged) ORDER BY {IMPORT_BATCH}, {ROW_NUMBER}"
        )
        return store().write_by(dataset.name, lambda path: session.copy(sql, path))
