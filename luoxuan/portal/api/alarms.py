"""Alerts, and the answer that acknowledges one."""

from typing import Any, cast

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop

from luoxuan.campus.guard import ScopedRequest, guarded
from luoxuan.campus.rules import Action, Resource
from luoxuan.core.models import User
from luoxuan.core.queries import user_named
from luoxuan.monitoring.actions import answer_alert
from luoxuan.monitoring.forms import AnswerForm
from luoxuan.monitoring.models import Alert
from luoxuan.monitoring.queries import alert_at, alerts, my_alerts
from luoxuan.portal.api.bodies import body_of, is_whole, plain_json
from luoxuan.portal.api.documents import Kind, Member, document_of
from luoxuan.portal.api.operations import Operation, Parameter, endpoint
from luoxuan.portal.api.paging import page_by_key
from luoxuan.portal.api.problems import ApiProblem, not_found

_ALERT = (
    Member("id", lambda row: row.pk, Kind.INTEGER),
    Member("watch", lambda row: row.watch.code),
    Member("indicator", lambda row: row.indicator_version.indicator.code),
    Member("kind", lambda row: row.subject.kind),
    Member("subject", lambda row: row.subject.code),
    Member("period", lambda row: row.period),
    Member("value", lambda row: row.value, Kind.DECIMAL),
    Member("numerator", lambda row: row.numerator, Kind.DECIMAL, is_nullable=True),
    Member("denominator", lambda row: row.denominator, Kind.DECIMAL, is_nullable=True),
    Member("warning_value", lambda row: row.warning_value, Kind.DECIMAL),
    Member("state", lambda row: row.state),
    Member("opened_at", lambda row: row.opened_at, Kind.TIME),
    Member("recovered_at", lambda row: row.recovered_at, Kind.TIME, is_nullable=True),
    Member("answer_due_on", lambda row: row.answer_due_on, Kind.DATE, is_nullable=True),
    Member("improvement", lambda row: row.improvement_id, Kind.INTEGER, is_nullable=True),
    Member("is_answered", lambda row: row.improvement_id is not None, Kind.BOOLEAN),
)
_TEXT = {"type": "string"}
_ANSWER: dict[str, Any] = {
    "type": "object",
    "properties": {
        "cause_categories": {"type": "array", "items": _TEXT},
        "cause": _TEXT,
        "measure": _TEXT,
        "responsible": _TEXT,
        "due_on": {"type": "string", "format": "date"},
        "is_in_place": {"type": "boolean"},
    },
    "required": ["measure", "due_on"],
    "additionalProperties": False,
}
_SENT = (
    '{"cause": "作业未交的有 12 人", "measure": "第 5 周起每周加习题课", "due_on": "2026-04-10"}'
)


@guarded(Resource.ALERT, Action.LIST)
@endpoint(
    "v1/alerts",
    Operation(
        "GET",
        gettext_noop("预警"),
        (
            Parameter(
                "status", gettext_noop("未恢复的、归我处理的、未答复的或全部"),
                ("open", "mine", "unanswered", "all"),
            ),
        ),
        _ALERT,
        is_paged=True,
    ),
)  # fmt: skip
def alert_list(request: HttpRequest) -> dict[str, Any]:
    """Return the alerts of the reader's places, open ones unless others are asked for."""
    reader = cast("ScopedRequest", request)
    status = request.GET.get("status", "open")
    found: QuerySet[Alert] = alerts(reader.scope)
    if status == "mine":
        found = my_alerts(reader.scope, reader.rights)
    elif status != "all":
        found = found.filter(recovered_at=None)
    if status == "unanswered":
        found = found.filter(improvement=None)
    return page_by_key(request, found, lambda rows: [document_of(_ALERT, row) for row in rows])


@guarded(Resource.ALERT, Action.LIST, unsafe_action=Action.EDIT)
@endpoint(
    "v1/alerts/<int:number>",
    Operation("GET", gettext_noop("一条预警"), members=_ALERT, example="v1/alerts/12"),
    Operation(
        "POST",
        gettext_noop("答复预警：原因、措施、责任人（用户名）和完成日期，成为一条改进"),
        members=_ALERT,
        body=_ANSWER,
        example="v1/alerts/12",
        sent=_SENT,
        statuses=(400, 401, 403, 404, 405, 413, 415, 422),
    ),
)
def alert_detail(request: HttpRequest, number: int) -> dict[str, Any]:
    """Return one alert, or answer it: a second answer changes nothing."""
    reader = cast("ScopedRequest", request)
    try:
        alert = alert_at(reader.scope, number)
    except (Alert.DoesNotExist, OverflowError) as error:
        raise not_found() from error
    if request.method == "POST":
        values = _members_of(reader)
        if alert.improvement_id is None:
            _answer(reader, alert, values)
            alert = alert_at(reader.scope, number)
    return document_of(_ALERT, alert)


def _answer(reader: ScopedRequest, alert: Alert, values: dict[str, Any]) -> None:
    """Check an answer as the page does, by the same form."""
    on = timezone.localdate()
    name = values.pop("responsible", reader.user.username)
    person = user_named(name)
    given = {**values, "responsible": str(person.pk) if person else ""}
    form = AnswerForm(given, subject=alert.subject, me=reader.user, on=on)
    if not form.is_valid():
        raise _faulty((member, " ".join(map(str, texts))) for member, texts in form.errors.items())
    cleaned = form.cleaned_data
    answer_alert(
        alert=alert,
        cause_categories=cleaned["cause_categories"],
        cause=cleaned["cause"],
        measure=cleaned["measure"],
        responsible=User.objects.get(pk=cleaned["responsible"]),
        due_on=cleaned["due_on"],
        is_in_place=cleaned["is_in_place"],
        by=reader.user,
        at=timezone.now(),
    )


def _members_of(reader: ScopedRequest) -> dict[str, Any]:
    """Return what was sent as far as its members and their types are those declared."""
    values = plain_json(body_of(reader))
    if not isinstance(values, dict):
        raise _faulty([("", gettext("须为对象"))])
    kinds = {"cause_categories": list, "is_in_place": bool}
    faults = [
        (name, gettext("没有这个成员，或类型不符"))
        for name, value in values.items()
        if name not in _ANSWER["properties"]
        or not isinstance(value, kinds.get(name, str))
        or not all(map(_is_text, value if isinstance(value, list) else [value]))
    ]
    if faults:
        raise _faulty(faults)
    return values


def _is_text(value: object) -> bool:
    return isinstance(value, bool) or (
        isinstance(value, str) and is_whole(value) and "\0" not in value
    )


def _faulty(faults: Any) -> ApiProblem:
    errors = [
        {"member": name[:80] if is_whole(name) else "", "message": text} for name, text in faults
    ]
    return ApiProblem(422, "not_members", errors=errors)
