"""The index names every class once, and every class that applies has a generator."""

import time

from tests.corpus import (  # noqa: F401 (they register their generators)
    csv_files,
    moments_and_numbers,
    packages,
    texts,
    workbook_content,
)
from tests.corpus.definitions import DEFINITIONS
from tests.corpus.expectations import DISPOSITIONS
from tests.corpus.foreign_systems import SYSTEMS
from tests.corpus.index import read_index
from tests.corpus.requests import REQUESTS
from tests.corpus.samples import GENERATORS
from tests.corpus.uploads import UPLOADS

AREAS = {"workbook", "dates", "numbers", "text", "package", "csv", "upload", "definition"}
# Variants of a class that take longer than its twin in the index.
TWINS = {"million_rows", "formatted_to_the_end"}
KNOWN = GENERATORS.keys() | UPLOADS.keys() | REQUESTS.keys() | SYSTEMS.keys() | DEFINITIONS.keys()


def test_every_class_stands_once_with_one_outcome():
    index = read_index()
    assert [bad.number for bad in index] == list(range(1, 131))
    assert {bad.area for bad in index} == AREAS
    assert {bad.outcome for bad in index} == set(DISPOSITIONS)
    assert all(bad.name and bad.name_en for bad in index)


def test_only_plain_acceptance_has_no_code():
    assert all(bool(bad.code) == (bad.outcome != "A") for bad in read_index())


def test_a_class_that_does_not_apply_says_why():
    others = [bad for bad in read_index() if bad.applies != "now"]
    assert all(": " in bad.applies for bad in others)


def test_at_least_a_hundred_classes_have_a_file_of_their_own():
    made = {bad.generator for bad in read_index() if bad.applies == "now"}
    assert "" not in made
    assert len(made) >= 100
    assert made <= KNOWN


def test_no_generator_is_forgotten():
    named = {bad.generator for bad in read_index()}
    assert KNOWN - named == TWINS


def test_generators_write_the_same_bytes_each_time():
    quick = GENERATORS.keys() - TWINS - {"zip_bomb", "unused_strings", "many_styles"}
    made = {name: GENERATORS[name]() for name in quick}
    # A moment written into a file would be the same within a second, or two in an archive.
    time.sleep(2.1)
    assert [name for name in quick if GENERATORS[name]() != made[name]] == []
