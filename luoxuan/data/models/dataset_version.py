"""What a dataset held after each change."""

from django.conf import settings
from django.db import models


class DatasetVersion(models.Model):
    """One state of a dataset「数据版本」, numbered from 1; row and files come in one commit.

    Its files are those added in it or before and not yet removed in it.
    ``definition_number`` is the definition that its newest rows were checked by.
    """

    dataset = models.ForeignKey("data.Dataset", on_delete=models.PROTECT, related_name="versions")
    number = models.IntegerField()
    # A second delivery with the same key finds this row instead of writing again.
    idempotency_key = models.CharField(max_length=200)
    mode = models.CharField(max_length=20)
    definition_number = models.IntegerField(null=True)
    n_rows = models.BigIntegerField()
    created_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT)

    class Meta:
        ordering = ("dataset_id", "-number")
        constraints = (
            models.UniqueConstraint(fields=["dataset", "number"], name="version_number_once"),
            models.UniqueConstraint(
                fields=["dataset", "idempotency_key"], name="version_effect_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.dataset.name}@{self.number}"
