"""Exporting datasets to a data lake「数据湖导出」: one Delta table for each, version by version."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from luoxuan.core.actions import record_audit
from luoxuan.core.errors import Refused
from luoxuan.core.faults import seam
from luoxuan.core.models import User
from luoxuan.data.file_queries import sources_of
from luoxuan.data.models import DataFile, Dataset
from luoxuan.data.queries import field_infos, files_of, store, versions_of
from luoxuan.data.warehouse import delta_log


class LakeRefused(Refused):
    """The folder is none that can be exported to「不能导出到这里」."""


@dataclass(frozen=True, slots=True)
class LakeExport:
    """What was exported of one dataset「导出结果」; ``versions`` are its own, in order."""

    dataset: str
    folder: Path
    versions: tuple[int, ...]
    n_files: int
    n_skipped: int


def export_lake(
    *, datasets: Iterable[Dataset], folder: Path, by: User | None, at: datetime
) -> list[LakeExport]:
    """Export what is new of each dataset「导出」 below a folder; done twice, nothing is new.

    Each version is one commit that stands whole or not at all; one whose rows were removed is
    skipped, and what it changed comes with the next. Raises LakeRefused.
    """
    folder = folder.resolve()
    root = store().root.resolve()
    if folder == root or root in folder.parents or folder in root.parents:
        raise LakeRefused("lake_folder_unfit", folder=str(folder))
    return [_export(dataset, folder / dataset.name, by=by, at=at) for dataset in datasets]


def _export(dataset: Dataset, folder: Path, *, by: User | None, at: datetime) -> LakeExport:
    done: list[int] = []
    n_files = n_skipped = 0
    for number in reversed(versions_of(dataset).values_list("number", flat=True)):
        state = _state(folder)
        if number <= state.exported:
            continue
        files = list(files_of(dataset, number=number).select_related("dataset"))
        if any(file.removed_at for file in files):
            n_skipped += 1
            continue
        columns = _columns(dataset, files)
        if columns is None:
            continue
        written = _commit(dataset, folder, state, number, files, columns, at=at)
        done.append(number)
        n_files += written
    if done:
        record_audit(
            by=by, at=at, action="export_lake", object_kind="Dataset", object_key=dataset.name,
            facts={"versions": done[-50:], "n_files": n_files, "folder": str(folder)[:200]},
        )  # fmt: skip
    return LakeExport(dataset.name, folder, tuple(done), n_files, n_skipped)


def _commit(
    dataset: Dataset,
    folder: Path,
    state: delta_log.LakeState,
    number: int,
    files: list[DataFile],
    columns: Any,
    *,
    at: datetime,
) -> int:
    """Write the files that a version needs and commit it; return how many were written."""
    schema, at_ms = delta_log.schema_text(columns), int(at.timestamp() * 1000)
    names = {f"{Path(file.path).stem}-{delta_log.mark_of(schema)}.parquet": file for file in files}
    added = {}
    for name, file in names.items():
        if name not in state.files:
            (source,) = sources_of([file])
            added[name] = (delta_log.write_file(folder, name, source, columns), file.n_rows)
    seam("data.lake.files_written")
    head = []
    if schema != state.schema:
        head = delta_log.head(dataset.name, dataset.title, schema, at_ms=at_ms)
    removed = state.files - names.keys()
    actions = delta_log.changes(dataset.name, number, added, removed, at_ms=at_ms)
    if not delta_log.commit(folder, state.commit + 1, [*actions[:1], *head, *actions[1:]]):
        raise LakeRefused("lake_moved", folder=str(folder))
    return len(added)


def _columns(dataset: Dataset, files: list[DataFile]) -> Any:
    """Return the columns of the table, None for a dataset of the system that holds no file yet."""
    if infos := field_infos(dataset):
        return delta_log.columns_of(infos)
    return delta_log.stored_columns(sources_of(files[:1])[0]) if files else None


def _state(folder: Path) -> delta_log.LakeState:
    try:
        return delta_log.read_state(folder)
    except (delta_log.LogUnreadable, ValueError, KeyError) as error:
        raise LakeRefused("lake_unreadable", folder=str(folder)) from error
