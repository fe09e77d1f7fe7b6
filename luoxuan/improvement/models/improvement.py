"""What is being made better."""

from django.conf import settings
from django.db import models

from luoxuan.improvement.rules import EventKind, ImprovementState

_PROVED = models.Q(closing_run__isnull=False) | (
    models.Q(verified_by__isnull=False, responsible__isnull=False)
    & ~models.Q(verified_by=models.F("responsible"))
    & (models.Q(evidence__isnull=False) | ~models.Q(verification_note=""))
)


class Improvement(models.Model):
    """A problem with its cause and measure「改进」, followed until something proves the effect.

    ``origin_label`` and ``origin_url`` say who opened it; this package does not know them. The
    baseline is copied from the reading that showed the problem, the closing numbers from the one
    that proved the effect. Without an indicator only another person's check (查证) proves.
    """

    subject = models.ForeignKey(
        "campus.Subject", on_delete=models.PROTECT, related_name="improvements"
    )
    problem = models.TextField()
    origin_label = models.CharField(max_length=200, blank=True)
    origin_url = models.CharField(max_length=300, blank=True)
    indicator = models.CharField(max_length=100, blank=True)
    baseline_value = models.DecimalField(max_digits=38, decimal_places=9, null=True)
    baseline_numerator = models.DecimalField(max_digits=38, decimal_places=9, null=True)
    baseline_denominator = models.DecimalField(max_digits=38, decimal_places=9, null=True)
    baseline_period = models.CharField(max_length=50, blank=True)
    baseline_run = models.IntegerField(null=True)
    warning_value = models.DecimalField(max_digits=20, decimal_places=9, null=True)
    standard_value = models.DecimalField(max_digits=20, decimal_places=9, null=True)
    cause_categories = models.JSONField(default=list)
    cause = models.TextField(blank=True)
    measure = models.TextField(blank=True)
    responsible = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="improvements"
    )
    due_on = models.DateField(null=True)
    state = models.CharField(
        max_length=30,
        choices=[(state, state) for state in ImprovementState],
        default=ImprovementState.TO_PLAN,
    )
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    opened_at = models.DateTimeField()
    in_place_at = models.DateTimeField(null=True)
    # What was last measured when the measure was in place, and the run that was compared since.
    seen_reading = models.CharField(max_length=200, blank=True)
    compared_run = models.IntegerField(default=0)
    closing_value = models.DecimalField(max_digits=38, decimal_places=9, null=True)
    closing_numerator = models.DecimalField(max_digits=38, decimal_places=9, null=True)
    closing_denominator = models.DecimalField(max_digits=38, decimal_places=9, null=True)
    closing_period = models.CharField(max_length=50, blank=True)
    closing_run = models.IntegerField(null=True)
    closed_at = models.DateTimeField(null=True)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    verification_note = models.TextField(blank=True)
    evidence = models.ForeignKey(
        "data.Evidence", null=True, on_delete=models.PROTECT, related_name="improvements"
    )

    class Meta:
        ordering = ("-opened_at", "-id")
        constraints = (
            models.CheckConstraint(
                condition=~models.Q(state=ImprovementState.CLOSED) | _PROVED,
                name="improvement_closed_by_proof",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    state__in=[ImprovementState.CLOSED, ImprovementState.CLOSED_WITHOUT_PROOF],
                    closed_at__isnull=False,
                )
                | (
                    ~models.Q(
                        state__in=[ImprovementState.CLOSED, ImprovementState.CLOSED_WITHOUT_PROOF]
                    )
                    & models.Q(closed_at=None)
                ),
                name="improvement_closed_has_time",
            ),
            models.CheckConstraint(
                condition=~models.Q(
                    state__in=[
                        ImprovementState.UNDER_WAY,
                        ImprovementState.AWAITING_REMEASUREMENT,
                    ]
                )
                | (
                    models.Q(responsible__isnull=False, due_on__isnull=False)
                    & ~models.Q(measure="")
                ),
                name="improvement_under_way_is_planned",
            ),
        )
        indexes = (models.Index(fields=["state", "indicator"], name="improvement_state"),)

    def __str__(self) -> str:
        return f"{self.subject} · {self.problem[:60]}"


class ImprovementEvent(models.Model):
    """One step in the life of an improvement「改进记录」, in words that stay as they were written.

    ``facts`` holds the numbers or the address that belong to the step.
    """

    improvement = models.ForeignKey(Improvement, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=30, choices=[(kind, kind) for kind in EventKind])
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    text = models.TextField(blank=True)
    facts = models.JSONField(default=dict)

    class Meta:
        ordering = ("at", "id")

    def __str__(self) -> str:
        return f"{self.improvement_id} {self.kind}"
