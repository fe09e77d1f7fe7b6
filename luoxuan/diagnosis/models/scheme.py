"""What a diagnosis judges by."""

from django.db import models

from luoxuan.core.models import VersionedDefinition
from luoxuan.diagnosis.rules import NodeKind


class Scheme(VersionedDefinition):
    """What is looked at in a diagnosis「诊断方案」, in one version; a row never changes."""

    code = models.CharField(max_length=100)
    title = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200, blank=True)
    source = models.CharField(max_length=300, blank=True)
    origin = models.CharField(max_length=100, blank=True)

    class Meta:
        ordering = ("code", "-number")
        constraints = (
            models.UniqueConstraint(fields=["code", "number"], name="scheme_number_once"),
        )

    def __str__(self) -> str:
        return f"{self.code}@{self.number}"


class SchemeNode(models.Model):
    """One node of a scheme「诊断项目」: an item, an element of it, or a point that is judged.

    ``basis`` and ``indicators`` say from what a verdict is proposed; the proposal is never applied
    by itself. ``tables`` are numbers「表号」 of the superior platform's tables.
    """

    scheme = models.ForeignKey("diagnosis.Scheme", on_delete=models.PROTECT, related_name="nodes")
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    kind = models.CharField(max_length=10, choices=[(kind, kind) for kind in NodeKind])
    code = models.CharField(max_length=50)
    position = models.IntegerField()
    title = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200, blank=True)
    hint = models.TextField(blank=True)
    hint_en = models.TextField(blank=True)
    basis = models.CharField(max_length=20, blank=True)
    indicators = models.JSONField(default=list)
    tables = models.JSONField(default=list)

    class Meta:
        ordering = ("scheme_id", "position")
        constraints = (
            models.UniqueConstraint(fields=["scheme", "code"], name="scheme_node_code_once"),
            models.CheckConstraint(
                condition=models.Q(kind=NodeKind.ITEM, parent=None)
                | (~models.Q(kind=NodeKind.ITEM) & models.Q(parent__isnull=False)),
                name="scheme_node_under_item",
            ),
        )

    def __str__(self) -> str:
        return f"{self.scheme} · {self.code}"
