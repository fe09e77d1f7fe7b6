"""What imports ask of the database: drafts, remembered headers, values that exist elsewhere."""

from datetime import date

from django.db.models import Q, QuerySet

from luoxuan.campus.queries import periods, subjects
from luoxuan.campus.rules import SubjectKind
from luoxuan.campus.scope import EVERYTHING, Scope
from luoxuan.data.models import Dataset, HeaderMapping, ImportDraft
from luoxuan.data.rules import DraftState
from luoxuan.data.warehouse.relation import quoted

_KINDS = {"person": SubjectKind.TEACHER, "unit": SubjectKind.UNIT}
REFERENCES = frozenset({*_KINDS, *SubjectKind})
"""What a field may refer to."""


def import_drafts(scope: Scope, *, dataset: Dataset | None = None) -> QuerySet[ImportDraft]:
    """Return files in the wizard「导入草稿」, newest first.

    They quote rows of the whole institution, so only its scope sees them.
    """
    if not scope.whole_institution:
        return ImportDraft.objects.none()
    found = ImportDraft.objects.select_related("dataset", "batch", "job", "by")
    return found.filter(dataset=dataset) if dataset else found


def unfinished_drafts(scope: Scope, *, dataset: Dataset) -> QuerySet[ImportDraft]:
    """Return the drafts of a dataset that somebody has still to go on with."""
    ends = (DraftState.DONE, DraftState.DISCARDED)
    return import_drafts(scope, dataset=dataset).exclude(state__in=ends)


def remembered_headers(dataset: Dataset) -> dict[str, str]:
    """Return the field that a person gave a header「记住的列对应」; "" leaves it out."""
    rows = HeaderMapping.objects.filter(dataset=dataset)
    return dict(rows.values_list("header", "field"))


def reference_values(reference: str, *, on: date) -> tuple[str, ...] | None:
    """Return names and codes of the subjects in force that a field may hold; two may share a name.

    None where there are none at all: then there is nothing to compare with.
    """
    started = Q(valid_from=None) | Q(valid_from__lte=on)
    in_force = started & (Q(valid_to=None) | Q(valid_to__gt=on))
    kind = _KINDS.get(reference) or SubjectKind(reference)
    found = list(subjects(EVERYTHING, kind=kind).filter(in_force).values_list("name", "code"))
    names = [name for name, _ in found]
    known = set(names)
    return (*names, *(code for _, code in found if code not in known)) or None


def withdrawn_codes(kind: str, *, on: date) -> tuple[str, ...]:
    """Return the codes of the subjects of a kind that are no longer in force on a day."""
    gone = subjects(EVERYTHING, kind=SubjectKind(kind)).filter(valid_to__lte=on)
    return tuple(gone.values_list("code", flat=True))


def period_condition(dataset: Dataset, code: str) -> tuple[str, str] | None:
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
