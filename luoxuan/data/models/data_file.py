"""Which files hold which versions."""

from django.db import models


class DataFile(models.Model):
    """An immutable file of the warehouse「数据文件」 and the versions that it belongs to.

    It belongs to every version from ``added_in`` up to, but not including, ``removed_in``.
    """

    dataset = models.ForeignKey("data.Dataset", on_delete=models.PROTECT, related_name="files")
    slice = models.CharField(max_length=200, blank=True)
    path = models.CharField(max_length=200, unique=True)
    n_rows = models.BigIntegerField()
    n_bytes = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    added_in = models.IntegerField()
    removed_in = models.IntegerField(null=True)

    class Meta:
        ordering = ("dataset_id", "added_in", "id")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(removed_in=None) | models.Q(removed_in__gt=models.F("added_in")),
                name="file_removed_after_added",
            ),
        )

    def __str__(self) -> str:
        return self.path
