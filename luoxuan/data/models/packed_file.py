"""Many small files in one."""

from django.db import models


class PackedFile(models.Model):
    """A file that holds the rows of many small ones「合并文件」, one after the other.

    Which rows belong to which file, and hence to which versions, is said by the rows of DataFile:
    packing changes no version. Since ``retired_at`` nobody reads it any more.
    """

    dataset = models.ForeignKey("data.Dataset", on_delete=models.PROTECT, related_name="packs")
    slice = models.CharField(max_length=200, blank=True)
    path = models.CharField(max_length=200, unique=True)
    n_rows = models.BigIntegerField()
    n_bytes = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("dataset_id", "id")

    def __str__(self) -> str:
        return self.path
