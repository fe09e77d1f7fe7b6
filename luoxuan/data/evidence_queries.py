"""Evidence in scope, and the files it consists of."""

from pathlib import Path

from django.db.models import QuerySet

from luoxuan.campus.models import Subject
from luoxuan.campus.scope import Scope
from luoxuan.data.models import Evidence
from luoxuan.data.queries import store
from luoxuan.data.warehouse.store import sha256_of


def evidence(scope: Scope) -> QuerySet[Evidence]:
    """Return the evidence「佐证材料」 about subjects in scope, newest first."""
    return Evidence.objects.filter(scope.q(Evidence)).select_related("subject", "owner")


def evidence_of(scope: Scope, subject: Subject) -> QuerySet[Evidence]:
    """Return the evidence in scope about one subject that has not been withdrawn."""
    return evidence(scope).filter(subject=subject, withdrawn_at=None)


def evidence_at(scope: Scope, pk: int) -> Evidence:
    """Return one piece of evidence in scope; raises Evidence.DoesNotExist."""
    return evidence(scope).get(pk=pk)


def path_of(found: Evidence) -> Path:
    """Return where the file lies."""
    return store().paths([f"originals/{found.sha256}"])[0]


def problem_of(found: Evidence) -> str:
    """Return why a file is not what was filed, or an empty text: missing, hash_differs."""
    path = path_of(found)
    if not path.is_file():
        return "missing"
    return "" if sha256_of(path) == found.sha256 else "hash_differs"
