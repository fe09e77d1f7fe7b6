"""What is measured, in each of its definitions."""

from django.db import models

from luoxuan.core.models import VersionedDefinition
from luoxuan.indicators.rules import Direction


class Indicator(models.Model):
    """Arithmetic between measures「指标」; everything that may change is in its versions."""

    code = models.CharField(max_length=100, unique=True)
    position = models.IntegerField(default=0)
    origin = models.CharField(max_length=100, blank=True)

    class Meta:
        ordering = ("position", "code")

    def __str__(self) -> str:
        return self.code


class IndicatorVersion(VersionedDefinition):
    """One definition of an indicator「指标版本」, with the measures it was made of; never changed.

    ``kinds`` are the kinds of subject it is read for, ``decimals`` the digits after the point to
    which a value is rounded once. A unit of ``share`` is a value 0-1, shown as a percentage.
    """

    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="versions")
    title = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200, blank=True)
    about = models.TextField(blank=True)
    about_en = models.TextField(blank=True)
    formula = models.TextField()
    decimals = models.IntegerField()
    unit = models.CharField(max_length=30)
    direction = models.CharField(
        max_length=10, choices=[(direction, direction) for direction in Direction]
    )
    kinds = models.JSONField()
    period_kind = models.CharField(max_length=20, blank=True)
    measures = models.ManyToManyField("indicators.Measure", related_name="indicator_versions")

    class Meta:
        ordering = ("indicator_id", "-number")
        constraints = (
            models.UniqueConstraint(fields=["indicator", "number"], name="indicator_number_once"),
            models.CheckConstraint(
                condition=models.Q(decimals__gte=0, decimals__lte=9),
                name="indicator_decimals_in_range",
            ),
        )

    def __str__(self) -> str:
        return f"{self.indicator.code}@{self.number}"
