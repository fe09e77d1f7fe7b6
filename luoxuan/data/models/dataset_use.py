"""How often datasets are used."""

from django.db import models

from luoxuan.data.directory.rules import UseKind


class DatasetUse(models.Model):
    """How often a dataset was used in one way on one day「数据使用」: counts, never persons."""

    dataset = models.ForeignKey("data.Dataset", on_delete=models.CASCADE, related_name="uses")
    day = models.DateField()
    kind = models.CharField(max_length=10, choices=[(kind, kind) for kind in UseKind])
    n = models.BigIntegerField(default=0)

    class Meta:
        ordering = ("dataset_id", "day", "kind")
        constraints = (
            models.UniqueConstraint(fields=["dataset", "day", "kind"], name="dataset_use_once"),
            models.CheckConstraint(
                condition=models.Q(n__gte=0) & models.Q(kind__in=list(UseKind)),
                name="dataset_use_counts",
            ),
        )

    def __str__(self) -> str:
        return f"{self.dataset.name} {self.day} {self.kind}: {self.n}"
