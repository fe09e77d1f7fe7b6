"""What a cycle found."""

from django.conf import settings
from django.db import models

from luoxuan.diagnosis.rules import DiagnosisKind, DiagnosisState


class Diagnosis(models.Model):
    """The comparison of a cycle with goal and standard「诊断」, frozen once, then never changed.

    ``content`` is everything it was judged on, as it stood at the freeze; its hash stands in the
    audit entry. A returned one stays as it is: what is written anew is the next ``number``.
    """

    cycle = models.ForeignKey("diagnosis.Cycle", on_delete=models.PROTECT, related_name="diagnoses")
    kind = models.CharField(max_length=10, choices=[(kind, kind) for kind in DiagnosisKind])
    number = models.IntegerField(default=1)
    scheme = models.ForeignKey(
        "diagnosis.Scheme", null=True, on_delete=models.PROTECT, related_name="diagnoses"
    )
    state = models.CharField(
        max_length=10,
        choices=[(state, state) for state in DiagnosisState],
        default=DiagnosisState.DRAFT,
    )
    content = models.JSONField(null=True)
    content_hash = models.CharField(max_length=64, blank=True)
    frozen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    frozen_at = models.DateTimeField(null=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    checked_at = models.DateTimeField(null=True)
    return_reason = models.TextField(blank=True)
    opened_at = models.DateTimeField()

    class Meta:
        ordering = ("cycle_id", "kind", "number")
        constraints = (
            models.UniqueConstraint(fields=["cycle", "kind", "number"], name="diagnosis_once"),
            models.UniqueConstraint(
                fields=["cycle", "kind"],
                condition=~models.Q(state=DiagnosisState.RETURNED),
                name="diagnosis_valid_once",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    state=DiagnosisState.DRAFT, frozen_at=None, content=None, content_hash=""
                )
                | (
                    ~models.Q(state=DiagnosisState.DRAFT)
                    & models.Q(frozen_at__isnull=False, content__isnull=False)
                    & ~models.Q(content_hash="")
                ),
                name="diagnosis_frozen_whole",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    state__in=[DiagnosisState.DRAFT, DiagnosisState.FROZEN], checked_at=None
                )
                | models.Q(
                    state__in=[DiagnosisState.SIGNED, DiagnosisState.RETURNED],
                    checked_at__isnull=False,
                ),
                name="diagnosis_checked_has_time",
            ),
            models.CheckConstraint(
                condition=models.Q(checked_by=None)
                | models.Q(frozen_by=None)
                | ~models.Q(checked_by=models.F("frozen_by")),
                name="diagnosis_checked_by_another",
            ),
        )

    def __str__(self) -> str:
        return f"{self.cycle} · {self.kind} {self.number}"
