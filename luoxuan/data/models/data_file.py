"""Which files hold which versions."""

from django.db import models


class DataFile(models.Model):
    """An immutable file of the warehouse「数据文件」 and the versions that it belongs to.

    It belongs to every version from ``added_in`` up to, but not including, ``removed_in``. Its rows
    lie in the file ``path`` until ``retired_at``, and in ``pack`` from row ``pack_offset`` on once
    they were packed. Since ``removed_at`` they lie nowhere: no version that is needed had them.
    """

    dataset = models.ForeignKey("data.Dataset", on_delete=models.PROTECT, related_name="files")
    slice = models.CharField(max_length=200, blank=True)
    path = models.CharField(max_length=200, unique=True)
    n_rows = models.BigIntegerField()
    n_bytes = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    added_in = models.IntegerField()
    removed_in = models.IntegerField(null=True)
    pack = models.ForeignKey(
        "data.PackedFile", null=True, on_delete=models.PROTECT, related_name="members"
    )
    pack_offset = models.BigIntegerField(null=True)
    retired_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("dataset_id", "added_in", "id")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(removed_in=None) | models.Q(removed_in__gt=models.F("added_in")),
                name="file_removed_after_added",
            ),
            models.CheckConstraint(
                condition=models.Q(pack=None, pack_offset=None)
                | models.Q(pack__isnull=False, pack_offset__gte=0),
                name="file_packed_at_a_row",
            ),
            models.CheckConstraint(
                condition=models.Q(retired_at=None)
                | models.Q(pack__isnull=False)
                | models.Q(removed_at__isnull=False),
                name="file_retired_for_a_reason",
            ),
            # What a version in force holds is never removed.
            models.CheckConstraint(
                condition=models.Q(removed_at=None)
                | models.Q(removed_in__isnull=False, retired_at__isnull=False),
                name="file_in_force_is_kept",
            ),
        )

    def __str__(self) -> str:
        return self.path
