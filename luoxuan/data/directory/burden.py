"""What imports by hand ask of people, and which collected fields stand twice."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from luoxuan.core.burden import FillLoad
from luoxuan.core.templatetags.words import text_of
from luoxuan.data.models import Dataset, ImportBatch
from luoxuan.data.queries import current_definitions


def filled(*, since: datetime) -> list[FillLoad]:
    """Return the files that people handed in; the fields of a file are its columns."""
    rows = ImportBatch.objects.filter(at__gte=since, version__isnull=False, pull=None)
    # What a collection brought was counted where it was filled in.
    rows = rows.filter(submissions=None)
    n_columns = {
        name: sum(not field.formula for field in row.fields.all())
        for name, row in current_definitions().by_name.items()
    }
    counted = rows.order_by().values_list(
        "dataset__name", "dataset__title", "dataset__title_en", "by_id"
    )
    return [
        FillLoad(
            form=f"import:{name}", title=text_of({"title": title, "title_en": title_en}, "title"),
            user=user, unit="", n_times=n,
            n_fields=n * n_columns.get(name, 0), datasets=frozenset({name}),
        )
        for name, title, title_en, user, n in counted.annotate(n=Count("pk"))
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class CollectedField:
    """A field that people collect「采集项」, and where it stands."""

    dataset: Dataset
    name: str
    title: str


def collected_fields() -> list[CollectedField]:
    """Return the fields that are collected for their own sake.

    Keys, places and periods say what a row is about, and formulas are computed: they cost nobody
    an answer.
    """
    found = []
    for row in current_definitions().by_name.values():
        if row.is_system:
            continue
        about = {row.subject_field, row.unit_field, row.period_field, row.day_field, row.date_field}
        about |= {*row.key, *row.grains.values()}
        about |= {name for lookup in row.lookups.all() for name in lookup.on}
        found += [
            CollectedField(row, field.name, field.title)
            for field in row.fields.all()
            if field.name not in about and not field.formula
        ]
    return found


def duplicates(fields: list[CollectedField]) -> dict[str, list[CollectedField]]:
    """Return by title the fields that several datasets collect under the same title."""
    by_title: dict[str, dict[str, CollectedField]] = defaultdict(dict)
    for field in fields:
        by_title[field.title].setdefault(field.dataset.name, field)
    return {title: list(held.values()) for title, held in sorted(by_title.items()) if len(held) > 1}
