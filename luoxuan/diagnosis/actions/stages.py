"""Writes of stages: what people type, and their one tap."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction

from luoxuan.core.actions import record_audit
from luoxuan.core.errors import Refused
from luoxuan.core.locks import locked
from luoxuan.core.models import User
from luoxuan.data.form_fields import check_values, parse_fields
from luoxuan.diagnosis.models import Judgement, Stage
from luoxuan.diagnosis.queries import diagnosis_of, diagnosis_stage
from luoxuan.diagnosis.queries.brought import brought_answers
from luoxuan.diagnosis.rules import DiagnosisState, PointVerdict, StageMode

_QUIET = timedelta(minutes=10)


class StageNotAsked(Refused):
    """The stage does not ask for this act."""


class StageDone(Refused):
    """What is done stays as it was written."""


class StageIncomplete(Refused):
    """Answers are missing or wrong; ``errors`` says which input by name."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__("stage_incomplete", n=len(errors))
        self.errors = errors


class StageMoved(Refused):
    """Another person stored something since the writer read the stage; ``theirs`` is what."""

    def __init__(self, *, version: int, theirs: dict[str, str]) -> None:
        super().__init__("stage_moved", version=version)
        self.version = version
        self.theirs = theirs


@transaction.atomic
def write_stage(
    *, stage: Stage, answers: Mapping[str, str], version: int, by: User | None, at: datetime
) -> Stage:
    """Store what was typed so far「自动保存」; nothing is checked before the stage is finished.

    ``answers`` holds the form's fields and, in the stage of the diagnosis, ``verdict-`` and
    ``text-`` of each point. ``version`` is the one the writer read: raises StageMoved when another
    wrote something else meanwhile, StageNotAsked and StageDone.
    """
    here = _writable(stage)
    stored = stored_answers(here)
    typed = {name: str(answers[name]) for name in stored if name in answers}
    theirs = {name: stored[name] for name, text in typed.items() if stored[name] != text}
    # The first saving keeps what was brought along, also where it was cleared again.
    brought = brought_answers(here) if not here.version else {}
    if not theirs and not brought:
        return here
    if version != here.version:
        raise StageMoved(version=here.version, theirs=theirs)
    _store(here, {**stored, **typed})
    is_quiet = here.saved_by == by and here.saved_at and at - here.saved_at < _QUIET
    here.brought = brought or here.brought
    here.version += 1
    here.saved_by, here.saved_at = by, at
    here.save(update_fields=["values", "brought", "version", "saved_by", "saved_at"])
    if not is_quiet:
        # Once per writer and sitting: a line for every pause of the keys would drown the rest.
        _audit(here, "write_stage", by=by, at=at)
    return here


@transaction.atomic
def confirm_stage(*, stage: Stage, by: User | None, at: datetime) -> Stage:
    """Confirm a stage by one tap「确认」; a second tap changes nothing. Raises StageNotAsked."""
    here = _here(stage)
    if here.mode != StageMode.CONFIRM:
        raise StageNotAsked("stage_not_asked")
    if here.done_at is None:
        _finish(here, "confirm_stage", by=by, at=at)
    return here


@transaction.atomic
def complete_stage(*, stage: Stage, by: User | None, at: datetime) -> Stage:
    """Finish a written stage that holds no diagnosis「完成填写」; its answers stay as they are.

    Raises StageIncomplete, StageNotAsked and StageDone.
    """
    here = _writable(stage)
    clean, errors = checked_answers(here)
    if errors:
        raise StageIncomplete(errors)
    here.values = clean
    here.save(update_fields=["values"])
    _finish(here, "complete_stage", by=by, at=at)
    return here


def stored_answers(stage: Stage) -> dict[str, str]:
    """Return what a stage holds by the name of its input: form fields, verdicts and their words."""
    fields = parse_fields(stage.form.fields) if stage.form else ()
    stored = {field.name: str(stage.values.get(field.name, "")) for field in fields}
    for row in _judgements(stage):
        stored[f"verdict-{row.node.code}"] = row.verdict
        stored[f"text-{row.node.code}"] = row.text
    return stored


def checked_answers(stage: Stage) -> tuple[dict[str, str], dict[str, str]]:
    """Return the accepted answers of a stage's form, and what is wrong by name."""
    fields = parse_fields(stage.form.fields) if stage.form else ()
    return check_values(fields, stage.values)


def _judgements(stage: Stage) -> list[Judgement]:
    of_diagnosis = diagnosis_stage(stage.cycle)
    diagnosis = diagnosis_of(stage.cycle)
    if of_diagnosis is None or of_diagnosis.pk != stage.pk or diagnosis is None:
        return []
    return list(diagnosis.judgements.select_related("node"))


def _store(stage: Stage, answers: Mapping[str, str]) -> None:
    known = set(PointVerdict)
    for row in _judgements(stage):
        verdict = answers[f"verdict-{row.node.code}"]
        row.verdict = verdict if verdict in known else ""
        row.text = answers[f"text-{row.node.code}"].replace("\r\n", "\n")[:4000]
        row.save(update_fields=["verdict", "text"])
    names = {field.name for field in parse_fields(stage.form.fields)} if stage.form else set()
    stage.values = {
        name: text.replace("\r\n", "\n") for name, text in answers.items() if name in names
    }


def _here(stage: Stage) -> Stage:
    # Whoever writes to a part of a cycle locks the cycle, and so waits in one line only.
    return locked(stage.cycle).stages.get(pk=stage.pk)


def _writable(stage: Stage) -> Stage:
    here = _here(stage)
    if here.mode != StageMode.WRITE:
        raise StageNotAsked("stage_not_asked")
    diagnosis = diagnosis_of(here.cycle)
    holder = diagnosis_stage(here.cycle)
    is_frozen = (
        diagnosis is not None
        and holder is not None
        and holder.pk == here.pk
        and diagnosis.state != DiagnosisState.DRAFT
    )
    if here.done_at is not None or is_frozen:
        raise StageDone("stage_done")
    return here


def _finish(stage: Stage, action: str, *, by: User | None, at: datetime) -> None:
    stage.done_at, stage.done_by = at, by
    stage.save(update_fields=["done_at", "done_by"])
    _audit(stage, action, by=by, at=at)


def _audit(stage: Stage, action: str, *, by: User | None, at: datetime) -> None:
    record_audit(
        by=by, at=at, action=action, object_kind="Stage", object_key=str(stage.pk),
        facts={"cycle": stage.cycle_id, "code": stage.code, "version": stage.version},
    )  # fmt: skip
