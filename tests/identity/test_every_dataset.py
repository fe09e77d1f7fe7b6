"""Every dataset of the shipped packages and examples: what is exported comes in as it was."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from django.conf import settings as django_settings
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from luoxuan.data.actions.deliveries import Delivery, left_out
from luoxuan.data.actions.specs import table_spec
from luoxuan.data.models import Dataset
from luoxuan.data.queries import field_infos
from luoxuan.data.rules import ImportMode
from luoxuan.data.warehouse.intake import TableSpec
from luoxuan.data.workbooks import row_columns, with_said_missing
from luoxuan.portal.configuration import SHIPPED, load_package

from .cells import rows
from .journeys import assert_same, held_by, read, send, write

# Rows go through files and the column engine, which are the same under both databases.
pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

EXAMPLES = Path(__file__).parents[2] / "examples"
# An example may name its datasets like the foundation does: each is loaded apart.
LOADED_TOGETHER = [
    [SHIPPED / "foundation", SHIPPED / "data-standard", SHIPPED / "demonstration"],
    *([path] for path in sorted(EXAMPLES.iterdir()) if (path / "package.toml").is_file()),
]
NO_SEARCH = (Phase.explicit, Phase.generate)


@pytest.fixture(
    scope="module", params=LOADED_TOGETHER, ids=lambda paths: "+".join(path.name for path in paths)
)
def datasets(request, django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[list]:
    """The datasets of packages that are loaded together, gone after the tests of the module."""
    kept = django_settings.LUOXUAN_WAREHOUSE
    django_settings.LUOXUAN_WAREHOUSE = tmp_path_factory.mktemp("identity")
    with django_db_blocker.unblock(), transaction.atomic():
        for path in request.param:
            load_package(path, by=None, at=timezone.now())
        yield list(Dataset.objects.filter(is_system=False).order_by("name"))
        transaction.set_rollback(True)
    django_settings.LUOXUAN_WAREHOUSE = kept


def test_rows_of_every_dataset_come_back_bit_for_bit(datasets: list[Dataset]) -> None:
    for dataset in datasets:
        spec = table_spec(dataset)
        answers = left_out(Delivery(dataset, Path(), "", ImportMode.REPLACE))
        held = _come_back(dataset, spec, answers)
        assert held > 1, f"{dataset.name}: nearly nothing was tried"


def _come_back(dataset: Dataset, spec: TableSpec, answers: dict[str, str]) -> int:
    """Send rows out and in again in each format; return how many."""
    n_held = 0
    # Columns that an export has beside those of a file: computed, or looked up elsewhere.
    stored = [field.name for field in spec.fields]
    beside = [info.name for info in field_infos(dataset) if info.name not in stored]
    columns = row_columns(dataset, [*stored, *beside])

    @settings(
        max_examples=2, deadline=None, derandomize=True, phases=NO_SEARCH, database=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(st.data())
    def comes_back(data: st.DataObject) -> None:
        nonlocal n_held
        texts = data.draw(rows(spec, least=8))
        with TemporaryDirectory() as name:
            folder = Path(name)
            before = held_by(folder / "first.csv", spec, texts)
            if before is None:
                return
            n_held += before.table.num_rows
            exported = [
                (*(row[name] for name in stored), *("甲" for _ in beside))
                for row in before.table.to_pylist()
            ]
            for file_format in ("xlsx", "csv"):
                path = folder / f"export.{file_format}"
                said = list(with_said_missing(dataset, stored, exported))
                write(path, columns, said, file_format)
                assert_same(before, read(path, spec, answers=answers))
            path = folder / "push.csv"
            send(path, dataset, [*stored, *beside], exported)
            assert_same(before, read(path, spec, answers=answers, encoding="utf-8"))

    comes_back()
    return n_held
