"""One installation for the whole corpus; what a test imports is rolled back after it."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.test import override_settings

from luoxuan.campus.models import Subject
from luoxuan.cli.commands import run
from luoxuan.testing.college import load_definitions, open_user
from tests.corpus.expectations import Importing

FOUNDATION = Path(__file__).parents[2] / "luoxuan" / "portal" / "packages" / "foundation"
PACKAGE = Path(__file__).parent / "package"


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("corpus")
    with override_settings(
        LUOXUAN_HOME=folder, LUOXUAN_WAREHOUSE=folder / "warehouse", LUOXUAN_THREADS=1
    ):
        (folder / "warehouse").mkdir()
        yield folder


def datasets_alone(folder: Path) -> Path:
    """Copy the datasets of the default configuration that the corpus fills, without indicators."""
    folder.mkdir()
    shutil.copy(FOUNDATION / "package.toml", folder)
    shutil.copytree(FOUNDATION / "code_lists", folder / "code_lists")
    (folder / "datasets").mkdir()
    for name in ("student", "course_result", "attendance"):
        shutil.copy(FOUNDATION / "datasets" / f"{name}.toml", folder / "datasets")
    return folder


@pytest.fixture(scope="module")
def installation(home, django_db_setup, django_db_blocker) -> Iterator[None]:
    """Load the default configuration once; the transaction around it is never committed."""
    with django_db_blocker.unblock():
        with transaction.atomic():
            load_definitions(datasets_alone(home / "foundation"))
            load_definitions(PACKAGE)
            Subject.objects.filter(kind="CLASS_GROUP", code="JD1901").update(
                valid_from="2019-09-01", valid_to="2022-07-01"
            )
            open_user("office", "quality_office", "*")
            yield
            transaction.set_rollback(True)
        assert not connection.in_atomic_block


@pytest.fixture
def by_command(installation, capsys) -> Importing:
    """Import a file by `luoxuan import --json` and return its document."""

    def import_(path: Path, dataset: str, *options: str) -> dict:
        capsys.readouterr()
        status = run(["import", dataset, str(path), "--json", *options])
        document = json.loads(capsys.readouterr().out)
        refused = document["disposition"] in {"reject_file", "ask_user"}
        assert status == (1 if refused else 0)
        return document

    return import_
