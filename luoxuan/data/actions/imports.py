"""Writes of the data centre: importing files and committing versions."""

import logging
import string
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F

from luoxuan.campus.actions import SubjectSpec, record_members, record_subjects
from luoxuan.campus.queries import periods
from luoxuan.campus.rules import SubjectKind
from luoxuan.core.actions import record_audit
from luoxuan.core.errors import Refused
from luoxuan.core.faults import seam
from luoxuan.core.models import User
from luoxuan.data.formula.types import FieldType
from luoxuan.data.models import (
    DataFile,
    Dataset,
    DatasetVersion,
    Field,
    ImportBatch,
    SubjectSource,
)
from luoxuan.data.queries import computed_sql, engine, files_of, info_of, relation_of, store
from luoxuan.data.rules import Disposition, ImportMode, disposition_of
from luoxuan.data.warehouse.intake import (
    FieldSpec,
    FileRefused,
    Limits,
    Note,
    Staged,
    TableSpec,
    stage,
)
from luoxuan.data.warehouse.intake.against import keys_held, rows_outside, without
from luoxuan.data.warehouse.relation import (
    IMPORT_BATCH,
    ROW_NUMBER,
    Relation,
    quoted,
    sql_type,
)
from luoxuan.data.warehouse.store import StoredFile, sha256_of

logger = logging.getLogger("luoxuan.data")

_ATTEMPTS = 5


class DatasetIsSystem(Refused):
    """The system writes this dataset itself."""


class MergeNeedsKey(Refused):
    """Rows can replace rows of equal key only where the dataset has a key."""


class VersionMoved(Refused):
    """Another writer committed a version in the meantime, again and again."""


class PeriodUnknown(Refused):
    """No period has this code."""


@dataclass(frozen=True)
class ImportReport:
    """What became of one file「导入结果」; ``batch`` is None for a trial run."""

    dataset: str
    disposition: Disposition
    rows_accepted: int
    rows_rejected: int
    notes: tuple[dict[str, Any], ...]
    errors: tuple[dict[str, Any], ...]
    n_errors: int
    encoding: str
    version: int | None
    batch: int | None


def import_file(
    *,
    dataset: Dataset,
    path: Path,
    by: User | None,
    at: datetime,
    file_name: str = "",
    mode: ImportMode = ImportMode.REPLACE,
    period: str = "",
    encoding: str | None = None,
    is_dry_run: bool = False,
) -> ImportReport:
    """Import a file「数据导入」: read strictly, keep the good rows, report every other one.

    REPLACE puts the file in place of its slice (the period, or the whole dataset when no period is
    given). The same file into the same slice in the same mode takes effect once. A refused file
    changes nothing but leaves a batch with its reason. A trial run writes nothing at all.

    Raises DatasetIsSystem, MergeNeedsKey, PeriodUnknown and VersionMoved.
    """
    _check(dataset, mode, period)
    name = file_name or path.name
    try:
        staged = stage(path, table_spec(dataset), encoding=encoding, limits=_limits())
    except FileRefused as refused:
        return _refused(dataset, path, name, mode, period, refused, by, at, is_dry_run=is_dry_run)
    key = f"import:{staged.sha256}:{period}:{mode}"
    if (version := _done(dataset, key)) is not None:
        return _report(dataset, staged, version=version.number, notes=(_already(version),))
    if is_dry_run:
        number = Dataset.objects.values_list("current_number", flat=True).get(pk=dataset.pk)
        return _report(dataset, _rechecked(dataset, staged, number, mode, period))
    store().keep_original(path, staged.sha256)
    version, batch, staged = _import_staged(dataset, staged, name, mode, period, key, by, at)
    if batch is None:
        return _report(dataset, staged, version=version.number, notes=(_already(version),))
    logger.info("imported", extra={"dataset": dataset.name, "version": version.number})
    return _report(dataset, staged, version=version.number, batch=batch.pk)


def commit_version(
    *,
    dataset: Dataset,
    expected_number: int,
    added: Sequence[tuple[str, StoredFile]],
    removed: Sequence[DataFile],
    mode: str,
    idempotency_key: str,
    by: User | None,
    at: datetime,
) -> DatasetVersion | None:
    """Commit one version「数据版本」 inside the caller's transaction; None when the number moved.

    The files exist already and nobody sees them; after this transaction everybody does. Compare
    and swap of the dataset's number is the only commit point.
    """
    number = expected_number + 1
    swapped = Dataset.objects.filter(pk=dataset.pk, current_number=expected_number).update(
        current_number=number
    )
    if not swapped:
        return None
    seam("data.commit.swapped")
    gone = [file.pk for file in removed]
    DataFile.objects.filter(pk__in=gone).update(removed_in=number)
    DataFile.objects.bulk_create(
        [
            DataFile(
                dataset=dataset,
                slice=slice_name,
                path=file.path,
                n_rows=file.rows,
                n_bytes=file.n_bytes,
                sha256=file.sha256,
                added_in=number,
            )
            for slice_name, file in added
        ]
    )
    seam("data.commit.files_named")
    n_rows = sum(files_of(dataset, number=number).values_list("n_rows", flat=True))
    version = DatasetVersion.objects.create(
        dataset=dataset,
        number=number,
        idempotency_key=idempotency_key,
        mode=mode,
        n_rows=n_rows,
        created_at=at,
        by=by,
    )
    record_audit(
        by=by, at=at, action="commit_version", object_kind="DatasetVersion",
        object_key=str(version), facts={"n_rows": n_rows, "mode": mode},
    )  # fmt: skip
    seam("data.commit.audited")
    return version


def table_spec(dataset: Dataset) -> TableSpec:
    """Return what a file must bring; computed fields are left out."""
    fields = dataset.fields.select_related("code_list").prefetch_related("code_list__codes")
    specs = tuple(_field_spec(field) for field in fields if not field.formula)
    return TableSpec(dataset.name, specs, tuple(dataset.key))


def record_lagging_subjects(*, by: User | None, at: datetime) -> int:
    """Create the subjects「诊改对象」 that newer versions of datasets name, and their memberships.

    Groups come before their members. Returns how many subjects and memberships are new or changed.
    """
    lagging = SubjectSource.objects.select_related("dataset").filter(
        dataset__current_number__gt=F("recorded_number")
    )
    changed = 0
    for source in sorted(lagging, key=lambda row: (bool(row.member_of), row.dataset.name)):
        number = source.dataset.current_number
        changed += _record_source(source, by, at)
        SubjectSource.objects.filter(pk=source.pk).update(recorded_number=number)
    return changed


def _check(dataset: Dataset, mode: ImportMode, period: str) -> None:
    if dataset.is_system:
        raise DatasetIsSystem("dataset_is_system", dataset=dataset.name)
    if mode is ImportMode.MERGE and not dataset.key:
        raise MergeNeedsKey("merge_needs_key", dataset=dataset.name)
    if period and not periods().filter(code=period).exists():
        raise PeriodUnknown("period_unknown", period=period)


def _limits() -> Limits:
    return Limits(bytes=settings.LUOXUAN_UPLOAD_BYTES)


def _field_spec(field: Field) -> FieldSpec:
    codes = tuple(code.value for code in field.code_list.codes.all()) if field.code_list else None
    return FieldSpec(
        name=field.name,
        headers=tuple(
            dict.fromkeys(
                text for text in (*field.headers, field.title, field.title_en, field.name) if text
            )
        ),
        type=FieldType(field.type),
        decimals=field.decimals,
        required=field.is_required,
        minimum=field.minimum,
        maximum=field.maximum,
        pattern=field.pattern or None,
        missing=tuple(field.missing),
        codes=codes,
    )


def _done(dataset: Dataset, key: str) -> DatasetVersion | None:
    """Return the version that this import made, if what it brought is still in force.

    After another file took its place the same file may come again: that is a new act.
    """
    made = DatasetVersion.objects.filter(dataset=dataset, idempotency_key__startswith=f"{key}#")
    version = made.order_by("-number").first()
    if version is None:
        return None
    held = DataFile.objects.filter(dataset=dataset, added_in=version.number, removed_in=None)
    return version if held.exists() else None


def _already(version: DatasetVersion) -> Note:
    return Note("already_imported", 1, {"version": version.number})


def _import_staged(
    dataset: Dataset,
    staged: Staged,
    name: str,
    mode: ImportMode,
    period: str,
    key: str,
    by: User | None,
    at: datetime,
) -> tuple[DatasetVersion, ImportBatch | None, Staged]:
    """Write the rows and commit; another writer's commit in between makes it start anew.

    No batch means that the other writer committed this very import. What was staged comes back
    without the rows that contradict what the dataset holds.
    """
    for _ in range(_ATTEMPTS):
        number = Dataset.objects.values_list("current_number", flat=True).get(pk=dataset.pk)
        # After the number: a commit that comes later still makes the number move.
        if (done := _done(dataset, key)) is not None:
            return done, None, staged
        replaced = _replaced(dataset, number, mode, period)
        sound = _rechecked(dataset, staged, number, mode, period)
        file = _write(dataset, sound, replaced if mode is ImportMode.MERGE else [])
        seam("data.commit.files_written")
        with transaction.atomic():
            version = commit_version(
                dataset=dataset,
                expected_number=number,
                added=[(period, file)],
                removed=replaced,
                mode=mode,
                idempotency_key=f"{key}#{number + 1}",
                by=by,
                at=at,
            )
            if version is not None:
                batch = _batch(dataset, sound, name, mode, period, version, by, at)
                seam("data.commit.before_commit")
        if version is not None:
            seam("data.commit.committed")
            return version, batch, sound
    raise VersionMoved("version_moved", dataset=dataset.name)


def _replaced(dataset: Dataset, number: int, mode: ImportMode, period: str) -> list[DataFile]:
    if mode is ImportMode.APPEND:
        return []
    held = files_of(dataset, number=number)
    return list(held.filter(slice=period) if period else held)


def _rechecked(
    dataset: Dataset, staged: Staged, number: int, mode: ImportMode, period: str
) -> Staged:
    """Return what was staged without rows of another period and rows whose key is held already."""
    with engine().session() as session:
        problems = []
        if period and (test := _period_condition(dataset, period)) is not None:
            problems += rows_outside(session, staged, *test)
        stay = files_of(dataset, number=number).exclude(
            pk__in=[file.pk for file in _replaced(dataset, number, mode, period)]
        )
        if dataset.key and stay:
            held = _relation_of_files(dataset, stay).sql(dataset.key)
            problems += keys_held(session, without(staged, problems), dataset.key, held)
    return without(staged, problems)


def _period_condition(dataset: Dataset, code: str) -> tuple[str, str] | None:
    """Return the field and the condition that rows of a period satisfy, or None."""
    period = periods().get(code=code)
    stored = {field.name for field in dataset.fields.all() if not field.formula}
    if period.kind == dataset.period_kind and dataset.period_field in stored:
        text = code.replace("'", "''")
        return dataset.period_field, f"{quoted(dataset.period_field)} = '{text}'"
    if period.start_on and period.end_on and dataset.date_field in stored:
        day = f"CAST({quoted(dataset.date_field)} AS DATE)"
        return dataset.date_field, f"{day} >= '{period.start_on}' AND {day} < '{period.end_on}'"
    return None


def _relation_of_files(dataset: Dataset, files: Iterable[DataFile]) -> Relation:
    """Return the rows of some files of a dataset, without its look-ups."""
    own = tuple(info_of(field) for field in dataset.fields.all())
    return Relation(dataset.name, own, tuple(store().paths([file.path for file in files])))


def _write(dataset: Dataset, staged: Staged, merged: Sequence[DataFile]) -> StoredFile:
    """Write the staged rows with their computed fields, and the rows that a merge keeps."""
    fields = list(dataset.fields.all())
    computed = dict(computed_sql(dataset))
    columns = [
        f"CAST({computed.get(field.name, quoted(field.name))} AS {sql_type(info_of(field))}) "
        f"AS {quoted(field.name)}"
        for field in fields
    ]
    batch = staged.sha256[:16]
    with engine().session() as session:
        session.offer("staged", staged.table)
        sql = (
            f"SELECT {', '.join(columns)}, CAST({ROW_NUMBER} AS BIGINT) AS {ROW_NUMBER}, "
            f"'{batch}' AS {IMPORT_BATCH} FROM staged"
        )
        if merged:
            kept = _relation_of_files(dataset, merged)
            names = [info.name for info in kept.own]
            key = ", ".join(quoted(name) for name in dataset.key)
            order = ", ".join([*(quoted(name) for name in names), ROW_NUMBER, IMPORT_BATCH])
            sql = (
                f"WITH fresh AS ({sql}), old AS ({kept.sql(names)}) SELECT {order} FROM fresh "
                f"UNION ALL SELECT {order} FROM old ANTI JOIN fresh USING ({key})"
            )
        return store().write_by(dataset.name, lambda path: session.copy(sql, path))


def _batch(
    dataset: Dataset,
    staged: Staged,
    name: str,
    mode: ImportMode,
    period: str,
    version: DatasetVersion,
    by: User | None,
    at: datetime,
) -> ImportBatch:
    report = _report(dataset, staged)
    return ImportBatch.objects.create(
        dataset=dataset,
        version=version,
        file_name=name[:200],
        sha256=staged.sha256,
        mode=mode,
        slice=period,
        disposition=report.disposition,
        encoding=staged.encoding,
        rows_accepted=report.rows_accepted,
        rows_rejected=report.rows_rejected,
        n_problems=staged.n_problems,
        notes=list(report.notes),
        problems=list(report.errors),
        at=at,
        by=by,
    )


def _report(
    dataset: Dataset,
    staged: Staged,
    *,
    version: int | None = None,
    batch: int | None = None,
    notes: tuple[Note, ...] = (),
) -> ImportReport:
    every = (*staged.notes, *notes)
    return ImportReport(
        dataset=dataset.name,
        disposition=disposition_of(
            rows_rejected=staged.rows_rejected, note_codes=frozenset(note.code for note in every)
        ),
        rows_accepted=staged.rows_read - staged.rows_rejected,
        rows_rejected=staged.rows_rejected,
        notes=tuple(asdict(note) for note in every),
        errors=tuple(asdict(problem) for problem in staged.problems),
        n_errors=staged.n_problems,
        encoding=staged.encoding,
        version=version,
        batch=batch,
    )


def _refused(
    dataset: Dataset,
    path: Path,
    name: str,
    mode: ImportMode,
    period: str,
    refused: FileRefused,
    by: User | None,
    at: datetime,
    *,
    is_dry_run: bool,
) -> ImportReport:
    error = {"row": None, "column": "", "cell": "", "value": "", "code": refused.code}
    errors = ({**error, "facts": refused.facts},)
    batch = None
    if not is_dry_run:
        with transaction.atomic():
            batch = ImportBatch.objects.create(
                dataset=dataset,
                file_name=name[:200],
                sha256=sha256_of(path),
                mode=mode,
                slice=period,
                disposition=Disposition.REJECT_FILE,
                n_problems=1,
                problems=list(errors),
                at=at,
                by=by,
            )
            record_audit(
                by=by, at=at, action="refuse_file", object_kind="ImportBatch",
                object_key=str(batch.pk), facts={"code": refused.code},
            )  # fmt: skip
    return ImportReport(
        dataset=dataset.name,
        disposition=Disposition.REJECT_FILE,
        rows_accepted=0,
        rows_rejected=0,
        notes=(),
        errors=errors,
        n_errors=1,
        encoding="",
        version=None,
        batch=batch.pk if batch else None,
    )


def _record_source(source: SubjectSource, by: User | None, at: datetime) -> int:
    dataset = source.dataset
    relation = relation_of(dataset, number=dataset.current_number)
    known = {info.name for info in relation.fields}
    patterns = (source.name, source.name_en, source.parent)
    names = {name for pattern in patterns for name in _named(pattern)} | {source.code_field}
    names |= {name for name in (source.unit, source.member_of) if name in known}
    ordered = sorted(names)
    columns = ", ".join(f"CAST({quoted(name)} AS VARCHAR) AS {quoted(name)}" for name in ordered)
    with engine().session() as session:
        table = session.table(
            f"SELECT DISTINCT {columns} FROM ({relation.sql(ordered)}) "
            f"WHERE {quoted(source.code_field)} IS NOT NULL ORDER BY ALL"
        )
    rows = table.dicts()
    specs = {
        row[source.code_field]: SubjectSpec(
            kind=SubjectKind(source.kind),
            code=row[source.code_field],
            name=source.name.format_map(row),
            name_en=source.name_en.format_map(row),
            unit=(row[source.unit] or "") if source.unit in known else source.unit,
            parent=source.parent.format_map(row),
        )
        for row in rows
    }
    changed = record_subjects(
        subjects=list(specs.values()), origin=f"dataset:{dataset.name}", by=by, at=at
    )
    if not source.member_of:
        return changed
    pairs = [(row[source.code_field], row[source.member_of]) for row in rows]
    return changed + record_members(
        group_kind=SubjectKind(source.member_of_kind),
        member_kind=SubjectKind(source.kind),
        pairs=[(member, group) for member, group in pairs if group],
        role="member",
        valid_from=None,
        by=by,
        at=at,
    )


def _named(pattern: str) -> list[str]:
    return [name for _, name, _, _ in string.Formatter().parse(pattern) if name]
