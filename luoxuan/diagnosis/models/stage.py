"""The steps of one cycle."""

from django.conf import settings
from django.db import models

from luoxuan.diagnosis.rules import StageMode


class Stage(models.Model):
    """One step「环节」 of a cycle with its dates and what was written; its state follows from them.

    ``values`` holds the answers as typed until the stage is done; ``version`` counts the savings,
    so that two people who write at once see each other. ``brought`` is what the form brought along
    when it was saved first, with where each value came from.
    """

    cycle = models.ForeignKey("diagnosis.Cycle", on_delete=models.PROTECT, related_name="stages")
    position = models.IntegerField()
    code = models.CharField(max_length=50)
    mode = models.CharField(max_length=10, choices=[(mode, mode) for mode in StageMode])
    starts_on = models.DateField(null=True)
    due_on = models.DateField(null=True)
    form = models.ForeignKey(
        "data.FormDefinition", null=True, on_delete=models.PROTECT, related_name="stages"
    )
    values = models.JSONField(default=dict)
    brought = models.JSONField(default=dict)
    version = models.IntegerField(default=0)
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    saved_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("cycle_id", "position")
        constraints = (
            models.UniqueConstraint(fields=["cycle", "code"], name="stage_code_once"),
            models.UniqueConstraint(fields=["cycle", "position"], name="stage_position_once"),
            models.CheckConstraint(
                condition=~models.Q(mode=StageMode.AUTO) | models.Q(done_at=None),
                name="stage_auto_needs_no_act",
            ),
        )

    def __str__(self) -> str:
        return f"{self.cycle} · {self.code}"
