"""What collections ask of people, and which of their fields that was."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from luoxuan.core.burden import FillLoad
from luoxuan.core.templatetags.words import text_of
from luoxuan.data.models import Submission


@dataclass(slots=True)
class _Sum:
    n_times: int = 0
    n_fields: int = 0
    n_prefilled: int = 0
    seconds: int | None = None


def filled(*, since: datetime) -> list[FillLoad]:
    """Return what was handed in for collections; its cells are the fields.

    Minutes are those that people sat at the form, None where nobody measured.
    """
    rows = Submission.objects.filter(submitted_at__gte=since).order_by()
    sums: dict[tuple[str, str, int | None, str], _Sum] = defaultdict(_Sum)
    read = rows.values_list(
        "collection__dataset__name", "collection__dataset__title",
        "collection__dataset__title_en", "submitted_by_id", "subject__unit_path",
        "n_asked", "n_prefilled", "worked_seconds",
    )  # fmt: skip
    for name, title, title_en, user, unit, asked, prefilled, seconds in read:
        shown = text_of({"title": title, "title_en": title_en}, "title")
        held = sums[name, shown, user, unit]
        held.n_times += 1
        held.n_fields += asked
        held.n_prefilled += prefilled
        if seconds is not None:
            held.seconds = (held.seconds or 0) + seconds
    return [
        FillLoad(
            f"collection:{name}", title, user, unit, held.n_times, held.n_fields,
            held.n_prefilled, _minutes(held.seconds), frozenset({name}),
        )
        for (name, title, user, unit), held in sums.items()
    ]  # fmt: skip


def cells_by_field(*, since: datetime) -> dict[tuple[str, str], int]:
    """Return how many cells were handed in of each (dataset, field)."""
    rows = Submission.objects.filter(submitted_at__gte=since).order_by()
    read = rows.values_list("collection__dataset__name", "collection__fields", "n_asked")
    found: dict[tuple[str, str], int] = defaultdict(int)
    for name, fields, asked in read:
        for field in fields:
            found[name, field] += _share(asked, fields)
    return found


def _share(asked: int, fields: Sequence[str]) -> int:
    return asked // len(fields)


def _minutes(seconds: int | None) -> int | None:
    """Return whole minutes, begun ones counted."""
    return None if seconds is None else -(-seconds // 60)
