"""One turn of a loop."""

from django.conf import settings
from django.db import models

from luoxuan.diagnosis.rules import Track


class Cycle(models.Model):
    """One turn「循环」 of a loop: subject × track × period × template, once.

    A trial「试运行」 has no appraisal effect and stands in no count. ``carried`` is what the cycle
    before handed over: goals, measures and its open improvements, as they were then.
    """

    subject = models.ForeignKey("campus.Subject", on_delete=models.PROTECT, related_name="cycles")
    track = models.CharField(max_length=20, choices=[(track, track) for track in Track])
    period = models.ForeignKey("campus.Period", on_delete=models.PROTECT, related_name="cycles")
    template = models.ForeignKey(
        "diagnosis.LoopTemplate", on_delete=models.PROTECT, related_name="cycles"
    )
    # The code beside the key: a new version of the template is not another loop.
    template_code = models.CharField(max_length=100)
    is_trial = models.BooleanField(default=False)
    previous = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="next"
    )
    carried = models.JSONField(default=dict)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    opened_at = models.DateTimeField()

    class Meta:
        ordering = ("-period__start_on", "subject__kind", "subject__code", "id")
        constraints = (
            models.UniqueConstraint(
                fields=["subject", "track", "period", "template_code"], name="cycle_once"
            ),
            models.CheckConstraint(
                condition=models.Q(track__in=list(Track)), name="cycle_track_known"
            ),
            models.CheckConstraint(
                condition=models.Q(previous=None) | ~models.Q(previous=models.F("id")),
                name="cycle_follows_another",
            ),
        )

    def __str__(self) -> str:
        return f"{self.subject} · {self.template_code} · {self.period}"
