"""Commands about loops of diagnosis and improvement."""

import argparse
from typing import Any

from django.utils import timezone

from luoxuan.campus.models import Period, Subject
from luoxuan.campus.queries import periods, subject_at
from luoxuan.campus.scope import EVERYTHING
from luoxuan.cli import output
from luoxuan.cli.command import DONE, Add, NotFound
from luoxuan.diagnosis.actions import open_next_cycle, open_term
from luoxuan.diagnosis.models import Cycle, LoopTemplate
from luoxuan.diagnosis.queries import (
    cycle_at,
    cycles,
    diagnosis_content,
    diagnosis_of,
    standing,
    template_coded,
)

_COLUMNS = ("id", "subject", "template", "period", "trial", "stage", "state", "diagnosis")


def register(add: Add) -> None:
    """Declare the commands of this group."""
    listing = add("cycles", _cycles, "list cycles and where each stands", "cycles --period 2025-1")
    listing.add_argument("--period", default="")
    listing.add_argument("--template", default="")
    cycle = add(
        "cycle", _cycle, "open cycles, open the next one, print a diagnosis",
        "cycle open ten_steps 2025-1 COURSE:MATH --trial",
    )  # fmt: skip
    cycle.add_argument("verb", choices=("open", "next", "show"))
    cycle.add_argument("names", nargs="+", help="TEMPLATE PERIOD KIND:CODE… , or the cycle's id")
    cycle.add_argument("--trial", action="store_true", help="no effect, in no count")


def _cycles(options: argparse.Namespace) -> int:
    found = cycles(EVERYTHING)
    if options.period:
        found = found.filter(period__code=options.period)
    if options.template:
        found = found.filter(template_code=options.template)
    rows = [_row(cycle) for cycle in found]
    if options.json:
        output.write_json(rows)
    else:
        output.write_table(_COLUMNS, rows)
    return DONE


def _cycle(options: argparse.Namespace) -> int:
    if options.verb == "open":
        return _open(options)
    cycle = _named(options.names[0])
    if options.verb == "next":
        at = timezone.now()
        row = _row(open_next_cycle(cycle=cycle, by=None, at=at, is_trial=options.trial))
        if options.json:
            output.write_json(row)
        else:
            output.write_table(_COLUMNS, [row])
        return DONE
    diagnosis = diagnosis_of(cycle)
    output.write_json(diagnosis_content(diagnosis) if diagnosis else {})
    return DONE


def _open(options: argparse.Namespace) -> int:
    names: list[str] = options.names
    done = open_term(
        subjects=[_subject(place) for place in names[2:]],
        template=_template(names[0]),
        period=_period("".join(names[1:2])),
        is_trial=options.trial,
        by=None,
        at=timezone.now(),
    )
    if options.json:
        output.write_json({"opened": done.n_opened, "known": done.n_known})
    else:
        output.write_line(f"opened {done.n_opened}, known {done.n_known}")
    return DONE


def _row(cycle: Cycle) -> dict[str, Any]:
    here = standing(cycle, on=timezone.localdate())
    diagnosis = diagnosis_of(cycle)
    return {
        "id": cycle.pk,
        "subject": f"{cycle.subject.kind}:{cycle.subject.code}",
        "template": f"{cycle.template.code}@{cycle.template.number}",
        "track": cycle.track,
        "period": cycle.period.code,
        "trial": cycle.is_trial,
        "previous": cycle.previous_id,
        "stage": here.stages[here.current].code,
        "state": str(here.states[here.current]),
        "diagnosis": diagnosis.state if diagnosis else "",
    }


def _named(text: str) -> Cycle:
    try:
        return cycle_at(EVERYTHING, int(text))
    except (Cycle.DoesNotExist, ValueError) as error:
        raise NotFound("unknown_cycle", cycle=text) from error


def _template(code: str) -> LoopTemplate:
    try:
        return template_coded(code)
    except LoopTemplate.DoesNotExist as error:
        raise NotFound("unknown_template", template=code) from error


def _period(code: str) -> Period:
    try:
        return periods().get(code=code)
    except Period.DoesNotExist as error:
        raise NotFound("period_unknown", period=code) from error


def _subject(place: str) -> Subject:
    kind, _, code = place.partition(":")
    try:
        return subject_at(EVERYTHING, kind=kind, code=code)
    except Subject.DoesNotExist as error:
        raise NotFound("unknown_subject", kind=kind, subject=code) from error
