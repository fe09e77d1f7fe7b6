"""What packages and bundles there are. The only door to them for a user."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.translation import gettext

from luoxuan.campus.models import Period
from luoxuan.campus.queries import Rights, periods
from luoxuan.campus.rules import Action, PeriodKind, Resource
from luoxuan.campus.scope import Scope
from luoxuan.core.queries import institution_settings
from luoxuan.core.todo import MOST_TODOS, TodoItem
from luoxuan.data.exchange.archive import Archive, BundleDamaged, open_bundle
from luoxuan.data.exchange.contrast import unexplained
from luoxuan.data.exchange.definition import (
    PackageDefinition,
    TableDefinition,
    definition_of,
)
from luoxuan.data.exchange.rules import GIVEN_STATES, BundleState
from luoxuan.data.models import ExchangeBundle, ExchangeComparison, ExchangePackage
from luoxuan.data.queries import store


def packages(scope: Scope) -> list[ExchangePackage]:
    """Return the newest version of every exchange package「交换包」."""
    return [row for row in _newest() if scope.whole_institution]


def package_coded(scope: Scope, code: str) -> ExchangePackage:
    """Return the newest version of a package; raises ExchangePackage.DoesNotExist."""
    for row in packages(scope):
        if row.code == code:
            return row
    raise ExchangePackage.DoesNotExist(code)


def _newest() -> list[ExchangePackage]:
    newer = ExchangePackage.objects.filter(code=OuterRef("code"), number__gt=OuterRef("number"))
    return list(ExchangePackage.objects.filter(~Exists(newer)).order_by("code"))


def stored_packages() -> list[ExchangePackage]:
    """Return the newest version of every package, for the configuration."""
    return _newest()


def definition_of_package(package: ExchangePackage) -> PackageDefinition:
    """Return what a package declares."""
    return definition_of({**package.definition, "jump_share": package.jump_share})


def definition_of_bundle(bundle: ExchangeBundle) -> PackageDefinition:
    """Return what a bundle was built by, as it was then."""
    return definition_of(bundle.about)


def table_numbered(number: str) -> tuple[ExchangePackage, TableDefinition] | None:
    """Return the first package that has a table of this number「表号」, and the table.

    Diagnosis points cite tables by number; None where no package has it. The address of the table
    is the page of the package with the anchor ``table-`` and the number.
    """
    for package in _newest():
        table = definition_of_package(package).by_number.get(number)
        if table is not None:
            return package, table
    return None


@dataclass(frozen=True, slots=True)
class CitedTable:
    """A table of a superior platform that is cited by its number「引用的数据表」.

    Title and addresses are empty where no package has the table, the addresses and figures also
    for who may not see bundles. ``n_rows`` None: it was never given.
    """

    number: str
    title: str = ""
    url: str = ""
    rows_url: str = ""
    n_rows: int | None = None
    period: str = ""


def cited_tables(scope: Scope | None, numbers: Iterable[str]) -> dict[str, CitedTable]:
    """Return tables by the numbers「表号」 that points cite, with their rows in the newest bundle.

    Where several packages have a table of that number, the first counts.
    """
    wanted = dict.fromkeys(numbers)
    found = {number: CitedTable(number) for number in wanted}
    for package in reversed(_newest() if wanted else []):
        tables = definition_of_package(package).by_number
        here = wanted.keys() & tables.keys()
        may_see = scope is not None and scope.whole_institution
        newest = _newest_given(package.code) if here and may_see else None
        for number in here:
            found[number] = _cited(tables[number], package, newest, may_see=may_see)
    return found


def _cited(
    table: TableDefinition, package: ExchangePackage, bundle: ExchangeBundle | None, *,
    may_see: bool,
) -> CitedTable:  # fmt: skip
    if not may_see:
        return CitedTable(table.number, table.title)
    url = f"{reverse('data:exchange_package', args=[package.code])}#table-{table.number}"
    if bundle is None or table.number not in bundle.counts:
        return CitedTable(table.number, table.title, url)
    return CitedTable(
        table.number, table.title, url,
        rows_url=reverse("data:exchange_table", args=[bundle.pk, table.number]),
        n_rows=bundle.counts[table.number], period=bundle.period_name,
    )  # fmt: skip


def _newest_given(code: str) -> ExchangeBundle | None:
    """Return the newest signed bundle of a package, whatever its period."""
    found = ExchangeBundle.objects.filter(
        code=code, is_imported=False, state__in=list(GIVEN_STATES)
    )
    return found.order_by("-second_signed_at", "-pk").first()


def bundles(scope: Scope) -> QuerySet[ExchangeBundle]:
    """Return the bundles「上报数据包」; only the scope of the whole institution sees them."""
    if not scope.whole_institution:
        return ExchangeBundle.objects.none()
    people = ("built_by", "first_signer", "second_signer", "returned_by")
    return ExchangeBundle.objects.select_related("package", "replaces", "replaced_by", *people)


def bundle_at(scope: Scope, pk: int) -> ExchangeBundle:
    """Return one bundle; raises ExchangeBundle.DoesNotExist."""
    return bundles(scope).get(pk=pk)


def newest_bundle(code: str, period_code: str) -> ExchangeBundle | None:
    """Return the newest own bundle of a package and period."""
    found = ExchangeBundle.objects.filter(code=code, period_code=period_code, is_imported=False)
    return found.order_by("-edition").first()


def bundle_before(bundle: ExchangeBundle) -> ExchangeBundle | None:
    """Return the newest signed bundle of the period before; one that was rejected is none."""
    here = periods().filter(code=bundle.period_code).first()
    if here is None or here.start_on is None:
        return None
    earlier = periods(kind=PeriodKind(here.kind)).filter(start_on__lt=here.start_on)
    for code in earlier.order_by("-start_on").values_list("code", flat=True):
        found = ExchangeBundle.objects.filter(
            code=bundle.code, period_code=code, is_imported=False, state__in=list(GIVEN_STATES)
        )
        if (last := found.order_by("-edition").first()) is not None:
            return last
    return None


def is_replaced(bundle: ExchangeBundle) -> bool:
    """Tell whether a newer bundle corrects this one."""
    return ExchangeBundle.objects.filter(replaces=bundle.pk).exists()


def open_jumps(bundle: ExchangeBundle) -> list[str]:
    """Return the keys of jumps that nobody has explained yet."""
    return unexplained(bundle.contrast, bundle.explanations)


def path_of(sha256: str) -> Path:
    """Return where the bytes of this hash lie."""
    return store().root / "originals" / sha256


def content_of(bundle: ExchangeBundle) -> Archive:
    """Return the checked content of a bundle. Raises BundleDamaged."""
    path = path_of(bundle.content_sha256)
    if not path.is_file():
        raise BundleDamaged("bundle_file_missing")
    return open_bundle(path.read_bytes())


def rows_of(bundle: ExchangeBundle) -> dict[str, list[list[str]]]:
    """Return the rows of every table of a bundle. Raises BundleDamaged."""
    archive = content_of(bundle)
    return {number: archive.rows(number) for number in definition_of_bundle(bundle).by_number}


def bundle_with_file(sha256: str) -> ExchangeBundle | None:
    """Return the frozen bundle whose file has this hash, whoever asks「核验」."""
    return ExchangeBundle.objects.filter(file_sha256=sha256).first() if sha256 else None


def comparison_at(scope: Scope, pk: int) -> ExchangeComparison:
    """Return one comparison; raises ExchangeComparison.DoesNotExist."""
    if not scope.whole_institution:
        raise ExchangeComparison.DoesNotExist
    return ExchangeComparison.objects.select_related("bundle", "by").get(pk=pk)


def institution_title() -> str:
    """Return the name under which the institution reports."""
    return institution_settings().get("title", "")


def periods_of(package: ExchangePackage) -> Sequence[Period]:
    """Return the periods that a package may be built for, newest first."""
    return list(periods(kind=PeriodKind(package.period_kind)).order_by("-start_on", "-position"))


def todos(rights: Rights, **_asked: Any) -> list[TodoItem]:
    """Return the bundles that wait for the user: for the second signature, or for the first."""
    items: list[TodoItem] = []
    approving = rights.scope(Resource.EXCHANGE, Action.APPROVE)
    if approving is not None:
        waiting = bundles(approving).filter(state=BundleState.SIGNED_ONCE, replaced_by=None)
        items += [
            _todo(row, gettext("签发上报数据包：%(title)s"))
            for row in waiting.exclude(first_signer=rights.user)[:MOST_TODOS]
        ]
    creating = rights.scope(Resource.EXCHANGE, Action.CREATE)
    if creating is not None:
        own = bundles(creating).filter(
            state__in=(BundleState.CHECKED, BundleState.REJECTED), built_by=rights.user,
            replaced_by=None, is_imported=False,
        )  # fmt: skip
        items += [_todo(row, _own_words(row)) for row in own[:MOST_TODOS]]
    return items


def _own_words(row: ExchangeBundle) -> str:
    if row.state == BundleState.REJECTED:
        return gettext("更正接收方退回的数据包：%(title)s")
    if row.return_reason:
        return gettext("改正被退回的数据包：%(title)s")
    return gettext("签字并送签数据包：%(title)s")


def _todo(row: ExchangeBundle, words: str) -> TodoItem:
    title = words % {"title": f"{row.title} {row.period_name}"}
    url = reverse("data:exchange_bundle", args=[row.pk])
    return TodoItem(title=title, url=url, kind=gettext("待签数据包"))
