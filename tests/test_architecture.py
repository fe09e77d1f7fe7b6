"""The packages, their tables and their migrations follow one downward order."""

import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db.migrations.loader import MigrationLoader
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

RANK = {
    "core": 0, "campus": 1, "data": 2, "indicators": 3, "standards": 4, "goals": 5,
    "improvement": 6, "monitoring": 7, "surveys": 7, "diagnosis": 8, "reports": 9, "portal": 10,
}  # fmt: skip


def keys_pointing_up(models):
    """Return the foreign keys that point to a package above or beside their own."""
    wrong = []
    for model in models:
        here = model._meta.app_label
        if here not in RANK:
            continue
        for field in model._meta.get_fields():
            if not field.is_relation or field.auto_created or not field.related_model:
                continue
            there = field.related_model._meta.app_label
            if there in RANK and there != here and RANK[there] >= RANK[here]:
                wrong.append(f"{model.__name__}.{field.name} -> {there}")
    return wrong


def own_applications():
    return [config for config in apps.get_app_configs() if config.name.startswith("luoxuan.")]


def test_foreign_keys_point_down():
    wrong = keys_pointing_up(apps.get_models())
    assert not wrong, wrong


@pytest.mark.parametrize(
    ("here", "there", "n_wrong"),
    [("data", "indicators", 1), ("surveys", "monitoring", 1), ("indicators", "data", 0)],
)
def test_a_foreign_key_up_or_sideways_is_seen(here, there, n_wrong):
    target = SimpleNamespace(_meta=SimpleNamespace(app_label=there))
    key = SimpleNamespace(name="key", is_relation=True, auto_created=False, related_model=target)
    label = SimpleNamespace(app_label=here, get_fields=lambda: [key])
    assert len(keys_pointing_up([SimpleNamespace(__name__="Model", _meta=label)])) == n_wrong


def test_every_application_has_its_rank():
    assert {config.label for config in own_applications()} <= RANK.keys()


def test_imports_read_downwards():
    assert lint_imports(no_cache=True) == EXIT_STATUS_SUCCESS


@pytest.mark.django_db
def test_migrations_say_what_the_models_say(capsys):
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_every_package_with_tables_ends_in_one_migration():
    leaves = MigrationLoader(None).graph.leaf_nodes()
    ends = {
        config.label: [name for label, name in leaves if label == config.label]
        for config in own_applications()
        if list(config.get_models())
    }
    assert all(len(names) == 1 for names in ends.values()), ends


def test_migrations_are_named_for_their_purpose():
    unnamed = [
        path.name
        for config in own_applications()
        for path in Path(config.path, "migrations").glob("[0-9]*.py")
        if re.search(r"_auto_|_alter_.*_and_more|_initial_\d", path.name)
    ]
    assert not unnamed, unnamed
