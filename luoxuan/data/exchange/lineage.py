"""Which tables of superior platforms are filled from which datasets."""

from django.urls import reverse

from luoxuan.campus.queries import Rights
from luoxuan.campus.rules import Action, Resource
from luoxuan.core.lineage import Lineage, Node, NodeKind
from luoxuan.data.exchange.mapping import fields_read
from luoxuan.data.exchange.queries import definition_of_package, stored_packages
from luoxuan.data.formula import FormulaRefused
from luoxuan.data.queries import current_definitions


def lineage(rights: Rights | None) -> Lineage:
    """Return the tables of the newest exchange packages behind the datasets that they report."""
    may = rights is None or rights.scope(Resource.EXCHANGE, Action.LIST) is not None
    definitions = current_definitions()
    found = Lineage()
    for package in stored_packages():
        url = reverse("data:exchange_package", args=[package.code]) if may else ""
        for table in definition_of_package(package).tables:
            code, title = f"{package.code}.{table.number}", f"{table.number} {table.title}"
            node = found.add(Node(NodeKind.EXCHANGE, code, title, "", url))
            try:
                names = fields_read(table, definitions.fields_of(table.dataset))
            except (FormulaRefused, KeyError):
                # What it reads is not known, so nothing of the dataset may be called unused.
                names = None
            found.tie(f"{NodeKind.DATASET}:{table.dataset}", node.key, names)
    return found
