"""What rows must satisfy, and how many did."""

from django.db import models
from django.db.models import Q

from luoxuan.data.quality.rules import CheckKind, Measured, QualityDimension, Severity


class Check(models.Model):
    """A declared rule on a dataset「校验规则」; its kind says which of its columns matter.

    ``condition`` is a formula that sound rows satisfy, ``applies`` one of the rows looked at.
    ``matches`` pairs own fields with those of ``reference``; ``other_field`` is the field there
    that ``fields`` must agree with. ``value`` is the code whose share is watched, ``days`` how
    long after its end a period may be without rows, ``most_change`` a share in percent.
    ``checked_number`` is the version judged last, ``checked_reference`` that of the other dataset.
    """

    code = models.CharField(max_length=100, unique=True)
    dataset = models.ForeignKey("data.Dataset", on_delete=models.PROTECT, related_name="checks")
    kind = models.CharField(max_length=20, choices=[(kind, kind) for kind in CheckKind])
    dimension = models.CharField(max_length=20, choices=[(part, part) for part in QualityDimension])
    severity = models.CharField(max_length=10, choices=[(level, level) for level in Severity])
    title = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200, blank=True)
    fields = models.JSONField(default=list)
    condition = models.TextField(blank=True)
    applies = models.TextField(blank=True)
    reference = models.ForeignKey(
        "data.Dataset", null=True, on_delete=models.PROTECT, related_name="referring_checks"
    )
    matches = models.JSONField(default=dict)
    other_field = models.CharField(max_length=63, blank=True)
    measured = models.CharField(
        max_length=10, blank=True, choices=[(measured, measured) for measured in Measured]
    )
    value = models.CharField(max_length=200, blank=True)
    days = models.PositiveIntegerField(default=0)
    most_change = models.DecimalField(max_digits=7, decimal_places=2, null=True)
    is_active = models.BooleanField(default=True)
    origin = models.CharField(max_length=100, blank=True)
    checked_number = models.IntegerField(default=0)
    checked_reference = models.IntegerField(default=0)

    class Meta:
        ordering = ("dataset_id", "code")
        constraints = (
            models.CheckConstraint(
                condition=~Q(kind__in=[CheckKind.REFERENCE, CheckKind.CONSISTENCY])
                | Q(reference__isnull=False),
                name="check_has_reference",
            ),
            models.CheckConstraint(
                condition=~Q(kind=CheckKind.DRIFT) | Q(most_change__isnull=False),
                name="drift_check_has_share",
            ),
        )

    def __str__(self) -> str:
        return self.title


# The file is called after the rule; a result lives and dies with it.
class CheckResult(models.Model):
    """How many rows of one version a check looked at and hit「校验结果」.

    ``shares`` lists [unit, period, rows, bad] where the dataset declares them, else "".
    """

    rule = models.ForeignKey("data.Check", on_delete=models.CASCADE, related_name="results")
    number = models.IntegerField()
    n_rows = models.BigIntegerField()
    n_bad = models.BigIntegerField()
    shares = models.JSONField(default=list)
    facts = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        ordering = ("rule_id", "-number")
        constraints = (
            models.UniqueConstraint(fields=["rule", "number"], name="check_result_once"),
            models.CheckConstraint(
                condition=Q(n_bad__gte=0) & Q(n_bad__lte=models.F("n_rows")),
                name="check_result_bad_within_rows",
            ),
        )

    def __str__(self) -> str:
        return f"{self.rule.code}@{self.number}"
