"""Loading and exporting configuration packages「配置包」 across all packages of the code."""

import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from django.db import transaction

from luoxuan.campus import catalogue as campus
from luoxuan.core import catalogue as core
from luoxuan.core.actions import set_institution
from luoxuan.core.configuration import (
    Change,
    ConfigurationKind,
    PackageConflict,
    PackageFiles,
    Stamp,
    Verb,
    read_package,
    toml_text,
)
from luoxuan.core.models import User
from luoxuan.core.queries import institution_settings
from luoxuan.data import catalogue as data
from luoxuan.data import form_catalogue
from luoxuan.data.actions import ImportReport, import_file
from luoxuan.data.exchange import catalogue as exchange
from luoxuan.data.models import Dataset
from luoxuan.data.quality import catalogue as quality
from luoxuan.data.sources import catalogue as sources
from luoxuan.diagnosis import catalogue as diagnosis
from luoxuan.goals import catalogue as goals
from luoxuan.indicators import catalogue as indicators
from luoxuan.monitoring import catalogue as monitoring

KINDS: tuple[ConfigurationKind, ...] = (
    *core.KINDS,
    *campus.KINDS,
    *data.KINDS,
    *form_catalogue.KINDS,
    *sources.KINDS,
    *quality.KINDS,
    *exchange.KINDS,
    # Measures count the records of tasks, so their shape comes before the indicators.
    *goals.KINDS,
    *indicators.KINDS,
    *monitoring.KINDS,
    *diagnosis.KINDS,
)
"""Every kind in the order of the layers: what a later one refers to, an earlier one has written."""

_INSTITUTION = ("title", "title_en", "notice", "notice_en")
SHIPPED = Path(__file__).parent / "packages"


@dataclass(frozen=True)
class LoadReport:
    """What loading a package changed, or would change「装载结果」."""

    origin: str
    changes: tuple[Change, ...]
    imports: tuple[ImportReport, ...] = field(default=())

    @property
    def conflicts(self) -> tuple[Change, ...]:
        """Return the rows that another package declared differently."""
        return tuple(change for change in self.changes if change.verb is Verb.CONFLICT)


def plan_package(package: PackageFiles) -> list[Change]:
    """Return every difference between a package and the database, in the order of the layers."""
    return [change for kind in KINDS for change in kind.plan(package)]


def load_package(
    path: Path, *, by: User | None, at: datetime, is_dry_run: bool = False
) -> LoadReport:
    """Load a package「配置包」: all definitions in one transaction, then the rows that it ships.

    Raises PackageUnreadable, and PackageConflict when another package owns a row that this one
    declares differently; nothing is written then.
    """
    package = read_package(path)
    if is_dry_run:
        return LoadReport(package.origin, tuple(plan_package(package)))
    stamp = Stamp(package.origin, by, at)
    written: list[Change] = []
    with transaction.atomic():
        for kind in KINDS:
            changes = kind.plan(package)
            _refuse_conflicts(changes)
            if changes:
                kind.apply(changes, stamp)
                written += changes
        if any(change.kind in {"datasets", "measures"} for change in written):
            indicators.check_measures()
        if any(change.kind == "indicators" for change in written):
            indicators.check_thresholds()
        if any(change.kind == "measures" for change in written):
            indicators.follow_measures(stamp)
        titles = {name: str(package.about.get(name, "")) for name in _INSTITUTION}
        if titles["notice"] or package.files.get("campus/units.csv"):
            set_institution(values=titles, by=by, at=at)
    return LoadReport(package.origin, tuple(written), tuple(_import_rows(package, by, at)))


def export_package(path: Path) -> list[str]:
    """Write all stored definitions as a package: a folder, or a zip archive by its ending.

    Returns the names of the files. Loading them again changes nothing.
    """
    files = {"package.toml": _manifest()}
    for kind in KINDS:
        files |= kind.export(kind.current())
    if path.suffix == ".zip":
        with ZipFile(path, "w", ZIP_DEFLATED) as archive:
            for name, text in sorted(files.items()):
                archive.writestr(name, text)
        return sorted(files)
    for name, text in files.items():
        target = path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    return sorted(files)


def import_folder(
    folder: Path, *, by: User | None, at: datetime
) -> list[tuple[str, ImportReport | None]]:
    """Import every dataset whose file lies in a folder.

    Returns (file name, report) for each dataset with a file name; None where the file is absent
    and the dataset has no rows yet (a package may ship them).
    """
    reports: list[tuple[str, ImportReport | None]] = []
    found = Dataset.objects.filter(is_system=False).exclude(file="").order_by("name")
    for dataset in _targets_first(found):
        path = folder / dataset.file
        if path.is_file():
            reports.append((dataset.file, import_file(dataset=dataset, path=path, by=by, at=at)))
        elif not dataset.current_number:
            reports.append((dataset.file, None))
    return reports


def _refuse_conflicts(changes: Sequence[Change]) -> None:
    conflicts = [change for change in changes if change.verb is Verb.CONFLICT]
    if conflicts:
        named = ", ".join(f"{change.kind} {change.key}" for change in conflicts[:10])
        raise PackageConflict("package_conflict", rows=named, n=len(conflicts))


def _import_rows(package: PackageFiles, by: User | None, at: datetime) -> list[ImportReport]:
    rows = package.folder("rows", ".csv")
    found = Dataset.objects.filter(name__in=rows)
    reports = []
    for dataset in _targets_first(found):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"{dataset.name}.csv"
            path.write_text(package.files[rows[dataset.name]], encoding="utf-8")
            reports.append(import_file(dataset=dataset, path=path, by=by, at=at))
    return reports


def _targets_first(found: Iterable[Dataset]) -> list[Dataset]:
    """Return datasets so that one comes after those it looks up."""
    return sorted(found, key=lambda row: (row.lookups.count(), row.name))


def _manifest() -> str:
    about = {"name": "export", "version": "1", "title": "导出的配置", "title_en": "Exported"}
    # The institution's own title and notice: loading an export must not take them away.
    stored = institution_settings()
    about |= {name: stored[name] for name in _INSTITUTION if stored.get(name)}
    return "".join(f"{name} = {toml_text(value)}\n" for name, value in about.items())
