"""What the standard of a dataset said after each change."""

from django.conf import settings
from django.db import models

from luoxuan.core.models import VersionedDefinition


class DatasetDefinition(VersionedDefinition):
    """The standard of a dataset「数据集标准」 in one version; a row never changes.

    ``content`` is the whole declaration as packages know it: words, fields, key, look-ups, and the
    duties. In force from ``valid_from`` until the next number's.
    """

    dataset = models.ForeignKey(
        "data.Dataset", on_delete=models.CASCADE, related_name="definitions"
    )
    content = models.JSONField()
    origin = models.CharField(max_length=100, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT)

    class Meta:
        ordering = ("dataset_id", "-number")
        constraints = (
            models.UniqueConstraint(
                fields=["dataset", "number"], name="dataset_definition_number_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.dataset.name}#{self.number}"
