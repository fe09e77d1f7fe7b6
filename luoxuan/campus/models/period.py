"""Stretches of time in which values are read."""

from django.db import models

from luoxuan.campus.rules import PeriodKind


class Period(models.Model):
    """A stretch of time「时段」: a year, a term, a teaching week, a week since an offering began.

    ``start_on`` and ``end_on`` are school days in Asia/Shanghai, half-open. A relative week has no
    dates: ``first_day`` and ``last_day`` count days since the start of the offering, both
    inclusive, ``within`` the period of the offering. A FREE period may have no dates at all when
    its source publishes none; dates are never invented. ``position`` orders periods of one kind.
    """

    kind = models.CharField(max_length=20, choices=[(kind, kind) for kind in PeriodKind])
    code = models.CharField(max_length=50, unique=True)
    name = models.CharField(max_length=100)
    name_en = models.CharField(max_length=100, blank=True)
    start_on = models.DateField(null=True)
    end_on = models.DateField(null=True)
    first_day = models.IntegerField(null=True)
    last_day = models.IntegerField(null=True)
    within = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="contained"
    )
    position = models.IntegerField()
    origin = models.CharField(max_length=100, blank=True)

    class Meta:
        ordering = ("kind", "position", "code")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(
                    kind=PeriodKind.RELATIVE_WEEK,
                    start_on=None,
                    end_on=None,
                    first_day__isnull=False,
                    last_day__isnull=False,
                    last_day__gte=models.F("first_day"),
                    within__isnull=False,
                )
                | (
                    ~models.Q(kind=PeriodKind.RELATIVE_WEEK)
                    & models.Q(
                        first_day=None,
                        last_day=None,
                        # A comparison with nothing is unknown, which a constraint lets pass.
                        start_on__isnull=False,
                        end_on__isnull=False,
                        end_on__gt=models.F("start_on"),
                    )
                )
                | models.Q(
                    kind=PeriodKind.FREE, first_day=None, last_day=None, start_on=None, end_on=None
                ),
                name="period_has_dates_or_days",
            ),
        )

    def __str__(self) -> str:
        return self.name
