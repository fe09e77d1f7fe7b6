"""Tables of the small loop."""

from django.db import models

from luoxuan.monitoring.rules import AlertState


class Watch(models.Model):
    """A rule「监测」 that compares the newest reading of each subject with its warning value.

    ``role`` receives: its holders for the subject see the alert among theirs, and are to answer it
    within ``answer_within_days``. ``names`` are the fields of the rows that a reader of an alert
    wants to see: first who, then how much.
    """

    code = models.CharField(max_length=100, unique=True)
    indicator = models.ForeignKey(
        "indicators.Indicator", on_delete=models.PROTECT, related_name="watches"
    )
    kind = models.CharField(max_length=20)
    role = models.CharField(max_length=50)
    title = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200, blank=True)
    names = models.JSONField(default=list)
    answer_within_days = models.IntegerField(default=7)
    is_on = models.BooleanField(default=True)
    # What the last comparison saw; an equal state needs no further one.
    compared = models.CharField(max_length=100, blank=True)
    origin = models.CharField(max_length=100, blank=True)

    class Meta:
        ordering = ("code",)

    def __str__(self) -> str:
        return self.title


class Alert(models.Model):
    """That a reading crossed its warning value「预警」; one at most is open per watch and subject.

    The numbers it was decided on are copied from the reading (``run``, ``indicator_version``,
    ``period``); a later reading still in warning updates them, one that is not recovers the alert.
    It is answered when it has an ``improvement``.
    """

    watch = models.ForeignKey(Watch, on_delete=models.PROTECT, related_name="alerts")
    subject = models.ForeignKey("campus.Subject", on_delete=models.PROTECT, related_name="alerts")
    state = models.CharField(
        max_length=10, choices=[(state, state) for state in AlertState], default=AlertState.OPEN
    )
    indicator_version = models.ForeignKey(
        "indicators.IndicatorVersion", on_delete=models.PROTECT, related_name="alerts"
    )
    run = models.IntegerField()
    period = models.CharField(max_length=50)
    value = models.DecimalField(max_digits=38, decimal_places=9)
    numerator = models.DecimalField(max_digits=38, decimal_places=9, null=True)
    denominator = models.DecimalField(max_digits=38, decimal_places=9, null=True)
    warning_value = models.DecimalField(max_digits=20, decimal_places=9)
    improvement = models.OneToOneField(
        "improvement.Improvement", null=True, on_delete=models.PROTECT, related_name="alert"
    )
    answer_due_on = models.DateField(null=True)
    overdue_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    recovered_at = models.DateTimeField(null=True)
    recovered_value = models.DecimalField(max_digits=38, decimal_places=9, null=True)
    recovered_run = models.IntegerField(null=True)

    class Meta:
        ordering = ("-opened_at", "-id")
        constraints = (
            models.UniqueConstraint(
                fields=["watch", "subject"],
                condition=models.Q(state=AlertState.OPEN),
                name="alert_open_once",
            ),
            models.CheckConstraint(
                condition=models.Q(state=AlertState.OPEN, recovered_at=None)
                | models.Q(state=AlertState.RECOVERED, recovered_at__isnull=False),
                name="alert_recovered_has_time",
            ),
        )

    def __str__(self) -> str:
        return f"{self.watch} · {self.subject}"
