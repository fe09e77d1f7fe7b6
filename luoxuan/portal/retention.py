"""Which runs are referred to「被引用的计算」: what they read stays for as long as that stands."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from luoxuan.diagnosis.models import Diagnosis
from luoxuan.improvement.models import Improvement
from luoxuan.indicators.provenance import ProvenanceMistyped, decode
from luoxuan.monitoring.models import Alert
from luoxuan.reports.models import Document

_RUNS = ("run", "baseline_run", "closing_run", "compared_run", "recovered_run")


def runs_referred() -> set[int]:
    """Return the runs whose numbers an alert, improvement, diagnosis or report holds."""
    found: set[int] = set()
    for model in (Alert, Improvement):
        held = [field.name for field in model._meta.fields if field.name in _RUNS]
        for row in model._default_manager.values_list(*held):
            found.update(number for number in row if number)
    for content in Diagnosis.objects.exclude(content=None).values_list("content", flat=True):
        found.update(_runs_in(content))
    for content in Document.objects.values_list("content", flat=True).iterator():
        found.update(_runs_in(content))
    return found


def _runs_in(value: Any) -> Iterator[int]:
    """Yield the runs that frozen content names: by number, or by the printed ids of readings."""
    if isinstance(value, dict):
        for name, one in value.items():
            if name in _RUNS and isinstance(one, int):
                yield one
            else:
                yield from _runs_in(one)
    elif isinstance(value, list):
        for one in value:
            yield from _runs_in(one)
    elif isinstance(value, str) and value.startswith("LX-"):
        with suppress(ProvenanceMistyped):
            yield decode(value).run
