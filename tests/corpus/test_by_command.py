"""Every class of bad input that a file can carry ends as the index says, by command."""

import pytest
from django.db import transaction

from tests.corpus import (  # noqa: F401 (they register their generators)
    csv_files,
    moments_and_numbers,
    packages,
    texts,
    workbook_content,
)
from tests.corpus.expectations import check_sample, written
from tests.corpus.index import BadInput, read_index
from tests.corpus.samples import GENERATORS

pytestmark = pytest.mark.django_db

IMPORTED = [bad for bad in read_index() if bad.applies == "now" and bad.generator in GENERATORS]


@pytest.mark.parametrize("bad", IMPORTED, ids=str)
def test_a_class_ends_as_the_index_says(bad: BadInput, by_command, tmp_path, settings):
    for at, sample in enumerate(GENERATORS[bad.generator]()):
        folder = tmp_path / str(at)
        folder.mkdir()
        for name, value in sample.settings.items():
            setattr(settings, name, value)
        with transaction.atomic():
            if bad.generator == "same_file_twice":
                by_command(written(sample, folder), sample.dataset)
            check_sample(bad, sample, folder, by_command)
            transaction.set_rollback(True)
