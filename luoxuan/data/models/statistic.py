"""Tables that people count by themselves."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from luoxuan.data.directory.rules import StatisticFunction


class Statistic(models.Model):
    """A table of counts over one dataset「统计表」, built by a person and kept under a name.

    ``groups`` are at most two fields; ``condition`` is a text of the formula language. It holds no
    number: each reader gets the numbers of his own scope at the version in force.
    """

    title = models.CharField(max_length=200)
    dataset = models.ForeignKey("data.Dataset", on_delete=models.PROTECT, related_name="statistics")
    groups = models.JSONField(default=list)
    function = models.CharField(max_length=10, choices=[(one, one) for one in StatisticFunction])
    field = models.CharField(max_length=63, blank=True)
    condition = models.TextField(blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="statistics"
    )
    is_shared = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("title", "id")
        constraints = (
            models.UniqueConstraint(fields=["owner", "title"], name="statistic_title_once"),
            models.CheckConstraint(
                condition=~Q(function__in=[StatisticFunction.SUM, StatisticFunction.MEAN])
                | ~Q(field=""),
                name="statistic_of_a_field",
            ),
        )

    def __str__(self) -> str:
        return self.title
