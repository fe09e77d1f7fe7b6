"""How files called a field before."""

from django.conf import settings
from django.db import models


class HeaderMapping(models.Model):
    """A header of a file and the field that a person gave it「记住的列对应」.

    An empty ``field`` means that this column is left out.
    """

    dataset = models.ForeignKey(
        "data.Dataset", on_delete=models.CASCADE, related_name="header_mappings"
    )
    header = models.CharField(max_length=200)
    field = models.CharField(max_length=63, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT)
    at = models.DateTimeField()

    class Meta:
        ordering = ("dataset_id", "header")
        constraints = (
            models.UniqueConstraint(fields=["dataset", "header"], name="header_mapped_once"),
        )

    def __str__(self) -> str:
        return f"{self.header} -> {self.field}"
