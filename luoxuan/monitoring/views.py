"""Pages of monitoring: the list of alerts, one alert in words with its answer."""

from typing import Any, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext

from luoxuan.campus.guard import ScopedRequest, guarded
from luoxuan.campus.queries import subjects
from luoxuan.campus.rules import Action, Resource
from luoxuan.core.downloads import Listing, asked_format, list_download
from luoxuan.core.errors import Refused
from luoxuan.core.messages import refusal_text
from luoxuan.core.models import User
from luoxuan.core.templatetags.words import kind_words, text_of
from luoxuan.core.workbook import Column
from luoxuan.monitoring.actions import answer_alert, record_names_read
from luoxuan.monitoring.blocks import AlertStory, ShownAlert, alert_story, shown_alerts
from luoxuan.monitoring.forms import AnswerForm
from luoxuan.monitoring.models import Alert
from luoxuan.monitoring.queries import alert_at, alerts, my_alerts, watches
from luoxuan.monitoring.rules import AlertState

_PAGE = 50


@guarded(Resource.ALERT, Action.LIST)
def alert_list(request: HttpRequest) -> HttpResponse:
    """Show my open alerts「预警」, or every alert in scope."""
    reader = cast("ScopedRequest", request)
    status = request.GET.get("status", "open")
    mine = my_alerts(reader.scope, reader.rights)
    every = alerts(reader.scope)
    found = every if status == "all" else every.filter(recovered_at=None)
    if status == "mine":
        found = mine
    if status == "unanswered":
        found = found.filter(improvement=None)
    status = status if status in {"all", "mine", "unanswered"} else "open"
    if asked_format(request):
        listing = Listing(
            name="alerts",
            title=gettext("监测预警"),
            columns=_columns(),
            n_rows=found.count(),
            rows=lambda: [_cells(row) for row in shown_alerts(found)],
            notes=[f"{gettext('筛选')}：{_status_words()[status]}"],
        )
        return list_download(request, listing)
    page: Any = Paginator(found, _PAGE).get_page(request.GET.get("page"))
    page.object_list = shown_alerts(page.object_list)
    context = {
        "status": status,
        "page_obj": page,
        "n_open": every.filter(recovered_at=None).count(),
        "n_mine": mine.count(),
        "n_unanswered": every.filter(recovered_at=None, improvement=None).count(),
        "n_all": every.count(),
        "watches": list(watches()),
    }
    return render(request, "monitoring/alert_list.html", context)


@guarded(Resource.ALERT, Action.LIST, unsafe_action=Action.EDIT)
def alert_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one alert in words; take its cause and measure, which become an improvement."""
    reader = cast("ScopedRequest", request)
    try:
        alert = alert_at(reader.scope, pk)
    except (Alert.DoesNotExist, OverflowError) as error:
        raise Http404 from error
    on = timezone.localdate()
    if request.method != "POST":
        if not _may_answer(reader, alert):
            return _page(reader, alert, None)
        return _page(reader, alert, AnswerForm(subject=alert.subject, me=reader.user, on=on))
    form = AnswerForm(request.POST, subject=alert.subject, me=reader.user, on=on)
    if alert.improvement is None and not form.is_valid():
        return _page(reader, alert, form, status=422)
    try:
        improvement = alert.improvement or _answer(reader, alert, form)
    except Refused as refusal:
        form.add_error(None, refusal_text(refusal.code, refusal.facts))
        return _page(reader, alert, form, status=422)
    messages.success(request, gettext("原因与措施已保存。"))
    return redirect("improvement:improvement_detail", pk=improvement.pk)


def _status_words() -> dict[str, str]:
    return {
        "open": gettext("未恢复"),
        "mine": gettext("归我处理"),
        "unanswered": gettext("未答复"),
        "all": gettext("全部"),
    }


def _columns() -> list[Column]:
    return [
        Column(gettext("对象"), width=30),
        Column(gettext("类别")),
        Column(gettext("代码"), width=20),
        Column(gettext("指标"), width=24),
        Column(gettext("时段"), width=24),
        Column(gettext("现实值"), "decimal", decimals=4),
        Column(gettext("预警值"), "decimal", decimals=4),
        Column(gettext("状态")),
        Column(gettext("答复")),
        Column(gettext("开出日期"), "date"),
        Column(gettext("恢复日期"), "date"),
    ]


def _cells(row: ShownAlert) -> tuple[object, ...]:
    return (
        text_of(row.subject, "name"),
        kind_words(row.subject.kind),
        row.subject.code,
        text_of(row.indicator, "title"),
        text_of(row.period, "name"),
        row.value,
        row.warning_value,
        gettext("未恢复") if row.closed_at is None else gettext("已恢复"),
        gettext("已答复") if row.is_answered else gettext("未答复"),
        timezone.localtime(row.opened_at).date(),
        timezone.localtime(row.closed_at).date() if row.closed_at else None,
    )


def _answer(reader: ScopedRequest, alert: Alert, form: AnswerForm) -> Any:
    values = form.cleaned_data
    return answer_alert(
        alert=alert,
        cause_categories=values["cause_categories"],
        cause=values["cause"],
        measure=values["measure"],
        responsible=User.objects.get(pk=values["responsible"]),
        due_on=values["due_on"],
        is_in_place=values["is_in_place"],
        by=reader.user,
        at=timezone.now(),
    )


def _page(
    reader: ScopedRequest, alert: Alert, form: AnswerForm | None, *, status: int = 200
) -> HttpResponse:
    story: AlertStory = alert_story(
        reader.scope,
        alert,
        rows_scope=reader.rights.scope(Resource.READING_ROWS, Action.VIEW),
        on=timezone.localdate(),
    )
    if story.n_names:
        record_names_read(alert=alert, n_names=story.n_names, by=reader.user, at=timezone.now())
    context = {"alert": story.alert, "story": story, "form": form}
    return render(reader, "monitoring/alert_detail.html", context, status=status)


def _may_answer(reader: ScopedRequest, alert: Alert) -> bool:
    """Return whether there is something to answer and the user may do it here."""
    if alert.state != AlertState.OPEN or alert.improvement is not None:
        return False
    scope = reader.rights.scope(Resource.ALERT, Action.EDIT)
    if scope == reader.scope:
        return True
    return scope is not None and subjects(scope).filter(pk=alert.subject_id).exists()
