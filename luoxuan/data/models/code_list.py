"""Agreed values."""

from django.db import models


class CodeList(models.Model):
    """A list of agreed values「编码表」 that a field may hold."""

    name = models.CharField(max_length=100, unique=True)
    origin = models.CharField(max_length=100, blank=True)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


# The file is called after the list; a code lives and dies with it.
class Code(models.Model):
    """One agreed value「编码」 with its titles."""

    code_list = models.ForeignKey(CodeList, on_delete=models.CASCADE, related_name="codes")
    value = models.CharField(max_length=200)
    title = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200, blank=True)
    position = models.IntegerField()

    class Meta:
        ordering = ("code_list_id", "position")
        constraints = (
            models.UniqueConstraint(fields=["code_list", "value"], name="code_once_in_list"),
        )

    def __str__(self) -> str:
        return self.value
