"""Which fields measures read, and which measures indicators are made of."""

from collections import defaultdict

from luoxuan.campus.queries import Rights
from luoxuan.campus.rules import Action, Resource
from luoxuan.core.lineage import Lineage, Node, NodeKind
from luoxuan.data.formula import parse_measure
from luoxuan.data.queries import Definitions, current_definitions
from luoxuan.indicators.blocks import indicator_url
from luoxuan.indicators.queries import indicators


def lineage(rights: Rights | None) -> Lineage:
    """Return the newest indicators with their measures and the fields that these read.

    A field that decides for which subject or period a row counts is read by every measure of its
    dataset as well.
    """
    may = rights is None or rights.scope(Resource.INDICATOR, Action.VIEW) is not None
    definitions = current_definitions()
    found = Lineage()
    for version in indicators():
        code = version.indicator.code
        url = indicator_url(code) if may else ""
        node = found.add(Node(NodeKind.INDICATOR, code, version.title, version.title_en, url))
        for measure in version.measures.all():
            name = measure.dataset.name
            part = Node(NodeKind.MEASURE, measure.code, measure.title, measure.title_en, url)
            if part.key not in found.nodes:
                found.add(part)
                formula = parse_measure(measure.formula, definitions.fields_of(name))
                placing = _placing(definitions, name)
                found.tie(f"{NodeKind.DATASET}:{name}", part.key, {*formula.fields, *placing})
            found.tie(part.key, node.key)
    return found


def _placing(definitions: Definitions, name: str) -> set[str]:
    """Return the fields by which rows of a dataset find their subject and period."""
    row = definitions.named(name)
    named = {row.period_field, row.day_field, row.date_field, *row.grains.values()}
    return named - {""}


def indicators_by_dataset(rights: Rights) -> dict[str, list[Node]]:
    """Return the indicators that count each dataset; nothing for whom may not read them."""
    if rights.scope(Resource.INDICATOR, Action.VIEW) is None:
        return {}
    found: dict[str, dict[str, Node]] = defaultdict(dict)
    for version in indicators():
        code = version.indicator.code
        node = Node(NodeKind.INDICATOR, code, version.title, version.title_en, indicator_url(code))
        for measure in version.measures.all():
            found[measure.dataset.name][code] = node
    return {name: list(nodes.values()) for name, nodes in found.items()}
