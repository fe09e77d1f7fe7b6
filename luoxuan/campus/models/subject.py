"""What the work is about."""

from django.db import models

from luoxuan.campus.models.unit_path import UnitPathField
from luoxuan.campus.rules import SubjectKind


class Subject(models.Model):
    """What goals, readings, alerts and reports are about「诊改对象」.

    Name and code live here only, whatever the kind. ``unit_path`` is the path of the unit that
    holds the subject now; ``parent`` is the subject that it belongs to in content (a teaching
    class to its course). ``search_text`` is made of code and names by `campus.search`.
    """

    kind = models.CharField(max_length=20, choices=[(kind, kind) for kind in SubjectKind])
    code = models.CharField(max_length=100)
    name = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    search_text = models.CharField(max_length=500, blank=True)
    unit_path = UnitPathField(max_length=200, db_index=True)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    origin = models.CharField(max_length=100, blank=True)
    changed_at = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ("kind", "code")
        constraints = (
            models.UniqueConstraint(fields=["kind", "code"], name="subject_kind_code"),
            models.CheckConstraint(
                condition=models.Q(kind__in=list(SubjectKind)), name="subject_kind_known"
            ),
            models.CheckConstraint(
                condition=models.Q(valid_to__gt=models.F("valid_from"))
                | models.Q(valid_from=None)
                | models.Q(valid_to=None),
                name="subject_validity_in_order",
            ),
        )
        indexes = (models.Index(fields=["kind", "unit_path"], name="subject_kind_path"),)

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"
