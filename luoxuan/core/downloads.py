"""A list as a file「导出」: the same rows, the same filters; many rows come by a job."""

import hashlib
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext

from luoxuan.core.actions.jobs import enqueue
from luoxuan.core.errors import Refused
from luoxuan.core.models import Job, User
from luoxuan.core.printing.lists import MOST_ROWS as MOST_ROWS_OF_PDF
from luoxuan.core.printing.lists import Head, list_pdf
from luoxuan.core.queries import institution_settings
from luoxuan.core.rules import JobState
from luoxuan.core.workbook import MOST_ROWS, Column, Sheet, write_csv, write_workbook

LIST_JOB = "core.list_file"
ROWS_AT_ONCE = 5_000
_KEPT_SECONDS = 7 * 24 * 3600
_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "pdf": "application/pdf",
}
_MOST = {"xlsx": MOST_ROWS - 20, "pdf": MOST_ROWS_OF_PDF}


class ListTooLong(Refused):
    """The format cannot hold so many rows."""


@dataclass(frozen=True, slots=True)
class Listing:
    """A list that can leave as a file「清单」: said once, written in every format.

    ``rows`` is called only when a file is made; ``notes`` say which filters were set. Those of a
    form stand in a sheet of their own, as its columns begin with the first line.
    """

    name: str
    title: str
    columns: Sequence[Column]
    n_rows: int
    rows: Callable[[], Iterable[Sequence[object]]]
    notes: Sequence[str] = ()
    is_form: bool = False


class WorkerRequest(HttpRequest):
    """A list asked for again by the worker「后台请求」 in the name of whoever wants the file."""

    def __init__(
        self, *, user: User, address: str, target: Path, progress: Callable[[int, int, str], None]
    ) -> None:
        super().__init__()
        asked = urlsplit(address)
        self.method = "GET"
        self.path = self.path_info = asked.path
        self.GET = QueryDict(asked.query)
        self.META["QUERY_STRING"] = asked.query
        self.user = user
        self.target = target
        self.progress = progress


def asked_format(request: HttpRequest) -> str:
    """Return the file format that a list is asked for, empty for the page; else raise Http404."""
    asked = request.GET.get("format", "")
    if asked and asked not in _TYPES:
        raise Http404
    return asked


def list_download(request: HttpRequest, listing: Listing) -> HttpResponse:
    """Return a list as a file; one of many rows is made by a job, to whose page this leads.

    The job asks the same address again, so rights taken away since the asking hold.
    """
    file_format = asked_format(request) or "xlsx"
    user = request.user
    if not isinstance(user, User):
        raise Http404
    if isinstance(request, WorkerRequest):
        request.progress(1, 2, gettext("正在写入"))
        write_list(request.target, listing, file_format, by=user.name)
        return HttpResponse(status=204)
    file_name = f"{listing.name}-{timezone.localdate():%Y%m%d}.{file_format}"
    if listing.n_rows > ROWS_AT_ONCE:
        return redirect("portal:job_detail", number=_ask(request, listing, user, file_name).pk)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"list.{file_format}"
        write_list(path, listing, file_format, by=user.name)
        return file_response(path, file_name)


def write_list(path: Path, listing: Listing, file_format: str, *, by: str) -> None:
    """Write a list to a file, named ``by`` whom it is for; raises ListTooLong."""
    most = _MOST.get(file_format)
    if most is not None and listing.n_rows > most:
        raise ListTooLong("list_too_long", n=listing.n_rows, most=most, format=file_format)
    if file_format == "csv":
        write_csv(path, [column.title for column in listing.columns], listing.rows())
    elif file_format == "pdf":
        institution = institution_settings().get("title", "")
        head = Head(listing.title, institution, by, timezone.now(), tuple(listing.notes))
        path.write_bytes(list_pdf(head, listing.columns, listing.rows()))
    else:
        write_workbook(path, _sheets(listing))


def local_time(at: datetime | None) -> datetime | None:
    """Return a time as a clock on the wall shows it, to the second, for a cell of a file."""
    return timezone.make_naive(at).replace(microsecond=0) if at else None


def file_response(path: Path, name: str) -> HttpResponse:
    """Return a file to be kept, never shown: its name may be Chinese."""
    response = HttpResponse(path.read_bytes(), content_type=_TYPES[path.suffix[1:]])
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def new_file(job: int, file_name: str) -> Path:
    """Return where the file of a job comes to lie; what nobody fetched in a week is removed."""
    folder = settings.LUOXUAN_WAREHOUSE / "exports"
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.iterdir():
        if time.time() - path.stat().st_mtime > _KEPT_SECONDS:
            path.unlink(missing_ok=True)
    return Path(folder / f"{job}{Path(file_name).suffix}")


def file_of(job: Job) -> Path | None:
    """Return the file that a job made, None when there is none or none any more."""
    if job.name != LIST_JOB or job.state != JobState.DONE:
        return None
    path = settings.LUOXUAN_WAREHOUSE / "exports" / str(job.result.get("file", ""))
    return path if path.is_file() else None


def _ask(request: HttpRequest, listing: Listing, user: User, file_name: str) -> Job:
    address = f"{request.path_info}?{request.GET.urlencode()}"
    page = request.GET.copy()
    page.pop("format", None)
    back = f"{request.path}?{page.urlencode()}" if page else request.path
    mark = hashlib.sha256(address.encode()).hexdigest()[:32]
    return enqueue(
        name=LIST_JOB,
        arguments={"address": address, "file_name": file_name},
        by=user,
        at=timezone.now(),
        title=gettext("导出 %(title)s") % {"title": listing.title},
        unique_key=f"{LIST_JOB}:{user.pk}:{mark}",
        url=back if len(back) <= 300 else request.path,
    )


def _sheets(listing: Listing) -> list[Sheet]:
    # Excel refuses these in the name of a sheet.
    title = "".join("_" if mark in "[]:*?/\\'" else mark for mark in listing.title)
    columns, notes = tuple(listing.columns), tuple(listing.notes)
    if not listing.is_form:
        return [Sheet(title, columns, listing.rows(), notes)]
    about = Sheet(gettext("筛选条件"), (Column(gettext("筛选条件")),), [[note] for note in notes])
    return [Sheet(title, columns, listing.rows()), about]
