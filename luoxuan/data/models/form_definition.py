"""What a form asks."""

from django.db import models

from luoxuan.core.models import VersionedDefinition


class FormDefinition(VersionedDefinition):
    """The questions of a form「表单定义」 in one version; a row never changes.

    ``fields`` is the list that `luoxuan.data.form_fields` reads: name, titles, type, limits.
    """

    code = models.CharField(max_length=100)
    title = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200, blank=True)
    fields = models.JSONField()
    origin = models.CharField(max_length=100, blank=True)

    class Meta:
        ordering = ("code", "-number")
        constraints = (models.UniqueConstraint(fields=["code", "number"], name="form_number_once"),)

    def __str__(self) -> str:
        return f"{self.code}@{self.number}"
