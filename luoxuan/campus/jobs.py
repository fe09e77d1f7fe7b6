"""Background entry of the lists: a file of many rows, made with the rights of that moment."""

from typing import Any

from django.http import Http404
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext

from luoxuan.campus.guard import ScopedRequest, open_to
from luoxuan.core.downloads import LIST_JOB, WorkerRequest, new_file
from luoxuan.core.errors import Refused
from luoxuan.core.jobs import JobRun, job


class ListNotAllowed(Refused):
    """Whoever asked for the file may no longer see the list."""


@job(LIST_JOB)
def make_list_file(run: JobRun, *, address: str, file_name: str) -> dict[str, Any]:
    """Ask for a list again in its reader's name and keep the file; raises ListNotAllowed.

    The grants that held are kept with it: the file goes out only while they are the same.
    """
    if run.by is None or not run.by.is_active:
        raise ListNotAllowed("list_not_allowed")
    run.progress(0, 2, gettext("正在读取"))
    path = new_file(run.id, file_name)
    unfinished = path.with_name(f".{path.name}")
    request = WorkerRequest(user=run.by, address=address, target=unfinished, progress=run.progress)
    try:
        found = resolve(request.path_info)
        if open_to(request, found.func) is not None:
            raise ListNotAllowed("list_not_allowed")
        found.func(request, *found.args, **found.kwargs)
    except (Http404, Resolver404) as error:
        raise ListNotAllowed("list_not_allowed") from error
    if not unfinished.is_file():
        # The address answers with a page now: a newer program knows no such list.
        raise ListNotAllowed("list_not_allowed")
    unfinished.rename(path)
    held = grants_held(request)
    return {"url": reverse("portal:job_file", args=[run.id]), "file": path.name, "grants": held}


def grants_held(request: Any) -> list[int]:
    """Return the keys of the grants with which a request was answered."""
    reader: ScopedRequest = request
    return sorted(grant.pk for grant in reader.rights.grants)
