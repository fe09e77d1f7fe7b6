"""Background entry of the interface: pushes of many rows."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from luoxuan.campus.queries import scope_for
from luoxuan.campus.rules import Action, Resource
from luoxuan.core.errors import Refused
from luoxuan.core.jobs import JobRun, job
from luoxuan.core.models import User
from luoxuan.data.models import Dataset
from luoxuan.data.queries import store
from luoxuan.data.rules import ImportMode
from luoxuan.portal.api.delivering import Answer, deliver
from luoxuan.portal.api.pushes import JOB


@job(JOB)
def push_rows(run: JobRun, *, dataset: str, mode: str, period: str, sha256: str) -> dict[str, Any]:
    """Write the rows of a push, once however often the job is begun; its result is the receipt."""
    if not _may_push(run.by):
        # Taken away since the rows were sent.
        raise Refused("push_not_allowed")
    run.progress(0, 1)

    def finish(answer: Answer) -> None:
        with transaction.atomic():
            run.confirm(_result(answer))

    answer = deliver(
        dataset=Dataset.objects.get(name=dataset), path=store().root / "originals" / sha256,
        mode=ImportMode(mode), period=period, by=run.by, finish=finish,
    )  # fmt: skip
    return _result(answer)


def _result(answer: Answer) -> dict[str, Any]:
    return {"status": answer[0], "receipt": answer[1]}


def _may_push(user: User | None) -> bool:
    if user is None or not user.is_active:
        return False
    scope = scope_for(user, Resource.IMPORT, Action.CREATE, on=timezone.localdate())
    return scope is not None and scope.whole_institution
