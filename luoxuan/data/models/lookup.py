"""Fields that a dataset takes from another one."""

from django.db import models


class Lookup(models.Model):
    """Fields read from another dataset「引用」 when rows are read, by the key of that dataset.

    ``on`` maps own fields to the target's; they are exactly the target's key, so that a row finds
    at most one partner.
    """

    dataset = models.ForeignKey("data.Dataset", on_delete=models.CASCADE, related_name="lookups")
    target = models.ForeignKey("data.Dataset", on_delete=models.PROTECT, related_name="lookers")
    on = models.JSONField()
    fields = models.JSONField()
    position = models.IntegerField()

    class Meta:
        ordering = ("dataset_id", "position")
        constraints = (
            models.UniqueConstraint(fields=["dataset", "target"], name="lookup_target_once"),
        )

    def __str__(self) -> str:
        return f"{self.dataset} -> {self.target}"
