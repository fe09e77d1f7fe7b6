"""What lies in the warehouse, who needs it, and what a pass would do."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from django.db.models import Count, F, Q, Sum

from luoxuan.core.queries import settings_in_force
from luoxuan.data.models import (
    DataFile,
    Dataset,
    DatasetVersion,
    ImportDraft,
    PackedFile,
    Pin,
    UpkeepRun,
)
from luoxuan.data.queries import store
from luoxuan.data.rules import DraftState
from luoxuan.data.upkeep.retention import VERSION_DAYS
from luoxuan.data.upkeep.rules import GRACE, Candidate, is_needed, packings
from luoxuan.data.verification import named_originals

_ENDS = (DraftState.DONE, DraftState.DISCARDED)


@dataclass(frozen=True, slots=True)
class Packing:
    """Files of one slice that become one「合并计划」, by the keys of their rows."""

    dataset: Dataset
    slice: str
    files: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Leftover:
    """A file that nobody needs「可清理文件」: its path below the root and its size."""

    path: str
    n_bytes: int


@dataclass(frozen=True, slots=True)
class UpkeepPlan:
    """What a pass would do「维护计划」: files packed, old rows and files removed."""

    packings: list[Packing] = field(default_factory=list)
    unneeded: list[DataFile] = field(default_factory=list)
    leftovers: list[Leftover] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Holding:
    """What one dataset holds in the warehouse「数据集占用」."""

    dataset: Dataset
    n_versions: int
    n_pinned: int
    n_files: int
    n_packed: int
    n_bytes: int


def upkeep_plan(*, at: datetime) -> UpkeepPlan:
    """Return what a pass would do now, without doing it."""
    return UpkeepPlan(
        packings=list(planned_packings()),
        unneeded=unneeded_files(at=at),
        leftovers=list(leftovers(at=at)),
    )


def planned_packings() -> Iterator[Packing]:
    """Return what can be packed「合并计划」; each slice of a system dataset is one file anyway."""
    rows = (
        DataFile.objects.filter(dataset__is_system=False, removed_in=None)
        .order_by("dataset_id", "slice", "added_in", "path")
        .values_list("dataset_id", "slice", "pk", "n_bytes", "pack_id", "pack__n_bytes")
    )
    slices: dict[tuple[int, str], list[Candidate]] = defaultdict(list)
    for dataset, slice_name, key, n_bytes, pack, pack_bytes in rows:
        slices[dataset, slice_name].append(Candidate(key, n_bytes, pack, pack_bytes or 0))
    datasets = Dataset.objects.in_bulk({dataset for dataset, _ in slices})
    for (dataset, slice_name), files in slices.items():
        for group in packings(files):
            yield Packing(datasets[dataset], slice_name, tuple(group))


def unneeded_files(*, at: datetime, dataset: Dataset | None = None) -> list[DataFile]:
    """Return the files that belong to no version that is needed; they are still there."""
    days = int(settings_in_force()[VERSION_DAYS.name])
    if days == 0:
        return []
    found = []
    for row in [dataset] if dataset else Dataset.objects.all():
        numbers = _needed_numbers(row, at=at, days=days)
        gone = DataFile.objects.filter(dataset=row, removed_at=None, removed_in__isnull=False)
        found += [
            file
            for file in gone.select_related("dataset")
            if not any(file.added_in <= number < (file.removed_in or 0) for number in numbers)
        ]
    return found


def leftovers(*, at: datetime) -> Iterator[Leftover]:
    """Return the files that no reader can need any more: a day after the last one could begin."""
    live, retired = _named_files()
    for path, changed in store().walk():
        since = max(changed, retired.get(path, changed))
        if path not in live and at.timestamp() - since > GRACE.total_seconds():
            yield Leftover(path, (store().root / path).stat().st_size)
    yield from _old(store().root / "originals", named_originals(), at)
    yield from _old(store().root / "drafts", _waiting_drafts(), at)
    yield from _old(store().root / "spill", set(), at)


def is_named(path: str) -> bool:
    """Tell whether rows of the database still lie in a file, asked right before it goes."""
    live, _ = _named_files(path)
    return path in live


def holdings() -> list[Holding]:
    """Return what every dataset holds in the warehouse, the largest first."""
    alone = Q(files__retired_at=None, files__removed_at=None)
    rows = Dataset.objects.annotate(
        n_alone=Count("files", filter=alone), bytes_alone=Sum("files__n_bytes", filter=alone)
    )
    packs = {
        key: (count, size)
        for key, count, size in PackedFile.objects.filter(retired_at=None)
        .order_by()
        .values_list("dataset")
        .annotate(count=Count("pk"), size=Sum("n_bytes"))
    }
    versions = _counts(DatasetVersion.objects.order_by().values_list("dataset"))
    pinned = _counts(
        DatasetVersion.objects.filter(pins__released_at=None, pins__isnull=False)
        .order_by()
        .values_list("dataset")
    )
    found = []
    for row in rows:
        n_packs, n_packed_bytes = packs.get(row.pk, (0, 0))
        found.append(
            Holding(
                dataset=row,
                n_versions=versions.get(row.pk, 0),
                n_pinned=pinned.get(row.pk, 0),
                n_files=row.n_alone + n_packs,
                n_packed=n_packs,
                n_bytes=(row.bytes_alone or 0) + n_packed_bytes,
            )
        )
    return sorted(found, key=lambda holding: -holding.n_bytes)


def last_upkeep() -> UpkeepRun | None:
    """Return the newest pass that came to its end, or None."""
    return UpkeepRun.objects.filter(ended_at__isnull=False).first()


def pins_of(version: DatasetVersion) -> list[Pin]:
    """Return what refers to a version「固定引用」."""
    return list(Pin.objects.filter(version=version, released_at=None))


def _counts(rows: object) -> dict[int, int]:
    return dict(rows.annotate(count=Count("pk", distinct=True)))  # type: ignore[attr-defined]


def _needed_numbers(dataset: Dataset, *, at: datetime, days: int) -> list[int]:
    pinned = set(
        Pin.objects.filter(version__dataset=dataset, released_at=None).values_list(
            "version__number", flat=True
        )
    )
    return [
        version.number
        for version in DatasetVersion.objects.filter(dataset=dataset)
        if is_needed(
            version.number,
            current=dataset.current_number,
            is_pinned=version.number in pinned,
            made_at=version.created_at,
            at=at,
            days=days,
        )
    ]


def _named_files(path: str = "") -> tuple[set[str], dict[str, float]]:
    """Return the paths that rows lie in, and since when others are retired."""
    files, packs = DataFile.objects.all(), PackedFile.objects.all()
    if path:
        files, packs = files.filter(path=path), packs.filter(path=path)
    live: set[str] = set()
    retired: dict[str, float] = {}
    for rows in (files.annotate(since=F("retired_at")), packs.annotate(since=F("retired_at"))):
        for name, since in rows.order_by().values_list("path", "since"):
            if since is None:
                live.add(name)
            else:
                retired[name] = since.timestamp()
    return live, retired


def _waiting_drafts() -> set[str]:
    rows = ImportDraft.objects.exclude(state__in=_ENDS).values_list("pk", "edition")
    return {f"{key}-{edition}.staged" for key, edition in rows}


def _old(folder: Path, known: set[str], at: datetime) -> Iterator[Leftover]:
    if not folder.is_dir():
        return
    for path in sorted(folder.iterdir()):
        if path.name in known or not path.is_file():
            continue
        about = path.stat()
        if at.timestamp() - about.st_mtime > GRACE.total_seconds():
            yield Leftover(f"{folder.name}/{path.name}", about.st_size)
