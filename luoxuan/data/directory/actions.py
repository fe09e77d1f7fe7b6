"""Writing the data directory: uses are counted, requests asked and answered, statistics kept."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from luoxuan.campus.models import Subject
from luoxuan.core.actions import notify, record_audit
from luoxuan.core.errors import Refused
from luoxuan.core.messages import register_texts
from luoxuan.core.models import User
from luoxuan.data.directory.messages import TEXTS
from luoxuan.data.directory.queries import answerers
from luoxuan.data.directory.rules import WAITING, RequestState, UseKind
from luoxuan.data.directory.statistics import StatisticUnfit, check
from luoxuan.data.models import DataRequest, Dataset, Statistic

register_texts(TEXTS)


_COUNT_ON = """
INSERT INTO data_datasetuse (dataset_id, day, kind, n) VALUES (%s, %s, %s, 1)
ON CONFLICT (dataset_id, day, kind) DO UPDATE SET n = data_datasetuse.n + 1
"""


class RequestRefused(Refused):
    """A request for data that cannot be answered or withdrawn like this."""


def record_uses(*, datasets: Iterable[Dataset], kind: UseKind, at: datetime) -> None:
    """Count one use of each dataset on the day; who used it is not kept.

    The first use of a day is a row, the others count on: one statement, whoever comes first.
    """
    day = timezone.localtime(at).date()
    rows = [(key, day, kind.value) for key in sorted(dataset.pk for dataset in datasets)]
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(_COUNT_ON, rows)


@transaction.atomic
def ask_for_data(
    *,
    subject: Subject,
    title: str,
    purpose: str,
    wanted: str,
    needed_by: date | None,
    by: User,
    at: datetime,
) -> DataRequest:
    """Ask for data「提出数据需求」 in the name of a unit; asked twice it stays one request."""
    request, is_new = DataRequest.objects.get_or_create(
        asked_by=by,
        title=title,
        state=RequestState.OPEN,
        defaults={
            "subject": subject, "purpose": purpose, "wanted": wanted, "needed_by": needed_by,
            "asked_at": at,
        },
    )  # fmt: skip
    if not is_new:
        return request
    _audit("ask_for_data", request, by=by, at=at)
    words = gettext("%(unit)s 提出数据需求：%(title)s") % {"unit": subject.name, "title": title}
    for user in answerers(on=timezone.localtime(at).date()):
        if user.pk != by.pk:
            _tell(user, request, words, at=at)
    return request


@transaction.atomic
def answer_request(
    *,
    request: DataRequest,
    state: RequestState,
    answer: str,
    dataset: Dataset | None = None,
    planned_on: date | None = None,
    by: User,
    at: datetime,
) -> None:
    """Answer a request「答复数据需求」: given, planned for a day, or refused with a reason.

    Raises RequestRefused: it waits no more, it is one's own, or a part of the answer is missing.
    """
    row = DataRequest.objects.select_for_update().get(pk=request.pk)
    if row.asked_by_id == by.pk:
        raise RequestRefused("request_answered_by_asker")
    if row.state not in WAITING:
        raise RequestRefused("request_not_waiting")
    _refuse_incomplete(state, answer, dataset, planned_on)
    row.state, row.answer, row.answered_by, row.answered_at = state, answer, by, at
    row.dataset = dataset if state is RequestState.GIVEN else None
    row.planned_on = planned_on if state is RequestState.PLANNED else None
    row.save()
    _audit("answer_data_request", row, by=by, at=at)
    words = gettext("您的数据需求“%(title)s”有了答复") % {"title": row.title}
    _tell(row.asked_by, row, words, at=at)


@transaction.atomic
def withdraw_request(*, request: DataRequest, by: User, at: datetime) -> None:
    """Take one's own request back「撤回」 while it waits. Raises RequestRefused."""
    row = DataRequest.objects.select_for_update().get(pk=request.pk)
    if row.asked_by_id != by.pk or row.state not in WAITING:
        raise RequestRefused("request_not_own")
    row.state = RequestState.WITHDRAWN
    row.save(update_fields=["state"])
    _audit("withdraw_data_request", row, by=by, at=at)


@transaction.atomic
def keep_statistic(*, statistic: Statistic, by: User, at: datetime) -> Statistic:
    """Keep a statistic under its name「保存统计表」; kept twice alike it stays one.

    Raises StatisticUnfit, also for a name that another of the owner has, and FormulaRefused.
    """
    check(statistic)
    told = _described(statistic)
    row, is_new = Statistic.objects.get_or_create(
        owner=by, title=statistic.title, defaults={**told, "created_at": at}
    )
    if not is_new and _described(row) != told:
        raise StatisticUnfit("statistic_title_taken", title=statistic.title)
    if is_new:
        record_audit(
            by=by, at=at, action="keep_statistic", object_kind="Statistic",
            object_key=str(row.pk), facts={"dataset": row.dataset.name, "title": row.title},
        )  # fmt: skip
    return row


@transaction.atomic
def remove_statistic(*, statistic: Statistic, by: User, at: datetime) -> None:
    """Remove one's own statistic「删除统计表」; it holds no number, so nothing is lost with it."""
    record_audit(
        by=by, at=at, action="remove_statistic", object_kind="Statistic",
        object_key=str(statistic.pk), facts={"title": statistic.title},
    )  # fmt: skip
    statistic.delete()


def record_rows_opened(*, statistic: Statistic, by: User, at: datetime) -> None:
    """Record that somebody read the rows behind a figure「查看明细行」: they may name people."""
    record_audit(
        by=by, at=at, action="read_rows", object_kind="Statistic", object_key=str(statistic.pk),
        facts={"dataset": statistic.dataset.name},
    )  # fmt: skip


def _described(row: Statistic) -> dict[str, object]:
    return {
        "dataset": row.dataset, "groups": list(row.groups), "function": row.function,
        "field": row.field, "condition": row.condition, "is_shared": row.is_shared,
    }  # fmt: skip


def _refuse_incomplete(
    state: RequestState, answer: str, dataset: Dataset | None, planned_on: date | None
) -> None:
    if state is RequestState.REFUSED and not answer:
        raise RequestRefused("request_answer_needs_words")
    if state is RequestState.PLANNED and planned_on is None:
        raise RequestRefused("request_answer_needs_day")
    if state is RequestState.GIVEN and dataset is None and not answer:
        raise RequestRefused("request_answer_needs_data")


def _tell(user: User, request: DataRequest, words: str, *, at: datetime) -> None:
    notify(
        user=user, text=words, url=reverse("data:request_detail", args=[request.pk]), at=at,
        key=f"data_request:{request.pk}:{request.state}:{request.planned_on or ''}",
    )  # fmt: skip


def _audit(action: str, request: DataRequest, *, by: User, at: datetime) -> None:
    record_audit(
        by=by, at=at, action=action, object_kind="DataRequest", object_key=str(request.pk),
        facts={"title": request.title, "state": str(request.state)},
    )  # fmt: skip
