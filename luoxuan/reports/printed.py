"""Which data a report prints, by the proofs beside its numbers."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet

from luoxuan.data.models import Dataset


def datasets_printed(content: Any) -> QuerySet[Dataset]:
    """Return the datasets behind the numbers that a report prints, by the proofs beside them."""
    codes = {proof.split("/")[1] for proof in _proofs(content) if proof.count("/") > 1}
    return Dataset.objects.filter(
        measures__indicator_versions__indicator__code__in=codes
    ).distinct()


def _proofs(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("proof"), str):
            yield part["proof"]
        for inner in part.values():
            yield from _proofs(inner)
    elif isinstance(part, list | tuple):
        for inner in part:
            yield from _proofs(inner)
