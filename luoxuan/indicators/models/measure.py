"""The parts of indicators."""

from django.db import models

from luoxuan.core.models import VersionedDefinition


class Measure(VersionedDefinition):
    """One aggregate over one dataset「度量」, for example the number of enrolments passed.

    ``formula`` is exactly one aggregate of the formula language. A row never changes.
    """

    code = models.CharField(max_length=100)
    dataset = models.ForeignKey("data.Dataset", on_delete=models.PROTECT, related_name="measures")
    formula = models.TextField()
    title = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200, blank=True)
    origin = models.CharField(max_length=100, blank=True)

    class Meta:
        ordering = ("code", "-number")
        constraints = (
            models.UniqueConstraint(fields=["code", "number"], name="measure_number_once"),
        )

    def __str__(self) -> str:
        return f"{self.code}@{self.number}"
