"""Reading the quality of data: checks, their results, scores, and what waits for a person."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, Q, QuerySet, Value
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext

from luoxuan.campus.models import Grant, Subject
from luoxuan.campus.queries import Rights, units
from luoxuan.campus.rules import Action, Resource, SubjectKind, may, roles
from luoxuan.campus.scope import Scope
from luoxuan.core.models import User
from luoxuan.core.todo import MOST_TODOS, TodoItem
from luoxuan.data.check_queries import stored_test
from luoxuan.data.models import (
    Check,
    CheckResult,
    CorrectionRequest,
    Dataset,
    HeldRow,
    ImportBatch,
    ImportDraft,
    Outlier,
)
from luoxuan.data.quality.rules import (
    ROW_KINDS,
    CheckKind,
    CorrectionState,
    HeldState,
    OutlierAnswer,
    QualityDimension,
    Severity,
    Tally,
)
from luoxuan.data.queries import Definitions, RowPage, dataset_rows, datasets
from luoxuan.data.rules import CHANGEABLE
from luoxuan.data.warehouse.relation import IMPORT_BATCH, ROW_NUMBER

HELD_PUSH = "held-push:"
"""How the receipts of pushes begin that wait for a decision."""


def checks(scope: Scope, *, dataset: Dataset | None = None) -> QuerySet[Check]:
    """Return the checks「校验规则」 on the datasets that a scope may see."""
    found = Check.objects.filter(dataset__in=datasets(scope))
    found = found.select_related("dataset", "reference").order_by("dataset__name", "code")
    return found.filter(dataset=dataset) if dataset else found


def lagging_checks(*, dataset: Dataset | None = None, again: bool = False) -> list[Check]:
    """Return the checks whose dataset, or reference, has another version than the one judged.

    Whether a period is late depends on the day too, so timeliness always lags.
    """
    found = Check.objects.filter(is_active=True, dataset__current_number__gt=0)
    if dataset is not None:
        found = found.filter(dataset=dataset)
    if not again:
        found = found.filter(
            ~Q(checked_number=F("dataset__current_number"))
            | Q(kind=CheckKind.TIMELINESS)
            | (Q(reference__isnull=False) & ~Q(checked_reference=F("reference__current_number")))
        )
    return list(found.select_related("dataset", "reference"))


def current_results(found: Iterable[Check]) -> dict[int, CheckResult]:
    """Return the result「校验结果」 of each check at its newest version, by the check's key."""
    keys = [check.pk for check in found]
    rows = CheckResult.objects.filter(rule__in=keys).select_related("rule").order_by("number")
    return {row.rule_id: row for row in rows}


def unit_codes(scope: Scope) -> set[str] | None:
    """Return the codes of the units inside a scope; None for the whole institution."""
    if scope.whole_institution:
        return None
    return set(units(scope).values_list("subject__code", flat=True))


def tallies_of(result: CheckResult, allowed: set[str] | None) -> dict[tuple[str, str], Tally]:
    """Return what a check found by (unit, period), in the units that a reader may see."""
    rule = result.rule
    return {
        (unit, period): Tally(QualityDimension(rule.dimension), rows, bad, Severity(rule.severity))
        for unit, period, rows, bad in result.shares
        if allowed is None or unit in allowed
    }


@dataclass(frozen=True, slots=True)
class DatasetTallies:
    """What all checks of a dataset found「校验汇总」: together, by unit, by period."""

    every: list[Tally]
    by_unit: Mapping[str, list[Tally]]
    by_period: Mapping[str, list[Tally]]


def dataset_tallies(results: Iterable[CheckResult], allowed: set[str] | None) -> DatasetTallies:
    """Return the results of one dataset's checks summed up for a reader."""
    every: list[Tally] = []
    by_unit, by_period = defaultdict(list), defaultdict(list)
    for result in results:
        for (unit, period), tally in tallies_of(result, allowed).items():
            every.append(tally)
            by_unit[unit].append(tally)
            by_period[period].append(tally)
    return DatasetTallies(every, dict(sorted(by_unit.items())), dict(sorted(by_period.items())))


def results_by_version(dataset: Dataset, *, limit: int = 8) -> dict[int, list[CheckResult]]:
    """Return the results of the last judged versions of a dataset, newest first."""
    rows = CheckResult.objects.filter(rule__dataset=dataset, rule__is_active=True)
    found: dict[int, list[CheckResult]] = defaultdict(list)
    for row in rows.select_related("rule").order_by("-number"):
        found[row.number].append(row)
    return dict(list(found.items())[:limit])


def rows_hit(scope: Scope, check: Check, *, offset: int = 0, limit: int | None = 50) -> RowPage:
    """Return the rows that a check hits and a scope may see. Raises KeyError for other checks."""
    if check.kind not in ROW_KINDS:
        raise KeyError(check.kind)
    test = stored_test(check, Definitions(), number=check.dataset.current_number)
    return dataset_rows(scope, check.dataset, condition=test.hit, offset=offset, limit=limit)


def row_at(scope: Scope, dataset: Dataset, *, batch: str, row_number: int) -> RowPage:
    """Return the page of the one row in force that came with a file; empty when out of scope."""
    text = batch.replace("'", "''")
    condition = f"{IMPORT_BATCH} = '{text}' AND {ROW_NUMBER} = {row_number:d}"
    return dataset_rows(scope, dataset, condition=condition, limit=1)


def subject_of_row(dataset: Dataset, row: Mapping[str, object]) -> Subject | None:
    """Return whom a row is about, else its unit, else None."""
    for field, kinds in (
        (dataset.subject_field, (dataset.subject_kind,)),
        (dataset.unit_field, (SubjectKind.UNIT, SubjectKind.INSTITUTION)),
    ):
        code = row.get(field) if field else None
        if code is not None:
            found = Subject.objects.filter(kind__in=kinds, code=str(code)).first()
            if found is not None:
                return found
    return None


def owner_of(dataset: Dataset) -> Subject | None:
    """Return the unit that owns a dataset, None where a post or nobody does."""
    found = Subject.objects.filter(kind=SubjectKind.UNIT, code=dataset.owner_unit)
    return found.first() if dataset.owner_unit else None


def held_rows(scope: Scope, batch: ImportBatch | None = None) -> QuerySet[HeldRow]:
    """Return the rejected rows「待改正行」 that wait; only the whole institution sees them."""
    if not scope.whole_institution:
        return HeldRow.objects.none()
    found = HeldRow.objects.filter(state=HeldState.WAITING).select_related("batch__dataset")
    return found.filter(batch=batch) if batch else found


def n_held_of(dataset: Dataset) -> int:
    """Return how many rejected rows of a dataset wait to be corrected."""
    return HeldRow.objects.filter(batch__dataset=dataset, state=HeldState.WAITING).count()


def corrections(scope: Scope | None, user: User) -> QuerySet[CorrectionRequest]:
    """Return the requests「数据更正」 that a user made, and those he may decide (the scope)."""
    mine = Q(by=user)
    if scope is not None:
        mine |= Q() if scope.whole_institution else scope.q(CorrectionRequest)
        if scope.whole_institution:
            return _requests(Q())
    return _requests(mine)


def _requests(wanted: Q) -> QuerySet[CorrectionRequest]:
    found = CorrectionRequest.objects.filter(wanted)
    return found.select_related("dataset", "subject", "by", "decided_by", "version")


def may_decide(rights: Rights, request: CorrectionRequest) -> bool:
    """Tell whether a user may decide a request: in his place, and not his own."""
    scope = rights.scope(Resource.CORRECTION, Action.CHECK)
    if scope is None or request.by_id == rights.user.pk:
        return False
    if scope.whole_institution:
        return True
    found = CorrectionRequest.objects.filter(pk=request.pk, subject__isnull=False)
    return found.filter(scope.q(CorrectionRequest)).exists()


def deciders(request: CorrectionRequest, *, on: date) -> list[User]:
    """Return who decides a request: the owner of the row's unit, else the whole institution's."""
    roles_here = [role for role in roles() if may(role, Resource.CORRECTION, Action.CHECK)]
    grants = Grant.objects.filter(role__in=roles_here, user__is_active=True)
    near: list[User] = []
    whole: list[User] = []
    for user in User.objects.filter(pk__in=grants.values("user")).order_by("username"):
        rights = Rights(user, on=on)
        if not may_decide(rights, request):
            continue
        scope = rights.scope(Resource.CORRECTION, Action.CHECK)
        (whole if scope is not None and scope.whole_institution else near).append(user)
    return near or whole


def outliers(scope: Scope, *, dataset: Dataset | None = None) -> QuerySet[Outlier]:
    """Return the outliers「离群值」 that nobody answered yet and that a scope may see."""
    found = _outliers(scope).filter(answer=OutlierAnswer.OPEN)
    return found.filter(dataset=dataset) if dataset else found


def answered_outliers(scope: Scope, dataset: Dataset, *, limit: int = 20) -> list[Outlier]:
    """Return the outliers of a dataset that were answered last, with their answers."""
    found = _outliers(scope).filter(dataset=dataset).exclude(answer=OutlierAnswer.OPEN)
    return list(found.select_related("by", "correction").order_by("-answered_at", "-id")[:limit])


def _outliers(scope: Scope) -> QuerySet[Outlier]:
    found = Outlier.objects.select_related("dataset", "subject")
    if scope.whole_institution:
        return found
    return found.filter(subject__isnull=False).filter(scope.q(Outlier))


def outlier_todos(rights: Rights) -> list[TodoItem]:
    """Return one thing to do for each dataset with values to confirm or correct."""
    scope = rights.scope(Resource.CORRECTION, Action.CHECK)
    if scope is None:
        return []
    counted = outliers(scope).values("dataset__name", "dataset__title").annotate(n=Count("pk"))
    return [
        TodoItem(
            title=gettext("%(name)s：核对 %(n)s 个离群值")
            % {"name": row["dataset__title"], "n": row["n"]},
            url=reverse("data:quality_detail", args=[row["dataset__name"]]),
            kind=gettext("数据"),
        )
        for row in counted.order_by("dataset__name")[:MOST_TODOS]
    ]


def open_corrections(rights: Rights) -> list[CorrectionRequest]:
    """Return the open requests that a user may decide."""
    scope = rights.scope(Resource.CORRECTION, Action.CHECK)
    if scope is None:
        return []
    found = corrections(scope, rights.user).filter(state=CorrectionState.OPEN)
    return list(found.exclude(by=rights.user).order_by("pk")[:MOST_TODOS])


def todos(rights: Rights, *, on: date) -> list[TodoItem]:
    """Return the corrections to decide and the rejected rows to correct「待办」."""
    found = [
        TodoItem(
            title=gettext("处理数据更正：%(name)s") % {"name": request.dataset.title},
            url=reverse("data:correction_detail", args=[request.pk]),
            kind=gettext("数据"),
        )
        for request in open_corrections(rights)
    ]
    found += outlier_todos(rights)
    scope = rights.scope(Resource.IMPORT, Action.CREATE)
    if scope is None or not scope.whole_institution:
        return found
    return found + _waiting_imports()


def importers(*, on: date) -> list[User]:
    """Return who may import into the whole institution."""
    able = [role for role in roles() if may(role, Resource.IMPORT, Action.CREATE)]
    grants = Grant.objects.filter(
        Q(valid_to=None) | Q(valid_to__gt=on), valid_from__lte=on, role__in=able,
        is_whole_institution=True, user__is_active=True,
    )  # fmt: skip
    return list(User.objects.filter(pk__in=grants.values("user")).order_by("pk"))


def _waiting_imports() -> list[TodoItem]:
    """Return the pushes that wait for a decision and the imports with rejected rows to correct."""
    pushed = ImportDraft.objects.filter(receipt__startswith=HELD_PUSH, state__in=CHANGEABLE)
    pushes = pushed.annotate(is_push=Value(1), name=F("dataset__title"), n=Value(0))
    held = ImportBatch.objects.filter(held__state=HeldState.WAITING)
    batches = held.annotate(is_push=Value(0), name=F("file_name"), n=Count("held"))
    asked = ("is_push", "id", "name", "n")
    rows = pushes.order_by().values_list(*asked).union(batches.order_by().values_list(*asked))
    return [
        TodoItem(
            title=(
                gettext("决定是否采用推送的数据：%(name)s")
                if is_push
                else gettext("%(name)s：%(n)s 行待改正")
            )
            % {"name": name, "n": n},
            url=reverse("data:draft_detail" if is_push else "data:held_row_list", args=[pk]),
            kind=gettext("数据"),
        )
        for is_push, pk, name, n in rows.order_by("-is_push", "id")[:MOST_TODOS]
    ]


def correction_urls(rights: Rights, dataset: Dataset, page: RowPage) -> list[str]:
    """Return the address of "数据有误？" for each row of a page; "" for who may not ask."""
    # Whether, not where: the page already shows only rows in scope.
    able = any(may(grant.role, Resource.CORRECTION, Action.CREATE) for grant in rights.grants)
    if not able or dataset.is_system or not page.batches:
        return [""] * len(page.table.rows)
    base = reverse("data:correction_new")
    return [
        f"{base}?{urlencode({'dataset': dataset.name, 'batch': batch, 'row': row[-1]})}"
        for row, batch in zip(page.table.rows, page.batches, strict=True)
    ]
