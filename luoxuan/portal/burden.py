"""The burden「填报负担」: who fills how much, what is asked twice, and what nobody uses."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from luoxuan.campus.models import Grant, Subject
from luoxuan.campus.queries import units
from luoxuan.campus.rules import roles
from luoxuan.campus.scope import Scope
from luoxuan.core.burden import FillLoad
from luoxuan.core.templatetags.words import text_of
from luoxuan.data.collecting.burden import cells_by_field
from luoxuan.data.collecting.burden import filled as collecting_filled
from luoxuan.data.directory.burden import CollectedField, collected_fields, duplicates
from luoxuan.data.directory.burden import filled as data_filled
from luoxuan.data.directory.lineage import dataset_key
from luoxuan.diagnosis.burden import filled as diagnosis_filled
from luoxuan.goals.burden import filled as goals_filled
from luoxuan.portal.uses import whole_lineage

FILLED: tuple[Callable[..., list[FillLoad]], ...] = (
    collecting_filled,
    data_filled,
    goals_filled,
    diagnosis_filled,
)
"""Every package that lets people fill something in; a further one is a further line."""

_YEAR = timedelta(days=365)


@dataclass(slots=True)
class UnitLoad:
    """What one post of a unit filled of one form in a year「部门填报量」."""

    unit: Subject
    post: str
    title: str
    n_times: int = 0
    n_fields: int = 0
    n_prefilled: int | None = None
    minutes: int | None = None
    datasets: set[str] = field(default_factory=set)

    @property
    def prefilled_pct(self) -> int | None:
        """Return how much was prefilled, 0-100, None where it was not measured."""
        if self.n_prefilled is None or not self.n_fields:
            return None
        return round(100 * self.n_prefilled / self.n_fields)

    def take(self, load: FillLoad) -> None:
        """Add what one user filled."""
        self.n_times += load.n_times
        self.n_fields += load.n_fields
        if load.n_prefilled is not None:
            self.n_prefilled = (self.n_prefilled or 0) + load.n_prefilled
        if load.minutes is not None:
            self.minutes = (self.minutes or 0) + load.minutes
        self.datasets |= load.datasets


def unit_loads(scope: Scope, *, at: datetime, on: date) -> list[UnitLoad]:
    """Return what the units in scope filled in the last year, the most fields first."""
    loads = [load for fill in FILLED for load in fill(since=at - _YEAR)]
    places = {row.unit_path: row for row in units(scope)}
    grants = _grants({load.user for load in loads if load.user}, on=on)
    # What nobody can place belongs to the whole, and only its readers see that.
    root = min(places, key=len, default="") if scope.whole_institution else ""
    found: dict[tuple[str, str, str], UnitLoad] = {}
    for load in loads:
        held = grants.get(load.user or 0, [])
        path = load.unit or _path_of(held) or root
        # What a subject below the units filled is its unit's.
        unit = places.get(path)
        if unit is None:
            continue
        post = _post_of(held)
        line = found.setdefault((path, post, load.form), UnitLoad(unit.subject, post, load.title))
        line.take(load)
    return sorted(found.values(), key=lambda row: (-row.n_fields, row.unit.code, row.title))


def repeated(*, within: set[str] | None = None) -> list[tuple[str, list[CollectedField]]]:
    """Return the titles that several datasets collect; ``within`` narrows to some datasets."""
    return [
        (title, held)
        for title, held in duplicates(collected_fields()).items()
        if within is None or any(one.dataset.name in within for one in held)
    ]


def filled_cells(*, at: datetime) -> dict[tuple[str, str], int]:
    """Return how many cells people filled of each (dataset, field) in the last year."""
    return cells_by_field(since=at - _YEAR)


def unused(*, within: set[str] | None = None) -> list[CollectedField]:
    """Return the collected fields that nothing reads「建议取消的项目」.

    Read by nothing: no measure and so no indicator, point or report that stands on it, no other
    dataset, no statistic, no task list and no table of a superior platform.
    """
    ties = defaultdict(list)
    for tie in whole_lineage(None).ties:
        ties[tie.origin].append(tie)
    return [
        one
        for one in collected_fields()
        if (within is None or one.dataset.name in within)
        and not any(tie.reads(one.name) for tie in ties[dataset_key(one.dataset.name)])
    ]


def _grants(users: set[int], *, on: date) -> dict[int, list[Grant]]:
    found: dict[int, list[Grant]] = defaultdict(list)
    rows = Grant.objects.filter(user__in=users, valid_from__lte=on).select_related("unit")
    for grant in rows.order_by("pk"):
        found[grant.user_id].append(grant)
    return found


def _path_of(grants: Sequence[Grant]) -> str:
    return next((str(grant.unit.unit_path) for grant in grants if grant.unit), "")


def _post_of(grants: Sequence[Grant]) -> str:
    known = [roles()[grant.role] for grant in grants if grant.role in roles()]
    return text_of(known[0], "title") if known else ""
