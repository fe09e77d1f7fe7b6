"""Which version of the data has become tasks."""

from django.db import models


class IntakeMark(models.Model):
    """The version of a dataset whose rows have become tasks「入账标记」; a higher one lags."""

    dataset = models.OneToOneField(
        "data.Dataset", on_delete=models.CASCADE, related_name="task_intake"
    )
    number = models.IntegerField(default=0)

    class Meta:
        ordering = ("dataset_id",)

    def __str__(self) -> str:
        return f"{self.dataset_id}@{self.number}"
