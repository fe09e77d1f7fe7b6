"""Reading the data standard: sheets, definitions, findings, themes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from luoxuan.campus.models import Subject
from luoxuan.campus.rules import SubjectKind, roles
from luoxuan.campus.scope import Scope
from luoxuan.core.templatetags.words import text_of
from luoxuan.data.formula import parse_row
from luoxuan.data.models import Code, CodeList, Dataset, DatasetDefinition, Theme
from luoxuan.data.queries import Definitions, RowPage, dataset_rows, datasets
from luoxuan.data.standard.rules import StandardFinding, lint_standard
from luoxuan.data.standard_values import content_of
from luoxuan.data.warehouse.patterns import is_sound


def standards() -> dict[str, dict[str, Any]]:
    """Return the standard in force of every dataset by name, as definitions keep it."""
    found = Dataset.objects.filter(is_system=False).prefetch_related(
        "fields__code_list", "lookups__target"
    )
    return {row.name: content_of(row) for row in found}


def definitions_of(dataset: Dataset) -> QuerySet[DatasetDefinition]:
    """Return the definitions「数据集标准」 of a dataset, newest first."""
    return DatasetDefinition.objects.filter(dataset=dataset).select_related("by")


def findings() -> list[StandardFinding]:
    """Return what should be mended in the data standard「标准检查」."""
    told = standards()
    patterns = {field["pattern"] for content in told.values() for field in content["fields"]}
    return lint_standard(
        told,
        code_lists=CodeList.objects.values_list("name", flat=True),
        places=titles_of_codes(),
        is_sound={pattern: is_sound(pattern) for pattern in patterns},
    )


def titles_of_codes() -> dict[str, str]:
    """Return what people call the themes, and the units, posts and roles responsible for data."""
    kinds = (SubjectKind.INSTITUTION, SubjectKind.UNIT, SubjectKind.POST)
    found = {code: text_of(role, "title") for code, role in roles().items()}
    found |= {row.code: text_of(row, "name") for row in Subject.objects.filter(kind__in=kinds)}
    return found | {f"theme:{row.code}": text_of(row, "title") for row in themes()}


def code_lists() -> QuerySet[CodeList]:
    """Return the code lists「编码表」 with their codes."""
    return CodeList.objects.prefetch_related("codes")


def code_rows() -> dict[str, list[list[str]]]:
    """Return every code by its list, as files say it."""
    found: dict[str, list[list[str]]] = {name.name: [] for name in CodeList.objects.all()}
    for code in Code.objects.select_related("code_list").order_by("code_list_id", "position"):
        found[code.code_list.name].append(code.told())
    return found


def themes() -> QuerySet[Theme]:
    """Return the themes「主题库」 in their order."""
    return Theme.objects.all()


@dataclass(frozen=True)
class ThemeView:
    """A declared view of a theme「主题视图」 and the dataset that it shows."""

    theme: Theme
    values: Mapping[str, Any]
    dataset: Dataset


def theme_views(scope: Scope, theme: Theme) -> list[ThemeView]:
    """Return the views of a theme whose dataset a scope may see."""
    known = {row.name: row for row in datasets(scope)}
    return [
        ThemeView(theme, view, known[view["dataset"]])
        for view in theme.views
        if view["dataset"] in known
    ]


def theme_rows(
    scope: Scope, view: ThemeView, *, offset: int = 0, limit: int | None = 50
) -> RowPage:
    """Return the rows of a view that a scope may see; every field of the dataset is there."""
    return dataset_rows(
        scope, view.dataset, offset=offset, limit=limit, condition=condition_of(view)
    )


def condition_of(view: ThemeView) -> str:
    """Return the row condition of a view as SQL, "" for all rows."""
    text = view.values["condition"]
    if not text:
        return ""
    return parse_row(text, Definitions().fields_of(view.dataset.name)).sql()


@dataclass(frozen=True, slots=True)
class Strand:
    """Where one field of a view comes from「血缘」: dataset, version and field."""

    name: str
    title: str
    dataset: str
    dataset_title: str
    number: int
    owned_by: str


def lineage_of(view: ThemeView) -> list[Strand]:
    """Return for each field of a view the dataset and version that it is read from."""
    definitions = Definitions()
    return [_strand(definitions, view.dataset.name, name) for name in view.values["fields"]]


def _strand(definitions: Definitions, dataset: str, name: str) -> Strand:
    row = definitions.by_name[dataset]
    for field in row.fields.all():
        if field.name == name:
            return Strand(
                name, field.title, row.name, row.title, row.current_number, field.owned_by
            )
    for lookup in row.lookups.all():
        if name in lookup.fields:
            return _strand(definitions, lookup.target.name, name)
    # A view is checked when it is loaded; a field withdrawn since then comes from nowhere.
    return Strand(name, name, row.name, row.title, row.current_number, "")
