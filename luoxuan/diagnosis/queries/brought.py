"""What the form of a stage brings along."""

from luoxuan.data.form_fields import LAST, parse_fields
from luoxuan.data.form_prefill import Brought, Origin, brought_along
from luoxuan.diagnosis.models import Stage


def brought_answers(stage: Stage) -> Brought:
    """Return what a stage's form brought along「带入」, or would now while nobody saved it."""
    if stage.version or stage.form is None:
        return dict(stage.brought)
    fields = [field for field in parse_fields(stage.form.fields) if field.prefill]
    if not fields:
        return {}
    cycle = stage.cycle
    before = _before(stage) if any(field.prefill == LAST for field in fields) else None
    origin = None
    if before is not None and before.done_at:
        origin = Origin(before.cycle.period.name, None, before.done_at.isoformat())
    return brought_along(
        fields, subject=cycle.subject, period=cycle.period,
        last=before.values if before else {}, last_origin=origin,
    )  # fmt: skip


def _before(stage: Stage) -> Stage | None:
    """Return the same stage of the same subject in the last period that finished it."""
    cycle = stage.cycle
    found = Stage.objects.filter(
        code=stage.code, cycle__subject=cycle.subject, cycle__track=cycle.track,
        cycle__template_code=cycle.template_code, done_at__isnull=False,
        cycle__period__start_on__lt=cycle.period.start_on,
    )  # fmt: skip
    return found.select_related("cycle__period").order_by("-cycle__period__start_on").first()
