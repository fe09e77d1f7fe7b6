"""A dataset version as a readable relation: its files, and the fields it looks up elsewhere."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import pyarrow.parquet as pq

from luoxuan.data.formula.types import FieldInfo, FieldType
from luoxuan.data.warehouse.packing import FilePiece

ROW_NUMBER, IMPORT_BATCH = "row_number", "import_batch"
"""Columns that every stored row carries: its record number in its file, and the file's hash."""

Sources = tuple[Path | FilePiece, ...]
"""Where the rows of a relation lie."""

_TYPES = {
    FieldType.TEXT: "VARCHAR",
    FieldType.CODE: "VARCHAR",
    FieldType.INTEGER: "BIGINT",
    FieldType.DATE: "DATE",
    FieldType.TIME: "TIMESTAMP",
    FieldType.BOOLEAN: "BOOLEAN",
}


@dataclass(frozen=True)
class LookupPart:
    """Fields that a relation takes from another one「引用」: ``on`` pairs own and target fields.

    The target's key is exactly its fields of ``on``, so a row finds at most one partner and the
    join multiplies nothing.
    """

    target: "Relation"
    on: tuple[tuple[str, str], ...]
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Relation:
    """One version of a dataset: own fields, the files that hold it, and look-ups."""

    name: str
    own: tuple[FieldInfo, ...]
    files: Sources
    lookups: tuple[LookupPart, ...] = field(default=())

    @property
    def fields(self) -> tuple[FieldInfo, ...]:
        """Return own and looked-up fields; an own field hides a looked-up one of its name."""
        found = {info.name: info for info in self.own}
        for part in self.lookups:
            theirs = {info.name: info for info in part.target.fields}
            for name in part.fields:
                found.setdefault(name, theirs[name])
        return tuple(found.values())

    def sql(self, needed: Iterable[str]) -> str:
        """Return a SELECT of the needed fields, row number and batch; unneeded joins are left out.

        Shape: one row per stored row. A looked-up field without partner is missing (NULL).
        """
        wanted = set(needed)
        own = {info.name: info for info in self.own}
        used = [
            (f"l{index}", part)
            for index, part in enumerate(self.lookups)
            if wanted & set(part.fields) - set(own)
        ]
        base = wanted & set(own) | {mine for _, part in used for mine, _ in part.on}
        columns = [f"d.{quoted(name)}" for name in sorted(wanted & set(own))]
        joins = []
        for alias, part in used:
            names = sorted(wanted & set(part.fields) - set(own))
            columns += [f"{alias}.{quoted(name)}" for name in names]
            theirs = part.target.sql([*names, *(other for _, other in part.on)])
            on = " AND ".join(
                f"d.{quoted(mine)} = {alias}.{quoted(other)}" for mine, other in part.on
            )
            joins.append(f"LEFT JOIN ({theirs}) {alias} ON {on}")
        columns += [f"d.{ROW_NUMBER}", f"d.{IMPORT_BATCH}"]
        return f"SELECT {', '.join(columns)} FROM ({self._files_sql(sorted(base))}) d " + " ".join(
            joins
        )

    def _files_sql(self, names: list[str]) -> str:
        own = {info.name: info for info in self.own}
        stored = [(name, sql_type(own[name])) for name in names]
        stored += [(ROW_NUMBER, "BIGINT"), (IMPORT_BATCH, "VARCHAR")]
        if not self.files:
            empty = ", ".join(f"CAST(NULL AS {kind}) AS {quoted(name)}" for name, kind in stored)
            return f"SELECT {empty} WHERE FALSE"
        whole = [file for file in self.files if isinstance(file, Path)]
        pieces = [file for file in self.files if isinstance(file, FilePiece)]
        parts = [_read_sql(whole, stored)] if whole else []
        parts += [
            f"{_read_sql([piece.path], stored, is_numbered=True)} "
            f"WHERE file_row_number >= {piece.offset} "
            f"AND file_row_number < {piece.offset + piece.rows}"
            for piece in pieces
        ]
        return " UNION ALL ".join(parts)


def _read_sql(
    paths: Sequence[Path], stored: Sequence[tuple[str, str]], *, is_numbered: bool = False
) -> str:
    held = {name for path in paths for name in _stored_names(path)}
    # A field that was declared after the files were written is missing in every row of them.
    columns = ", ".join(
        quoted(name) if name in held else f"CAST(NULL AS {kind}) AS {quoted(name)}"
        for name, kind in stored
    )
    files = ", ".join("'" + str(path).replace("'", "''") + "'" for path in paths)
    numbered = ", file_row_number = true" if is_numbered else ""
    return f"SELECT {columns} FROM read_parquet([{files}], union_by_name = true{numbered})"


@lru_cache(maxsize=4096)
def _stored_names(path: Path) -> frozenset[str]:
    """Return the columns of a stored file; files never change, so each is asked once."""
    return frozenset(pq.read_schema(path).names)


def quoted(name: str) -> str:
    """Return a name as a quoted identifier of SQL."""
    return '"' + name.replace('"', '""') + '"'


def sql_type(info: FieldInfo) -> str:
    """Return the stored type of a field."""
    if info.type is FieldType.DECIMAL:
        return f"DECIMAL(18,{info.decimals})"
    return _TYPES[info.type]
