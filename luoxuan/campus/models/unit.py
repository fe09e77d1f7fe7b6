"""The organization as a tree."""

from django.db import models

from luoxuan.campus.models.unit_path import UnitPathField
from luoxuan.campus.rules import UnitKind


class Unit(models.Model):
    """A part of the organization「部门」: office, secondary college, teaching group.

    The root is the institution itself. ``unit_path`` holds the keys of the ancestors and its own
    (``1.3.``); it changes only when the unit moves. ``inherited_paths`` are the paths of closed
    units whose work it, or a unit below it, goes on with: whoever sees the unit sees their past.
    """

    subject = models.OneToOneField("campus.Subject", on_delete=models.PROTECT, related_name="unit")
    kind = models.CharField(max_length=20, choices=[(kind, kind) for kind in UnitKind])
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    unit_path = UnitPathField(max_length=200, unique=True)
    inherited_paths = models.JSONField(default=list)

    class Meta:
        ordering = ("unit_path",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(kind=UnitKind.INSTITUTION, parent=None)
                | (~models.Q(kind=UnitKind.INSTITUTION) & models.Q(parent__isnull=False)),
                name="unit_root_is_the_institution",
            ),
        )

    def __str__(self) -> str:
        return str(self.subject)
