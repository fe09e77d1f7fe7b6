"""Configuration packages「配置包」: folders of TOML and CSV that define what a college decides.

Each package of the code offers *kinds* (units, datasets, indicators …). A kind knows what a folder
declares, what the database holds and how to write the difference, so that the difference shown
before and the change made are one and the same computation.
"""

import csv
import io
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path, PurePosixPath
from typing import Any
from zipfile import BadZipFile, ZipFile

from django.db import DataError, IntegrityError

from luoxuan.core.actions import record_audit
from luoxuan.core.errors import Refused
from luoxuan.core.models import User

Values = dict[str, Any]
"""One declared or stored row: plain JSON values by name."""

_MOST_FILES = 2000
_MOST_BYTES = 200 * 1024 * 1024


class PackageUnreadable(Refused):
    """The folder or archive is no configuration package."""


class PackageConflict(Refused):
    """Another package owns rows that this one declares differently."""


class Verb(StrEnum):
    """What loading a package would do to one row「变更」."""

    ADD = "add"
    CHANGE = "change"
    CONFLICT = "conflict"


@dataclass(frozen=True, slots=True)
class Change:
    """The difference of one row「变更」 between a package and the database."""

    kind: str
    key: str
    verb: Verb
    before: Values = field(default_factory=dict)
    after: Values = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Stamp:
    """Who loads which package when; ``origin`` is written to every row as package@version.

    ``reason`` is what a person gave for a change made here.
    """

    origin: str
    by: User | None
    at: datetime
    reason: str = ""


@dataclass(frozen=True)
class PackageFiles:
    """The texts of a package by their path inside it, and its name, version and titles."""

    files: Mapping[str, str]
    about: Mapping[str, Any]

    @property
    def origin(self) -> str:
        """Return package@version, as rows remember it."""
        return f"{self.about['name']}@{self.about['version']}"

    def rows(self, path: str) -> list[dict[str, str]]:
        """Return the rows of a CSV file, or none when the package has no such file."""
        text = self.files.get(path)
        if text is None:
            return []
        reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
        rows = []
        for row in reader:
            if None in row or None in row.values():
                raise PackageUnreadable("package_ragged_row", file=path, line=reader.line_num)
            rows.append({key: value.strip() for key, value in row.items()})
        return rows

    def table(self, path: str) -> dict[str, Any]:
        """Return a TOML file as a dictionary, or an empty one when there is none."""
        text = self.files.get(path)
        if text is None:
            return {}
        try:
            return tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise PackageUnreadable("package_bad_toml", file=path, reason=str(error)) from error

    def folder(self, name: str, suffix: str) -> dict[str, str]:
        """Return the paths of one folder by the names of the files without their ending."""
        return {
            PurePosixPath(path).stem: path
            for path in sorted(self.files)
            if PurePosixPath(path).parent == PurePosixPath(name) and path.endswith(suffix)
        }


@dataclass(frozen=True)
class ConfigurationKind:
    """One kind of row that packages define「配置种类」.

    ``declared`` and ``current`` give rows by key; ``write`` stores the changed ones in one
    transaction; ``export`` gives the files that declare all stored rows.
    """

    name: str
    declared: Callable[[PackageFiles], dict[str, Values]]
    current: Callable[[], dict[str, Values]]
    write: Callable[[Sequence[Change], Stamp], None]
    export: Callable[[Mapping[str, Values]], dict[str, str]]

    def plan(self, package: PackageFiles) -> list[Change]:
        """Return what loading the package would change, in the package's own order.

        A row that another package declared differently is a conflict, never overwritten.
        """
        stored = self.current()
        changes = []
        with self._refusing_mistakes():
            declared = self.declared(package)
        for key, after in declared.items():
            before = stored.get(key)
            if before is None:
                changes.append(Change(self.name, key, Verb.ADD, {}, after))
                continue
            known = {name: value for name, value in before.items() if name != "origin"}
            if known == after:
                continue
            owner = str(before.get("origin", "")).partition("@")[0]
            is_own = owner in {"", package.about["name"]}
            verb = Verb.CHANGE if is_own else Verb.CONFLICT
            changes.append(Change(self.name, key, verb, known, after))
        return changes

    def apply(self, changes: Sequence[Change], stamp: Stamp) -> None:
        """Write the changed rows; inside the caller's transaction."""
        with self._refusing_mistakes():
            self.write(changes, stamp)

    @contextmanager
    def _refusing_mistakes(self) -> Iterator[None]:
        """Turn what a wrong package makes fail into a refusal: a lacking name, a mistyped value."""
        try:
            yield
        except KeyError as error:
            raise self._mistake(f"{error.args[0]}?") from error
        except (ValueError, TypeError, AttributeError, IntegrityError, DataError) as error:
            raise self._mistake(str(error)) from error

    def _mistake(self, reason: str) -> PackageUnreadable:
        return PackageUnreadable("package_bad_entry", kind=self.name, reason=reason)


def audit_changes(changes: Sequence[Change], stamp: Stamp, object_kind: str) -> None:
    """Write one audit entry「审计日志」 for each changed row of a package."""
    for change in changes:
        record_audit(
            by=stamp.by, at=stamp.at, action=f"configure_{change.verb}", object_kind=object_kind,
            object_key=change.key, facts={"origin": stamp.origin},
        )  # fmt: skip


def read_package(path: Path) -> PackageFiles:
    """Read a folder or a zip archive; raises PackageUnreadable."""
    texts = dict(_zip_texts(path) if path.is_file() else _folder_texts(path))
    if "package.toml" not in texts:
        raise PackageUnreadable("package_without_manifest", path=str(path))
    try:
        about = tomllib.loads(texts["package.toml"])
    except tomllib.TOMLDecodeError as error:
        raise PackageUnreadable(
            "package_bad_toml", file="package.toml", reason=str(error)
        ) from error
    missing = [name for name in ("name", "version", "title") if not about.get(name)]
    if missing:
        raise PackageUnreadable("package_incomplete", missing=", ".join(missing))
    return PackageFiles(texts, about)


def csv_text(columns: Sequence[str], rows: Iterable[Mapping[str, object]]) -> str:
    """Return rows as the text of a CSV file with these columns."""
    target = io.StringIO(newline="")
    writer = csv.DictWriter(target, columns, lineterminator="\n", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return target.getvalue()


def toml_text(value: object) -> str:
    """Return a plain value as TOML."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        kept = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        return f'"{kept}"'
    if isinstance(value, Mapping):
        return (
            "{ "
            + ", ".join(f"{toml_text(str(k))} = {toml_text(v)}" for k, v in value.items())
            + " }"
        )
    if isinstance(value, list | tuple):
        return "[" + ", ".join(toml_text(item) for item in value) + "]"
    return str(value)


def toml_lines(values: Mapping[str, object]) -> list[str]:
    """Return one line of TOML for each value."""
    return [f"{name} = {toml_text(value)}" for name, value in values.items()]


def _folder_texts(path: Path) -> Iterable[tuple[str, str]]:
    if not path.is_dir():
        raise PackageUnreadable("package_not_found", path=str(path))
    for file in sorted(path.rglob("*")):
        if file.is_file() and file.suffix in {".toml", ".csv"}:
            yield file.relative_to(path).as_posix(), _text(file.name, file.read_bytes())


def _zip_texts(path: Path) -> Iterable[tuple[str, str]]:
    try:
        with ZipFile(path) as archive:
            members = [entry for entry in archive.infolist() if not entry.is_dir()]
            size = sum(entry.file_size for entry in members)
            if len(members) > _MOST_FILES or size > _MOST_BYTES:
                raise PackageUnreadable("package_too_large", path=path.name)
            for entry in members:
                if entry.filename.endswith((".toml", ".csv")):
                    yield entry.filename, _text(entry.filename, archive.read(entry))
    except (BadZipFile, RuntimeError) as error:  # RuntimeError: an encrypted member
        raise PackageUnreadable("package_not_a_zip", path=path.name) from error


def _text(name: str, content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise PackageUnreadable("package_not_utf8", file=name, byte=error.start) from error
