"""A concept is found by its name."""

import inspect
import re
from pathlib import Path

from django.apps import apps

REPOSITORY = Path(__file__).resolve().parent.parent
# Folders of leftovers: what does not say what it holds is looked for in vain.
NAMELESS = {"utils", "util", "helpers", "helper", "common", "managers", "misc", "base"}


def is_named_after(stem, model_name):
    """Tell whether file and model begin alike: dataset.py may hold DatasetVersion."""
    snake = re.sub(r"(?<!^)(?=[A-Z])", "_", model_name).lower()
    return stem == "models" or snake.startswith(stem) or stem.startswith(snake)


def test_each_model_lives_in_a_file_called_after_it():
    wrong = [
        (model.__name__, model.__module__)
        for model in apps.get_models()
        if model.__module__.startswith("luoxuan.")
        and not is_named_after(Path(inspect.getfile(model)).stem, model.__name__)
    ]
    assert not wrong, wrong


def test_a_model_in_a_foreign_file_is_seen():
    assert is_named_after("import_batch", "ImportBatch")
    assert is_named_after("dataset", "DatasetVersion")
    assert is_named_after("code_list", "Code")
    assert not is_named_after("dataset", "ImportBatch")


def test_no_file_is_named_after_nothing():
    nameless = [
        path.relative_to(REPOSITORY).as_posix()
        for folder in ("luoxuan", "benchmarks")
        for path in (REPOSITORY / folder).rglob("*.py")
        if NAMELESS & {path.stem, *path.relative_to(REPOSITORY).parts}
    ]
    assert not nameless, nameless
