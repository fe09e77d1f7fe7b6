"""Pages of diagnosis: templates, the list of cycles, opening a term, one cycle and its acts."""

from collections.abc import Mapping
from typing import Any, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from luoxuan.campus.guard import ScopedRequest, guarded
from luoxuan.campus.queries import periods
from luoxuan.campus.rules import Action, Resource
from luoxuan.core.downloads import Listing, asked_format, list_download
from luoxuan.core.errors import Refused
from luoxuan.core.messages import refusal_text
from luoxuan.core.templatetags.words import text_of
from luoxuan.core.workbook import Column
from luoxuan.data.form_fields import SEPARATOR
from luoxuan.diagnosis.actions import (
    DiagnosisIncomplete,
    StageIncomplete,
    StageMoved,
    complete_stage,
    confirm_stage,
    freeze_diagnosis,
    open_next_cycle,
    open_point_improvement,
    open_term,
    return_diagnosis,
    sign_diagnosis,
    write_stage,
)
from luoxuan.diagnosis.blocks import ShownCycle, list_rows, template_rows
from luoxuan.diagnosis.forms import OpenTermForm
from luoxuan.diagnosis.listings import template_listing
from luoxuan.diagnosis.models import Cycle, Diagnosis, Stage
from luoxuan.diagnosis.pages import cycle_page, may_here
from luoxuan.diagnosis.queries import (
    cycle_at,
    cycle_counts,
    cycles,
    diagnosis_of,
    diagnosis_stage,
    templates,
)
from luoxuan.diagnosis.shown import stage_url

_PAGE = 50


@guarded(Resource.LOOP_TEMPLATE, Action.LIST)
def template_list(request: HttpRequest) -> HttpResponse:
    """Show the loop templates「循环模板」: steps, what each asks of people, who runs them."""
    shown = template_rows(list(templates()))
    if asked_format(request):
        return list_download(request, template_listing(shown))
    return render(request, "diagnosis/template_list.html", {"templates": shown})


@guarded(Resource.CYCLE, Action.LIST)
def cycle_list(request: HttpRequest) -> HttpResponse:
    """Show the cycles「循环」 in scope with where each stands; trials are in no count."""
    reader = cast("ScopedRequest", request)
    on = timezone.localdate()
    period = request.GET.get("period", "")
    status = request.GET.get("status", "all")
    every = cycles(reader.scope)
    asked = list(every.filter(period__code=period) if period else every)
    rows = list_rows(asked, on=on)
    if status == "late":
        # As in the count that leads here: a trial is late for nobody.
        rows = [row for row in rows if row.is_late and not row.cycle.is_trial]
    if asked_format(request):
        words = gettext("有逾期环节") if status == "late" else gettext("全部")
        listing = Listing(
            name="cycles",
            title=gettext("诊改螺旋"),
            columns=_columns(),
            n_rows=len(rows),
            rows=lambda: [_cells(row) for row in rows],
            notes=[f"{gettext('时段')}：{period}", f"{gettext('进度')}：{words}"],
        )
        return list_download(request, listing)
    context = {
        "status": "late" if status == "late" else "all",
        "period": period,
        "periods": periods().filter(cycles__in=every.order_by()).distinct(),
        "counts": cycle_counts(asked, on=on),
        "page_obj": Paginator(rows, _PAGE).get_page(request.GET.get("page")),
        "may_open": reader.rights.scope(Resource.CYCLE, Action.CREATE) is not None,
    }
    return render(request, "diagnosis/cycle_list.html", context)


def _columns() -> list[Column]:
    return [
        Column(gettext("对象"), width=24),
        Column(gettext("循环"), width=20),
        Column(gettext("时段"), width=24),
        Column(gettext("当前环节"), width=24),
        Column(gettext("状态")),
        Column(gettext("截止日期"), "date"),
        Column(gettext("已完成环节"), "integer"),
        Column(gettext("全部环节"), "integer"),
        Column(gettext("诊断")),
        Column(gettext("试运行")),
    ]


def _cells(row: ShownCycle) -> tuple[object, ...]:
    return (
        text_of(row.cycle.subject, "name"),
        text_of(row.cycle.template, "title"),
        text_of(row.cycle.period, "name"),
        row.stage,
        row.words,
        row.due_on,
        row.n_done,
        row.n_stages,
        row.diagnosis_words,
        gettext("是") if row.cycle.is_trial else gettext("否"),
    )


@guarded(Resource.CYCLE, Action.CREATE)
def term_open(request: HttpRequest) -> HttpResponse:
    """Choose which subjects run a cycle「开启一学期」, and open them."""
    reader = cast("ScopedRequest", request)
    form = OpenTermForm(
        request.POST if request.method == "POST" else None,
        asked=request.POST or request.GET,
        scope=reader.scope,
        on=timezone.localdate(),
    )
    if form.is_valid():
        done = open_term(
            subjects=form.cleaned_data["subjects"],
            template=form.cleaned_data["template"],
            period=form.cleaned_data["period"],
            is_trial=form.cleaned_data["is_trial"],
            by=reader.user,
            at=timezone.now(),
        )
        facts = {"opened": done.n_opened, "known": done.n_known}
        text = gettext("已开启 %(opened)s 个循环，%(known)s 个原已开启。")
        messages.success(request, text % facts)
        return redirect("diagnosis:cycle_list")
    status = 422 if request.method == "POST" else 200
    return render(request, "diagnosis/term_open.html", {"form": form}, status=status)


@guarded(Resource.CYCLE, Action.VIEW)
def cycle_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one cycle: the figure 8, the chosen stage with what fills it, the diagnosis."""
    return _page(request, _cycle_or_404(request, pk))


@guarded(Resource.CYCLE, Action.EDIT)
@require_POST
def stage_write(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Save, confirm or finish a stage; a request that asks for JSON is the autosave."""
    cycle = _cycle_or_404(request, pk)
    stage = cycle.stages.filter(code=code).first()
    if stage is None:
        raise Http404
    act = request.POST.get("act", "save")
    try:
        if act == "confirm":
            confirm_stage(stage=stage, by=_user(request), at=timezone.now())
            return redirect("diagnosis:cycle_detail", pk)
        saved = write_stage(
            stage=stage,
            answers=_answers(request),
            version=_version(request),
            by=_user(request),
            at=timezone.now(),
        )
        if act == "autosave":
            return JsonResponse({"version": saved.version})
        return _after_saving(request, cycle, saved, act)
    except StageMoved as moved:
        if act == "autosave":
            return JsonResponse({"version": moved.version, "theirs": moved.theirs}, status=409)
        return _answer(request, cycle, code, moved, theirs=moved.theirs, status=409)
    except (DiagnosisIncomplete, StageIncomplete) as refused:
        return _answer(request, cycle, code, refused, errors=refused.errors)
    except Refused as refused:
        if act == "autosave":
            text = refusal_text(refused.code, refused.facts)
            return JsonResponse({"refused": refused.code, "message": text}, status=422)
        return _answer(request, cycle, code, refused)


@guarded(Resource.CYCLE, Action.CHECK)
@require_POST
def diagnosis_check(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign or return「审核」 the frozen diagnosis of another."""
    cycle = _cycle_or_404(request, pk)
    diagnosis = _diagnosis_or_404(cycle)
    try:
        if request.POST.get("act") == "return":
            return_diagnosis(
                diagnosis=diagnosis,
                reason=request.POST.get("reason", ""),
                by=_user(request),
                at=timezone.now(),
            )
            messages.success(request, gettext("已退回，填写人会看到原因。"))
        else:
            sign_diagnosis(diagnosis=diagnosis, by=_user(request), at=timezone.now())
            messages.success(request, gettext("已审核通过。"))
    except Refused as refused:
        holder = diagnosis_stage(cycle)
        return _answer(request, cycle, holder.code if holder else "", refused)
    return redirect("diagnosis:cycle_detail", pk)


@guarded(Resource.CYCLE, Action.EDIT)
@require_POST
def cycle_next(request: HttpRequest, pk: int) -> HttpResponse:
    """Open the cycle of the next period「进入下一轮」 and go there."""
    cycle = _cycle_or_404(request, pk)
    try:
        following = open_next_cycle(
            cycle=cycle,
            by=_user(request),
            at=timezone.now(),
            is_trial="is_trial" in request.POST,
        )
    except Refused as refused:
        return _answer(request, cycle, request.POST.get("stage", ""), refused)
    return redirect("diagnosis:cycle_detail", following.pk)


def _after_saving(request: HttpRequest, cycle: Cycle, stage: Stage, act: str) -> HttpResponse:
    if act == "finish":
        return _finish(request, cycle, stage)
    if act.startswith("improve:"):
        return _improve(request, cycle, stage, act.removeprefix("improve:"))
    messages.success(request, gettext("已保存。"))
    return redirect(stage_url(cycle, stage.code))


def _finish(request: HttpRequest, cycle: Cycle, stage: Stage) -> HttpResponse:
    holder = diagnosis_stage(cycle)
    if holder is not None and holder.pk == stage.pk:
        freeze_diagnosis(diagnosis=_diagnosis_or_404(cycle), by=_user(request), at=timezone.now())
        messages.success(request, gettext("诊断已冻结，内容不再改变。"))
    else:
        complete_stage(stage=stage, by=_user(request), at=timezone.now())
        messages.success(request, gettext("已完成。"))
    return redirect(stage_url(cycle, stage.code))


def _improve(request: HttpRequest, cycle: Cycle, stage: Stage, code: str) -> HttpResponse:
    diagnosis = _diagnosis_or_404(cycle)
    node = diagnosis.scheme.nodes.filter(code=code).first() if diagnosis.scheme else None
    if node is None or not may_here(request, cycle, Resource.IMPROVEMENT, Action.CREATE):
        raise Http404
    open_point_improvement(
        diagnosis=diagnosis,
        node=node,
        problem=request.POST.get(f"text-{code}", ""),
        by=_user(request),
        at=timezone.now(),
    )
    messages.success(request, gettext("已转为改进，出现在您的待办里。"))
    return redirect(stage_url(cycle, stage.code))


def _answer(
    request: HttpRequest,
    cycle: Cycle,
    code: str,
    refused: Refused,
    *,
    status: int = 422,
    errors: Mapping[str, str] | None = None,
    theirs: Mapping[str, str] | None = None,
) -> HttpResponse:
    """Return the page again with what was typed and why it was not done."""
    return _page(
        request,
        cycle,
        chosen=code,
        status=status,
        refused=refusal_text(refused.code, refused.facts),
        answers=_answers(request),
        errors=errors,
        theirs=theirs,
    )


def _page(
    request: HttpRequest, cycle: Cycle, *, status: int = 200, chosen: str = "", **typed: Any
) -> HttpResponse:
    context = cycle_page(
        cast("ScopedRequest", request),
        cycle,
        chosen=chosen or request.GET.get("stage", ""),
        on=timezone.localdate(),
        **typed,
    )
    return render(request, "diagnosis/cycle_detail.html", context, status=status)


def _cycle_or_404(request: HttpRequest, pk: int) -> Cycle:
    try:
        return cycle_at(cast("ScopedRequest", request).scope, pk)
    except Cycle.DoesNotExist as error:
        raise Http404 from error


def _diagnosis_or_404(cycle: Cycle) -> Diagnosis:
    diagnosis = diagnosis_of(cycle)
    if diagnosis is None:
        raise Http404
    return diagnosis


def _answers(request: HttpRequest) -> dict[str, str]:
    kept = {"csrfmiddlewaretoken", "act", "version"}
    # Several choices come under one name.
    return {
        name: SEPARATOR.join(request.POST.getlist(name))
        for name in request.POST
        if name not in kept
    }


def _version(request: HttpRequest) -> int:
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 9 else -1


def _user(request: HttpRequest) -> Any:
    return cast("ScopedRequest", request).user
