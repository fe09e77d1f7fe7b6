"""Who still needs a version of a dataset."""

from django.conf import settings
from django.db import models


class Pin(models.Model):
    """That something refers to a version of a dataset「固定引用」, which keeps its rows.

    ``origin`` names what refers to it, ``url`` is its address. Written in the transaction of the
    reference; while it is not released, the files of the version stay.
    """

    version = models.ForeignKey(
        "data.DatasetVersion", on_delete=models.PROTECT, related_name="pins"
    )
    origin = models.CharField(max_length=200)
    url = models.CharField(max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT)
    at = models.DateTimeField()
    released_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("version_id", "id")
        constraints = (
            models.UniqueConstraint(
                fields=["version", "url"],
                condition=models.Q(released_at=None),
                name="pin_once",
            ),
            models.CheckConstraint(
                condition=models.Q(released_at=None) | models.Q(released_at__gte=models.F("at")),
                name="pin_released_after_made",
            ),
        )

    def __str__(self) -> str:
        return f"{self.version}: {self.origin}"
