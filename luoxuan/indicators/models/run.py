"""Computations of readings and what they were made from."""

from django.conf import settings
from django.db import models


class Run(models.Model):
    """One computation of readings「计算批次」; its number is the version of the readings dataset.

    The readings themselves lie in the warehouse. ``left_out`` counts rows that belong to no
    subject or period, ``not_computed`` names indicators without data.
    """

    number = models.IntegerField(unique=True)
    started_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT)
    n_readings = models.BigIntegerField()
    left_out = models.JSONField(default=list)
    not_computed = models.JSONField(default=list)
    seconds = models.JSONField(default=dict)

    class Meta:
        ordering = ("-number",)

    def __str__(self) -> str:
        return f"run {self.number}"


class RunIndicator(models.Model):
    """That a run computed one indicator version「计算范围」.

    ``inputs`` is the fingerprint of everything the readings depend on; an equal one needs no run.
    """

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="indicators")
    indicator_version = models.ForeignKey(
        "indicators.IndicatorVersion", on_delete=models.PROTECT, related_name="runs"
    )
    inputs = models.CharField(max_length=64)

    class Meta:
        ordering = ("run_id", "indicator_version_id")
        constraints = (
            models.UniqueConstraint(fields=["run", "indicator_version"], name="run_indicator_once"),
        )

    def __str__(self) -> str:
        return f"{self.run}: {self.indicator_version}"


class RunInput(models.Model):
    """A dataset version that a run read「计算输入」; it keeps the version from removal."""

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="inputs")
    dataset_version = models.ForeignKey(
        "data.DatasetVersion", on_delete=models.PROTECT, related_name="runs"
    )

    class Meta:
        ordering = ("run_id", "dataset_version_id")
        constraints = (
            models.UniqueConstraint(fields=["run", "dataset_version"], name="run_input_once"),
        )

    def __str__(self) -> str:
        return f"{self.run}: {self.dataset_version}"
