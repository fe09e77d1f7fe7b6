"""The page that verifies a printed number「出处核对」."""

from typing import Any, cast
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from luoxuan.campus.guard import ScopedRequest, guarded
from luoxuan.campus.models import Period
from luoxuan.campus.rules import Action, Resource
from luoxuan.data.formula import explain
from luoxuan.data.queries import Definitions
from luoxuan.indicators.blocks import Frame, ShownReading, shown
from luoxuan.indicators.models import IndicatorVersion
from luoxuan.indicators.proofs import Proof, proof_of
from luoxuan.indicators.provenance import ProvenanceMistyped, decode, encode
from luoxuan.indicators.queries import JudgedReading, formulas_of, judged
from luoxuan.indicators.views.drawer import fraction_words, language, run_shown


@guarded(Resource.PROVENANCE, Action.VIEW)
def provenance_form(request: HttpRequest) -> HttpResponse:
    """Ask for a printed id and lead to its number, or say that it is mistyped."""
    asked, is_mistyped = request.GET.get("id", "").strip()[:60], False
    if asked:
        try:
            return redirect("indicators:provenance", proof=encode(decode(asked)))
        except ProvenanceMistyped:
            is_mistyped = True
    context = {"asked": asked, "is_mistyped": is_mistyped}
    return render(request, "indicators/provenance_form.html", context)


@guarded(Resource.PROVENANCE, Action.VIEW)
def provenance(request: HttpRequest, proof: str) -> HttpResponse:
    """Show what a printed number was made of, and whether the newest run says otherwise."""
    try:
        keys = decode(proof)
    except ProvenanceMistyped:
        query = urlencode({"id": proof[:60]})
        return redirect(f"{reverse('indicators:provenance_form')}?{query}")
    definitions = Definitions()
    found = proof_of(cast("ScopedRequest", request).scope, keys, definitions=definitions)
    if found is None:
        raise Http404
    formula, parts = formulas_of(found.version, definitions=definitions, language=language())
    printed, newest = _both(found)
    numerator, denominator = fraction_words(found.version, parts)
    context = {
        "proof_id": encode(keys),
        "proof": found,
        "reading": printed,
        "newest": newest,
        "formula": {
            "numerator_words": numerator,
            "denominator_words": denominator,
            "text": found.version.formula,
            "explanation": explain(formula, language=language()),
        },
        "run": run_shown(found.run),
        "newest_run": run_shown(found.newest_run) if found.newest_run else None,
        "reasons": _reasons(found),
    }
    return render(request, "indicators/provenance.html", context)


def _both(found: Proof) -> tuple[ShownReading, ShownReading | None]:
    """Return what was printed and what the newest run says, compared with today's thresholds."""
    newest_version = found.newest_version or found.version
    rows = [found.reading, *([found.newest] if found.newest else [])]
    verdicts = judged(rows, on=timezone.localdate(), versions=[newest_version])
    printed = _shown(found, verdicts[0], found.version)
    return printed, _shown(found, verdicts[1], newest_version) if found.newest else None


def _shown(found: Proof, verdict: JudgedReading, version: IndicatorVersion) -> ShownReading:
    subject, reading = found.subject, verdict.reading
    period = found.period or Period(code=reading.period, name=gettext("全部时间"))
    frame = Frame(
        {reading.indicator: version},
        {(subject.kind, subject.code): subject},
        {reading.period: period},
    )
    return shown(verdict, frame)


def _reasons(found: Proof) -> list[dict[str, Any]]:
    """Return what differs between the two runs: the definition, and each dataset's version."""
    reasons: list[dict[str, Any]] = []
    if found.newest and found.newest.version != found.version.number:
        words = gettext("指标口径由第 %(before)s 版改为第 %(after)s 版") % {
            "before": found.version.number,
            "after": found.newest.version,
        }
        about = found.newest_version.about if found.newest_version else ""
        reasons.append({"words": words, "detail": about, "at": None, "by": ""})
    for change in found.changes:
        title = change.title_en if language() == "en" and change.title_en else change.title
        words = gettext("数据集“%(title)s”由第 %(before)s 版变为第 %(after)s 版") % {
            "title": title,
            "before": change.before,
            "after": change.after,
        }
        batch = change.batch
        reasons.append(
            {
                "words": words,
                "detail": batch.undone_reason or batch.file_name if batch else "",
                "at": batch.at if batch else None,
                "by": str(batch.by or "") if batch else "",
            }
        )
    return reasons
