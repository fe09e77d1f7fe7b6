"""Other packages enter a package through its doors only."""

import grimp
import pytest

# Doors more: the guard of the views, the scope of the queries, the fields that choose subjects.
PUBLIC = {"models", "queries", "actions", "rules", "blocks", "warehouse", "formula"}
DOORS_OF = {
    "campus": {"choices", "guard", "scope", "search"},
    # Areas of the data centre have the same doors: corrections are asked for, uses are counted.
    "data": {
        "directory",
        # Points of a diagnosis cite numbered tables; rows of old versions may have been removed.
        "exchange",
        "file_queries",
        "quality",
        "evidence_queries",
        "form_blocks",
        "form_fields",
        "form_prefill",
        "form_queries",
    },
    # An alert is answered by a plan.
    "improvement": {"forms"},
    "indicators": {"proofs", "provenance"},
}
COMPOSITION_ROOT = {"portal", "cli", "settings", "urls", "wsgi", "testing"}
LIBRARIES = {"core", "analysis"}


def doors(graph):
    """Return the imports that enter a package by a private file."""
    wrong = []
    for importer in graph.modules:
        for imported in graph.find_modules_directly_imported_by(importer):
            here, there = importer.split("."), imported.split(".")
            if len(here) < 3 or len(there) < 2 or here[1] == there[1] or there[1] in LIBRARIES:
                continue
            if here[1] in COMPOSITION_ROOT or "tests" in here or there[1] == "testing":
                continue
            if len(there) < 3 or there[2] not in PUBLIC | DOORS_OF.get(there[1], set()):
                wrong.append(f"{importer} -> {imported}")
    return sorted(wrong)


def test_packages_are_entered_by_their_doors():
    assert not doors(grimp.build_graph("luoxuan", cache_dir=None))


@pytest.mark.parametrize(
    ("importer", "imported", "is_wrong"),
    [
        ("luoxuan.goals.queries", "luoxuan.data.views", True),
        ("luoxuan.goals.queries", "luoxuan.data", True),
        ("luoxuan.data.views", "luoxuan.goals.guard", True),
        ("luoxuan.goals.queries", "luoxuan.data.queries", False),
        ("luoxuan.goals.views", "luoxuan.campus.guard", False),
        ("luoxuan.goals.models.task", "luoxuan.core.errors", False),
        ("luoxuan.portal.catch_up", "luoxuan.data.views", False),
        ("luoxuan.goals.tests.test_task", "luoxuan.data.views", False),
    ],
)
def test_a_private_entrance_is_seen(importer, imported, is_wrong):
    graph = grimp.ImportGraph()
    for module in (importer, imported):
        graph.add_module(module)
    graph.add_import(importer=importer, imported=imported)
    assert bool(doors(graph)) is is_wrong
